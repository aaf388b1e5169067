"""Open a browser for each person, and type canaries (unique words) into every text field."""

import re
from types import SimpleNamespace

from flask import Flask

from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.stolen import Canaries
from tests.visitor import Page, Visitor


class Steps:
    staff: Visitor
    participant: Visitor
    totp: str
    place: str
    work: str

    def __init__(self, app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock) -> None:
        self.app, self.enter, self.cast, self.clock = app, enter, cast, clock
        self.plant = Canaries()


def first(pattern: str, page: Page) -> str:
    found = re.search(pattern, page.text)
    assert found, f"no {pattern} on {page.path}: {page.text}"
    return found[found.re.groups]
