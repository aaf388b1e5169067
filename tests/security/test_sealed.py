"""Whoever takes a database, its write-ahead log, the keys' store or the log learns no word and no name."""

import dataclasses
import json
import logging
import re
import secrets
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pyotp
import pytest
import tink
from flask import Flask
from sqlalchemy import MetaData, select, text, update

from companion import create_app
from companion.config import BadSetting, Settings
from companion.store import keys as store_keys
from companion.store.base import Store, open_engine
from companion.store.keys import Box, DataKey, make_wrapping_key
from companion.store.opening import prepare
from companion.store.people import Account
from companion.store.work import AnswerRow, DraftRow
from tests.cast import Cast
from tests.conftest import TUESDAY, Clock
from tests.visitor import Page, Visitor


def taken(settings: Settings) -> bytes:
    """All that a thief has: every file of the embedded databases, or every value of every table."""
    if settings.database_url.startswith("sqlite"):
        files = [path for folder in ("data", "data-keys") for path in (settings.home / folder).iterdir()]
        assert {"companion.db", "companion.db-wal", "keys.db"} <= {path.name for path in files}
        return b"\n".join(path.read_bytes() for path in files)
    return b"\n".join(value for url in (settings.database_url, settings.keys_url) for value in values(url))


def values(url: str) -> Iterator[bytes]:
    engine, tables = open_engine(url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield from (v if isinstance(v, bytes) else str(v).encode() for v in row)
    engine.dispose()


class Canaries:
    """Words that occur nowhere else, by the field that they were typed into."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def __call__(self, field: str) -> str:
        self.planted[field] = word = f"canary {secrets.token_hex(6)}"
        return word

    def found(self, where: bytes | str) -> list[str]:
        data = where.encode() if isinstance(where, str) else where
        lowered = data.lower()
        return [
            field
            for field, word in self.planted.items()
            for form in {word, word.replace("-", ""), word.replace(" ", "")}
            if any(form.lower().encode(code) in lowered for code in ("utf-8", "utf-16-le", "utf-16-be"))
        ]


class Trip:
    """The whole main trip in the browser, with a canary in every field that takes words."""

    def __init__(self, app: Flask, enter: object, cast: Cast, clock: Clock) -> None:
        self.app, self.cast, self.clock, self.enter = app, cast, clock, enter
        self.plant = Canaries()

    def browser(self) -> Visitor:
        made = Visitor(self.app)
        made.client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
        made.client.environ_base["HTTP_USER_AGENT"] = self.plant("user agent")
        return made

    def joins(self, who: str, slip: Page, word: str) -> Visitor:
        """Somebody joins with a slip."""
        found = re.search(r'class="code">([^<]+)<', slip.text)
        assert found, slip.text
        self.plant.planted[f"{who}'s code"] = found[1]
        browser = self.browser()
        browser.post("/join", {"code": self.plant("wrong code")[:14], "word": self.plant("wrong word")})
        browser.post("/join", {"code": found[1], "word": word})
        browser.post("/join/acknowledgement", of="/join/statement")
        name, passphrase = self.plant(f"{who}'s sign-in name"), self.plant(f"{who}'s passphrase")
        browser.post("/join/account", {"sign_in_name": self.plant("too long") * 3, "passphrase": "short"})
        page = browser.post("/join/account", {"sign_in_name": name, "passphrase": passphrase})
        assert page.status == 200, page.text
        return browser

    def a_practitioner_joins(self) -> Visitor:
        plant = self.plant
        name, word = plant("staff's name"), plant("staff's word")
        self.enter.alex.post("/admin/staff/new", {"name": name, "role": "practitioner", "word": plant("not needed")})
        page = self.enter.margaret.get("/lead/staff")
        place = re.search(r"/lead/staff/[^/]+/approval", page.text)
        assert place
        slip = self.enter.margaret.post(place[0], {"word": word}, of="/lead/staff")
        browser = self.joins("staff", slip, word)
        key = re.search(r'class="key">([^<]+)<', browser.get("/second-factor").text)
        assert key
        plant.planted["key"] = key[1]
        self.totp = pyotp.TOTP(key[1].replace(" ", ""))
        page = browser.post("/second-factor", {"code": self.code()})
        plant.planted.update({f"recovery {i}": code for i, code in enumerate(re.findall(r"<li>([\w-]+)</li>", page.text))})
        return browser

    def code(self) -> str:
        return self.totp.at(int(self.cast.now.timestamp()))
