"""Test the rules for names, passphrases and codes, and for locking idle sessions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from companion.domain.accounts.sessions import idle_rule
from companion.domain.breached_passphrases import is_breached
from companion.domain.people import (
    Role,
    called,
    folded,
    new_code,
    new_reference,
    typed_code,
    typed_passphrase,
    typed_sign_in_name,
)
from companion.domain.refusals import Rejected

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def key(act: Callable[..., str], *texts: object) -> str:
    with pytest.raises(Rejected) as refused:
        act(*texts)
    return refused.value.problems[0].key


def test_a_passphrase_must_be_long_and_hard_to_guess() -> None:
    assert typed_passphrase("orange tents along the river", ["sam"]) == "orange tents along the river"
    assert key(typed_passphrase, "too short", []) == "passphrase_short"
    assert key(typed_passphrase, "x" * 129, []) == "passphrase_long"
    assert key(typed_passphrase, "passwordpassword", []) == "passphrase_weak"
    assert key(typed_passphrase, "a" * 100, []) == "passphrase_weak"
    assert key(typed_passphrase, "samuelsamuelsamuel", ["samuel"]) == "passphrase_weak"


@pytest.mark.parametrize(
    "text", ["Companion-practitioner-2026", "lucyfaithfull stop it now", "passphrase " * 4]
)
def test_words_about_the_service_do_not_make_a_passphrase_stronger(text: str) -> None:
    assert key(typed_passphrase, text, []) == "passphrase_weak"
    assert typed_passphrase(f"{text} under orange tents by rivers", [])


@pytest.mark.parametrize(
    "text",
    ["crailsheimer123", "Crailsheimer123", "aufgekrempelten", "Aufgekrempelten", "AUFGEKREMPELTEN24!?"],
)
def test_a_passphrase_known_from_breaches_is_refused(text: str) -> None:
    """These passphrases are refused only because of the breach list."""
    assert key(typed_passphrase, text, []) == "passphrase_breached"
    assert typed_passphrase(f"{text} under orange tents", [])


def test_a_known_breached_passphrase_with_many_digits_added_is_accepted() -> None:
    assert not is_breached("strawberry83742981")


def test_names_are_stored_as_written_but_compared_without_case() -> None:
    assert typed_sign_in_name("  Sam R ") == "Sam R"
    assert folded("  ＳＡＭ   r ") == folded("Sam R")
    assert key(typed_sign_in_name, "ab") == "too_short"
    assert key(typed_sign_in_name, "a\nbcd") == "one_line"
    assert key(called, "") == "empty"
    assert key(called, "Sam\nR") == "one_line"


def test_companion_shortens_an_excessively_long_sign_in_name_before_comparing_it() -> None:
    grows = "\ufdfa" * 100_000  # normalising turns each of these characters into eighteen
    assert len(folded(grows)) < 8_000 and len(typed_code(grows)) < 8_000


def test_a_code_has_no_lookalike_characters() -> None:
    code = new_code()
    assert typed_code(code.lower().replace("-", " ")) == typed_code(code)
    assert not set("01ILOU") & set(code)
    assert len({new_code() for _ in range(1000)}) == 1000


def test_a_participants_reference_is_six_characters_including_a_hyphen() -> None:
    reference = new_reference()
    assert len(reference) == 6 and reference[2] == "-"


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.PARTICIPANT, 15), (Role.PRACTITIONER, 30), (Role.LEAD, 30)]
)
def test_an_idle_session_locks_exactly_at_its_limit(role: Role, minutes: int) -> None:
    rule = idle_rule(role)
    assert not rule.locked(NOON, NOON + timedelta(minutes=minutes, seconds=-1))
    assert rule.locked(NOON, NOON + timedelta(minutes=minutes))
    assert not rule.over(NOON, NOON + timedelta(hours=12, seconds=-1))
    assert rule.over(NOON, NOON + timedelta(hours=12))
    assert not rule.over(NOON, NOON - timedelta(hours=12, seconds=-1))
    assert rule.over(NOON, NOON - timedelta(hours=12))
