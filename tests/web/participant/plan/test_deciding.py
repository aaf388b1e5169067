"""Test how participants decide about suggestions and review the plan."""

import re
from uuid import UUID, uuid4

from companion.domain.plan.plan import Act
from companion.services.plan import items, parts, suggestions
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Visitor
from tests.web.participant.plan.keeping import ELSEWHERE, LONG, of, posts, puts_in, words


def suggests(cast: Cast, text: str, part: str = "signs", stage: str = "amber") -> UUID:
    new_id = uuid4()
    suggestions.suggest(cast.priya.actor, cast.sam.enrolment_id, new_id, part, (text, "", stage))
    return new_id


def test_only_an_accepted_suggestion_is_added_to_the_plan(sam: Visitor, cast: Cast) -> None:
    suggestion = suggests(cast, "I cancel plans")
    path = f"/my/plan/suggestions/{suggestion}"
    assert path in sam.get("/my/").text and path in sam.get("/my/plan").text and of(cast).now == []
    page = sam.get(path)
    assert "I cancel plans" in page
    assert posts(sam, path, path, words=LONG, stage="amber").status == 422
    after = posts(sam, path, path, words="I call things off", stage="red")
    assert after.path == "/my/plan" and "Suggested by Priya" in after
    assert [(each.entry.words, each.entry.stage) for each in of(cast).now] == [("I call things off", "red")]
    assert [each.act for each in of(cast).versions] == [Act.ACCEPTED]
    assert "You've already put this suggestion into your plan." in sam.get(path)


def test_a_participant_can_decline_a_suggestion_for_the_plan(sam: Visitor, cast: Cast) -> None:
    path = f"/my/plan/suggestions/{suggests(cast, 'I cancel plans')}"
    assert "The suggestion won't go into your plan." in posts(sam, path, path, words="x", way="decline")
    assert of(cast).versions == () and "suggests something" not in sam.get("/my/plan")
    # this form is sent from a window that was opened earlier
    page = sam.post(path, {"words": "I cancel plans", "stage": "amber"}, of="/my/plan")
    assert (
        page.status == 409
        and "You decided that this suggestion isn't for you." in page
        and "I cancel plans" in page
    )


def test_a_suggestion_for_a_plan_part_that_has_been_retired_can_still_be_accepted(
    sam: Visitor, cast: Cast
) -> None:
    path = f"/my/plan/suggestions/{suggests(cast, 'No phone at night', 'limits', '')}"
    parts.retire(cast.margaret.actor, "limits", 0, retired=True)
    assert posts(sam, path, path, words="No phone at night").path == "/my/plan"
    assert words(cast) == ["No phone at night"]


def test_a_plan_review_shows_the_items_one_by_one(sam: Visitor, cast: Cast, clock: Clock) -> None:
    for text in ("Walking", "Tea", "Rain"):
        puts_in(cast, "good", (text, "", ""))
    page = sam.post("/my/plan/review")
    seen = []
    for way, expected in (("still_true", "Walking"), ("no_longer", "Tea")):
        assert expected in page
        here = re.search(r"/my/plan/review/items/([0-9a-f-]{36})", page.text)
        assert here
        seen.append(here[1])
        page = sam.post(here[0], {"seen": page.field("seen"), "way": way}, of="/my/plan/review")
    assert "You took this out of your plan:" in page and "Rain" in page
    change = re.search(r"/my/plan/items/([0-9a-f-]{36})\?review=yes", page.text)
    assert change
    page = posts(sam, change[0].split("?")[0], change[0], words="Warm rain", review="yes")
    assert page.path == "/my/plan/review" and "Is anything missing?" in page
    wrong = sam.post(
        "/my/plan/review/version", {"next_review": "other", "other_day": "soon"}, of="/my/plan/review"
    )
    assert (
        wrong.status == 422 and "You haven't chosen anything yet." in wrong and "This isn't a date." in wrong
    )
    day = {"together": "yes", "next_review": "2026-12-22", "other_day": ""}
    done = sam.post("/my/plan/review/version", day, of="/my/plan/review")
    assert done.path == "/my/plan" and "You'll look at your plan again on Tuesday 22 December." in done
    assert words(cast) == ["Walking", "Warm rain"]
    twice = sam.post("/my/plan/review/version", day, of="/my/plan")
    assert twice.path == "/my/plan/review" and "You've already finished looking at your whole plan" in twice
    clock.forward(days=28)
    enter_again = sam.post("/sign-in", {"sign_in_name": "sam", "passphrase": cast.sam.passphrase})
    assert (
        "It's time to look at your plan again, as you agreed." in enter_again and enter_again.path == "/my/"
    )
    assert "Look at it again" in sam.get("/my/plan")


def test_a_plan_item_changed_during_a_review_is_shown_again(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    page = sam.post("/my/plan/review")
    seen = page.field("seen")
    items.change(cast.sam.actor, item, 1, ("Running", "", ""))
    puts_in(cast, "good", ("Tea", "", ""))
    stale = sam.post(
        f"/my/plan/review/items/{item}", {"seen": seen, "way": "still_true"}, of="/my/plan/review"
    )
    assert stale.status == 409 and ELSEWHERE in stale
