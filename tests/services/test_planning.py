"""A participant keeps his plan: nothing that stood in it is lost, whichever window it was changed in."""

from uuid import uuid4

import pytest

from companion.domain.plan import Act, Plan
from companion.domain.refusals import ChangedElsewhere
from companion.services import planning
from companion.store import plan
from tests.cast import Cast
from tests.conftest import Clock


def of(cast: Cast) -> Plan:
    """Sam's plan as it is stored."""
    with cast.store.reading() as tx:
        return plan.plan(tx, cast.sam.enrolment_id)


def test_an_item_is_put_into_other_words_taken_out_and_brought_back(cast: Cast, clock: Clock) -> None:
    store, sam, item = cast.store, cast.sam.viewer, uuid4()
    planning.add(store, sam, item, "good", [("Walking by the river", "", "")], None, clock.now)
    planning.change(store, sam, item, 1, ("Walking by the river at dusk", "", ""), clock.now)
    planning.take_out(store, sam, item, 2, clock.now)
    assert of(cast).now == []
    planning.bring_back(store, sam, item, clock.now)
    whole = of(cast)
    assert [each.act for each in whole.versions] == [Act.ADDED, Act.CHANGED, Act.REMOVED, Act.BROUGHT_BACK]
    assert [[item.entry.words for item in whole.at(number)] for number in range(5)] == [
        [],
        ["Walking by the river"],
        ["Walking by the river at dusk"],
        [],
        ["Walking by the river at dusk"],
    ]


def test_two_windows_do_not_overwrite_each_other(cast: Cast, clock: Clock) -> None:
    store, sam, item = cast.store, cast.sam.viewer, uuid4()
    planning.add(store, sam, item, "good", [("Walking", "", "")], None, clock.now)
    planning.change(store, sam, item, 1, ("Walking at dusk", "", ""), clock.now)
    planning.change(
        store, sam, item, 1, ("Walking at dusk", "", ""), clock.now
    )  # said again: a reply was lost
    with pytest.raises(ChangedElsewhere):
        planning.change(store, sam, item, 1, ("Swimming", "", ""), clock.now)
    with pytest.raises(ChangedElsewhere):
        planning.take_out(store, sam, item, 1, clock.now)
    assert [item.entry.words for item in of(cast).now] == ["Walking at dusk"]
