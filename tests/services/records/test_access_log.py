"""Test that participants can see who has read their data. Test that participants can't tell that an access
log entry is hidden from them.
"""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.domain.records.access_log import Read, Reader
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected
from companion.services.act import Actor
from companion.services.caseloads import pathway_steps
from companion.services.caseloads.brief import open_brief
from companion.services.concerns import lead_access, lead_reads
from companion.services.messages import notes
from companion.services.plan import suggestions
from companion.services.records import withheld_entries
from companion.services.records.withheld_entries import DisclosureForm
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.records import access_log
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Participant, Staff


def own(cast: Cast, who: Participant | None = None) -> list[Read]:
    with cast.store.reading() as tx:
        return access_log.own(tx, (who or cast.sam).viewer, cast.now)


def shown(cast: Cast) -> list[tuple[str, str, str, str]]:
    return [(each.what, each.by, each.reader, each.title) for each in own(cast)]


def withheld(cast: Cast, who: Staff | None = None) -> list[tuple[Read, access_log.Decision | None]]:
    with cast.store.reading() as tx:
        reference = tx.get_one(Enrolment, cast.sam.enrolment_id).reference
    found = withheld_entries.open_withheld((who or cast.margaret).actor, reference)
    assert found
    return found.reads


def decides(
    cast: Cast, entry: UUID, said: str, seen: int, reason: str = "It is over.", by: Staff | None = None
) -> None:
    typed = DisclosureForm(entry, said, reason, seen)
    viewer = (by or cast.margaret).viewer
    withheld_entries.decide(Actor(cast.store, viewer, cast.now), cast.sam.enrolment_id, uuid4(), typed)


def everything_of_staff(cast: Cast) -> None:
    """As staff, read everything about Sam that Sam can't read."""
    store, priya, sam = cast.store, cast.priya, cast.sam.enrolment_id
    priya.notes_on(cast.sam, "A note.")
    notes.open_notes(Actor(store, priya.viewer, cast.now), sam)
    pathway_steps.read_path(Actor(store, priya.viewer, cast.now), sam)
    concern = priya.raises(cast.sam, "He sounded low.")
    for who in (priya, cast.margaret):
        who.opens(concern)
    cast.margaret.takes(concern)
    look = cast.margaret.looks_at(cast.sam, "concern", "To see what was said.")
    lead_reads.read_plan(Actor(store, cast.margaret.viewer, cast.now), look)
    lead_reads.read_notes(Actor(store, cast.margaret.viewer, cast.now), look)


def test_the_access_log_classifies_every_event_in_which_somebody_reads_data() -> None:
    reading = {
        each
        for each in Event
        if each.endswith("_read") or each in ("notes_looked_at", "look_opened", "opened_together")
    }
    kinds = (access_log.SHOWN, access_log.WITHHELD, access_log.NOT_HIS)
    assert set().union(*kinds) == reading
    assert sum(map(len, kinds)) == len(reading)


def test_the_access_log_lists_who_read_what_newest_first(cast: Cast, clock: Clock) -> None:
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    cast.priya.reads(submission)
    clock.forward(hours=1)
    suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
    clock.forward(days=1)
    cast.sam.reads_messages()  # the participant's own reading isn't listed
    cast.priya.is_away(cast.now.date(), cast.now.date(), cast.daniel)
    cast.daniel.reads_messages_of(cast.sam)
    clock.forward(days=1)
    look = cast.margaret.looks_at(cast.sam, "practice")
    clock.forward(minutes=1)
    lead_reads.read_submission(cast.margaret.actor, look, submission)
    assert [(what, by, reader) for what, by, reader, _ in shown(cast)] == [
        (Event.LOOK_OPENED, "Margaret", Reader.LEAD),
        (Event.SUBMISSION_READ, "Margaret", Reader.LEAD),
        (Event.MESSAGE_READ, "Daniel", Reader.COVER),
        (Event.PLAN_READ, "Priya", Reader.PRACTITIONER),
        (Event.SUBMISSION_READ, "Priya", Reader.PRACTITIONER),
    ]
    titles = [each.title for each in own(cast)]
    assert titles[1] == titles[-1] != "" and titles[0] == titles[2] == titles[3] == ""
    assert own(cast, cast.owen) == []
    for nosy in (cast.priya, cast.margaret, cast.alex):
        with cast.store.reading() as tx, pytest.raises(NotFound):
            access_log.own(tx, nosy.viewer, cast.now)


