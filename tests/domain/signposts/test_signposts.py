"""Test the shipped signposts, the errors in a bad signpost file, and when the help page will next change."""

from datetime import datetime, time, timedelta
from importlib.resources import files

import phonenumbers
import pytest
from msgspec.structs import replace

from companion.domain.signposts.opening_hours import LONDON, OpeningState
from companion.domain.signposts.signposts import (
    BadSignposts,
    Directory,
    Need,
    Signpost,
    Telephone,
    Text,
    Web,
    next_change,
    opening,
    read,
)

SHIPPED = (files("companion") / "content" / "signposts.toml").read_bytes()


@pytest.fixture(scope="module")
def shipped() -> Directory:
    return read(SHIPPED)


def london(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=LONDON)


def named(directory: Directory, id_: str) -> Signpost:
    return next(signpost for signpost in directory.signposts if signpost.id == id_)


def test_every_kind_of_help_that_people_may_need_has_a_signpost(shipped: Directory) -> None:
    assert list(shipped.by_need()) == list(Need)
    assert [s.id for s in shipped.by_need()[Need.CHILD_IN_DANGER]] == ["emergency"]
    assert [s.id for s in shipped.by_need()[Need.JOIN]] == ["helpline"]


def test_scotlands_signpost_uses_a_uk_wide_number(
    shipped: Directory,
) -> None:
    scotland = named(shipped, "scotland")
    assert scotland.needs == (Need.HURT_MYSELF,) and [way.href for way in scotland.ways] == ["tel:116123"]
    first = shipped.by_need()[Need.IRELAND][0]
    assert [way.href for way in first.ways] == ["tel:112", "tel:999"]


def test_help_for_people_in_danger_is_listed_first() -> None:
    assert list(Need)[:2] == [Need.CHILD_IN_DANGER, Need.HURT_MYSELF]


def test_every_telephone_number_in_the_shipped_signposts_can_be_dialled(shipped: Directory) -> None:
    dialled = {way.dial for s in shipped.signposts for way in s.ways if isinstance(way, Telephone)}
    assert dialled == {
        "999", "112", "111", "116123", "+448081000900", "+441372847161", "+448088088000", "+448088005000",
    }  # fmt: skip
    for number in dialled | {
        way.number for s in shipped.signposts for way in s.ways if isinstance(way, Text)
    }:
        parsed = phonenumbers.parse(number, "GB")
        info = phonenumbers.is_valid_number if number.startswith("+") else phonenumbers.is_valid_short_number
        assert info(parsed), number


def test_signposts_have_links_for_phone_calls_and_text_messages_and_websites(shipped: Directory) -> None:
    links = {way.href: type(way) for s in shipped.signposts for way in s.ways}
    assert links["tel:+448081000900"] is Telephone
    assert links["sms:85258?&body=SHOUT"] is Text
    assert links["https://www.stopitnow.org.uk/helpline"] is Web


def test_signposts_that_the_service_has_not_confirmed_are_marked(shipped: Directory) -> None:
    unconfirmed = {signpost.id for signpost in shipped.signposts if not signpost.confirmed}
    assert unconfirmed == {"helpline", "helpline-from-ireland", "nspcc"}


def test_the_helpline_closes_for_the_weekend_at_five(shipped: Directory) -> None:
    helpline = named(shipped, "helpline")
    assert opening(helpline, london("2026-11-27 16:59")).until == london("2026-11-27 17:00")
    assert opening(helpline, london("2026-11-27 17:00")).opens == london("2026-11-30 09:00")
    assert opening(named(shipped, "emergency"), london("2026-11-28 03:00")).state == OpeningState.ALWAYS
    assert opening(named(shipped, "nspcc"), london("2026-11-28 03:00")).state == OpeningState.UNKNOWN


def test_the_next_change_of_the_help_page_is_when_a_listed_helpline_opens_or_closes(
    shipped: Directory,
) -> None:
    assert next_change(shipped.signposts, london("2026-11-27 12:00")) == london("2026-11-27 17:00")
    assert next_change([named(shipped, "samaritans")], london("2026-11-27 12:00")) is None
    both = (named(shipped, "helpline"), *read(GOOD.encode()).signposts)
    assert next_change(both, london("2026-11-29 12:00")) == london("2026-11-29 17:00")
    assert next_change(both, london("2026-11-26 12:00")) == london("2026-11-26 21:00")


def test_every_signpost_needs_english_text(shipped: Directory) -> None:
    helpline = named(shipped, "helpline")
    there = replace(helpline, name={"en": "Help", "cy": "Cymorth", "ga": ""}, note=None)
    assert there.name == {"en": "Help", "cy": "Cymorth"}
    with pytest.raises(ValueError, match="missing in English"):
        replace(helpline, note={"cy": "Cymorth"})


def test_on_every_day_of_ten_years_the_helpline_is_open_during_its_published_hours(
    shipped: Directory,
) -> None:
    helpline = named(shipped, "helpline")
    now = london("2026-01-01 00:00")
    while now.year < 2036:
        moment = next_change([helpline], now)
        assert moment
        assert now < moment
        change = moment.astimezone(LONDON)
        before, after = (
            opening(helpline, change - timedelta(seconds=1)).state,
            opening(helpline, change).state,
        )
        closing = change.hour == (17 if change.weekday() == 4 else 21)
        assert (before, after) == (
            (OpeningState.OPEN, OpeningState.CLOSED) if closing else (OpeningState.CLOSED, OpeningState.OPEN)
        )
        assert change.weekday() < 5
        assert change.time() == time(change.hour if closing else 9)
        now = change


