"""The checks of the ``doctor`` command.

Each check describes its result, and says how to fix a problem.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from companion.domain.schema_state import WRONG, SchemaState
from companion.domain.waiting import Waiting

CLOCKS_APART = timedelta(seconds=10)
"""The largest allowed difference between two clocks. One-time codes can fail if this machine's clock is more
than ten seconds wrong.
"""
CHAINED_WITHIN = timedelta(minutes=5)
TURNS_WITHIN = timedelta(minutes=3)
"""The longest time that one round of the background loop normally takes. ``companion doctor`` reports a
problem if the last round, or the last round in which every job succeeded, was more than three minutes ago.
"""
SENT_WITHIN = timedelta(hours=2)
"""The age of an unsent email above which ``doctor`` reports a problem. Some mail servers accept an email only
after a delay.
"""
BACKED_UP_WITHIN = timedelta(hours=36)
"""The maximum age of the latest backup. A backup may be older than one day, because making the next daily
backup takes time.
"""
LEAST_FREE = 1 << 30
"""The number of free bytes that each disk should have."""
OLDEST_POSTGRESQL = 15
"""The oldest version of PostgreSQL that still received security fixes in November 2026."""
ON_SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"}
ON_POSTGRESQL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""Database settings that protect saved answers from a power cut."""


class Verdict(StrEnum):
    """The result of one of ``doctor``'s checks."""

    FINE = "fine"
    WRONG = "WRONG"
    UNSEEN = "unseen"
    """The result of a check that ``companion doctor`` couldn't make."""


@dataclass(frozen=True)
class Finding:
    """A line of ``doctor``'s output."""

    verdict: Verdict
    about: str
    says: str


def judged(about: str, wrong: str, fine: str) -> Finding:
    """Return a finding for a problem; ``wrong`` is its message. If ``wrong`` is empty, return an all-clear
    finding whose text is ``fine``.
    """
    return Finding(Verdict.WRONG, about, wrong) if wrong else Finding(Verdict.FINE, about, fine)


def unseen(about: str, says: str) -> Finding:
    """Return a report line that says ``companion doctor`` couldn't make a check."""
    return Finding(Verdict.UNSEEN, about, says)


def wrapping_key(problem: str, beside: str) -> Finding:
    """Check that the wrapping key can be read and isn't in a folder that contains a database.

    ``problem`` says why the key can't be read, or is empty. If a database's folder contains the wrapping key,
    ``beside`` names this folder. If no database's folder contains the wrapping key, ``beside`` is empty.
    """
    if beside and not problem:
        problem = f"It lies in {beside} with a database: move it, and set COMPANION_WRAPPING_KEY_FILE."
    return judged("wrapping key", problem, "It can be read, and lies apart from the databases.")


def rights(open_to_others: Sequence[str], owned_by_others: Sequence[str]) -> Finding:
    """Check that other accounts can't use the portal's files and don't own any of them."""
    wrong = ""
    if open_to_others:
        wrong = f"Others can read {_listed(open_to_others)}: take that away with chmod go-rwx."
    elif owned_by_others:
        wrong = f"Another account owns {_listed(owned_by_others)}: give it back with chown."
    return judged("rights", wrong, "Only the portal's own account can read its files.")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def proxy(said: Mapping[str, float]) -> Finding:
    """Check that every request came over TLS, through the proxy and with all required headers.

    ``said`` counts HTTPS requests, HTTP requests and requests that lack a required header.
    """
    total = sum(said.values())
    if not total:
        return unseen("TLS", "No request has come yet since the start: open a page, and look again.")
    wrong = ""
    if less := said.get("less"):
        wrong = (
            f"Of {total:.0f} requests {less:.0f} came without all of X-Forwarded-For, X-Forwarded-Proto and "
            "X-Forwarded-Host: have the proxy set them, and let nobody go past it."
        )
    elif in_the_open := said.get("http"):
        wrong = (
            f"Of {total:.0f} requests {in_the_open:.0f} came without TLS: have the proxy redirect http to "
            "https, and set X-Forwarded-Proto."
        )
    return judged("TLS", wrong, f"The proxy said of all {total:.0f} requests that they came by TLS.")


