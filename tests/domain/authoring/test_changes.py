"""Test the list of changes to an activity since its approval."""

import msgspec

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Branch, Condition, Reply
from companion.domain.activities.answers.one_choice import OneChoice, Option
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.authoring.changes import Changed, Part, changes
from tests.domain.authoring.test_prompt_form import WENT, with_prompts

SEEN = ShortText(id="seen", ask="What did you see?", help="A bird, say.")
LAST = ShortText(id="last", ask="What is your next walk?")
WALK = with_prompts(WENT, SEEN, LAST)


def found(after: Activity, before: Activity = WALK) -> dict[str, list[Changed]]:
    return {each.prompt.id: list(each.parts) for each in changes(before, after).questions}


def test_no_changes_are_listed_for_an_unchanged_activity() -> None:
    assert not changes(WALK, WALK)


def test_a_change_to_an_activitys_length_or_title_or_difficulty_is_listed() -> None:
    after = msgspec.structs.replace(WALK, title="Two walks", minutes=15)
    assert changes(WALK, after).about == (Changed(Part.TITLE, "A walk", "Two walks"), Changed(Part.FACTS))
    harder = msgspec.structs.replace(WALK, difficulty="hard")
    assert changes(WALK, harder).about == (Changed(Part.FACTS),)


def test_the_list_of_changes_says_whether_a_question_is_new_or_deleted_or_moved() -> None:
    new = ShortText(id="new", ask="Who walked with you?")
    after = with_prompts(LAST, WENT, new)
    those = {each.prompt.id: each for each in changes(WALK, after).questions}
    assert {name: (each.new, each.gone, each.number) for name, each in those.items()} == {
        "last": (False, False, 1),
        "new": (True, False, 3),
        "seen": (False, True, 2),
    }
    assert those["last"].moved and not those["last"].parts


def test_the_list_of_changes_says_which_parts_of_a_question_changed() -> None:
    after = editing.changed(WALK, msgspec.structs.replace(SEEN, ask="What did you notice?", help=""))
    assert found(after) == {
        "seen": [
            Changed(Part.ASK, "What did you see?", "What did you notice?"),
            Changed(Part.HELP, "A bird, say.", ""),
        ]
    }
    longer = msgspec.structs.replace(WENT, options=(Option(id="often", label="Often"), *WENT.options))
    assert found(editing.changed(WALK, longer)) == {"went": [Changed(Part.LABELS, "", "Often")]}
    reply = Reply(say="Then on.", when=Condition(way="talk"))
    replied = msgspec.structs.replace(WENT, replies=(reply,))
    assert found(editing.changed(WALK, replied)) == {"went": [Changed(Part.REPLIES, "", "Then on.")]}
    later = msgspec.structs.replace(reply, when=Condition(way="not_sure"))
    again = editing.changed(WALK, msgspec.structs.replace(WENT, replies=(later,)))
    assert found(again, editing.changed(WALK, replied)) == {"went": [Changed(Part.REST)]}
    led = msgspec.structs.replace(WENT, branches=(Branch(to="end", when=Condition(way="talk")),))
    assert found(editing.changed(WALK, led)) == {"went": [Changed(Part.WAYS)]}
    short = msgspec.structs.replace(SEEN, short=True)
    assert found(editing.changed(WALK, short)) == {"seen": [Changed(Part.REST)]}


def test_a_change_to_a_questions_kind_is_listed_first() -> None:
    scale = Scale(
        id="seen", ask="What did you see?", help="A bird, say.", low_label="Little", high_label="Much"
    )
    parts = [each.part for each in found(editing.changed(WALK, scale))["seen"]]
    assert parts[0] is Part.KIND and {*parts[1:]} <= {Part.LABELS, Part.REST}
    assert isinstance(WENT, OneChoice)
