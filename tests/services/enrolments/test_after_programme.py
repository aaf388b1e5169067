"""Test that only leads can change which pages stay open after the programme. A changed setting affects only
people who leave the programme after the change.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest

from companion.domain.enrolments.after_programme import CHOSEN, Open, Scope
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.domain.work.work import Stage, next_step
from companion.services.enrolments import after_programme
from companion.services.work import answer_drafts, assign, submissions
from companion.services.work.assign import Due
from companion.store.activities import library
from companion.store.enrolments.after_programme import open_to_participant, rules_in_force
from companion.store.work import piece_list
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import CARD, Participant

FORM = {f"{state}-scope": "plan" for state in CHOSEN} | {f"{state}-days": "10" for state in CHOSEN}


def sets(cast: Cast, seen: int = 0, **form: str) -> None:
    after_programme.set_after(cast.margaret.actor, FORM | form, seen)


def open_to(cast: Cast, who: Participant) -> Open:
    with cast.store.reading() as tx:
        return open_to_participant(tx, who.viewer.account_id, cast.now)


def test_changing_the_rules_for_access_after_the_programme_does_not_affect_people_who_already_left(
    cast: Cast, clock: Clock
) -> None:
    for who in (cast.sam, cast.owen):
        assert open_to(cast, who) == Open(Scope.EVERYTHING)
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY)
    assert open_to(cast, cast.sam) == Open(Scope.PLAN, date(2027, 2, 22))
    clock.forward(hours=1)
    sets(cast, ended_early_days="")  # the form has no field for this person's name
    clock.forward(hours=1)
    cast.priya.moves(cast.owen, PathwayState.ENDED_EARLY)
    assert open_to(cast, cast.sam) == Open(Scope.PLAN, date(2027, 2, 22))
    assert open_to(cast, cast.owen) == Open(Scope.PLAN, date(2026, 12, 4))
    clock.forward(days=11)
    assert open_to(cast, cast.owen) == Open(Scope.HELP)


@pytest.mark.parametrize("who", ["priya", "alex", "sam"])
def test_only_a_lead_can_set_which_pages_stay_open_after_the_programme(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        after_programme.set_after(getattr(cast, who).actor, FORM, 0)


def test_two_leads_cannot_overwrite_each_others_after_programme_rules(
    cast: Cast,
) -> None:
    assert cast.margaret

    def tries(days: int) -> str:
        try:
            sets(cast, **{"closed-days": str(days)})
        except ChangedElsewhere:
            return "too late"
        return "set"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tries, (20, 30))) == ["set", "too late"]
    sets(cast, 1)
    with cast.store.reading() as tx:
        assert rules_in_force(tx).number == 2


def test_unsent_work_keeps_its_answers_after_the_programme(cast: Cast) -> None:
    begun, untouched = (cast.priya.sets(cast.sam, each) for each in ("a-week-of-choices", "hopes-and-fears"))
    handed_in = cast.priya.sets(cast.sam, "control-continuum")
    cast.sam.answers(begun, "the-week", "6")
    cast.sam.finishes(handed_in)
    cast.sam.submits(handed_in)
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    assert [cast.sam.stage(each) for each in (begun, untouched, handed_in)] == [
        Stage.NOT_NEEDED,
        Stage.NOT_NEEDED,
        Stage.SUBMITTED,
    ]
    assert "the-week" in cast.sam.work(begun).answers
    sam = cast.sam.enrolment_id
    with cast.store.reading() as tx:
        assert next_step(piece_list.pieces(tx, [sam])[sam]) is None
    typed = cast.sam.typing(begun, "glad-of", "A walk")
    with pytest.raises(NotAllowed):
        answer_drafts.save_draft(cast.sam.actor, begun, typed)
    with pytest.raises(NotAllowed):
        cast.sam.answers(begun, "glad-of", "A walk")
    with pytest.raises(NotAllowed):
        submissions.submit(cast.sam.actor, begun, 1)
    with cast.store.reading() as tx:
        version = next(each for each in library.newest_versions(tx) if each.activity.id == "warning-signs")
    due = Due(uuid4(), "", CARD)  # there is no later appointment before which the work could be due
    with pytest.raises(NotAllowed):
        assign.set_work(cast.priya.actor, sam, version.id, due, unapproved_too=True)
