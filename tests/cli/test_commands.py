"""Test the operator's commands, with separate databases for each test.

Some commands also run in processes of their own.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import Engine, event, text

from companion import create_app
from companion.config import BadSetting, Settings
from companion.content import evaluation_questions
from companion.domain.evaluation.evaluation import Evaluation
from companion.store import base
from companion.store.base import Store
from companion.store.evaluation import evaluation
from tests.cli.machines import ROOT, Run, refuses, works
from tests.stored import stored
from tests.tampering import tampering
from tests.visitor import Visitor
from tests.web.test_disk import read_only


def test_an_operator_can_set_up_an_empty_folder_and_create_the_first_accounts(
    flask: Run, within: Run, environment: dict[str, str], tmp_path: Path, opened: Callable[[], Store]
) -> None:
    assert "Nothing is set up here yet" in refuses(within("first-start"))
    said = works(flask("migrate"))
    key = tmp_path / "secrets" / "wrapping-key.json"
    assert str(key) in said and "without it, nothing can be read again" in said
    assert key.stat().st_mode & 0o777 == 0o600
    first = stored(opened())
    assert len(first["activity_versions"]) >= 6
    assert works(flask("migrate")) == ""
    assert stored(opened()) == first

    assert "not exactly one lead" in refuses(within("reset-last", "lead"))
    lost, kept = (slips(works(flask("first-start"))) for _ in range(2))
    for made in (lost, kept):
        assert [role for role, _, _ in made] == ["administrator", "lead"]
    app = create_app(Settings.from_environment(environment))
    for (_, old, old_word), (_, code, word) in zip(lost, kept, strict=True):
        visitor = Visitor(app)
        assert visitor.post("/join", {"code": old, "word": old_word}).status == 422
        visitor.post("/join", {"code": code, "word": word})
        visitor.acknowledges()
        new = {"sign_in_name": code, "passphrase": f"{word} boats at the green pier"}
        assert visitor.post("/join/account", new).path == "/second-factor"
    assert works(flask("first-start")) == ""


def slips(said: str) -> list[tuple[str, str, str]]:
    return re.findall(r"first (\w+) joins at /join with the code (\S+) and the word (\S+)", said)


def test_no_command_works_without_the_wrapping_key(flask: Run, migrated: Run, tmp_path: Path) -> None:
    key = tmp_path / "secrets" / "wrapping-key.json"
    key.rename(tmp_path / "away.json")
    assert "The wrapping key cannot be read" in refuses(flask("migrate"))
    for command in (["first-start"], ["audit", "seal"], ["audit", "verify"], ["demo", "load"]):
        assert "The wrapping key cannot be read" in refuses(migrated(*command))
    serving = [sys.executable, "-c", "import wsgi"]
    outside = {**os.environ, "COMPANION_MODE": "serve", "COMPANION_HOME": str(tmp_path)}
    done = subprocess.run(serving, cwd=ROOT, env=outside, capture_output=True, text=True, check=False)
    assert "Companion cannot start. The wrapping key cannot be read" in refuses(done)
    assert not key.exists()


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("COMPANION_MODE", "real", "it can be demo, serve or test"),
        ("COMPANION_DATABASE_URL", "mysql://x", "must begin with sqlite:/// or postgresql"),
        ("COMPANION_EXIT_URL", "weather", "must be a whole web address"),
        ("COMPANION_EXIT_URL", "https://weather.example;script-src *", "must be a whole web address"),
        ("COMPANION_EXIT_URL", "https://\u03b1.example/", "must be a whole web address"),
        ("COMPANION_CLOCK_OFFSET", "soon", "must be a whole number"),
        ("COMPANION_CLOCK_OFFSET", "-99999999999", "at most, which is a hundred years"),
        ("COMPANION_EXIT_URL", "https://weather.example:65536/", "must be a whole web address"),
        ("COMPANION_DATABASE_URL", "postgresql+psycopg://me@host:port/x", "is no address of a database"),
        ("COMPANION_DATABASE_URL", "sqlite:///", "must name the file"),
        ("COMPANION_KEYS_URL", "sqlite:///:memory:", "must name the file"),
        ("COMPANION_SMTP_URL", "smtp+starttls://us:50%off@mail.example:587", "write % as %25"),
        ("COMPANION_SMTP_URL", "smtps://us:a/b@mail.example", "/ as %2F"),
        ("COMPANION_SMTP_URL", "smtps://us:a?b@mail.example", "? as %3F"),
        ("COMPANION_SMTP_URL", "smtps://us:a#b@mail.example", "# as %23"),
        ("COMPANION_SMTP_URL", "smtps://us:a@b@mail.example", "@ as %40"),
    ],
)
def test_an_invalid_setting_is_refused_and_the_error_says_what_is_wrong(
    setting: str, value: str, sentence: str
) -> None:
    with pytest.raises(BadSetting, match=f"{setting}.*{re.escape(sentence)}"):
        Settings.from_environment({"COMPANION_MODE": "demo", setting: value})


def test_the_mail_servers_passphrase_can_contain_any_percent_encoded_character() -> None:
    url = "smtp+starttls://us%40mail.example:50%25off%2F%3F%23%40@mail.example:587"
    settings = Settings.from_environment({"COMPANION_MODE": "demo", "COMPANION_SMTP_URL": url})
    assert unquote(urlsplit(settings.smtp_url).password or "") == "50%off/?#@"


def test_the_url_that_the_leave_this_site_button_opens_can_have_any_port() -> None:
    for port in (1, 80, 59_999, 60_000, 64_999, 65_535):
        address = f"http://weather.example:{port}/"
        assert Settings.from_environment({"COMPANION_MODE": "demo", "COMPANION_EXIT_URL": address})


def test_a_real_installation_refuses_the_demos_settings_and_data(flask: Run, within: Run) -> None:
    assert "COMPANION_CHEAP_HASHES" in refuses(flask("migrate", COMPANION_MODE="serve"))
    real = {"COMPANION_MODE": "serve", "COMPANION_CHEAP_HASHES": "0"}
    with pytest.raises(BadSetting, match="COMPANION_CLOCK_OFFSET is for the demo"):
        within("migrate", **real, COMPANION_CLOCK_OFFSET="60")
    works(within("migrate", **real))
    assert "can't be loaded into a real instance" in refuses(within("demo", "load", **real))


def test_audit_verify_finds_changed_entries(within: Run, opened: Callable[[], Store]) -> None:
    works(within("migrate"))
    works(within("first-start"))
    length = len(stored(opened())["audit_entries"])
    assert f"1 entries chained, {length - 1} not yet" in works(within("audit", "verify"))
    assert works(within("audit", "seal")) == f"{length - 1} entries chained.\n"
    said = works(within("audit", "verify"))
    head = re.search(rf"{length} entries chained, 0 not yet. Head: ({length}:[0-9a-f]{{64}})", said)
    assert head
    works(within("audit", "verify", "--head", head[1]))
    for mistyped in ("x", head[1].replace(":", " "), f"{head[1]}\n{head[1]}"):
        assert "That isn't a head" in within("audit", "verify", "--head", mistyped).stderr
    said = refuses(within("audit", "verify", "--head", f"{length + 1}:{'0' * 64}"))
    assert "The chain is whole" in said and "broken" not in said and "Nothing is chained" not in said
    assert works(within("audit", "head")) == f"{head[1]}\n"
    with tampering(opened()) as tx:
        tx.execute(text("DELETE FROM audit_entries WHERE position = :last"), {"last": length})
    # the option ``--head`` isn't needed, because the key store contains the chain's last hash
    for known in ([], ["--head", head[1]]):
        assert f"broken at position {length}" in refuses(within("audit", "verify", *known))
    with tampering(opened()) as tx:
        tx.execute(text("UPDATE audit_entries SET event = 'joined' WHERE position = 3"))
    assert "broken at position 3" in refuses(within("audit", "verify"))


def test_a_command_reports_that_the_database_is_too_busy(
    migrated: Run, opened: Callable[[], Store], server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "BUSY_SECONDS", 1)
    with opened().writing() as tx:
        if server:
            tx.execute(text("LOCK TABLE audit_entries"))
        assert "is too busy" in refuses(migrated("audit", "seal"))


def test_a_read_only_database_is_reported(within: Run) -> None:
    works(within("migrate"))
    event.listen(Engine, "begin", read_only)
    try:
        assert "A database went away" in refuses(within("audit", "seal"))
    finally:
        event.remove(Engine, "begin", read_only)


def test_loading_the_demo_a_second_time_changes_nothing(
    flask: Run, migrated: Run, tmp_path: Path, opened: Callable[[], Store]
) -> None:
    said = works(flask("demo", "load"))
    accounts = json.loads((tmp_path / "demo-accounts.json").read_text())
    roles = [account["role"] for account in accounts]
    assert {role: roles.count(role) for role in roles} == {
        "practitioner": 2,
        "lead": 1,
        "administrator": 1,
        "participant": 11,
    }
    for account in accounts:
        way_in = {"joining_code"} if "joining_code" in account else {"sign_in_name", "passphrase"}
        assert way_in | {"role", "name"} <= account.keys()
        assert ("totp_secret" in account) == (account["role"] != "participant")
    loaded = stored(opened())
    assert works(migrated("demo", "load")) == said
    assert stored(opened()) == loaded
    # this command can reset the demo's only lead and only administrator
    for role in ("lead", "administrator"):
        slip = rf"The {role} replaces what was lost at /join with the code \S+ and the word \S+"
        assert re.search(slip, works(migrated("reset-last", role)))


def test_people_are_reminded_only_once_of_an_overdue_concern_or_plan_review(
    migrated: Run, opened: Callable[[], Store]
) -> None:
    """Six days after loading the demo, a concern is overdue and a plan needs a review."""
    works(migrated("demo", "load"))
    later = {"COMPANION_CLOCK_OFFSET": str(6 * 24 * 3600)}
    assert works(migrated("reminders", **later)) == "2 notices made, 0 letters sent.\n"
    assert works(migrated("reminders", **later)) == "0 notices made, 0 letters sent.\n"
    outbox = stored(opened())["outbox"]
    assert (
        sum("concern_overdue" in row for row in outbox)
        == sum("plan_review_due" in row for row in outbox)
        == 1
    )


def test_running_the_figures_command_twice_counts_nobody_twice(
    migrated: Run, opened: Callable[[], Store]
) -> None:
    with opened().writing() as tx:
        for _ in range(6):
            evaluation.add_waiting(tx, Evaluation(evaluation_questions().asked, {"clear": 4}))
        tx.commit()
    assert works(migrated("figures")) == "0 blocks of figures and 1 batches of evaluations made.\n"
    assert works(migrated("figures")) == "0 blocks of figures and 0 batches of evaluations made.\n"
