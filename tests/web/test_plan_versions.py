"""Test how versions of a plan are listed, shown, compared, printed and downloaded."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from companion.services.plan import items, parts
from companion.store.plan import plan
from tests.cast import Cast
from tests.visitor import Page

LONG = "I walk to the bridge. " * 45


@pytest.fixture
def river(cast: Cast) -> UUID:
    """Add an item to Sam's plan, and return the item's id."""
    item = uuid4()
    items.add(cast.sam.actor, item, "good", [("By the river", "", "")], None)
    return item


def puts(cast: Cast, item: UUID, words: str) -> None:
    """Reword an item of Sam's plan."""
    with cast.store.reading() as tx:
        found = plan.plan_of(tx, cast.sam.enrolment_id).item(item)
    assert found
    items.change(cast.sam.actor, item, found.since, (words, "", ""))


def adds(cast: Cast, part: str, *rows: tuple[str, str, str]) -> None:
    items.add(cast.sam.actor, uuid4(), part, rows, None)


def versions_on(page: Page) -> list[int]:
    return [number for number in range(60) if f'id="version-{number}"' in page.text]


def test_the_list_of_many_plan_versions_is_split_into_pages(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    for number in range(2, 46):
        puts(cast, river, f"By the river, walk {number}")
    newest = enter.sam.get("/my/plan/versions")
    assert versions_on(newest) == list(range(26, 46)) and "Newest versions" not in newest
    older = enter.sam.get("/my/plan/versions?before=26")
    assert versions_on(older) == list(range(6, 26)) and "?before=6" in older
    assert versions_on(enter.sam.get("/my/plan/versions?before=6")) == list(range(1, 6))
    for odd in ("", "0", "1", "-3", "9" * 5000, "x", "٣", "999999"):
        assert versions_on(enter.sam.get(f"/my/plan/versions?before={odd}")) == versions_on(newest)


def test_each_plan_version_says_what_changed(enter: SimpleNamespace, cast: Cast, river: UUID) -> None:
    puts(cast, river, "By the sea")
    items.take_out(cast.sam.actor, river, 2)
    items.bring_back(cast.sam.actor, river)
    enter.priya.post(
        f"/participants/{cast.sam.enrolment_id}/plan/reviews",
        {"seen": "4", "next_review": "2026-12-22"},
        of=f"/participants/{cast.sam.enrolment_id}/plan",
    )
    said = (
        ("You added something to your plan.", "Sam added something to the plan."),
        ("You reworded something in your plan.", "Sam reworded something in the plan."),
        ("You took something out of your plan.", "Sam took something out of the plan."),
        (
            "You put something back into your plan.",
            "Sam put something back into the plan.",
        ),
        (
            "Priya noted that you both looked at your plan again.",
            "You noted that you and the participant looked at the plan again.",
        ),
        (
            "The next review of the plan is on Tuesday 22 December.",
            "The next review of the plan is on Tuesday 22 December.",
        ),
    )
    own = enter.sam.get("/my/plan/versions")
    hers = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/plan/versions")
    for to_him, to_her in said:
        assert to_him in own and to_her in hers


def test_comparing_two_plan_versions_marks_the_changes(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    adds(cast, "avoid", ("Late <b>nights</b>", "", ""))
    puts(cast, river, "By the wide river")
    page = enter.sam.get("/my/plan/compared?first=1&last=3")
    assert "<ins> wide</ins>" in page.text and "Late &lt;b&gt;nights&lt;/b&gt;" in page.text
    back = enter.sam.get("/my/plan/compared?first=3&last=1")
    assert "<ins> wide</ins>" in back.text
    assert "These two versions are the same." in enter.sam.get("/my/plan/compared?first=2&last=2")
    assert "The same in both" in enter.sam.get("/my/plan/compared?first=1&last=2")


@pytest.mark.parametrize("odd", ["", "x", "-1", "4", "999999999", "9" * 4050, "٣", "%00"])
def test_an_invalid_plan_version_in_a_url_causes_no_internal_error(
    enter: SimpleNamespace, cast: Cast, river: UUID, odd: str
) -> None:
    whose = f"/participants/{cast.sam.enrolment_id}"
    for browser, place in ((enter.sam, "/my"), (enter.priya, whose)):
        assert browser.get(f"{place}/plan/compared?first={odd}&last={odd}").status == 200
        if odd:
            assert browser.get(f"{place}/plan/versions/{odd}").status == 404
    assert enter.priya.get(f"{whose}/plan?since={odd}").status == 200


def test_the_page_of_an_earlier_plan_version_shows_the_earlier_plan(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    puts(cast, river, "By the sea")
    then, now = (enter.sam.get(f"/my/plan/versions/{number}") for number in (1, 2))
    assert "By the river" in then and "By the sea" not in then and "Your plan has changed since then." in then
    assert "By the sea" in now and "This is your plan now." in now


def test_items_of_a_retired_plan_part_are_still_shown(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    parts.retire(cast.margaret.actor, "good", 0, retired=True)
    for path in ("versions/1", "compared?first=0&last=1", "printed", "text"):
        assert "By the river" in enter.sam.get(f"/my/plan/{path}")
    hers = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/plan")
    assert "By the river" in hers and "suggestions?part=good" not in hers


def test_a_plan_of_four_hundred_long_items_is_shown_completely(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    adds(cast, "avoid", *[(f"{number} {LONG}", "", "") for number in range(200)])
    adds(cast, "first", *[(f"{number} {LONG}", "", "red") for number in range(200)])
    for path in ("versions", "versions/3", "compared?first=0&last=3", "printed", "card", "text"):
        page = enter.sam.get(f"/my/plan/{path}")
        assert page.status == 200
        assert path == "versions" or "199 I walk to the bridge." in page
    card = enter.sam.get("/my/plan/card")
    assert "What didn't fit" in card and "…" in card
    assert enter.priya.get(f"/participants/{cast.sam.enrolment_id}/plan").status == 200


def test_the_downloaded_plan_is_plain_text_with_a_neutral_name(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    adds(cast, "instead", ("Tea & <b>quiet</b>", "I ring Zoë\nand walk", ""))
    adds(cast, "people", ("My sister", "020 7946 0018", ""))
    adds(cast, "first", ("I go outside.", "", "red"))
    reply = enter.sam.client.get("/my/plan/text")
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reply.headers["Content-Disposition"] == "attachment; filename=notes.txt"
    assert reply.headers["Cache-Control"] == "no-store"
    text = reply.data.decode("utf-8")
    assert text == FILE


FILE = """Notes
As it was on Tuesday 24 November 2026

WHAT I DO INSTEAD

- If: Tea & <b>quiet</b>
  Then: I ring Zoë
  and walk

PEOPLE I CAN TURN TO

- My sister
  How to reach this person: 020 7946 0018

WHAT MAKES MY LIFE GOOD

- By the river

WHAT I DO FIRST

- Red: stop now - I go outside.

WHO YOU CAN CALL

- Someone to call: 0808 1000 900
- Emergency services: 999
- Samaritans: 116 123
"""


def test_an_empty_plan_can_be_printed_and_downloaded(enter: SimpleNamespace, cast: Cast) -> None:
    for path in ("versions", "compared", "printed", "card", "text"):
        assert enter.sam.get(f"/my/plan/{path}").status == 200
    for path in ("", "/versions", "/compared"):
        assert enter.priya.get(f"/participants/{cast.sam.enrolment_id}/plan{path}").status == 200


def test_a_printed_plan_names_the_helpline_only_on_request(
    enter: SimpleNamespace,
) -> None:
    """The Helpline's name on paper would reveal what the plan is about."""
    for path in ("printed", "card", "text"):
        neutral, named = (enter.sam.get(f"/my/plan/{path}{query}") for query in ("", "?named=yes"))
        assert "Someone to call" in neutral and "Stop It Now" not in neutral and "0808 1000 900" in neutral
        assert "Stop It Now! Helpline" in named and "0808 1000 900" in named
    assert 'href="/my/plan/text?named=yes"' in enter.sam.get("/my/plan/printed?named=yes").text


def test_printing_the_plan_warns_that_somebody_could_find_the_printed_plan(
    enter: SimpleNamespace, cast: Cast
) -> None:
    assert "Somebody else could find the paper or the file." in enter.sam.get("/my/plan/printed")
    assert "Somebody else could find the card." in enter.sam.get("/my/plan/card")


def test_a_printed_plan_has_a_neutral_title(
    enter: SimpleNamespace,
) -> None:
    for path in ("printed", "card"):
        assert "<title>Notes</title>" in enter.sam.get(f"/my/plan/{path}")


def test_a_removed_plan_item_can_be_put_back_from_the_page_that_compares_two_versions(
    enter: SimpleNamespace, cast: Cast, river: UUID
) -> None:
    items.take_out(cast.sam.actor, river, 1)
    compared, back = "/my/plan/compared?first=1&last=2", f"/my/plan/items/{river}/return"
    assert back in enter.sam.get(compared)
    assert back not in enter.priya.get(f"/participants/{cast.sam.enrolment_id}/plan/compared?first=1&last=2")
    assert "By the river" in enter.sam.post(back, of=compared)
    assert back not in enter.sam.get(compared)
