"""Test ``keys status`` and ``keys rotate``."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import pyotp
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from companion import create_app
from companion.config import Settings
from companion.services.operations import rotate_keys
from companion.store import keysets
from companion.store.accounts.sessions import WebSession
from companion.store.audit import AuditEntry
from companion.store.keys import WORDS, DataKey, participant
from companion.store.operations.migrations import MAIN
from tests.cast import Cast
from tests.fixtures import Clock
from tests.newer import brought_further
from tests.people import Staff
from tests.web.test_boards import reference_of

Says = Callable[..., Result]


@pytest.fixture
def says(settings: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Return a function that runs a command, for example ``says("keys", "status")`` for ``keys status``.

    ``typed`` is the text that the operator types at the prompts.
    """
    monkeypatch.setattr(import_module("companion.cli.keys"), "LINGER_SECONDS", 0)

    def run(*command: str, typed: str = "", on: Flask = app) -> Result:
        with on.app_context():
            done = on.test_cli_runner().invoke(args=command, input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


def sentence(done: Result) -> str:
    """Return the reason for a refused command, from the output's last line."""
    assert done.exit_code == 1
    said: str = done.stderr.strip().splitlines()[-1]
    return said


def proof(who: Staff, *, passphrase: str = "", code: str = "") -> str:
    now = pyotp.TOTP(who.totp_secret).at(int(who.cast.now.timestamp()))
    return f"{who.sign_in_name}\n{passphrase or who.passphrase}\n{code or now}\n"


def test_the_wrapping_key_is_rotated_by_running_the_command_twice(
    says: Says, cast: Cast, settings: Settings
) -> None:
    assert cast.sam and cast.alex
    before = says("keys", "status").stdout
    assert f"It is kept in {settings.wrapping_key_file}." in before and "No rotation in progress." in before
    assert "It wraps 1 key of participants and 3 of the service. Destroyed: 0." in before
    first = says("keys", "rotate", "wrapping", typed=proof(cast.alex))
    assert (first.exit_code, first.stdout) == (0, "")
    assert "Nothing uses it yet." in first.stderr and cast.alex.passphrase not in first.output
    assert (
        "Under way: wrapping. Go on with “flask --app wsgi keys rotate wrapping”"
        in says("keys", "status").stdout
    )
    second = says("keys", "rotate", "wrapping")
    assert second.exit_code == 0 and "8 keys wrapped by the new wrapping key" in second.stderr
    after = says("keys", "status").stdout
    assert "No rotation in progress." in after and after.splitlines()[0] != before.splitlines()[0]
    with cast.store.reading() as tx:
        assert tx.keys.secret("service:web") and tx.keys.box(WORDS)


def test_key_rotation_is_refused_if_a_newer_version_has_migrated_the_databases(
    says: Says, cast: Cast
) -> None:
    reference = reference_of(cast, "sam")
    with brought_further(cast.store._engine, MAIN):
        for what in (reference, "words", "wrapping"):
            refused = sentence(says("keys", "rotate", what))
            assert "Change the key with that version." in refused and "sign in" not in refused


def test_a_data_key_is_rotated_by_running_the_command_once(says: Says, cast: Cast) -> None:
    cast.sam.writes("Can we meet later?")
    reference = reference_of(cast, "sam")
    done = says("keys", "rotate", reference, typed=proof(cast.alex))
    assert done.exit_code == 0, done.stderr
    assert "values sealed with the new key. The old one is gone." in done.stdout
    assert "Make a backup of both databases now" in done.stdout
    assert cast.sam.reads_messages().messages[0].words == "Can we meet later?"
    assert sessions_open(cast) == 0


def sessions_open(cast: Cast) -> int:
    """Return how many of Alex's command-line sessions are still open."""
    with cast.store.reading() as tx:
        his = select(WebSession).where(WebSession.account_id == cast.alex.viewer.account_id)
        return sum(each.ended_at is None and each.created_at == cast.now for each in tx.scalars(his))


@pytest.mark.parametrize("what", ["words", "K7-402"])
def test_an_interrupted_key_rotation_continues_without_asking_the_operator_anything(
    what: str, says: Says, cast: Cast
) -> None:
    owner = WORDS if what == "words" else participant(cast.sam.viewer.account_id)
    name = "words" if what == "words" else reference_of(cast, "sam")
    rotate_keys.begin(cast.alex.actor, owner)
    assert (
        f"Under way: {name}. Go on with “flask --app wsgi keys rotate {name}”"
        in says("keys", "status").stdout
    )
    assert says("keys", "rotate", name).exit_code == 0
    assert "No rotation in progress." in says("keys", "status").stdout


def test_only_an_administrator_can_start_a_key_rotation(says: Says, cast: Cast) -> None:
    held = cast.store.keys.keyset(WORDS)
    for who in (cast.priya, cast.margaret):
        said = sentence(says("keys", "rotate", "words", typed=proof(who)))
        assert said == "Error: Only an administrator can use this command."
    sam = f"sam\n{cast.sam.passphrase}\n123456\n"
    assert (
        sentence(says("keys", "rotate", "words", typed=sam))
        == "Error: Only an administrator can use this command."
    )
    assert keysets.ids(cast.store.keys.keyset(WORDS)) == keysets.ids(held)
    with cast.store.reading() as tx:
        refused = tx.scalars(select(AuditEntry).where(AuditEntry.detail == "administrators_only")).all()
    assert [each.actor_role for each in refused] == ["practitioner", "lead", "participant"]


@pytest.mark.parametrize(
    ("what", "wrong", "said"),
    [
        (
            "wrapping",
            {"passphrase": "paper boats on a sunny monday"},
            "The sign-in name or the passphrase isn't right.",
        ),
        ("words", {"code": "000000"}, "The one-time code isn't right."),
    ],
)
def test_a_wrong_passphrase_or_code_does_not_start_a_key_rotation(
    what: str, wrong: dict[str, str], said: str, says: Says, cast: Cast, settings: Settings
) -> None:
    before = settings.wrapping_key_file.read_text()
    assert sentence(says("keys", "rotate", what, typed=proof(cast.alex, **wrong))) == f"Error: {said}"
    assert settings.wrapping_key_file.read_text() == before and not rotate_keys.under_way(cast.store, WORDS)
    assert sessions_open(cast) == 0


def test_a_one_time_code_cannot_be_used_for_a_second_key_rotation(
    says: Says, cast: Cast, clock: Clock
) -> None:
    assert says("keys", "rotate", "words", typed=proof(cast.alex)).exit_code == 0
    again = says("keys", "rotate", "concerns", typed=proof(cast.alex))
    assert sentence(again) == "Error: This one-time code has been used. Wait for the next one."
    clock.forward(minutes=1)
    assert says("keys", "rotate", "concerns", typed=proof(cast.alex)).exit_code == 0


def test_guessing_a_passphrase_at_the_command_prompt_is_rate_limited(says: Says, cast: Cast) -> None:
    typed = proof(cast.alex, passphrase="paper boats on a sunny monday")
    said = [sentence(says("keys", "rotate", "words", typed=typed)) for _ in range(11)]
    assert "There were too many tries. Try again in" in said[-1] and "many" not in said[-2]


@pytest.mark.parametrize("what", ["Z9-999", "\x1b[2J"])
def test_rotating_the_key_of_an_unknown_participant_is_refused(what: str, says: Says, cast: Cast) -> None:
    said = sentence(says("keys", "rotate", what))
    assert said.startswith("Error: There is no participant") and "\x1b" not in said


def test_a_destroyed_key_cannot_be_rotated(says: Says, cast: Cast) -> None:
    reference = reference_of(cast, "sam")
    with cast.store.keys.engine.connect().execution_options(writing=True) as keys:
        his = update(DataKey).where(DataKey.owner == participant(cast.sam.viewer.account_id))
        keys.execute(his.values(wrapped=None, destroyed_at=cast.now))
        keys.commit()
    assert (
        sentence(says("keys", "rotate", reference))
        == f"Error: There is no key of {reference}: it was destroyed."
    )
    assert "Destroyed: 1." in says("keys", "status").stdout


def test_rotating_a_damaged_key_is_refused_and_reported(says: Says, cast: Cast) -> None:
    reference = reference_of(cast, "sam")
    with cast.store.keys.engine.connect().execution_options(writing=True) as keys:
        his = update(DataKey).where(DataKey.owner == participant(cast.sam.viewer.account_id))
        keys.execute(his.values(wrapped=b"damaged"))
        keys.commit()
    assert sentence(says("keys", "rotate", reference)).startswith(
        f"Error: The key of {reference} is damaged."
    )
    assert "No rotation in progress." in says("keys", "status").stdout


def test_a_new_wrapping_key_is_printed_if_the_environment_contains_the_old_key(
    says: Says, cast: Cast, settings: Settings
) -> None:
    """On standard output, the command prints only the line that belongs in the settings."""

    def with_key(text: str) -> Flask:
        return create_app(replace(settings, wrapping_key=text), for_commands=True)

    assert cast.sam
    old = settings.wrapping_key_file.read_text()
    first = says("keys", "rotate", "wrapping", typed=proof(cast.alex), on=with_key(old))
    assert "Put this line into COMPANION_WRAPPING_KEY" in first.stderr
    waits = says("keys", "rotate", "wrapping", typed="n\n", on=with_key(old))
    assert waits.stdout == "" and "Is it lost, and shall another one be made?" in waits.stderr
    second = says("keys", "rotate", "wrapping", on=with_key(first.stdout))
    assert second.exit_code == 0 and "8 keys wrapped" in second.stderr
    assert "A retired key is still there." in says("keys", "status", on=with_key(first.stdout)).stdout
    again = says("keys", "rotate", "wrapping", on=with_key(first.stdout))
    assert again.stdout == second.stdout and "is no longer needed" in again.stderr
    assert len(json.loads(second.stdout)["key"]) == 1
    at_last = says("keys", "status", on=with_key(second.stdout)).stdout
    assert "No rotation in progress." in at_last and "retired" not in at_last