def test_the_access_log_lists_everything_that_an_opened_brief_shows(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(piece)
    cast.sam.submits(piece)
    cast.sam.writes("A message.")
    cast.priya.notes_on(cast.sam, "A note.")
    open_brief(cast.priya.actor, cast.sam.enrolment_id)
    assert {what for what, *_ in shown(cast)} == {
        Event.BRIEF_READ,
        Event.SUBMISSION_READ,
        Event.MESSAGE_READ,
    }


def test_the_access_log_gives_each_readers_role_at_the_time(cast: Cast, clock: Clock) -> None:
    suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
    clock.forward(hours=1)
    cast.priya.hands_over(cast.sam, cast.daniel)
    clock.forward(hours=1)
    suggestions.read(cast.daniel.actor, cast.sam.enrolment_id)
    assert [(by, reader) for _, by, reader, _ in shown(cast)] == [
        ("Daniel", Reader.PRACTITIONER),
        ("Priya", Reader.PRACTITIONER),
    ]


def test_lead_access_leaves_existing_access_log_entries_unchanged(cast: Cast, clock: Clock) -> None:
    """If somebody reads the same data several times on one day, the access log shows one entry.

    Neither the order nor the number of log entries shows the participant that a lead has read their record
    because of a concern.
    """
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    looks = [cast.margaret.looks_at(cast.sam, "practice")]
    lead_reads.read_plan(cast.margaret.actor, looks[0])
    before = shown(cast)
    clock.forward(hours=2)
    cast.priya.raises(cast.sam, "He sounded low.")
    looks.append(cast.margaret.looks_at(cast.sam, "concern", "To see what was said."))
    lead_reads.read_plan(cast.margaret.actor, looks[1])
    lead_reads.read_submission(cast.margaret.actor, looks[1], submission)
    clock.forward(minutes=1)
    looks.append(cast.margaret.looks_at(cast.sam, "practice"))
    lead_reads.read_plan(cast.margaret.actor, looks[2])
    assert shown(cast) == before and len(before) == len(set(before)) == 2


def test_repeated_reading_on_one_day_makes_one_access_log_entry(cast: Cast, clock: Clock) -> None:
    for _ in range(12):  # from 2 pm in London until after midnight
        suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
        clock.forward(hours=1)
    assert [each.at.hour for each in own(cast)] == [0, 14]


def test_withheld_entries_are_not_in_the_access_log(cast: Cast, clock: Clock) -> None:
    suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
    before = own(cast)
    everything_of_staff(cast)
    clock.forward(hours=1)
    assert own(cast) == before
    kinds = {read.what for read, decision in withheld(cast) if decision is None}
    assert kinds == {
        Event.NOTES_READ,
        Event.NOTES_LOOKED_AT,
        Event.PATH_READ,
        Event.CONCERN_READ,
        Event.LOOK_OPENED,
        Event.PLAN_READ,
    }
    with cast.store.reading() as tx:
        assert tx.scalar(select(AuditEntry.actor_id).where(AuditEntry.event == Event.WITHHELD_READ))


def test_an_entry_shown_weeks_later_still_has_the_date_on_which_the_lead_opened_the_record(
    cast: Cast, clock: Clock
) -> None:
    assert cast.ruth
    look = cast.margaret.looks_at(cast.sam, "practice", later=True)
    lead_access.agree(cast.ruth.actor, look, "Yes.")
    lead_access.begin(cast.margaret.actor, look)
    lead_reads.read_plan(cast.margaret.actor, look)
    opened = cast.now
    clock.forward(days=27)
    assert own(cast) == [] and withheld(cast) == []
    clock.forward(days=1)
    assert {(each.what, each.at) for each in own(cast)} == {
        (Event.PLAN_READ, opened),
        (Event.LOOK_OPENED, opened),
    }


def test_a_lead_can_decide_whether_a_withheld_entry_is_shown(cast: Cast, clock: Clock) -> None:
    everything_of_staff(cast)
    clock.forward(days=1)
    entry = next(read for read, _ in withheld(cast) if read.what == Event.NOTES_READ)
    with pytest.raises(Rejected) as refusal:
        decides(cast, entry.id, "", 0, " ")
    assert {each.field for each in refusal.value.problems} == {"shown", "reason"}
    decides(cast, entry.id, "no", 0, "Not yet.")
    assert own(cast) == []
    with pytest.raises(ChangedElsewhere):
        decides(cast, entry.id, "yes", 0, by=cast.ruth)
    decides(cast, entry.id, "yes", 1)
    assert [(each.what, each.at) for each in own(cast)] == [(Event.NOTES_READ, entry.at)]
    (decision,) = [each for read, each in withheld(cast) if read.id == entry.id]
    assert decision and (decision.shown, decision.reason, decision.by) == (True, "It is over.", "Margaret")
    decides(cast, entry.id, "no", 2, "After all not.")
    assert own(cast) == []
    with cast.store.reading() as tx:
        decided = (
            select(AuditEntry.detail)
            .where(AuditEntry.event == Event.DISCLOSURE_DECIDED)
            .order_by(AuditEntry.at)
        )
        assert sorted(tx.scalars(decided)) == ["shown", "withheld", "withheld"]


def test_only_leads_can_decide_whether_to_show_a_participant_a_hidden_log_entry(cast: Cast) -> None:
    suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
    everything_of_staff(cast)
    (plain,) = own(cast)
    entry = withheld(cast)[0][0]
    for nosy in (cast.priya, cast.alex):
        with pytest.raises(NotFound):
            withheld(cast, nosy)
        with pytest.raises(NotFound):
            decides(cast, entry.id, "yes", 0, by=nosy)
    for other in (plain.id, uuid4()):
        with pytest.raises(NotFound):
            decides(cast, other, "yes", 0)
    typed = DisclosureForm(entry.id, "yes", "It is over.", 0)
    with pytest.raises(NotFound):  # the entry belongs to another participant
        withheld_entries.decide(cast.margaret.actor, cast.owen.enrolment_id, uuid4(), typed)
    assert withheld_entries.open_withheld(cast.margaret.actor, "Z0-000") is None


def test_a_decision_about_a_withheld_entry_is_recorded_once_even_if_it_is_sent_twice(cast: Cast) -> None:
    everything_of_staff(cast)
    entry, same = withheld(cast)[0][0], uuid4()
    typed = DisclosureForm(entry.id, "yes", "It is over.", 0)
    for _ in range(2):
        withheld_entries.decide(cast.margaret.actor, cast.sam.enrolment_id, same, typed)
    assert withheld(cast)[0][1] and withheld(cast)[0][1].number == 1


def test_once_a_participants_data_is_erased_leads_cannot_open_withheld_entries_of_the_access_log(
    cast: Cast, tmp_path: Path
) -> None:
    cast.priya.notes_on(cast.sam, "A note.")
    notes.open_notes(cast.priya.actor, cast.sam.enrolment_id)
    entry = withheld(cast)[0][0]
    cast.margaret.erases(cast.sam, ErasedList.at(tmp_path))
    with pytest.raises(NotFound):
        withheld_entries.open_one(cast.margaret.actor, cast.sam.enrolment_id, entry.id)
    with pytest.raises(NotFound):
        decides(cast, entry.id, "yes", 0)
