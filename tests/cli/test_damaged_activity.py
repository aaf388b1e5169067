"""Test that Companion reports a damaged activity, and otherwise keeps working."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from companion.content import starter_files
from companion.store.activities.activities import ActivityRow, ActivityVersion
from companion.store.activities.library import newest_versions
from companion.store.base import Store
from companion.store.keys import WORDS
from companion.store.programme.programmes import ProgrammeVersion
from companion.store.work.rows import WorkRow
from companion.web.log_lines import fits
from tests.cast import Cast
from tests.tampering import damages

SLUG, TITLE = "a-week-of-choices", "A week of choices"
SAID = f"The activity {SLUG} (en), version 1, is damaged."


def version(store: Store) -> UUID:
    with store.reading() as tx:
        of = select(ActivityVersion.id).join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        return tx.scalars(of.where(ActivityRow.slug == SLUG)).one()


def spoils(store: Store) -> None:
    """Replace the activity's content with data that can be decrypted but isn't an activity."""
    with store.writing() as tx:
        row = tx.get_one(ActivityVersion, version(store))
        row.content = tx.keys.box(WORDS).seal("activity_versions.content", row.id, {"format": 99})
        tx.commit()


@pytest.fixture(params=["a bit is changed", "it is no activity"])
def damaged(request: pytest.FixtureRequest, store: Store) -> None:
    if request.param == "a bit is changed":
        damages(store, ActivityVersion, "content", version(store))
    else:
        spoils(store)


def runs(app: Flask, *command: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=command)


@pytest.mark.usefixtures("damaged")
def test_migrate_finishes_and_reports_a_damaged_activity(app: Flask, store: Store) -> None:
    for _ in range(2):
        done = runs(app, "migrate")
        assert done.exit_code == 0, done.output
        assert SAID in done.stdout and TITLE not in done.output
    with store.reading() as tx:
        assert len(tx.scalars(select(ActivityVersion.id).where(ActivityVersion.number > 1)).all()) == 0
        assert (SLUG, "en") not in {
            (each.activity.id, each.activity.language) for each in newest_versions(tx)
        }


@pytest.mark.usefixtures("damaged")
def test_a_damaged_activity_can_be_repaired_by_importing_its_file_as_a_new_version(
    app: Flask, store: Store
) -> None:
    done = runs(app, "activities", "import", *(str(each) for each in starter_files() if SLUG in each.name))
    assert done.exit_code == 0 and "version 2, waiting for a lead's approval" in done.output
    assert SAID not in runs(app, "migrate").stdout
    with store.reading() as tx:
        assert (SLUG, "en") in {(each.activity.id, each.activity.language) for each in newest_versions(tx)}


def test_people_who_open_a_damaged_activity_get_an_explanation(
    cast: Cast, enter: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    work_id, other = cast.priya.sets(cast.sam, SLUG), cast.priya.sets(cast.sam, "warning-signs")
    found = version(cast.store)
    damages(cast.store, ActivityVersion, "content", found)
    home = enter.sam.get("/my/")
    assert home.status == 200 and TITLE not in home
    assert enter.sam.get(f"/my/work/{other}").status == 200
    gone = enter.sam.get(f"/my/work/{work_id}")
    assert gone.status == 410 and "We can't open this" in gone and "is safe" in gone
    assert enter.priya.get(f"/participants/{cast.sam.enrolment_id}").status == 200
    assert enter.priya.get("/caseload").status == 200
    with cast.store.reading() as tx:
        activity_id = tx.get_one(ActivityVersion, found).activity_id
    for door in (enter.priya, enter.margaret):
        library = door.get("/activities/")
        assert library.status == 200 and SAID in library and TITLE not in library
        assert door.get(f"/activities/{activity_id}").status == 410
    assert enter.margaret.get("/lead/").status == 200
    named = {record.damaged for record in caplog.records if hasattr(record, "damaged")}
    assert named == {f"activity {SLUG} en 1"} and all(fits("damaged", each) for each in named)
    assert "Traceback" not in caplog.text
    damages(cast.store, WorkRow, "card", other)
    assert enter.sam.get(f"/my/work/{other}").status == 410


def test_the_migrate_command_works_despite_a_damaged_programme(app: Flask, store: Store) -> None:
    with store.writing() as tx:
        tx.execute(update(ProgrammeVersion).values(content=b"damaged"))
        tx.commit()
    assert runs(app, "migrate").exit_code == 0