def clock(now: datetime, newest_entry: datetime | None, server: datetime | None) -> Finding:
    """Compare this machine's clock with the latest audit entry, and with the database server's clock if there
    is one.
    """
    wrong = ""
    if newest_entry and newest_entry - now > CLOCKS_APART:
        wrong = (
            f"The newest entry of the audit is {_long(newest_entry - now)} ahead of this clock: one of the "
            "two was wrong, so set the clock by a time server before anything is erased by it."
        )
    elif server and abs(server - now) > CLOCKS_APART:
        wrong = (
            f"It is {_long(abs(server - now))} apart from the database server's: set both by a time server."
        )
    return judged("clock", wrong, "It agrees with what was recorded last and with the database's.")


def mail(configured: bool, problem: str) -> Finding:
    """Check that the mail server accepts emails. ``problem`` is the mail server's error code, or the kind of
    error if the server gave no code.
    """
    wrong = ""
    if problem:
        wrong = (
            f"The mail server did not let us in ({problem}): see COMPANION_SMTP_URL and COMPANION_MAIL_FROM."
        )
    fine = "The mail server lets us in." if configured else "None is set, so nothing is sent."
    return judged("mail", wrong, fine)


def portal(port: int, status: int | None) -> Finding:
    """Check the HTTP status of ``/readyz``. The status is None if the web server didn't respond."""
    wrong = ""
    if status is None:
        wrong = f"Nothing answers at port {port}: start the web server, or name its PORT."
    elif status == 503:
        wrong = f"What answers at port {port} is not ready: see the databases and the migrations here."
    elif status != 200:
        wrong = f"What answers at port {port} is not Companion: name its PORT."
    return judged("web server", wrong, f"It answers at port {port}, and is ready.")


def loop(now: datetime, turned: datetime | None, done: datetime | None) -> Finding:
    """Check how long ago the background loop last ran, and how long ago all its jobs last succeeded."""
    wrong = ""
    if turned is None or now - turned > TURNS_WITHIN:
        since = f" for {_long(now - turned)}" if turned else " yet"
        wrong = f"It has not turned{since}: start “companion background”."
    elif done is None or now - done > TURNS_WITHIN:
        wrong = "It turns, but does not get through: its log says why, such as a database that is away."
    return judged("background", wrong, "It turns, and does what is due.")


def outbox(waits: Waiting, configured: bool, now: datetime) -> Finding:
    """Check that no email has been waiting for too long."""
    wrong = ""
    if configured and waits.age(now) > SENT_WITHIN:
        wrong = (
            f"{waits.count} wait, the oldest for {_long(waits.age(now))}: see the mail server and the loop here, "
            "and the log for its codes."
        )
    return judged("outbox", wrong, f"{waits.count} wait." if waits.count else "Nothing waits.")


def bound(changed: Sequence[str], unlike: Sequence[str]) -> Finding:
    """Check for rows changed outside Companion, and for rows that don't match Companion's record of them."""
    wrong = ""
    if changed:
        wrong = (
            f"{_listed(changed)} were changed outside Companion, and give nobody access: see the runbook, “rows were "
            "changed outside Companion”."
        )
    elif unlike:
        wrong = (
            f"{_listed(unlike)} are not as the record says: an older version ran, or an older row was put back. "
            "See the runbook, “rows were changed outside Companion”."
        )
    return judged(
        "bound rows", wrong, "Each row that decides something is as Companion wrote it, and as recorded."
    )


def audit(waits: Waiting, now: datetime) -> Finding:
    """Check that no audit entry has waited too long to join the hash chain."""
    wrong = ""
    if waits.age(now) > CHAINED_WITHIN:
        wrong = (
            f"{waits.count} entries are not chained, the oldest for {_long(waits.age(now))}: start "
            "“companion background”, and see its log."
        )
    return judged("audit", wrong, "What is older than a few minutes is chained.")


def backups(newest: datetime | None, now: datetime, *, of_before: bool = False) -> Finding:
    """Check when the latest backup was made.

    ``of_before`` is True if the latest backup was made before the databases were last moved or restored.
    """
    wrong = ""
    if newest is None:
        wrong = "No backup was made yet: call “companion backup create” once a day."
    elif of_before:
        wrong = (
            "None was made since everything was moved or restored: call “companion backup create”. Those from before "
            "hold what was there then."
        )
    elif now - newest > BACKED_UP_WITHIN:
        wrong = f"The newest is {_long(now - newest)} old: see why “companion backup create” does not run."
    return judged("backups", wrong, "One was made in the last day and a half.")


