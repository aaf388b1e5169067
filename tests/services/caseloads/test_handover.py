"""Test that a handover transfers access to the record at once. Test that earlier entries in the record still
show who wrote them after the handover.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.domain.concerns.concerns import ConcernKind
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Refused, Rejected
from companion.services.caseloads.handover import HandoverForm, hand_over, hand_over_several, read_of_it
from companion.services.caseloads.pathway_steps import read_path
from companion.services.concerns.escalate import escalate
from companion.services.plan import items, suggestions
from companion.services.work.review import Feedback, save_feedback
from companion.store import people
from companion.store.audit import AuditEntry, Event
from companion.store.caseloads import by_reference
from companion.store.concerns import concerns
from companion.store.enrolments import enrolments
from companion.store.enrolments.handovers import HandoverRow
from companion.store.meetings import appointments
from companion.store.outbox import Outgoing
from companion.store.plan import plan
from companion.store.work import piece_list
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Staff


def whose(cast: Cast) -> str:
    with cast.store.reading() as tx:
        return enrolments.case(tx, enrolments.enrolment(tx, cast.sam.viewer)).practitioner


def gives(cast: Cast, to: UUID | None, reason: str = "I am away.", new_id: UUID | None = None) -> None:
    hand_over(cast.priya.actor, cast.sam.enrolment_id, new_id or uuid4(), HandoverForm(to, reason))


def lead_gives(cast: Cast, lead: Staff, to: Staff, *who: UUID, new_id: UUID | None = None) -> int:
    return hand_over_several(
        lead.actor,
        cast.priya.viewer.account_id,
        who,
        new_id or uuid4(),
        HandoverForm(to.viewer.account_id, "Priya has left."),
    )


def test_a_handover_transfers_access_at_once(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    told = cast.sam.tells("I need to say this.")
    cast.priya.hands_over(cast.sam, cast.daniel, "I am away for a year.")
    reads: list[Callable[[Staff], object]] = [
        lambda who: who.reads(submission),
        lambda who: who.opens(told),
        lambda who: suggestions.read(who.actor, cast.sam.enrolment_id),
        lambda who: read_path(who.actor, cast.sam.enrolment_id),
    ]
    for read in reads:
        with pytest.raises(NotFound):
            read(cast.priya)
        assert read(cast.daniel)
    path = read_path(cast.daniel.actor, cast.sam.enrolment_id)
    assert [(each.before, each.after, each.by, each.reason) for each in path.handovers] == [
        ("Priya", "Daniel", "Priya", "I am away for a year.")
    ]
    with cast.store.reading() as tx:
        assert [case.id for case in appointments.caseload(tx, cast.priya.viewer, cast.now)] == []
        assert cast.sam.enrolment_id in {
            case.id for case in appointments.caseload(tx, cast.daniel.viewer, cast.now)
        }


def test_a_handover_is_audited_and_announced(
    cast: Cast,
) -> None:
    handover = cast.priya.hands_over(cast.sam, cast.daniel)
    with cast.store.reading() as tx:
        told = Counter(tx.scalars(select(Outgoing.account_id).where(Outgoing.subject_id == handover)))
        events = tx.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == handover)).all()
    assert told == {cast.sam.viewer.account_id: 1, cast.daniel.viewer.account_id: 1}
    assert events == [Event.HANDED_OVER]
    found = read_of_it(cast.sam.actor)
    assert (found.before, found.after, found.seen_at) == ("Priya", "Daniel", cast.now)
    with pytest.raises(NotFound):
        read_of_it(cast.owen.actor)
    with pytest.raises(NotFound):
        read_of_it(cast.daniel.actor)


def test_participants_can_be_handed_over_only_to_an_active_practitioner(cast: Cast) -> None:
    assert cast.sam and cast.idris
    with cast.store.writing() as tx:
        # Robin hasn't joined
        robin = people.add_account(tx, Role.PRACTITIONER, "Robin", cast.now, approved=True).id
        tx.commit()
    cast.alex.marks_as_left(cast.daniel)
    somebody = {
        each.viewer.account_id
        for each in (cast.priya, cast.daniel, cast.margaret, cast.alex, cast.sam, cast.owen)
    }
    for to in (*somebody, robin, uuid4(), None):
        with pytest.raises(Rejected) as refused:
            gives(cast, to)
        assert [problem.field for problem in refused.value.problems] == ["to"]
    assert whose(cast) == "Priya"


def test_a_practitioner_who_is_not_approved_cannot_take_over_a_participant(cast: Cast) -> None:
    daniel = cast.daniel.viewer.account_id
    with by_hand(cast.store) as tx:
        people.account(tx, daniel).approved_at = None
        tx.commit()
    with pytest.raises(Rejected):
        gives(cast, daniel)


def test_a_handover_needs_a_reason(cast: Cast) -> None:
    for reason in ("", " \n", "x" * 2001):
        with pytest.raises(Rejected) as refused:
            gives(cast, cast.daniel.viewer.account_id, reason)
        assert [problem.field for problem in refused.value.problems] == ["reason"]


@pytest.mark.parametrize("who", ["daniel", "margaret", "alex", "sam"])
def test_only_the_participants_own_practitioner_can_hand_them_over(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        hand_over(
            getattr(cast, who).actor,
            cast.sam.enrolment_id,
            uuid4(),
            HandoverForm(cast.daniel.viewer.account_id, "I would like it."),
        )
    assert whose(cast) == "Priya"


def test_sending_a_handover_form_twice_hands_over_the_participant_once(cast: Cast) -> None:
    same = uuid4()
    for _ in range(2):
        gives(cast, cast.daniel.viewer.account_id, new_id=same)
    with cast.store.reading() as tx:
        assert len(tx.scalars(select(HandoverRow)).all()) == 1


def test_only_one_of_two_simultaneous_handovers_succeeds(cast: Cast) -> None:
    ids = [cast.sam.enrolment_id, cast.owen.enrolment_id]
    assert cast.daniel and cast.margaret and cast.ruth

    def hands(lead: Staff) -> str:
        try:
            lead_gives(cast, lead, cast.daniel, *ids)
        except Refused as refusal:
            return type(refusal).__name__
        return "handed over"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(hands, (cast.margaret, cast.ruth))) == ["ChangedElsewhere", "handed over"]
    with cast.store.reading() as tx:
        assert len(tx.scalars(select(HandoverRow)).all()) == 2


def test_a_handover_of_several_participants_succeeds_for_all_or_none(cast: Cast) -> None:
    same, both = uuid4(), [cast.sam.enrolment_id, cast.owen.enrolment_id]
    with pytest.raises(ChangedElsewhere):
        lead_gives(cast, cast.margaret, cast.daniel, *both, cast.idris.enrolment_id)
    assert whose(cast) == "Priya"
    for _ in range(2):
        assert lead_gives(cast, cast.margaret, cast.daniel, *both, new_id=same) == 2
    assert whose(cast) == "Daniel"
    with pytest.raises(Rejected):
        lead_gives(cast, cast.margaret, cast.daniel)
    for nobody in (cast.priya, cast.alex):
        with pytest.raises(NotFound):
            lead_gives(cast, nobody, cast.daniel, *both)


def test_feedback_still_shows_the_former_practitioners_name(cast: Cast, clock: Clock) -> None:
    released, returned = (
        cast.priya.sets(cast.sam, each) for each in ("a-week-of-choices", "hopes-and-fears")
    )
    for piece in (released, returned):
        cast.sam.finishes(piece)
    cast.priya.releases(cast.sam.submits(released), the_week="A good week.", whole="Thank you.")
    unread = cast.sam.submits(returned)
    review = cast.priya.reads(unread)
    draft = Feedback({"hopes": "Hers so far.", "": "Also hers."}, "", review.revision)
    save_feedback(cast.priya.actor, unread, draft)
    suggestion, row = uuid4(), ("Walking by the river", "", "")
    sam = cast.sam.enrolment_id
    suggestions.suggest(cast.priya.actor, sam, suggestion, "good", row)
    clock.forward(hours=1)
    cast.priya.hands_over(cast.sam, cast.daniel)
    clock.forward(hours=1)

    cast.daniel.returns(unread, "Could you say more?", whole="And this is mine.")
    first, second = cast.sam.work(released), cast.sam.work(returned)
    assert (first.set_by, second.set_by) == ("Priya", "Priya")
    assert first.last and second.last
    assert (first.last.outcome_by, dict(first.last.authors)) == ("Priya", {"the-week": "Priya", "": "Priya"})
    assert (second.last.outcome_by, dict(second.last.authors)) == ("Daniel", {"hopes": "Priya", "": "Daniel"})
    with cast.store.reading() as tx:
        pieces = {piece.id: piece for piece in piece_list.pieces(tx, [sam])[sam]}
        assert [each.by for each in plan.plan_of(tx, sam).suggestions] == ["Priya"]
    assert (pieces[released].outcome_by, pieces[returned].outcome_by) == ("Priya", "Daniel")
    items.accept(cast.sam.actor, suggestion, row)
    with cast.store.reading() as tx:
        whole = plan.plan_of(tx, sam)
    assert [item.by for item in whole.now] == ["Priya"] and whole.versions[-1].practitioner == "Priya"
    assert cast.sam.work(cast.daniel.sets(cast.sam, "control-continuum")).set_by == "Daniel"


def test_after_a_handover_no_practitioner_can_see_a_concern_about_the_previous_practitioner(
    cast: Cast, clock: Clock
) -> None:
    assert cast.margaret
    about = cast.sam.tells("I was not heard.", ConcernKind.ABOUT_PRACTITIONER)
    told = cast.sam.tells("I need to say this.")
    clock.forward(hours=1)
    cast.priya.hands_over(cast.sam, cast.daniel)
    with cast.store.reading() as tx:
        lines = {line.id: line.practitioner for line in concerns.lines(tx, cast.margaret.viewer)}
        assert lines == {about: "Priya", told: "Daniel"}
        assert [line.id for line in concerns.lines(tx, cast.daniel.viewer)] == [told]
        assert concerns.lines(tx, cast.priya.viewer) == []
    assert (
        escalate(cast.store, clock.now) == 1
    )  # the new practitioner is told about the participant's other concern
    with cast.store.reading() as tx:
        daniels = Outgoing.account_id == cast.daniel.viewer.account_id
        assert "concern_new" in tx.scalars(select(Outgoing.notice).where(daniels)).all()


def test_a_lead_sees_each_participants_unread_work_and_concerns(
    cast: Cast,
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    cast.sam.submits(piece)
    cast.priya.raises(cast.sam, "He sounded very low.")
    with cast.store.reading() as tx:
        (line,) = by_reference.of_practitioner(
            tx, cast.margaret.viewer, cast.priya.viewer.account_id, cast.now
        )
    assert (line.unread, line.concerns, line.practitioner) == (1, 1, "Priya") and line.meets_at


def test_two_practitioners_can_hand_over_to_each_other_simultaneously(cast: Cast) -> None:
    assert cast.sam and cast.idris
    for _ in range(6):
        with ThreadPoolExecutor(2) as pool:
            there = pool.submit(cast.priya.hands_over, cast.sam, cast.daniel)
            back = pool.submit(cast.daniel.hands_over, cast.idris, cast.priya)
            assert there.result() and back.result()
        cast.daniel.hands_over(cast.sam, cast.priya)
        cast.priya.hands_over(cast.idris, cast.daniel)
