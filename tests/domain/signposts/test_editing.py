"""Test how administrators edit signposts, and when a signpost's number needs a new check."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from companion.content import shipped_directory
from companion.domain.refusals import NotFound, Rejected
from companion.domain.signposts.editing import LASTING, as_new, find, moved, put, to_check, without
from companion.domain.signposts.signposts import Directory, Need, Signpost, Words, from_json, to_json

SHIPPED = shipped_directory()
CHECKED = date(2026, 11, 24)


def named(key: str, among: Directory = SHIPPED) -> Signpost:
    signpost = find(among, key)
    assert signpost
    return signpost


def problems(rejected: pytest.ExceptionInfo[Rejected]) -> list[tuple[str, str]]:
    return [(each.key, each.field) for each in rejected.value.problems]


def ids(changed: Directory) -> list[str]:
    return [signpost.id for signpost in changed.signposts]


def test_a_changed_signpost_keeps_its_position() -> None:
    renamed = replace(named("nhs"), confirmed=False)
    assert ids(put(SHIPPED, renamed)) == ids(SHIPPED)
    assert named("nhs", put(SHIPPED, renamed)) == renamed
    assert ids(put(SHIPPED, replace(renamed, id="elsewhere"))) == [*ids(SHIPPED), "elsewhere"]


@pytest.mark.parametrize("key", sorted(LASTING))
def test_required_signposts_cannot_be_removed(key: str) -> None:
    with pytest.raises(Rejected) as rejected:
        without(SHIPPED, key)
    assert problems(rejected) == [("always_there", "remove")]
    with pytest.raises(Rejected) as rejected:
        put(SHIPPED, replace(named(key), ways=(), confirmed=False))
    assert problems(rejected) == [("always_reached", "call-shown-1")]


def test_the_last_signpost_for_a_kind_of_help_can_never_be_removed() -> None:
    for_ireland = without(SHIPPED, "emergency-in-ireland")
    with pytest.raises(Rejected) as rejected:
        without(for_ireland, "helpline-from-ireland")
    assert [(each.key, each.values, each.field) for each in rejected.value.problems] == [
        ("nobody_for_need", {"need": Need.IRELAND}, "remove")
    ]
    with pytest.raises(Rejected) as rejected:
        put(SHIPPED, replace(named("emergency"), needs=(Need.HURT_MYSELF,)))
    assert problems(rejected) == [("nobody_for_need", "needs")]
    with pytest.raises(Rejected):  # the signpost for Ireland exists, but it has no contact details
        put(for_ireland, replace(named("helpline-from-ireland"), ways=(), confirmed=False))
    assert "samaritans" not in ids(without(SHIPPED, "samaritans"))


def test_a_signpost_is_moved_by_one_position() -> None:
    first, second, *rest = ids(SHIPPED)
    assert ids(moved(SHIPPED, second, -1)) == [second, first, *rest]
    assert ids(moved(SHIPPED, first, 1)) == [second, first, *rest]
    assert ids(moved(SHIPPED, first, -1)) == ids(moved(SHIPPED, rest[-1], 1)) == ids(SHIPPED)


def test_editing_a_signpost_that_does_not_exist_raises_not_found() -> None:
    for act in (lambda: moved(SHIPPED, "gone", 1), lambda: without(SHIPPED, "gone")):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Childline", "childline"),
        ("  NHS 24: Scotland's line! ", "nhs-24-scotland-s-line"),
        ("24 hours", "hours"),
        ("Llinell Gymorth â", "llinell-gymorth-a"),
        ("☎", "signpost"),
        ("x" * 60, "x" * 40),
        ("x" * 39 + " yes", "x" * 39),
    ],
)
def test_a_new_signpost_gets_an_id_that_the_database_can_store(name: str, key: str) -> None:
    new = as_new(SHIPPED, replace(named("nhs"), name=Words(en=name)))
    assert new.id == key and put(SHIPPED, new)
    assert from_json(to_json(put(SHIPPED, new)))


def test_a_second_signpost_with_the_same_name_is_refused() -> None:
    with pytest.raises(Rejected) as rejected:
        as_new(SHIPPED, replace(named("samaritans"), name=Words(en="samaritans!")))
    assert problems(rejected) == [("name_used", "name")]
    assert put(SHIPPED, as_new(SHIPPED, named("samaritans"))) == SHIPPED  # the form was sent twice


def test_a_signpost_needs_checking_again_after_ninety_days() -> None:
    with_a_way = [signpost.id for signpost in SHIPPED.signposts if signpost.ways]
    assert to_check(SHIPPED.signposts, CHECKED + timedelta(days=89)) == []
    assert [s.id for s in to_check(SHIPPED.signposts, CHECKED + timedelta(days=90))] == with_a_way
    older = put(SHIPPED, replace(named("shout"), checked=date(2026, 8, 1)))
    assert [s.id for s in to_check(older.signposts, CHECKED)] == ["shout"]
    assert to_check(older.signposts, CHECKED + timedelta(days=100))[0].id == "shout"