def key_copy(confirmed: bool) -> Finding:
    """Check that an operator has confirmed a copy of the wrapping key with “companion keys confirm-copy”."""
    wrong = (
        "Nobody has confirmed a copy of the wrapping key: keep one away from this machine and its backups, and let "
        "it be read again with “companion keys confirm-copy COPY”."
    )
    return judged("key copy", "" if confirmed else wrong, "A copy of the wrapping key was read again.")


def installed(differing: Sequence[str], closed: Sequence[str] = ()) -> Finding:
    """Check the files that were installed from ``docs/deploy``.

    ``differing`` lists installed files that differ from those in this version of Companion. ``closed`` lists
    the paths that nginx or the portal's Unix account needs to read, but can't.
    """
    wrong = ""
    if closed:
        wrong = (
            f"nginx or the portal's account can't read {_listed(closed)}: call docs/deploy/upgrade of the version in "
            "use, which opens it, or chmod go+rX."
        )
    elif differing:
        wrong = (
            f"Not as this version and the settings have it: {_listed(differing)}. Call docs/deploy/upgrade of the "
            "version in use."
        )
    return judged("installed", wrong, "Units, command and nginx's site are this version's.")


def left_behind(files: Sequence[str], *, moved: bool) -> Finding:
    """Check for unused embedded databases."""
    wrong = (
        f"Embedded databases are still there ({_listed(files)}), and no erasure reaches them. If everything is in the "
        "databases of the settings: “companion move remove-embedded”."
        if moved
        else f"The databases of the settings are empty, and the data is still here ({_listed(files)}): "
        "“companion move postgresql”."
    )
    return judged("left behind", wrong if files else "", "No database lies here that is not in use.")


def drafts(names: Sequence[str]) -> Finding:
    """Check that the service has replaced the draft documents that come with Companion."""
    wrong = f"Still the draft that came with Companion: {', '.join(names)}."
    return judged("drafts", wrong if names else "", "Nothing that came as a draft is in use.")


def disk(place: str, free: int) -> Finding:
    """Check that enough bytes are free on a folder's disk."""
    left = f"{free / LEAST_FREE:.1f} GiB are free"
    wrong = f"Only {left} where {place} lies: make room, or nothing can be saved soon."
    return judged("disk", wrong if free < LEAST_FREE else "", f"{left} where {place} lies.")


def migrations(standing: SchemaState) -> Finding:
    """Check that both databases are migrated to this version."""
    newer = "A newer version has brought them further. This one works with them, but makes no backups and no new keys."
    fine = newer if standing is SchemaState.AHEAD else "Both databases are of this version."
    return judged("migrations", WRONG.get(standing, ""), fine)


def sqlite(name: str, told: Mapping[str, str]) -> Finding:
    """Check the settings of an embedded database, as reported by its connection."""
    wrong = [key for key, value in ON_SQLITE.items() if told.get(key) != value]
    says = f"SQLite does not take {_listed(wrong)}: put it on a disk of this machine, not of a network."
    return judged(
        name, says if wrong else "", f"It answers: SQLite {told['version']}, with what it must be told."
    )


def postgresql(name: str, told: Mapping[str, str]) -> Finding:
    """Check a PostgreSQL server's version and settings, and the portal's connection."""
    version, wrong = int(told["server_version_num"]) // 10_000, ""
    if version < OLDEST_POSTGRESQL:
        wrong = f"PostgreSQL {version} gets no fixes any more: go over to {OLDEST_POSTGRESQL} or newer."
    elif off := [key for key, value in ON_POSTGRESQL.items() if told.get(key) != value]:
        wrong = f"What was called saved can be lost in a power cut: switch {_listed(off)} on at the server."
    elif told["superuser"] == "on":
        wrong = "We come as a superuser: come as a user who owns these two databases and nothing else."
    elif told["encrypted"] == "no":
        wrong = "The line to another machine is not encrypted: add ?sslmode=verify-full to its address."
    return judged(name, wrong, f"It answers: PostgreSQL {version}, as it must be set.")


def _long(time: timedelta) -> str:
    """Return a rounded period in words, such as “3 days”."""
    seconds = time.total_seconds()
    for many, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * many:
            return f"{seconds / many:.0f} {unit}"
    return f"{seconds:.0f} seconds"
