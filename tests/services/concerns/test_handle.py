"""Test how a concern is taken on, referred on and closed. Test that nobody can delete a recorded step of
handling a concern.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from companion.domain.concerns.concerns import ConcernState
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.act import Actor
from companion.services.concerns import handle, report
from companion.services.concerns.handle import Act
from companion.services.records import erasure
from companion.store.audit import Event
from companion.store.base import Model
from companion.store.concerns.concerns import ConcernRow
from companion.store.keys import CONCERNS, DataKey, participant
from companion.store.records import erasures
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Staff
from tests.services.concerns.raised import FIRST_RULES, WORDS, leads, recorded, state

__all__ = ["leads"]  # imported because it is a fixture


@pytest.mark.usefixtures("leads")
def test_every_step_of_a_concern_is_stored_in_order(cast: Cast, clock: Clock) -> None:
    concern = cast.sam.tells(WORDS)
    with pytest.raises(NotAllowed):
        cast.margaret.passes_on(concern, "The duty team")  # nobody has taken on the concern yet
    cast.margaret.takes(concern)
    cast.margaret.takes(concern)
    handle.add_note(cast.priya.actor, concern, uuid4(), "He rang me.")
    clock.forward(minutes=30)
    cast.margaret.passes_on(concern, "The duty team")
    assert state(cast, concern) is ConcernState.PASSED_ON
    with pytest.raises(Rejected):
        cast.margaret.closes(concern, " ")
    cast.ruth.closes(concern, "The duty team has it.")
    told = cast.margaret.opens(concern).steps
    assert [(step.kind, step.by, step.words) for step in told if not step.told] == [
        ("raised", "Sam", ""),
        ("taken", "Margaret", ""),
        ("note", "Priya", "He rang me."),
        ("passed_on", "Margaret", ""),
        ("closed", "Ruth", "The duty team has it."),
    ]
    for act in (
        lambda: cast.ruth.closes(concern, "Again."),
        lambda: cast.margaret.passes_on(concern, "The police"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(ChangedElsewhere):
        cast.ruth.takes(concern)
    assert state(cast, concern) is ConcernState.CLOSED


@pytest.mark.usefixtures("leads")
def test_a_new_concern_can_be_closed_with_a_reason(cast: Cast) -> None:
    concern = cast.priya.raises(cast.sam, "He sounds very low.")
    cast.margaret.closes(concern, "I rang him. He is well, and his sister is with him.")
    assert state(cast, concern) is ConcernState.CLOSED


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("who", ["priya", "sam", "alex"])
def test_only_leads_can_take_on_a_concern_refer_it_on_or_close_it(cast: Cast, who: str) -> None:
    concern = cast.sam.tells(WORDS)
    viewer: Viewer = getattr(cast, who).viewer
    acts: list[Callable[[], None]] = [
        lambda: handle.take(Actor(cast.store, viewer, cast.now), concern),
        lambda: handle.close(Actor(cast.store, viewer, cast.now), concern, Act(uuid4(), 1), "No."),
        lambda: report.set_rules(Actor(cast.store, viewer, cast.now), FIRST_RULES, 1),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert state(cast, concern) is ConcernState.NEW


@pytest.mark.usefixtures("leads")
def test_only_one_of_two_leads_can_take_on_a_concern(cast: Cast) -> None:
    concern, behind = cast.sam.tells(WORDS), Act(uuid4(), 1)

    def takes(lead: Staff) -> str:
        try:
            lead.takes(concern)
        except ChangedElsewhere:
            return "too late"
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(takes, (cast.margaret, cast.ruth))) == ["taken", "too late"]
    assert recorded(cast, Event.CONCERN_TAKEN) and len(recorded(cast, Event.CONCERN_TAKEN)) == 1
    assert cast.ruth.opens(concern).line.taken_by in ("Margaret", "Ruth")
    with pytest.raises(ChangedElsewhere):
        handle.close(cast.ruth.actor, concern, behind, "Nothing to do.")


@pytest.mark.usefixtures("leads")
def test_a_concern_form_sent_twice_has_only_one_effect(cast: Cast) -> None:
    concern, act = cast.sam.tells(WORDS), Act(uuid4(), 1)
    for _ in range(2):
        handle.close(cast.ruth.actor, concern, act, "It is done.")
    note = uuid4()
    for _ in range(2):
        handle.add_note(cast.ruth.actor, concern, note, "He rang.")
    kinds = [step.kind for step in cast.ruth.opens(concern).steps if not step.told]
    assert kinds == ["raised", "closed", "note"]


@pytest.mark.usefixtures("leads")
def test_an_open_concern_delays_an_erasure_without_being_revealed(cast: Cast) -> None:
    concern = cast.priya.raises(cast.sam, "He sounds very low.")
    for _ in range(2):
        erasure.ask_for_erasure(cast.sam.actor)
    erasure.ask_for_erasure(cast.owen.actor)
    asked_by = {cast.sam.viewer.account_id, cast.owen.viewer.account_id}
    assert (
        set(recorded(cast, Event.ERASURE_ASKED)) == asked_by and len(recorded(cast, Event.ERASURE_ASKED)) == 2
    )

    def held() -> list[list[UUID]]:
        with cast.store.reading() as tx:
            return [
                [line.id for line in asked.concerns] for asked in erasures.requests(tx, cast.margaret.viewer)
            ]

    assert sorted(held()) == [[], [concern]]
    cast.margaret.closes(concern, "It is done.")
    assert held() == [[], []]


@pytest.mark.usefixtures("leads")
def test_a_concern_stays_readable_after_the_participants_key_is_destroyed(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    with cast.store.keys.engine.connect().execution_options(writing=True) as keys:
        keys.execute(delete(DataKey).where(DataKey.owner == participant(cast.sam.viewer.account_id)))
        keys.commit()
    found = cast.margaret.opens(concern)
    assert (found.content.words, found.content.participant, found.steps[0].by) == (WORDS, "Sam", "Sam")
    with cast.store.reading() as tx:
        row = tx.get_one(ConcernRow, concern)
        assert tx.keys.box(CONCERNS).open("concerns.content", row.id, row.content)["words"] == WORDS


def test_steps_already_recorded_on_a_concern_are_never_changed(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)

    def rows() -> list[str]:
        table = Model.metadata.tables["concern_steps"]
        with cast.store.reading() as tx:
            return [repr(row) for row in tx.execute(select(table).order_by(table.c.number))]

    before = rows()
    acts: list[Callable[[], None]] = [
        lambda: cast.margaret.takes(concern),
        lambda: handle.add_note(cast.priya.actor, concern, uuid4(), "He rang."),
        lambda: cast.margaret.passes_on(concern, "The duty team"),
        lambda: cast.margaret.closes(concern, "It is done."),
    ]
    for act in acts:
        act()
        assert rows()[: len(before)] == before and len(rows()) == len(before) + 1
        before = rows()
