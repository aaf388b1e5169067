"""Test that pages use the policies that the service has written, and that upgrades keep them."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask

from companion import content
from companion.cli.first_start import bring_up_to_date
from companion.cli.rights import keep_to_schedule
from companion.config import Settings
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.records.policies import Policy
from companion.store import audit
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.store.records import policies
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.records.test_erasure import is_wiped
from tests.stored import stored

Run = Callable[..., Result]
STATEMENT = content.policy_file(Policy.STATEMENT).read_text(encoding="utf-8")
OWN = (
    STATEMENT.replace("version = 5", "version = 6")
    .replace('title = "Who can read what you write"', 'title = "Our statement"')
    .replace("The details of any crime.", "What our own statement says.")
)
RETENTION = content.policy_file(Policy.RETENTION).read_text(encoding="utf-8")
LONGER = RETENTION.replace("years = 6", "days = 5000")


@pytest.fixture
def run(app: Flask) -> Run:
    """Run commands such as ``run("import", "statement", file)`` on the test's databases."""

    def invoke(*words: object) -> Result:
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["policies", *map(str, words)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return invoke


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_people_read_and_acknowledge_the_services_own_confidentiality_statement(
    run: Run, enter: SimpleNamespace, cast: Cast, tmp_path: Path
) -> None:
    assert "Our statement" not in enter.sam.get("/account")
    done = run("import", "statement", put(tmp_path / "own.toml", OWN))
    assert done.exit_code == 0 and done.output.endswith("version 6 is in force.\n")
    assert "Our statement" in enter.sam.get("/account")
    assert "What our own statement says." in enter.sam.get("/my/tell")
    assert run("import", "statement", tmp_path / "own.toml").output.endswith("it is in force already.\n")
    with cast.store.reading() as tx:
        # Companion's Welsh statement translates another version of the statement, so it isn't used
        assert policies.statement(tx, "cy").language == "en"


def test_a_translated_confidentiality_statement_is_imported_only_after_the_english_statement(
    run: Run, store: Store, tmp_path: Path
) -> None:
    welsh = put(tmp_path / "cy.toml", OWN.replace('language = "en"', 'language = "cy"'))
    early = run("import", "statement", welsh)
    assert early.exit_code == 1 and "Import the English statement of this version first" in early.stderr
    run("import", "statement", put(tmp_path / "en.toml", OWN))
    assert run("import", "statement", welsh).output.endswith("version 6 is in force.\n")
    with store.reading() as tx:
        assert [policies.statement(tx, each).language for each in ("en", "cy")] == ["en", "cy"]


@pytest.mark.parametrize("text", [STATEMENT, OWN.replace("version = 6", "version = 5")])
def test_an_imported_confidentiality_statement_needs_a_higher_version_number(
    run: Run, store: Store, tmp_path: Path, text: str
) -> None:
    before = stored(store, "audit_entries")
    done = run("import", "statement", put(tmp_path / "same.toml", text))
    assert done.exit_code == 1 and "must be higher" in done.stderr
    assert stored(store, "audit_entries") == before


def test_the_lead_is_told_that_the_retention_schedule_is_a_draft(
    run: Run, enter: SimpleNamespace, tmp_path: Path
) -> None:
    assert "This is a draft" in enter.margaret.get("/lead/retention")
    run("import", "retention", put(tmp_path / "own.toml", LONGER))
    assert "This is a draft" not in enter.margaret.get("/lead/retention")


def test_the_services_own_retention_schedule_decides_who_is_erased(
    run: Run, app: Flask, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
    assert run("import", "retention", put(tmp_path / "own.toml", LONGER)).exit_code == 0
    clock.forward(days=2192)
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["retention", "run", "--do", "--clock-is-right"])
    assert done.exit_code == 0 and not is_wiped(cast.store, cast.sam)
    clock.forward(days=2810)
    with app.app_context():
        app.test_cli_runner().invoke(args=["retention", "run", "--do", "--clock-is-right"])
        keep_to_schedule(cast.store)
    assert is_wiped(cast.store, cast.sam)


def test_upgrading_companion_keeps_the_services_own_policies(
    run: Run, app: Flask, settings: Settings, store: Store, tmp_path: Path
) -> None:
    run("import", "statement", put(tmp_path / "s.toml", OWN))
    run("import", "retention", put(tmp_path / "r.toml", LONGER))
    with app.app_context():
        bring_up_to_date(settings)
    with store.reading() as tx:
        assert policies.statement(tx, "en").title == "Our statement"
        assert [rule.days for rule in policies.schedule(tx).rule if rule.id == "over"] == [5000]
        assert policies.drafts(tx) == []


def test_an_exported_policy_is_the_same_as_the_imported_policy(run: Run, tmp_path: Path) -> None:
    assert run("export", "retention").output == RETENTION
    run("import", "retention", put(tmp_path / "own.toml", LONGER))
    assert run("export", "retention", "--to", tmp_path / "back.toml").exit_code == 0
    assert (tmp_path / "back.toml").read_text(encoding="utf-8") == LONGER
    assert "none in this language" in run("export", "statement", "--language", "cy").stderr


@pytest.mark.parametrize(
    ("policy", "text", "says"),
    [
        ("retention", RETENTION.replace("years = 2", "days = 0"), "never-joined: it needs years or days"),
        (
            "retention",
            RETENTION.replace('"never-joined"\nthen = "erase"', '"never-joined"\nthen = "forget"'),
            ":15: “then” can't be “forget”. It can be one of these: delete, erase, keep.",
        ),
        ("statement", OWN.replace('title = "Our statement"\n', ""), "title"),
        ("statement", OWN.replace("{must_pass_on}", ""), "“body” has to match"),
        ("statement", "version = 6\n]", "own.toml:2: "),
        ("statement", LONGER, "own.toml:"),
    ],
)
def test_an_error_in_a_policy_file_is_reported_with_its_line(
    run: Run, store: Store, tmp_path: Path, policy: str, text: str, says: str
) -> None:
    file, before = put(tmp_path / "own.toml", text), stored(store)
    for command in ("check", "import"):
        done = run(command, policy, file)
        assert done.exit_code == 1 and says in done.output, done.output
    assert stored(store) == before
    assert run("check", "retention", put(file, LONGER)).exit_code == 0


def test_a_policy_change_is_audited_without_the_policys_text(run: Run, store: Store, tmp_path: Path) -> None:
    run("import", "statement", put(tmp_path / "s.toml", OWN))
    with store.reading() as tx:
        audit.verify(tx)
        (entry,) = tx.query(AuditEntry).where(AuditEntry.event == Event.POLICY_CHANGED)
    assert entry.detail == "statement:en:6"
