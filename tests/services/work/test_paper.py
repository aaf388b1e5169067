"""Test marking work as done on paper, and removing the mark."""

from uuid import UUID, uuid4

import pytest

from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.domain.work.work import Stage, next_step
from companion.services.work import answers
from companion.services.work.paper import Handed, PaperForm, mark_done, open_record, take_back
from companion.store import audit
from companion.store.work import paper, piece_list
from tests.cast import Cast
from tests.people import Participant, Somebody

KEPT = "He would like to begin with the evenings."
DAY = "2026-11-24"


def marks(
    cast: Cast, piece: UUID, by: Somebody | None = None, day: str = DAY, new_id: UUID | None = None
) -> None:
    mark_done((by or cast.priya).actor, cast.sam.enrolment_id, piece, new_id or uuid4(), PaperForm(day, KEPT))


def opens(cast: Cast, piece: UUID, by: Somebody | None = None) -> Handed:
    return open_record((by or cast.priya).actor, cast.sam.enrolment_id, piece)


def takes_back(cast: Cast, piece: UUID, record: UUID | None, by: Somebody | None = None) -> None:
    take_back((by or cast.priya).actor, cast.sam.enrolment_id, piece, record)


def nothing_is_to_do(cast: Cast, sam: Participant, piece: UUID) -> bool:
    with cast.store.reading() as tx:
        pieces = piece_list.pieces(tx, [sam.enrolment_id])[sam.enrolment_id]
    found = next(each for each in pieces if each.id == piece)
    return found.stage is Stage.ON_PAPER and not (found.to_do or found.unseen) and next_step(pieces) is None


def test_unsent_or_returned_work_can_be_marked_as_done_on_paper(
    cast: Cast,
) -> None:
    untouched = cast.priya.sets(cast.sam, "hopes-and-fears")
    begun = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(begun, "the-week", "6")
    returned = cast.priya.sets(cast.sam, "control-continuum")
    cast.sam.finishes(returned)
    cast.priya.returns(cast.sam.submits(returned), "Could you say more?")
    for piece in (untouched, begun, returned):
        marks(cast, piece)
    for piece in (untouched, begun, returned):
        assert nothing_is_to_do(cast, cast.sam, piece)
        assert not cast.sam.work(piece).is_open
    found = opens(cast, begun)
    assert found.standing and (found.standing.kept, str(found.standing.day)) == (KEPT, DAY)


def test_submitted_work_cannot_be_marked_as_done_on_paper(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    cast.sam.submits(piece)
    with pytest.raises(NotAllowed):
        marks(cast, piece)
    assert cast.sam.stage(piece) is Stage.SUBMITTED


def test_an_answer_to_work_done_on_paper_is_kept_as_a_draft(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    typed = cast.sam.typing(piece, "glad-of", "I walked to the bridge")
    marks(cast, piece)
    with pytest.raises(NotAllowed, match="done_on_paper"):
        answers.send_answer(cast.sam.actor, piece, typed, "answered")
    with pytest.raises(NotAllowed, match="done_on_paper"):
        cast.sam.submits(piece)
    stored = cast.sam.work(piece)
    assert stored.drafts["glad-of"].typed == {"answer": ["I walked to the bridge"]}
    assert stored.answers.keys() == {"the-week"}


def test_unmarking_work_as_done_on_paper_restores_its_earlier_stage(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    marks(cast, piece)
    first = opens(cast, piece).standing
    assert first
    for _ in range(2):
        takes_back(cast, piece, first.id)
    assert cast.sam.stage(piece) is Stage.IN_PROGRESS and cast.sam.work(piece).is_open
    found = opens(cast, piece)
    assert found.standing is None and [each.kept for each in found.records] == [KEPT]
    cast.sam.finishes(piece)
    marks(cast, piece)
    takes_back(cast, piece, first.id)  # nobody can undo the new record from an outdated page
    assert cast.sam.stage(piece) is Stage.ON_PAPER
    with pytest.raises(NotAllowed):
        takes_back(cast, piece, None)


def test_work_cannot_be_marked_as_done_on_paper_again_in_a_second_window(cast: Cast) -> None:
    piece, same = cast.priya.sets(cast.sam, "a-week-of-choices"), uuid4()
    marks(cast, piece, new_id=same)
    marks(cast, piece, new_id=same)
    with pytest.raises(ChangedElsewhere):
        marks(cast, piece)
    assert len(opens(cast, piece).records) == 1


@pytest.mark.parametrize(
    ("day", "key"),
    [("2026-11-25", "not_yet"), ("2026-11-22", "before_set"), ("soon", "bad_date"), ("", "bad_date")],
)
def test_the_date_of_work_done_on_paper_cannot_be_before_the_work_was_set(
    cast: Cast, day: str, key: str
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    with pytest.raises(Rejected) as refused:
        marks(cast, piece, day=day)
    assert [problem.key for problem in refused.value.problems] == [key]


def test_only_the_participants_practitioner_can_mark_work_as_done_on_paper(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    marks(cast, piece)
    record = opens(cast, piece).records[0].id
    for outsider in (cast.sam, cast.owen, cast.daniel, cast.margaret, cast.alex):
        for act in (marks, opens):
            with pytest.raises(NotFound):
                act(cast, piece, outsider)
        with pytest.raises(NotFound):
            takes_back(cast, piece, record, outsider)
    with cast.store.reading() as tx:
        for viewer, enrolment_id in (
            (cast.daniel.viewer, cast.sam.enrolment_id),
            (cast.priya.viewer, cast.owen.enrolment_id),
        ):
            with pytest.raises(NotFound):
                paper.blank_sheets(tx, viewer, enrolment_id, piece)


def test_opening_a_record_of_work_done_on_paper_is_always_audited(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    opens(cast, piece)
    marks(cast, piece)
    opens(cast, piece)
    with cast.store.reading() as tx:
        events = [
            entry.event
            for entry in tx.query(audit.AuditEntry).order_by(audit.AuditEntry.at)
            if "paper" in entry.event
        ]
    assert sorted(events) == ["paper_read", "work_done_on_paper"]
