"""``doctor`` on real places: whole, damaged one by one, and without a database."""

import os
import re
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from flask import Flask
from sqlalchemy import delete, select, update

from companion import create_app
from companion.cli import file_places
from companion.cli.audit import seal_now
from companion.cli.background.gauges import Measures
from companion.cli.background.loop import DISORDERED, attempt, work
from companion.cli.background.mail import Smtp
from companion.cli.doctor import examined
from companion.cli.rights import keep_to_schedule
from companion.config import Settings, called_in
from companion.domain.operations import health
from companion.domain.operations.health import Verdict
from companion.store import audit, keysets
from companion.store.audit import AuditEntry
from companion.store.base import Store, open_engine
from companion.store.enrolments.enrolments import Enrolment
from companion.store.operations import pragmas
from tests.cast import Cast
from tests.cli.machines import Run, works
from tests.fixtures import Clock
from tests.mail import Mailroom, mute_server, smtp_server
from tests.newer import NEWER, stands_at
from tests.ports import free_port
from tests.tampering import tampering

Said = dict[str, list[tuple[str, str]]]


def said(done: subprocess.CompletedProcess[str]) -> Said:
    """What it says of each thing."""
    found: Said = {}
    for line in done.stdout.splitlines():
        shape = re.fullmatch(r"(fine|WRONG|unseen) +(.+?)  +(\S.+)", line)
        assert shape, line
        found.setdefault(shape[2], []).append((shape[1], shape[3]))
    wrong = any(verdict == "WRONG" for each in found.values() for verdict, _ in each)
    assert done.returncode == (1 if wrong else 0)
    return found


def wrong(found: Said, *running: str) -> dict[str, str]:
    """What is wrong, but for what is not running beside this test and how the tests' server is set."""
    known = {"web server", "background", *running}
    return {
        about: says
        for about, each in found.items()
        for verdict, says in each
        if verdict == "WRONG" and about not in known and "power cut" not in says and "superuser" not in says
    }


def test_a_new_installation_is_fine_and_what_does_not_run_is_said(migrated: Run, server: str) -> None:
    found = said(migrated("doctor", "--port", str(free_port())))
    assert wrong(found) == {}
    assert "Nothing answers at port" in found["web server"][0][1]
    assert "It has not turned yet" in found["background"][0][1]
    for about in ("wrapping key", "keys", "rights", "disk", "migrations", "clock", "outbox", "audit", "mail"):
        assert found[about][0][0] == "fine", about
    if server:  # as the tests start it, which is quicker
        assert "switch fsync, full_page_writes, synchronous_commit on" in found["data"][0][1]
    else:
        assert "with what it must be told" in found["data"][0][1]


def test_a_key_that_lies_with_a_database_or_is_gone_is_said(
    migrated: Run, tmp_path: Path, server: str
) -> None:
    key = tmp_path / "secrets" / "wrapping-key.json"
    beside = tmp_path / "data" / "key.json"
    if not server:
        key.rename(beside)
        found = said(migrated("doctor", COMPANION_WRAPPING_KEY_FILE=str(beside)))
        assert "move it, and set COMPANION_WRAPPING_KEY_FILE" in wrong(found)["wrapping key"]
        beside.rename(key)
    else:
        assert said(migrated("doctor"))["wrapping key"][0][0] == "fine"
    text_of = key.read_text()
    key.unlink()
    found = said(migrated("doctor"))
    assert "cannot be read" in wrong(found)["wrapping key"] and "cannot be read" in wrong(found)["keys"]
    found = said(migrated("doctor", COMPANION_WRAPPING_KEY=text_of))
    assert "wrapping key" not in wrong(found) and "keys" not in wrong(found)
    assert text_of not in str(found)
    other = keysets.written(keysets.new())
    assert "is not the one" in wrong(said(migrated("doctor", COMPANION_WRAPPING_KEY=other)))["keys"]
    damaged = re.sub(r'"value": *"[^"]+"', f'"value":"{"A" * 40}"', text_of)
    assert "is damaged" in wrong(said(migrated("doctor", COMPANION_WRAPPING_KEY=damaged)))["wrapping key"]


