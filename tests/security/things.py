"""Create a record for each kind of id that URLs contain."""

import secrets
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from companion.domain.accounts.devices import DeviceKind
from companion.domain.people import Role
from companion.domain.plan.plan import From, Source
from companion.services.authoring import approval
from companion.services.concerns import report
from companion.services.concerns.report import Sighting
from companion.services.meetings import calendars
from companion.services.plan import items, suggestions
from companion.services.staff import accounts
from companion.services.work import assign, phrases
from companion.services.work.assign import Due, QuickWork
from companion.store import people
from companion.store.accounts import devices, sessions
from companion.store.accounts.passkeys import Passkey
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import library
from companion.store.audit import AuditEntry, Event
from companion.store.meetings import appointments
from tests.cast import Cast
from tests.groups import a_group, a_meeting
from tests.people import CARD, Participant, Somebody, Staff
from tests.security.for_whom import PEOPLE
from tests.visitor import Visitor

FILLED_IN = {
    "word": "lighthouse", "name": "Robin", "role": "practitioner", "why": "To look back", "minutes": "15",
    "kind": "session", "day": "2026-12-10", "time": "14:00", "site": "epsom", "seen": "1",
    "prompt": "the-week", "answer": "6", "comment-": "Thank you", "words": "Say more",
    "title": "A walk", "introduction": "This looks at one walk.", "ask": "How was it?", "most": "100",
    "to": "up", "warning": "long_sentence", "reason": "It has to be", "questions": "How was it?",
    "number": "1", "revision": "1", "email": "robin@post.example", "mail": "email", "part": "good",
    "place": "build/good",
    "together": "no", "next_review": "2026-12-22", "shape": "line",
    "rhythm": "week", "attendance": "cancelled_by_service", "day-1": "2026-12-10", "time-1": "14:00",
    "seen-1": "1", "note": "She called back", "passed_to": "The duty team",
    "passed_day": "2026-11-24", "passed_time": "09:00", "label": "Tuesdays",
    "away_from": "2026-12-01", "away_until": "2026-12-08", "agreed": "A walk a day", "reference": "K7-402",
    "form": "json", "wrong": "My name", "should": "Sammy", "outcome": "left", "review_on": "2027-03-01",
    "wording": "must_keep",
    "purpose": "practice", "shown": "no", "act": "talked",
    "language": "en", "answer-clear": "4", "answer-better": "More tea", "low_label": "No", "high_label": "Yes",
}  # fmt: skip
"""Valid values for the fields of all forms, by field name."""


@pytest.fixture
def own(cast: Cast, hasher: Hasher) -> dict[str, Any]:
    """Return the ids of Sam's and Priya's records, the ids of two activities and the ids of new staff."""
    things = things_of(cast, cast.sam, cast.priya)
    for role, word in (("practitioner", ""), ("administrator", "lighthouse")):
        accounts.add_staff(cast.alex.actor, hasher, "Robin", role, word)
    with cast.store.reading() as tx:
        approved, draft = library.newest_versions(tx)[:2]
        things |= {"version_id": approved.id, "draft_id": draft.id, "activity_id": draft.activity_id}
        things["prompt_id"] = draft.activity.prompts[0].id
        new = {each.role: each.id for each in people.staff(tx) if each.joined_at is None}
    things["passkey_id"] = {role: a_passkey(cast, getattr(cast, name)) for role, name in PEOPLE.items()}
    things["token"] = calendars.new_address(cast.priya.actor)
    things["account_id"], things["administrator_id"] = new[Role.PRACTITIONER], new[Role.ADMINISTRATOR]
    approval.approve(cast.margaret.actor, things["version_id"], 1)
    for giver, taker in ((cast.priya, cast.daniel), (cast.daniel, cast.priya)):
        giver.hands_over(cast.sam, taker)
    return things


@pytest.fixture
def browsers(app: Flask, enter: SimpleNamespace) -> dict[str, Visitor]:
    """Return a signed-out browser, and a signed-in browser for each role."""
    return {"nobody": Visitor(app), **{role: getattr(enter, name) for role, name in PEOPLE.items()}}


