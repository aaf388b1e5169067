"""Test that a joining or reset slip's QR code contains only the joining page's URL and the joining code."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from flask import Flask

from companion.domain.people import Role
from companion.store.accounts.passphrases import Hasher
from tests.cast import Cast
from tests.qr_codes import texts
from tests.slips import slip_for
from tests.visitor import Page, Visitor

WORD = "harbour"
Makes = Callable[[SimpleNamespace, Cast, Hasher], Page]
CODE = re.compile(r'class="code">([^<]+)<')


def of_participant(enter: SimpleNamespace, cast: Cast, hasher: Hasher) -> Page:
    return enter.priya.post(f"/participants/{cast.sam.enrolment_id}/reset", {"word": WORD})


def of_staff(enter: SimpleNamespace, cast: Cast, hasher: Hasher) -> Page:
    slip_for(cast, hasher, Role.PRACTITIONER)
    (approval,) = re.findall(r'href="(/lead/staff/[^"]+/approval)"', enter.margaret.get("/lead/staff").text)
    return enter.margaret.post(approval, {"word": WORD})


@pytest.mark.parametrize("made", [of_participant, of_staff])
def test_qr_codes_on_joining_and_reset_slips_have_the_code_after_the_hash_sign(
    enter: SimpleNamespace, cast: Cast, hasher: Hasher, made: Makes
) -> None:
    page = made(enter, cast, hasher)
    (code,), (scanned,) = CODE.findall(page.text), texts(page.text)
    address = urlsplit(scanned)
    assert (address.path, address.query, address.fragment) == ("/join", "", code)
    assert scanned == f"http://localhost/join#{code}"


@pytest.mark.parametrize("made", [of_participant, of_staff])
def test_a_joining_or_reset_slip_contains_neither_a_name_nor_the_secret_word_that_was_agreed_in_person(
    enter: SimpleNamespace, cast: Cast, hasher: Hasher, made: Makes
) -> None:
    page = made(enter, cast, hasher)
    slip = page.text.partition('<div class="slip">')[2].partition('<p class="row">')[0]
    told = f"{slip} {texts(page.text)[0]}".lower()
    for each in (
        WORD,
        "sam",
        "robin",
        "priya",
        "margaret",
        cast.sam.reference.lower(),
        "companion",
        "helpline",
    ):
        assert not re.search(rf"\b{each}\b", told), each


def test_a_used_reset_slip_gets_the_same_message_as_an_unknown_code(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    code = urlsplit(texts(of_participant(enter, cast, hasher).text)[0]).fragment
    first = Visitor(app)
    first.post("/join", {"code": code, "word": WORD})
    first.post("/join/account", {"sign_in_name": "sam", "passphrase": "seven pears in a row of robins"})
    refused = [Visitor(app).post("/join", {"code": each, "word": WORD}) for each in (code, "2222-3333-4444")]
    for page, typed in zip(refused, (code, "2222-3333-4444"), strict=True):
        assert page.status == 422 and f'name="code" type="text" value="{typed}"' in page.text
        assert (
            "Each joining code only works once, and only for 7 days. Your practitioner can give you a new joining code."
            in page
        )


def test_the_joining_form_is_sent_to_a_url_without_the_code(app: Flask) -> None:
    """The next page's URL must not contain the joining code."""
    assert '<form method="post" action="/join"' in Visitor(app).get("/join").text
