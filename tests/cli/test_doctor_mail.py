"""Test what ``doctor`` reports about unsent notices and the mail server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from flask import Flask

from companion.cli.background.mail import Smtp
from companion.cli.doctor import examined
from companion.config import Settings
from companion.domain.operations.health import Verdict
from tests.cast import Cast
from tests.fixtures import Clock
from tests.mail import Mailroom, mute_server, smtp_server
from tests.ports import free_port


def test_doctor_reports_waiting_email(cast: Cast, settings: Settings, clock: Clock) -> None:
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
    """A mail server's authenticator that accepts one passphrase."""

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


def test_doctor_signs_in_to_the_mail_server_without_sending_email(settings: Settings) -> None:
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


def test_doctor_stops_waiting_for_a_silent_mail_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("companion.cli.background.mail"), "PATIENCE", 0.2)
    with mute_server() as url:
        assert Smtp(replace(settings, smtp_url=url)).refusal() == "SMTPServerDisconnected"