def things_of(cast: Cast, participant: Participant, practitioner: Staff) -> dict[str, Any]:
    """For each kind of id that URLs contain, create one record that has such an id. Return the ids.

    All records belong to the given participant and practitioner.
    """
    work_id = practitioner.sets(participant, "a-week-of-choices")
    participant.finishes(work_id)
    practitioner.returns(participant.submits(work_id), "Could you say more?")
    handed_in = practitioner.sets(participant, "hopes-and-fears")
    participant.finishes(handed_in)
    with cast.store.reading() as tx:
        appointment_id = appointments.appointments(tx, participant.enrolment_id)[0].id
    asked = Due(uuid4(), str(appointment_id), CARD)
    assign.quickly_set(
        practitioner.actor,
        participant.enrolment_id,
        QuickWork("Two things", "For you.", "How was it?"),
        asked,
    )
    with cast.store.reading() as tx:
        own = library.own_versions(tx, participant.enrolment_id)[0]
    item_id, suggestion_id = a_plan(cast, participant, practitioner, work_id)
    concern_id, seen = uuid4(), Sighting("He sounded very low.", "", "", "")
    report.raise_concern(practitioner.actor, participant.enrolment_id, concern_id, seen, None)
    look_id = cast.margaret.looks_at(participant, "concern")
    far = cast.now.date() + timedelta(days=100)
    write_to_each_other(participant, practitioner)
    group = a_group(cast, participant, whose=practitioner)
    meeting_id = group.meets(a_meeting("2026-12-17"))
    request_id, correction_id, hold_id = participant.asks_about_what_is_held()
    with cast.store.reading() as tx:
        of_look = (AuditEntry.event == Event.LOOK_OPENED) & (AuditEntry.look_id == look_id)
        entry_id = tx.scalar(select(AuditEntry.id).where(of_look))
    return {
        "request_id": request_id,
        "correction_id": correction_id,
        "hold_id": hold_id,
        "look_id": look_id,
        "entry_id": entry_id,
        "away_id": practitioner.is_away(far, far),
        "group_id": group.id,
        "meeting_id": meeting_id,
        "part": "good",
        "number": 1,
        "work_id": work_id,
        "concern_id": concern_id,
        "submission_id": participant.submits(handed_in),
        "enrolment_id": participant.enrolment_id,
        "appointment_id": appointment_id,
        "version_id": uuid4(),
        "draft_id": uuid4(),
        "activity_id": own.activity_id,
        "own_version_id": own.id,
        "prompt_id": "question-1",
        "account_id": participant.viewer.account_id,
        "administrator_id": practitioner.viewer.account_id,
        "item_id": item_id,
        "suggestion_id": suggestion_id,
        "phrase_id": a_phrase(practitioner),
        **signed_in_elsewhere(cast, participant),
    }


def a_phrase(practitioner: Staff) -> UUID:
    """Save a reusable phrase for a practitioner's feedback, and return the phrase's id."""
    phrase_id = uuid4()
    phrases.keep(practitioner.actor, phrase_id, "Thank you for this.")
    return phrase_id


def signed_in_elsewhere(cast: Cast, who: Somebody) -> dict[str, Any]:
    """Create a session and a known device for this person, and return both ids."""
    with cast.store.writing() as tx:
        account = people.account(tx, who.viewer.account_id)
        token = sessions.start(tx, account.id, cast.now, complete=True)
        devices.know(tx, account, secrets.token_urlsafe(32), DeviceKind(), cast.now)
        found = sessions.find(tx, token, cast.now)
        known = devices.mine(tx, who.viewer)
        tx.commit()
    assert found
    return {"session_id": found.session_id, "device_id": known[0].id}


def a_passkey(cast: Cast, whose: Participant | Staff) -> UUID:
    """Add a passkey to this person's account, and return the passkey's id."""
    row = Passkey(id=uuid4(), account_id=whose.viewer.account_id, added_at=cast.now, sign_count=0)
    row.credential_id, row.public_key = uuid4().bytes, b"no key"
    with cast.store.writing() as tx:
        box = cast.store.keys.box(people.account(tx, row.account_id).owner)
        row.name = box.seal("passkeys.name", row.id, "A phone")
        tx.add(row)
        tx.commit()
    return row.id


def meant(things: dict[str, Any]) -> dict[str, Any]:
    """Return form fields that contain the ids of an appointment and a group member."""
    return {
        "due": things["appointment_id"],
        "row-1": things["appointment_id"],
        "members": things["enrolment_id"],
    }


def write_to_each_other(participant: Participant, practitioner: Staff) -> None:
    """Write a note and messages, some of which have been read."""
    practitioner.writes_to(participant, "Please bring your notebook.")
    participant.reads_messages()
    participant.writes("I will.")
    practitioner.notes_on(participant, "He talks more easily after a walk.")


def a_plan(cast: Cast, participant: Participant, practitioner: Staff, work_id: UUID) -> tuple[UUID, UUID]:
    """Add a plan item and a plan suggestion, and return both ids."""
    item_id, suggestion_id = uuid4(), uuid4()
    source, row = Source(From.ANSWER, work_id, "told-yourself"), ("Walking by the river", "", "")
    items.add(participant.actor, item_id, "good", [row], source)
    suggestions.suggest(practitioner.actor, participant.enrolment_id, suggestion_id, "good", row)
    return item_id, suggestion_id
