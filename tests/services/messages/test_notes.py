"""Test that participants can read agreements made in sessions, but no notes."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from companion.domain.messages.notes import Agreed
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.act import Actor
from companion.services.messages.notes import Notes, add_note, agree, open_notes
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import DataKey, KeyMissing, participant
from companion.store.meetings import appointments
from companion.store.messages import notes
from companion.store.messages.notes import NoteRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Staff

WORDS = "He talks more easily after a walk."


def reads(cast: Cast, who: Staff) -> Notes:
    return open_notes(who.actor, cast.sam.enrolment_id)


def recorded(cast: Cast, event: Event) -> int:
    with cast.store.reading() as tx:
        return len(tx.scalars(select(AuditEntry).where(AuditEntry.event == event)).all())


def his_meeting(cast: Cast) -> UUID:
    with cast.store.reading() as tx:
        return appointments.appointments(tx, cast.sam.enrolment_id)[0].id


def agrees(cast: Cast, words: str, seen: int, who: Staff | None = None) -> None:
    viewer = (who or cast.priya).viewer
    agree(Actor(cast.store, viewer, cast.now), his_meeting(cast), words, seen)


def agreed(cast: Cast) -> Agreed | None:
    with cast.store.reading() as tx:
        return notes.last_agreed(tx, cast.sam.enrolment_id)


def test_reading_notes_is_audited(cast: Cast, clock: Clock) -> None:
    cast.priya.notes_on(cast.sam, WORDS)
    clock.forward(days=1)
    cast.priya.notes_on(cast.sam, "Begin with the evenings.")
    found = reads(cast, cast.priya)
    assert [(each.author, each.words) for each in found.notes] == [
        ("Priya", "Begin with the evenings."),
        ("Priya", WORDS),
    ]
    assert recorded(cast, Event.NOTE_ADDED) == 2 and recorded(cast, Event.NOTES_READ) == 1


def test_only_the_participants_own_practitioner_can_read_or_add_notes(cast: Cast) -> None:
    cast.priya.notes_on(cast.sam, WORDS)
    for outsider in (cast.sam, cast.owen, cast.daniel, cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            open_notes(outsider.actor, cast.sam.enrolment_id)
        with pytest.raises(NotFound):
            add_note(outsider.actor, cast.sam.enrolment_id, uuid4(), WORDS)
    assert len(reads(cast, cast.priya).notes) == 1


def test_a_note_sent_twice_is_added_once(cast: Cast) -> None:
    same = uuid4()

    def add(_: int) -> None:
        add_note(cast.priya.actor, cast.sam.enrolment_id, same, WORDS)

    assert cast.sam
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, range(4)))
    assert len(reads(cast, cast.priya).notes) == 1


def test_earlier_notes_keep_their_author_after_a_handover(cast: Cast) -> None:
    cast.priya.notes_on(cast.sam, WORDS)
    assert cast.daniel
    with by_hand(cast.store) as tx:
        tx.get_one(Enrolment, cast.sam.enrolment_id).practitioner_id = cast.daniel.viewer.account_id
        tx.commit()
    cast.daniel.notes_on(cast.sam, "I have read the notes.")
    assert [each.author for each in reads(cast, cast.daniel).notes] == ["Daniel", "Priya"]
    with pytest.raises(NotFound):
        reads(cast, cast.priya)


def test_notes_cannot_be_read_after_the_participants_key_is_destroyed(cast: Cast) -> None:
    cast.priya.notes_on(cast.sam, WORDS)
    with cast.store.keys.engine.connect().execution_options(writing=True) as keys:
        keys.execute(delete(DataKey).where(DataKey.owner == participant(cast.sam.viewer.account_id)))
        keys.commit()
    with cast.store.reading() as tx, pytest.raises(KeyMissing):
        notes.notes(tx, cast.sam.enrolment_id)
    with cast.store.reading() as tx:
        assert tx.scalars(select(NoteRow)).one()


def test_what_people_agreed_in_an_appointment_can_be_recorded_only_after_the_appointment(
    cast: Cast, clock: Clock
) -> None:
    with pytest.raises(NotAllowed):
        agrees(cast, "A walk on three evenings.", 0)
    clock.forward(days=2, hours=2)
    agrees(cast, "A walk on three evenings.", 0)
    agrees(cast, "A walk on three evenings.", 0)  # the form is sent twice
    found = agreed(cast)
    assert found and (found.words, found.by, found.revision) == ("A walk on three evenings.", "Priya", 1)
    with pytest.raises(ChangedElsewhere):
        agrees(cast, "A walk every evening.", 0)
    agrees(cast, "A walk on four evenings.", 1)
    found = agreed(cast)
    assert found and (found.words, found.revision) == ("A walk on four evenings.", 2)
    assert recorded(cast, Event.AGREED) == 2
    with pytest.raises(Rejected):
        agrees(cast, " ", 2)
    for outsider in (cast.daniel, cast.margaret):
        with pytest.raises(NotFound):
            agrees(cast, "Nothing.", 2, outsider)
    with pytest.raises(NotFound):
        agree(cast.sam.actor, his_meeting(cast), "Nothing.", 2)


def test_an_agreement_from_a_later_appointment_wins_even_if_it_was_typed_earlier(cast: Cast) -> None:
    older, newer = cast.met(cast.sam.enrolment_id, 7), cast.met(cast.sam.enrolment_id, 3)
    cast.met(cast.sam.enrolment_id, 1)  # nothing was agreed at this appointment
    for meeting, words in ((newer, "The newer."), (older, "The older.")):
        agree(cast.priya.actor, meeting, words, 0)
    found = agreed(cast)
    assert found and (found.appointment_id, found.words) == (newer, "The newer.")


def test_recording_an_agreement_twice_at_the_same_time_saves_only_one_text(cast: Cast, clock: Clock) -> None:
    assert cast.sam
    clock.forward(days=2, hours=2)

    def write(words: str) -> str:
        try:
            agrees(cast, words, 0)
        except ChangedElsewhere:
            return "too late"
        return "written"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, ("One.", "Two."))) == ["too late", "written"]
