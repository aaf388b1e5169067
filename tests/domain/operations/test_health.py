"""Test what ``doctor`` reports about each possible state of an installation."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from companion.domain.operations import health
from companion.domain.operations.health import Finding, Verdict
from companion.domain.schema_state import SchemaState
from companion.domain.waiting import Waiting

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POSTGRESQL = {
    **health.ON_POSTGRESQL,
    "server_version_num": "180001",
    "superuser": "off",
    "encrypted": "yes",
}
SQLITE = {**health.ON_SQLITE, "version": "3.45.0"}
FINE = {
    "key": health.wrapping_key("", ""),
    "rights": health.rights([], []),
    "TLS": health.proxy({"https": 12, "http": 0, "less": 0}),
    "clock": health.clock(NOW, NOW - HOUR, NOW + timedelta(seconds=9)),
    "clock of a new installation": health.clock(NOW, None, None),
    "mail": health.mail(True, ""),
    "no mail": health.mail(False, ""),
    "portal": health.portal(8000, 200),
    "loop": health.loop(NOW, NOW - MINUTE, NOW - MINUTE),
    "outbox": health.outbox(Waiting(3, NOW - HOUR), True, NOW),
    "outbox without mail": health.outbox(Waiting(3, NOW - 99 * HOUR), False, NOW),
    "nothing waits": health.outbox(Waiting(0, None), True, NOW),
    "audit": health.audit(Waiting(9, NOW - MINUTE), NOW),
    "backups": health.backups(NOW - 30 * HOUR, NOW),
    "disk": health.disk("data", 1 << 31),
    "migrations": health.migrations(SchemaState.CURRENT),
    "a newer version": health.migrations(SchemaState.AHEAD),
    "sqlite": health.sqlite("data", SQLITE),
    "postgresql": health.postgresql("data", POSTGRESQL),
}
WRONG = {
    "key": (health.wrapping_key("The wrapping key cannot be read at x.", ""), "cannot be read"),
    "key beside": (health.wrapping_key("", "/srv/data"), "move it, and set COMPANION_WRAPPING_KEY_FILE"),
    "rights": (health.rights(["a", "b", "c", "d", "e"], []), "a, b, c and 2 more: take that away with chmod"),
    "owner": (health.rights([], ["data"]), "Another account owns data: give it back with chown"),
    "http": (health.proxy({"https": 9, "http": 1}), "Of 10 requests 1 came without TLS"),
    "no proxy": (health.proxy({"https": 9, "less": 3}), "Of 12 requests 3 came without all of"),
    "past": (health.clock(NOW, NOW + 3 * HOUR, None), "3 hours ahead of this clock"),
    "server": (health.clock(NOW, None, NOW - 40 * MINUTE), "40 minutes apart"),
    "mail": (health.mail(True, "535"), r"did not let us in \(535\)"),
    "silent": (health.portal(8000, None), "Nothing answers at port 8000: start"),
    "not ready": (health.portal(8000, 503), "not ready"),
    "another": (health.portal(8000, 404), "not Companion"),
    "no HTTP": (health.portal(8000, 0), "not Companion"),
    "no loop": (health.loop(NOW, None, None), "not turned yet: start"),
    "stopped": (health.loop(NOW, NOW - 2 * HOUR, NOW - 2 * HOUR), "for 2 hours: start"),
    "stuck": (health.loop(NOW, NOW - MINUTE, NOW - HOUR), "does not get through"),
    "never done": (health.loop(NOW, NOW - MINUTE, None), "does not get through"),
    "outbox": (health.outbox(Waiting(2, NOW - 50 * HOUR), True, NOW), "2 wait, the oldest for 2 days"),
    "audit": (health.audit(Waiting(4, NOW - HOUR), NOW), "4 entries are not chained, the oldest for 60 minutes"),
    "no backup": (health.backups(None, NOW), "No backup was made yet: call “companion backup create”"),
    "old backup": (health.backups(NOW - 50 * HOUR, NOW), "is 2 days old: see why “companion backup"),
    "disk": (health.disk("data", 1 << 29), "Only 0.5 GiB are free where data lies: make room"),
    "migrations": (health.migrations(SchemaState.BEHIND), "run “companion migrate”"),
    "another database": (health.migrations(SchemaState.BEYOND), "go back to that one; or others lie in their place"),
    "sqlite": (health.sqlite("data", {**SQLITE, "journal_mode": "delete"}), "does not take journal_mode"),
    "old": (health.postgresql("data", {**POSTGRESQL, "server_version_num": "140009"}), "14 gets no fixes"),
    "fsync": (health.postgresql("data", {**POSTGRESQL, "fsync": "off"}), "switch fsync on"),
    "superuser": (health.postgresql("data", {**POSTGRESQL, "superuser": "on"}), "as a superuser"),
    "in the open": (health.postgresql("data", {**POSTGRESQL, "encrypted": "no"}), "sslmode=verify-full"),
}  # fmt: skip


@pytest.mark.parametrize("what", FINE)
def test_the_doctor_command_reports_no_problem_if_everything_is_in_order(what: str) -> None:
    assert FINE[what].verdict is Verdict.FINE and FINE[what].says


@pytest.mark.parametrize("what", WRONG)
def test_the_doctor_command_reports_each_problem_with_its_remedy(what: str) -> None:
    finding, says = WRONG[what]
    assert finding.verdict is Verdict.WRONG
    assert re.search(says, finding.says), finding.says


def test_the_doctor_command_never_reports_an_unknown_state_as_fine() -> None:
    assert health.proxy({}).verdict is Verdict.UNSEEN
    assert health.unseen("x", "Look there.") == Finding(Verdict.UNSEEN, "x", "Look there.")
