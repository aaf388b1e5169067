"""Test ``retention run`` and the ``erasures`` commands."""

from pathlib import Path

from click.testing import Result
from flask import Flask

from companion.cli.rights import keep_to_schedule
from companion.config import Settings
from companion.domain.enrolments.pathway import PathwayState
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.records.test_erasure import is_wiped
from tests.stored import stored


def invoke(app: Flask, command: list[str]) -> Result:
    """Run this operator's command, and return the result."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=command)


def test_by_default_the_command_that_erases_old_records_shows_only_a_preview(
    app: Flask, cast: Cast, clock: Clock
) -> None:
    assert cast.margaret
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
    cast.priya.moves(cast.owen, PathwayState.ENDED_EARLY)
    cast.margaret.holds(cast.owen)
    clock.forward(days=2192)
    before, reference = stored(cast.store), cast.sam.reference
    said = invoke(app, ["retention", "run"])
    assert (
        said.exit_code == 0 and f"{reference}: would be erased (over, over since 2032-11-24)" in said.output
    )
    assert f"{cast.owen.reference}: held" in said.output and "Nothing was changed." in said.output
    assert stored(cast.store) == before
    did = invoke(app, ["retention", "run", "--do", "--clock-is-right"])
    assert f"{reference}: erased" in did.output and is_wiped(cast.store, cast.sam)
    assert "Sam" not in said.output + did.output


def test_the_background_loop_erases_people_on_schedule(app: Flask, cast: Cast, clock: Clock) -> None:
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
    clock.forward(days=2191)
    invoke(app, ["retention", "run", "--do", "--clock-is-right"])
    assert not is_wiped(cast.store, cast.sam)
    clock.forward(days=1)
    with app.app_context():
        keep_to_schedule(cast.store)
    assert is_wiped(cast.store, cast.sam)


def test_a_list_of_erasures_from_one_machine_can_be_applied_on_another_machine(
    app: Flask, cast: Cast, settings: Settings, tmp_path: Path, clock: Clock
) -> None:
    noted = ErasedList.at(settings.home)
    cast.margaret.erases(cast.sam, noted)
    kept = tmp_path / "kept"
    clock.forward(days=1)
    kept.write_text(invoke(app, ["erasures", "list"]).output)
    # the list contains the times of the erasures, but not the time of printing
    assert kept.read_text() == noted.path.read_text()
    noted.path.unlink()  # removing the list simulates a restore on another machine
    applied = invoke(app, ["erasures", "apply", "--list", str(kept)])
    assert applied.exit_code == 0 and "1 erasures finished or done again." in applied.output
    assert noted.found(cast.store.keys).accounts == {cast.sam.viewer.account_id}
    kept.write_text(
        kept.read_text().replace(str(cast.sam.viewer.account_id), str(cast.owen.viewer.account_id))
    )
    refused = invoke(app, ["erasures", "apply", "--list", str(kept)])
    assert refused.exit_code == 1 and "1 lines of the list are not as they were written." in refused.output
    assert not is_wiped(cast.store, cast.owen)
