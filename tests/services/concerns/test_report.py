"""Test that a concern reaches the right people and nobody else."""

from uuid import UUID, uuid4

import pytest

from companion.domain.concerns.concerns import ConcernKind, Passed
from companion.domain.refusals import NotFound
from companion.services.concerns import handle, report
from companion.services.concerns.report import Sighting, Source, SourceKind
from companion.store.audit import Event
from companion.store.concerns import concerns
from tests.cast import Cast
from tests.people import Staff
from tests.services.concerns.raised import WORDS, leads, notices, recorded

__all__ = ["leads"]  # imported because it is a fixture


@pytest.mark.usefixtures("leads")
def test_a_participants_concern_reaches_their_practitioner_and_the_lead(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    assert notices(cast, concern) == {("priya", "concern_new"): 1, ("margaret", "concern_new"): 1}
    for reader in (cast.priya, cast.margaret):
        found = reader.opens(concern)
        assert (found.content.words, found.raised_by, found.content.participant) == (WORDS, "Sam", "Sam")
        assert [(step.kind, step.told) for step in found.steps[1:]] in (
            [("told", "Margaret"), ("told", "Priya")],
            [("told", "Priya"), ("told", "Margaret")],
        )
    readers = [cast.priya.viewer.account_id, cast.margaret.viewer.account_id]
    assert sorted(map(str, recorded(cast, Event.CONCERN_READ))) == sorted(map(str, readers))
    assert recorded(cast, Event.CONCERN_RAISED) == [cast.sam.viewer.account_id]


@pytest.mark.usefixtures("leads")
def test_only_people_involved_in_a_concern_can_find_or_open_it(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    for outsider in (cast.sam, cast.owen, cast.idris, cast.daniel, cast.alex):
        with pytest.raises(NotFound):
            handle.open_concern(outsider.actor, concern)
        with cast.store.reading() as tx:
            assert concerns.lines(tx, outsider.viewer) == []


@pytest.mark.usefixtures("leads")
def test_a_concern_about_the_practitioner_reaches_only_the_lead(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS, ConcernKind.ABOUT_PRACTITIONER)
    assert notices(cast, concern) == {("margaret", "concern_new"): 1}
    with cast.store.reading() as tx:
        assert concerns.lines(tx, cast.priya.viewer) == []
        assert [line.id for line in concerns.lines(tx, cast.margaret.viewer)] == [concern]
    with pytest.raises(NotFound):
        cast.priya.opens(concern)
    with pytest.raises(NotFound):
        handle.add_note(cast.priya.actor, concern, uuid4(), "I see it.")


@pytest.mark.usefixtures("leads")
def test_a_practitioner_can_raise_a_concern_from_a_submitted_answer(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    concern_id, enrolment = uuid4(), cast.sam.enrolment_id
    sighting = Sighting("He sounds very low.", "The duty team", "2026-11-24", "13:30")
    for _ in range(2):  # the form is sent twice
        report.raise_concern(
            cast.priya.actor, enrolment, concern_id, sighting, Source(submission, "the-week")
        )
    found = cast.margaret.opens(concern_id)
    assert found.content.question == "How was this week for you overall?"
    assert found.content.passed == Passed("The duty team", cast.now.replace(hour=13, minute=30))
    assert notices(cast, concern_id) == {("margaret", "concern_new"): 1}
    with cast.store.reading() as tx:
        assert len(concerns.lines(tx, cast.priya.viewer)) == 1

    for about, source, who in (
        (cast.owen.enrolment_id, Source(submission, ""), cast.priya),  # another participant's submission
        (enrolment, Source(submission, "no-such-question"), cast.priya),
        (enrolment, None, cast.daniel),  # another practitioner's participant
        (enrolment, None, cast.margaret),
    ):
        with pytest.raises(NotFound):
            report.raise_concern(who.actor, about, uuid4(), sighting, source)


@pytest.mark.usefixtures("leads")
def test_sending_a_concern_form_twice_raises_only_one_concern(cast: Cast) -> None:
    same = uuid4()
    for _ in range(2):
        report.tell(cast.sam.actor, same, ConcernKind.TOLD, WORDS)
    with cast.store.reading() as tx:
        assert len(concerns.lines(tx, cast.margaret.viewer)) == 1
    assert recorded(cast, Event.CONCERN_RAISED) == [cast.sam.viewer.account_id]


@pytest.mark.usefixtures("leads")
def test_a_practitioner_can_raise_a_concern_from_a_message_or_a_note(cast: Cast) -> None:
    message, others = cast.sam.writes("I feel very low."), cast.owen.writes("Hello")
    answer, note = cast.priya.writes_to(cast.sam, "I will ring you."), cast.priya.notes_on(cast.sam, "Low.")
    sighting, sam = Sighting("He sounds very low.", "", "", ""), cast.sam.enrolment_id

    def raises(who: Staff, source: Source) -> UUID:
        concern_id = uuid4()
        report.raise_concern(who.actor, sam, concern_id, sighting, source)
        return concern_id

    found = cast.margaret.opens(raises(cast.priya, Source(message, kind=SourceKind.MESSAGE))).content
    assert (found.message_id, found.note_id, found.written_at) == (message, None, cast.now)
    found = cast.margaret.opens(raises(cast.priya, Source(note, kind=SourceKind.NOTE))).content
    assert (found.message_id, found.note_id, found.question) == (None, note, "")
    for who, wrong in (
        (cast.priya, Source(others, kind=SourceKind.MESSAGE)),  # another participant's message
        (cast.priya, Source(answer, kind=SourceKind.MESSAGE)),  # a message that the participant didn't write
        (cast.priya, Source(message, kind=SourceKind.NOTE)),
        (cast.priya, Source(message)),
        (cast.daniel, Source(message, kind=SourceKind.MESSAGE)),
    ):
        with pytest.raises(NotFound):
            raises(who, wrong)


@pytest.mark.usefixtures("leads")
def test_a_covering_practitioner_can_raise_a_concern_from_a_message(cast: Cast) -> None:
    message, note = cast.sam.writes("I feel very low."), cast.priya.notes_on(cast.sam, "Low.")
    assert cast.daniel
    cast.priya.is_away(cast.now.date(), cast.now.date(), cast.daniel)
    sighting, sam, raised = Sighting("He sounds very low.", "", "", ""), cast.sam.enrolment_id, uuid4()
    source = Source(message, kind=SourceKind.MESSAGE)
    report.raise_concern(cast.daniel.actor, sam, raised, sighting, source)
    assert cast.margaret.opens(raised).raised_by == "Daniel"
    assert cast.priya.opens(raised).content.practitioner == "Priya"
    with pytest.raises(NotFound):  # the covering practitioner sees nothing else about the participant
        cast.daniel.opens(raised)
    for wrong in (None, Source(note, kind=SourceKind.NOTE)):
        with pytest.raises(NotFound):
            report.raise_concern(cast.daniel.actor, sam, uuid4(), sighting, wrong)
