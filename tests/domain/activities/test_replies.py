"""Test whether an answer gets the author's reply, a default reply or none."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from companion.domain.activities.activity import Activity, from_plain, read, to_plain
from companion.domain.activities.answers import Way
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.activities.replies import GuideReply, StandIn, replies
from companion.domain.activities.toml_files import written
from tests.domain.any_activity import activities

YES_NO_OPTIONS = [{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}]


def said(value: Any = None, way: Way = "answered") -> Given:
    return Given(way, value, 1, datetime(2026, 11, 24, tzinfo=UTC))


def activity(*prompts: dict[str, Any]) -> Activity:
    plain = {"format": 1, "id": "a-walk", "title": "A walk", "minutes": 5, "introduction": "A walk."}
    return from_plain({**plain, "prompts": [{"ask": "?", **prompt} for prompt in prompts]})


def choice(prompt_id: str, **more: Any) -> dict[str, Any]:
    return {"kind": "one_choice", "id": prompt_id, "options": YES_NO_OPTIONS, **more}


def text(prompt_id: str, **more: Any) -> dict[str, Any]:
    return {"kind": "short_text", "id": prompt_id, **more}


def heard(made: Activity, **answers: Given) -> dict[str, str]:
    """Return the replies that the conversation shows to a participant who gives these answers.

    The replies are keyed by prompt.

    For one of Companion's default replies, return a code such as ``answered 0`` instead of text.
    """
    found = replies(Conversation(made, {name.replace("_", "-"): given for name, given in answers.items()}))
    return {
        name: reply.say or f"{reply.stand_in.way} {reply.stand_in.number}"
        if reply.stand_in or reply.say
        else ""
        for name, reply in found.items()
    }


WENT = choice(
    "went",
    replies=[
        {"say": "Then there is something to look back on.", "when": {"one_of": ["yes"]}},
        {"say": "It can wait.", "when": {"way": "talk"}},
        {"say": "There will be another day.", "when": {"way": "answered"}},
    ],
)


def test_the_first_reply_whose_condition_is_met_is_used() -> None:
    walk = activity(WENT)
    assert heard(walk, went=said("yes")) == {"went": "Then there is something to look back on."}
    assert heard(walk, went=said("no")) == {"went": "There will be another day."}
    assert heard(walk, went=said(way="talk")) == {"went": "It can wait."}
    assert heard(walk, went=said(way="not_sure")) == {"went": "not_sure 0"}
    assert heard(walk) == {}


def test_a_reply_disappears_when_the_question_it_depends_on_is_skipped() -> None:
    walk = activity(
        choice("went", branches=[{"to": "again", "when": {"one_of": ["no"]}}]),
        choice("seen"),
        text("again", replies=[{"say": "Look again.", "when": {"prompt": "seen", "one_of": ["yes"]}}]),
    )
    answers = {"seen": said("yes"), "again": said("Tomorrow")}
    assert heard(walk, went=said("yes"), **answers)["again"] == "Look again."
    withdrawn = heard(walk, went=said("no"), **answers)
    assert "again" not in withdrawn and "seen" not in withdrawn
    assert heard(walk, went=said("yes"), **answers)["again"] == "Look again."


def test_a_reply_that_quotes_an_unanswered_prompt_is_skipped() -> None:
    walk = activity(
        text("plan", branches=[{"to": "end", "when": {"way": "talk"}}]),
        text("day", replies=[{"say": "This is your plan.", "recall": "plan"}, {"say": "On to the day."}]),
    )
    found = replies(Conversation(walk, {"plan": said("I walk."), "day": said("Monday")}))["day"]
    assert found.say == "This is your plan." and found.recalled and found.recalled.given.value == "I walk."
    assert heard(walk, plan=said(way="not_sure"), day=said("Monday"))["day"] == "On to the day."


def test_choices_get_a_default_reply_and_free_text_gets_none() -> None:
    walk = activity(choice("a"), choice("b"), text("c"), text("d"), text("e"), {"kind": "yes_no", "id": "f"})
    assert heard(
        walk,
        a=said("yes"),
        b=said(way="talk"),
        c=said("I walked."),
        d=said(way="not_sure"),
        e=said(way="talk"),
        f=said("no"),
    ) == {"a": "answered 0", "b": "talk 0", "d": "not_sure 0", "e": "talk 1", "f": "answered 1"}


def test_companion_writes_no_reply_to_an_option_that_has_a_follow_up_question() -> None:
    walk = activity(
        choice("went", branches=[{"to": "seen", "when": {"one_of": ["yes"]}}, {"to": "end"}]), text("seen")
    )
    assert heard(walk, went=said("yes")) == {}
    assert heard(walk, went=said("no")) == {"went": "answered 0"}
    assert heard(walk, went=said(way="talk")) == {"went": "talk 0"}


def test_a_reply_about_one_item_quotes_only_answers_about_that_item() -> None:
    share = text(
        "share",
        for_each="seen",
        replies=[
            {"say": "You liked it.", "when": {"prompt": "liked", "one_of": ["yes"]}, "recall": "liked"},
            {"say": "On to the next one.", "when": {"way": "answered"}},
        ],
    )
    walk = activity({"kind": "list", "id": "seen"}, choice("liked", for_each="seen"), share)
    answers = {"seen": said(["a heron", "leaves"])}
    for liked in ("yes", "no"):
        for value in (said(liked), said("My sister")):
            asked = Conversation(walk, answers).open
            assert asked
            answers[asked.prompt.id] = value
    conversation = Conversation(walk, answers)
    assert conversation.open is None
    shared = [
        replies(conversation)[turn.prompt.id].say for turn in conversation.turns if "share" in turn.prompt.id
    ]
    assert shared == ["You liked it.", "On to the next one."]


def test_an_unfinished_daily_record_gets_only_replies_that_the_activitys_author_wrote() -> None:
    measure = {"id": "control", "label": "Control", "low_label": "None", "high_label": "Full"}
    days = {
        "kind": "daily_record",
        "id": "days",
        "line_label": "A line",
        "measures": [measure],
        "replies": [{"say": "“I need help now” shows who answers.", "when": {"one_of": ["control-low"]}}],
    }
    diary = activity(days, text("after"))

    def entry(control: int) -> Given:
        return said([{"on": "2026-11-24", "numbers": {"control": control}, "line": ""}])

    def so_far(control: int) -> dict[str, GuideReply]:
        return replies(Conversation(diary, {"days": entry(control)}, still_growing=True))

    assert so_far(1) == {"days": GuideReply("“I need help now” shows who answers.")}
    assert so_far(9) == {}


def test_an_activity_written_before_replies_existed_gets_only_default_replies() -> None:
    walk = activity(WENT, text("seen"))
    before = to_plain(walk)
    del before["prompts"][0]["replies"]
    sealed = msgspec.json.encode(before)
    older = from_plain(msgspec.json.decode(sealed))
    assert msgspec.json.encode(to_plain(older)) == sealed and b"replies" not in sealed
    assert b"replies" not in written(older)
    assert heard(older, went=said("yes"), seen=said("A heron")) == {"went": "answered 0"}
    turns = Conversation(older, {"went": said("yes")}).turns
    assert [turn.prompt.id for turn in turns] == ["went"]


@given(made=activities(), data=some.data())
def test_replies_do_not_depend_on_answers_to_questions_that_are_now_skipped(
    made: Activity, data: some.DataObject
) -> None:
    answers: dict[str, Given] = {}
    while (asked := Conversation(made, answers).open) and len(answers) < 20:
        ways: list[Way] = ["not_sure", "talk"]
        answers[asked.prompt.id] = said(way=data.draw(some.sampled_from(ways)))
    conversation = Conversation(made, answers)
    on_path = {turn.prompt.id: turn.given for turn in conversation.turns}
    assert replies(conversation) == replies(Conversation(made, on_path))
    assert set(replies(conversation)) == set(on_path)


def test_replies_are_unchanged_after_an_activity_is_written_to_a_file_and_read_back() -> None:
    walk = activity(WENT, text("plan", replies=[{"say": "So it is.", "recall": "went"}]))
    assert read(written(walk)) == walk


def test_companion_varies_its_own_replies_if_the_author_of_the_activity_wrote_none() -> None:
    made = activity(choice("a"), choice("b"))
    found = replies(Conversation(made, {"a": said("yes"), "b": said("yes")}))
    assert [each.stand_in for each in found.values()] == [StandIn("answered", 0), StandIn("answered", 1)]
