"""A mail server, and what the background loop does with it."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from companion.cli import post
from companion.config import Settings
from companion.store.base import Store
from tests.cli.posting import SENDER, Delivers
from tests.conftest import Clock
from tests.mail import Mailroom, smtp_server


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailroom, str]]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def room(mail_server: tuple[Mailroom, str]) -> Mailroom:
    return mail_server[0]


@pytest.fixture
def delivers(
    app: Flask, store: Store, settings: Settings, mail_server: tuple[Mailroom, str], clock: Clock
) -> Delivers:
    """Send what is due now."""
    there = dataclasses.replace(settings, smtp_url=mail_server[1], mail_from=SENDER)

    def deliver() -> int:
        with app.app_context():
            return post.deliver_now(store, there, clock.now)

    return deliver
