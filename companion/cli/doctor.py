"""The ``doctor`` command checks the portal and says how to fix problems."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import click
from sqlalchemy.exc import DBAPIError

from companion.cli import context, file_places
from companion.cli.background.gauges import DONE, FILE, TURNED
from companion.cli.background.mail import Smtp
from companion.cli.installed_files import INSTALLED_AS, closed, differing
from companion.config import BadSetting, Settings, version
from companion.domain.notices.reminders import at_night
from companion.domain.operations import health
from companion.domain.operations.health import Finding, Verdict, judged, unseen
from companion.domain.records.policies import Policy
from companion.services.operations import key_copies
from companion.store import audit, outbox, row_binding
from companion.store.base import DatabaseUnavailable, Store, Transaction, open_engine, require_answer
from companion.store.operations import counters, pragmas, rebind_rows, recorded_states
from companion.store.operations.open_databases import is_empty, open_store
from companion.store.records import policies
from companion.store.signposts import signposts
from companion.store.writer_queue import Busy

DRAFTS = {
    Policy.STATEMENT: "the confidentiality statement (“companion policies import”)",
    Policy.RETENTION: "the retention schedule (“companion policies import”)",
}
PATIENCE = 5
"""The timeout in seconds for a response from the web server."""
ELSEWHERE = (
    "Whether the certificate is trusted and how long it lasts, whether the proxy lets a client's own X-Forwarded "
    "headers through, and whether it keeps /help out of its log: look there."
)


@click.command()
@click.option("--port", envvar="PORT", default=8000, type=click.IntRange(1, 65535), help="The web server's.")
@context.plainly
def doctor(port: int) -> None:
    """Check everything the portal depends on, and say how to fix problems.

    The checks change nothing and send nothing.
    """
    findings = [*examined(context.settings(), port, context.now())]
    for each in findings:
        click.echo(f"{each.verdict:<6}  {each.about:<12}  {context.said(each.says)}")
    if any(each.verdict is Verdict.WRONG for each in findings):
        raise click.exceptions.Exit(1)


def examined(settings: Settings, port: int, now: datetime) -> Iterator[Finding]:
    """Yield the result of every check, even while a database is down."""
    yield judged("version", "", f"This is Companion {version()}.")
    yield health.wrapping_key(*file_places.of_the_key(settings))
    yield health.rights(file_places.open_to_others(settings), file_places.owned_by_others(settings))
    for place, free in file_places.free(settings).items():
        yield health.disk(place, free)
    yield from _databases(settings, now)
    yield health.left_behind([str(each) for each in settings.left_behind], moved=_moved(settings))
    yield health.portal(port, _readiness(port))
    yield _loop(settings, now)
    yield health.mail(bool(settings.smtp_url), Smtp(settings).refusal() if settings.smtp_url else "")
    yield _installed(settings)
    if settings.mode == "serve":
        yield health.proxy(_said_by_the_proxy(settings))
        yield unseen("elsewhere", ELSEWHERE)


def _installed(settings: Settings) -> Finding:
    if settings.command != INSTALLED_AS:
        return unseen(
            "installed", "It isn't installed as docs/deployment.md describes, so there is nothing to compare."
        )
    try:
        return health.installed(differing(settings), closed(settings))
    except OSError as error:  # every file read here belongs to this version
        return judged(
            "installed", f"{error.filename} can't be read: {error.strerror}. Unpack this version again.", ""
        )


def _moved(settings: Settings) -> bool:
    with suppress(DatabaseUnavailable):
        return not is_empty(settings)
    return True


def _databases(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Check each database, and then both databases together."""
    found = [
        _database(name, url)
        for name, url in (("data", settings.database_url), ("data keys", settings.keys_url))
    ]
    yield from found
    try:
        store = open_store(settings)
    except BadSetting as error:
        yield judged("keys", str(error), "")
    except DatabaseUnavailable:
        yield unseen("records", "Waiting work and the clock: can't check, a database is away.")
    else:
        yield judged("keys", "", "They belong to the data, and the wrapping key opens them.")
        yield from _records(store, settings, now)
        store.close()


def _database(name: str, url: str) -> Finding:
    engine = open_engine(url)
    judge = health.sqlite if engine.dialect.name == "sqlite" else health.postgresql
    try:
        require_answer(engine)
        return judge(name, pragmas.told(engine))
    except DatabaseUnavailable as away:
        return judged(name, f"{away} Start it, or see its address.", "")
    except DBAPIError:
        return judged(name, "It went away, or is damaged: see its own log, and restore it if need be.", "")
    finally:
        engine.dispose()


def _records(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    held = outbox.BY_DAY_ONLY if at_night(now) else ()
    try:
        standing = store.standing()
        yield health.migrations(standing)
        if standing.in_order:
            yield _bound(store)
            yield judged("audit's head", _disorder(store), "The chain holds what the key store remembers.")
            with store.reading() as tx:
                yield health.clock(now, pragmas.newest_entry(tx), pragmas.clock_of(tx))
                yield health.outbox(outbox.waiting(tx, now, held), bool(settings.smtp_url), now)
                yield health.audit(audit.loose(tx), now)
                if settings.mode == "serve":
                    yield _backups(tx, now)
                    yield health.key_copy(key_copies.confirmed(tx))
                    yield health.drafts(_drafts(tx))
    except (DatabaseUnavailable, Busy, DBAPIError):
        yield judged("records", "A database went away during the check: try again.", "")


def _backups(tx: Transaction, now: datetime) -> Finding:
    made, restored = audit.last(tx, audit.Event.BACKUP_MADE), audit.last(tx, audit.Event.BACKUP_RESTORED)
    since = [each.position or 0 for each in (restored, made) if each]
    return health.backups(made.at if made else None, now, of_before=len(since) == 2 and since[0] > since[1])


def _drafts(tx: Transaction) -> list[str]:
    found = [DRAFTS[each] for each in policies.drafts(tx)]
    if signposts.newest(tx) is None:
        found.append("the signposts (an administrator, under Signposts)")
    return found


def _bound(store: Store) -> Finding:
    """Report the rows that somebody changed outside Companion."""
    if row_binding.waits_since(store.keys):
        return unseen("bound rows", "They are bound, and checked from a day after the upgrade on.")
    with store.reading() as tx:
        return health.bound(list(map(str, rebind_rows.unfit(tx))), list(map(str, recorded_states.unlike(tx))))


def _disorder(store: Store) -> str:
    try:
        with store.reading() as tx:
            audit.require_head(tx)
    except audit.Disordered as disordered:
        return f"{disordered} {context.SETTLE}"
    return ""


def _readiness(port: int) -> int | None:
    """Return ``/readyz``'s HTTP status.

    If the server's response isn't HTTP, return 0. If there is no response from the server, return None.
    """
    answer = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = connection.recv(12)
    if not answer:
        return None
    status = answer.removeprefix(b"HTTP/1.1 ")
    return int(status) if status.isdigit() else 0


def _loop(settings: Settings, now: datetime) -> Finding:
    numbers = counters.read(settings.home / FILE)
    turned, done = (
        datetime.fromtimestamp(numbers[name], UTC) if name in numbers else None for name in (TURNED, DONE)
    )
    return health.loop(now, turned, done)


def _said_by_the_proxy(settings: Settings) -> dict[str, float]:
    counted, name = counters.gathered(settings.home / "metrics"), "companion_proxy_total"
    return {said: counted.get(f'{name}{{said="{said}"}}', 0) for said in ("https", "http", "less")}
