"""Test what ``doctor`` says about a running portal's proxy, backups and background loop."""

from collections.abc import Callable
from dataclasses import replace

from companion import create_app
from companion.cli.background.gauges import Measures
from companion.config import Settings
from companion.domain.operations import health
from companion.domain.operations.health import Verdict
from companion.store import audit
from companion.store.base import Store
from tests.cli.doctor import found_on, said, serving
from tests.cli.machines import Run
from tests.fixtures import Clock


def test_doctor_checks_the_proxys_headers_in_production_mode(
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
    client.get("/healthz")  # a monitor's request doesn't come through the proxy
    assert tls().says == "The proxy said of all 3 requests that they came by TLS."
    client.get("/sign-in", headers={**said_by, "X-Forwarded-Proto": "http"})
    assert "Of 4 requests 1 came without TLS" in tls().says
    client.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Of 5 requests 1 came without all of" in tls().says
    app.extensions["store"].close()


def test_doctor_reports_a_missing_backup_in_production_mode(
    store: Store, settings: Settings, clock: Clock
) -> None:
    serving = replace(settings, mode="serve", smtp_url="")
    assert "No backup was made yet" in found_on("backups", serving, clock).says
    with store.writing(clock.now) as tx:
        audit.record(tx, audit.Event.BACKUP_MADE)
        audit.seal(tx)
        tx.commit()
    assert found_on("backups", serving, clock).verdict is Verdict.FINE
    clock.forward(days=2)
    assert "is 2 days old" in found_on("backups", serving, clock).says


def test_the_doctor_command_asks_for_a_new_backup_after_a_move_to_another_machine(
    store: Store, settings: Settings, clock: Clock
) -> None:
    serving = replace(settings, mode="serve", smtp_url="")

    def happens(event: audit.Event) -> str:
        with store.writing(clock.now) as tx:
            audit.record(tx, event)
            audit.seal(tx)
            tx.commit()
        return found_on("backups", serving, clock).says

    happens(audit.Event.BACKUP_MADE)
    assert "None was made since everything was moved" in happens(audit.Event.BACKUP_RESTORED)
    assert happens(audit.Event.BACKUP_MADE) == "One was made in the last day and a half."


def test_doctor_finds_the_running_portal_and_its_background_loop(
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