GOOD = """
format = 1
[[signposts]]
id = "somewhere"
name.en = "Somewhere"
needs = ["join"]
checked = 2026-11-24
ways = [{ kind = "telephone", shown = "0808 1000 900", dial = "+448081000900" }]
[signposts.when]
kind = "weekly"
nations = ["wales"]
on_bank_holidays = "closed"
hours = [{ days = ["monday", "sunday"], from = "09:00", until = "17:00" }]
"""
NIGHT = 'from = "09:00", until = "01:00", over_midnight = true'
SUNDAY_NIGHT = 'from = "18:00", until = "09:01", over_midnight = true'
CALL = '{ kind = "telephone", shown = "0808 1000 900", dial = "+448081000900" }'
PAGE = '{ kind = "web", shown = "a page", label.en = "A page", address = "ADDRESS" }'


@pytest.mark.parametrize(
    ("find", "replace", "said"),
    [
        ("format = 1", "format = 2", r"Invalid.* 2.*\$\.format"),
        ("format = 1", "format = ", "Invalid value"),
        ('needs = ["join"]', 'needs = ["jion"]', r"jion.*\$\.signposts\[0\]\.needs\[0\]"),
        ("checked =", "last_checked =", "unknown field `last_checked`"),
        ("checked = 2026-11-24", "", "missing required field `checked`"),
        ("checked = 2026-11-24", "checked = 2026-02-29", "Invalid"),
        ('name.en = "Somewhere"', 'name.cy = "Rhywle"', "missing in English"),
        ('"09:00"', '"9:00"', r"'9:00' is not a time.*\$\.signposts\[0\]\.when\.hours\[0\]"),
        ('"17:00"', '"24:00"', "'24:00' is not a time"),
        ('"17:00"', '"09:00"', "09:00 is not after 09:00: does it need over_midnight"),
        ('"17:00"', '"08:00"', "08:00 is not after 09:00: does it need over_midnight"),
        ('until = "17:00"', 'until = "17:00", over_midnight = true', "longer than a day"),
        ('["monday", "sunday"]', '["monday", "monday"]', "overlap"),
        ("hours = [", f'hours = [{{ days = ["sunday"], {NIGHT} }}, ', "overlap"),
        ("hours = [", f'hours = [{{ days = ["sunday"], {SUNDAY_NIGHT} }}, ', "overlap"),
        ('"monday"', '"mon"', "mon"),
        ('["wales"]', '["ireland"]', "ireland"),
        ('["wales"]', "[]", "length >= 1"),
        ('on_bank_holidays = "closed"', "", "on_bank_holidays"),
        ("0808 1000 900", "0808 1000 901", "'0808 1000 901' is shown, but '.448081000900' would be dialled"),
        ("+448081000900", "+44808100", "'.44808100' is neither"),
        ("+448081000900", "08081000900", "'08081000900' is neither"),
        ("+448081000900", "+44 8081000900", "is neither"),
        ("+448081000900", "999", "would be dialled"),
        ("0808 1000 900", "call us", "'call us' is not a telephone number"),
        ('kind = "telephone"', 'kind = "fax"', "fax"),
        (CALL, "", "no way"),
        (CALL, '{ kind = "text", number = "85259999", keyword = "HELLO" }', "'85259999' is neither"),
        (CALL, PAGE.replace("ADDRESS", "http://somewhere.example"), "starts with https://"),
        (CALL, PAGE.replace("ADDRESS", "javascript:alert(1)"), "starts with https://"),
        (CALL, PAGE.replace("ADDRESS", "https:///help"), "starts with https://"),
        (
            CALL,
            PAGE.replace("ADDRESS", "https://somewhere.example@elsewhere.example"),
            "starts with https://",
        ),
        (
            "[[signposts]]",
            GOOD.removeprefix("\nformat = 1\n") + "[[signposts]]",
            "more than one .* somewhere",
        ),
    ],
)
def test_a_bad_signposts_file_is_refused_with_the_line_and_reason(find: str, replace: str, said: str) -> None:
    assert find in GOOD
    with pytest.raises(BadSignposts, match=said):
        read(GOOD.replace(find, replace).encode())


@pytest.mark.parametrize(
    ("find", "replace"),
    [
        ("hours = [", "hours = ["),
        (CALL, PAGE.replace("ADDRESS", "https://somewhere.example/help?now=1")),
        ('["monday", "sunday"], from = "09:00", until = "17:00"', f'["monday", "tuesday"], {NIGHT}'),
        ("hours = [", f'hours = [{{ days = ["saturday"], {NIGHT} }}, '),
        ("hours = [", f'hours = [{{ days = ["saturday"], {NIGHT.replace("01:", "09:")} }}, '),
        ('until = "17:00"', 'until = "09:00", over_midnight = true'),
    ],
)
def test_a_good_signposts_file_is_accepted(find: str, replace: str) -> None:
    assert find in GOOD
    assert read(GOOD.replace(find, replace).encode())