def test_what_others_can_read_is_named(migrated: Run, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    (secrets / "wrapping-key.json").chmod(0o640)
    assert "secrets/wrapping-key.json: take that away" in wrong(said(migrated("doctor")))["rights"]
    (secrets / "wrapping-key.json").chmod(0o600)
    secrets.chmod(0o755)
    assert "Others can read secrets: " in wrong(said(migrated("doctor")))["rights"]
    secrets.chmod(0o700)
    help_file = tmp_path / "help"
    help_file.mkdir(mode=0o700, exist_ok=True)
    (help_file / "readable").write_text("x")
    (help_file / "readable").chmod(0o644)  # nobody comes through its folder
    assert "rights" not in wrong(said(migrated("doctor")))


def test_what_another_account_owns_is_named(migrated: Run, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path / "secrets", 65534, 65534)
        done = migrated("doctor")
    else:  # who is not root gives nothing away, but meets what is root's
        done = migrated("doctor", COMPANION_WRAPPING_KEY_FILE="/root")
    assert "Another account owns" in wrong(said(done))["rights"]


def says_it_stands_at(revision: str, environment: dict[str, str]) -> None:
    engine = open_engine(Settings.from_environment(environment).database_url)
    stands_at(engine, revision)
    engine.dispose()


def test_databases_of_an_older_version_are_said(migrated: Run, environment: dict[str, str]) -> None:
    says_it_stands_at("0001", environment)
    assert "run “flask --app wsgi migrate”" in wrong(said(migrated("doctor")))["migrations"]


def test_with_databases_of_a_newer_version_all_goes_on_but_backups(
    migrated: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """As after a roll back, or while other machines are replaced."""
    says_it_stands_at(NEWER, environment)
    assert migrated("migrate").returncode == 0 and migrated("audit", "seal").returncode == 0
    assert "A newer version has brought them further" in migrated("doctor").stdout
    for folder in ("words", "keys"):
        (tmp_path / folder).mkdir()
    public, private = str(tmp_path / "public"), str(tmp_path.with_name("private"))
    assert migrated("backup", "recipient", public, private).returncode == 0
    places = ("--words", str(tmp_path / "words"), "--keys", str(tmp_path / "keys"))
    done = migrated("backup", "create", "--to", public, *places)
    assert done.returncode and "of a newer version of Companion" in done.stderr


def test_while_a_database_is_away_the_rest_is_still_looked_at(
    flask: Run, migrated: Run, tmp_path: Path
) -> None:
    away = {"COMPANION_DATABASE_URL": f"postgresql+psycopg://me:a-secret@127.0.0.1:{free_port()}/x"}
    done = flask("doctor", **away)
    assert "Traceback" not in done.stderr and "a-secret" not in done.stdout + done.stderr
    found = said(done)
    assert "does not answer" in wrong(found)["data"] and found["records"][0][0] == "unseen"
    assert found["rights"][0][0] == "fine" and found["data keys"][0][1].startswith(("It answers", "What was"))


def test_a_clock_that_was_ahead_is_found_by_what_was_recorded_then(
    migrated: Run, opened: Callable[[], Store]
) -> None:
    works(migrated("first-start", COMPANION_CLOCK_OFFSET="7500"))
    assert "2 hours ahead of this clock" in wrong(said(migrated("doctor")))["clock"]


def test_the_clock_of_the_server_is_looked_at(cast: Cast, server: str, clock: Clock) -> None:
    with cast.store.reading() as tx:
        theirs = pragmas.clock_of(tx)
    assert (theirs is None) == (not server)
    if theirs:
        assert health.clock(theirs + timedelta(minutes=5), None, theirs).verdict is Verdict.WRONG


def test_entries_that_nobody_chains_are_said(migrated: Run) -> None:
    works(migrated("first-start"))
    found = said(migrated("doctor", COMPANION_CLOCK_OFFSET="3600"))
    assert "entries are not chained, the oldest for 60 minutes" in wrong(found)["audit"]
    works(migrated("audit", "seal"))
    assert "audit" not in wrong(said(migrated("doctor", COMPANION_CLOCK_OFFSET="3600")))


def test_letters_that_wait_are_said_where_there_is_mail(cast: Cast, settings: Settings, clock: Clock) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    clock.forward(hours=30)
    with smtp_server() as (room, url):
        app = Flask("companion")
        with app.app_context():
            mailed = replace(settings, smtp_url=url)
            found = {each.about: each for each in examined(mailed, free_port(), clock.now)}
            assert "the oldest for 30 hours" in found["outbox"].says
            assert found["mail"].verdict is Verdict.FINE and room.letters == []
            found = {each.about: each for each in examined(settings, free_port(), clock.now)}
    assert found["outbox"].verdict is Verdict.FINE
    assert "Sam" not in str(found) and "sam" not in str(found)


class Doorman:
    """Lets one in by one passphrase."""

    def __call__(
        self, server: object, session: object, envelope: object, mechanism: str, data: object
    ) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == b"right", handled=False)


class Guarded(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example", authenticator=Doorman(), auth_require_tls=False)


@contextmanager
def guarded() -> Iterator[str]:
    port = free_port()
    controller = Guarded(Mailroom(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"127.0.0.1:{port}"
    controller.stop()


def test_the_mail_server_is_asked_to_let_us_in_and_gets_no_letter(settings: Settings) -> None:
    def refusal(url: str) -> str:
        return Smtp(replace(settings, smtp_url=url)).refusal()

    with guarded() as host:
        assert refusal(f"smtp://me:right@{host}") == ""
        assert refusal(f"smtp://me:wrong@{host}") == "535"
    with smtp_server() as (room, url):
        assert refusal(url) == ""
        room.mood = "refuses the sender"
        assert refusal(url) == "550"
        assert room.letters == [] and not room.tried
        assert refusal(url.replace("smtp:", "smtp+starttls:")) == "SMTPNotSupportedError"
    assert refusal(f"smtp://127.0.0.1:{free_port()}") == "ConnectionRefusedError"


def test_a_mail_server_that_says_nothing_is_given_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("companion.cli.background.mail"), "PATIENCE", 0.2)
    with mute_server() as url:
        assert Smtp(replace(settings, smtp_url=url)).refusal() == "SMTPServerDisconnected"


def test_what_the_proxy_sends_is_judged_in_the_real_thing(
    store: Store, settings: Settings, clock: Clock
) -> None:
    serving = replace(settings, mode="serve", smtp_url="", metrics_address=None)
    app = create_app(serving)

    def tls() -> health.Finding:
        app.extensions["counters"].keep(at_once=True)
        return found_on("TLS", serving, clock)

    assert tls().verdict is Verdict.UNSEEN
    said_by = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Host": "help.example",
        "X-Forwarded-Proto": "https",
    }
    client = app.test_client()
    for _ in range(3):
        client.get("/sign-in", headers=said_by)
    client.get("/healthz")  # a monitor comes without the proxy
    assert tls().says == "The proxy said of all 3 requests that they came by TLS."
    client.get("/sign-in", headers={**said_by, "X-Forwarded-Proto": "http"})
    assert "Of 4 requests 1 came without TLS" in tls().says
    client.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Of 5 requests 1 came without all of" in tls().says
    app.extensions["store"].close()


def found_on(about: str, serving: Settings, clock: Clock) -> health.Finding:
    return next(each for each in examined(serving, free_port(), clock.now) if each.about == about)


def test_a_backup_is_missed_in_the_real_thing(store: Store, settings: Settings, clock: Clock) -> None:
    serving = replace(settings, mode="serve", smtp_url="")
    assert "No backup was made yet" in found_on("backups", serving, clock).says
    with store.writing() as tx:
        audit.record(tx, audit.Event.BACKUP_MADE, clock.now, None)
        audit.seal(tx)
        tx.commit()
    assert found_on("backups", serving, clock).verdict is Verdict.FINE
    clock.forward(days=2)
    assert "is 2 days old" in found_on("backups", serving, clock).says


def test_a_backup_from_before_a_move_is_not_enough(store: Store, settings: Settings, clock: Clock) -> None:
    serving = replace(settings, mode="serve", smtp_url="")

    def happens(event: audit.Event) -> str:
        with store.writing() as tx:
            audit.record(tx, event, clock.now, None)
            audit.seal(tx)
            tx.commit()
        return found_on("backups", serving, clock).says

    happens(audit.Event.BACKUP_MADE)
    assert "None was made since everything was moved" in happens(audit.Event.BACKUP_RESTORED)
    assert happens(audit.Event.BACKUP_MADE) == "One was made in the last day and a half."


def test_a_running_portal_and_its_loop_are_found(
    migrated: Run, environment: dict[str, str], opened: Callable[[], Store], clock: Clock
) -> None:
    settings = Settings.from_environment(environment)
    measures = Measures(settings)
    measures.done(clock.now)
    measures.keep(opened(), clock.now)
    assert said(migrated("doctor"))["background"] == [("fine", "It turns, and does what is due.")]
    with serving(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        assert said(migrated("doctor", "--port", str(port)))["web server"][0][0] == "fine"
    with serving(b"HTTP/1.1 503 Service Unavailable\r\n\r\n") as port:
        assert "is not ready" in said(migrated("doctor", "--port", str(port)))["web server"][0][1]
    with serving(b"220 mail.example ESMTP\r\n") as port:
        assert "is not Companion" in said(migrated("doctor", "--port", str(port)))["web server"][0][1]


@contextmanager
def serving(answer: bytes) -> Iterator[int]:
    """Something that gives this answer to whoever comes."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def test_free_space_is_said_for_each_disk_once(settings: Settings) -> None:
    found = file_places.free(settings)
    assert next(iter(found)) == "COMPANION_HOME" and all(free > 0 for free in found.values())


@pytest.mark.embedded
def test_a_damaged_file_is_said(migrated: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "companion.db").write_bytes(b"no database" * 1000)
    found = said(migrated("doctor"))
    assert "does not answer" in wrong(found)["data"]


def test_a_draft_that_still_counts_is_named_until_the_service_has_its_own(
    migrated: Run, tmp_path: Path
) -> None:
    def named() -> str:
        return said(migrated("doctor", COMPANION_MODE="serve", COMPANION_CHEAP_HASHES="0"))["drafts"][0][1]

    assert "statement" in named() and "retention" in named() and "signposts" in named()
    file = tmp_path / "retention.toml"
    works(migrated("policies", "export", "retention", "--to", str(file)))
    works(migrated("policies", "import", "retention", str(file)))
    assert "statement" in named() and "retention" not in named()


def test_commands_are_named_as_they_are_called_here(migrated: Run) -> None:
    plain = said(migrated("doctor"))["background"][0][1]
    installed = said(migrated("doctor", COMPANION_COMMAND="companion"))["background"][0][1]
    assert "“flask --app wsgi background”" in plain and "“companion background”" in installed


def test_what_is_installed_is_looked_at_whatever_calls_doctor(migrated: Run) -> None:
    """Scripts and units of older versions don't say how commands are called; where the program lies says it."""
    assert called_in(Path("/opt/companion/2/companion/config.py")) == "companion"
    assert called_in(Path("/srv/companion/companion/config.py")) == "flask --app wsgi"
    ((verdict, says),) = said(migrated("doctor"))["installed"]
    assert verdict == "unseen" and "isn't installed as docs/deployment.md says" in says
    ((verdict, says),) = said(migrated("doctor", COMPANION_COMMAND="companion"))["installed"]
    assert verdict == "WRONG" and "/usr/local/bin/companion" in says


def test_embedded_databases_that_are_not_in_use_are_named(migrated: Run, tmp_path: Path, server: str) -> None:
    other = tmp_path / "elsewhere.db"
    assert said(migrated("doctor"))["left behind"][0][0] == "fine"
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "companion.db").touch(0o600)
    used = {} if server else {"COMPANION_DATABASE_URL": f"sqlite:///{other}"}
    assert "data/companion.db" in wrong(said(migrated("doctor", **used)))["left behind"]


def test_an_audit_that_lost_an_entry_is_said_and_nothing_is_erased(
    store: Store, settings: Settings, cast: Cast, app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert cast.sam
    seal_now(store)
    fine = found_on("audit's head", settings, clock)
    assert fine.verdict is Verdict.FINE
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == 2))
        tx.execute(update(AuditEntry).where(AuditEntry.position > 2).values(position=None, link=None))
    says = found_on("audit's head", settings, clock).says
    assert "entries were removed, or an older copy of the database was put back" in says
    with app.app_context():
        work(store, Measures(settings))
        attempt(Measures(settings), keep_to_schedule, store)
    said = [
        record for record in caplog.records if getattr(record, "job", "") in ("seal_now", "keep_to_schedule")
    ]
    assert [record.getMessage() for record in said] == [DISORDERED] * 2
    with store.reading() as tx:
        assert audit.last(tx, audit.Event.RETENTION_RAN) is None


def test_rows_that_were_changed_or_put_back_are_named_and_settled(
    store: Store, settings: Settings, cast: Cast, app: Flask, clock: Clock
) -> None:
    assert cast.sam and cast.daniel
    says = app.test_cli_runner()
    before = row_of(store, cast)
    cast.priya.hands_over(cast.sam, cast.daniel)
    with store.writing() as tx:  # the whole row as it once was, with the hash that it had then
        tx.connection().execute(update(Enrolment).where(Enrolment.id == before["id"]).values(before))
        tx.commit()
    found = found_on("bound rows", settings, clock)
    assert found.verdict is Verdict.WRONG and "not as the record says" in found.says
    assert f"enrolments {cast.sam.enrolment_id}" in found.says
    with store.writing() as tx:
        moved = update(Enrolment).where(Enrolment.id == before["id"])
        tx.connection().execute(moved.values(practitioner_id=cast.daniel.viewer.account_id))
        tx.commit()
    assert "were changed outside Companion" in found_on("bound rows", settings, clock).says
    with app.app_context():
        checked = says.invoke(args=["bindings", "check"])
        assert checked.exit_code == 1 and f"enrolments {cast.sam.enrolment_id}" in checked.output
        assert says.invoke(args=["bindings", "renew"], input="n\n").exit_code == 1
        assert says.invoke(args=["bindings", "renew"], input="y\n").exit_code == 0
        assert says.invoke(args=["bindings", "check"]).exit_code == 0
        assert says.invoke(args=["bindings", "begin"]).exit_code == 0
    assert found_on("bound rows", settings, clock).verdict is Verdict.FINE


def row_of(store: Store, cast: Cast) -> dict[str, object]:
    """Sam's enrolment as the database has it."""
    with store.reading() as tx:
        his = select(Enrolment.__table__).where(Enrolment.id == cast.sam.enrolment_id)
        return dict(tx.connection().execute(his).mappings().one())
