"""Test searching the library by words, topic, length, kind of question and difficulty."""

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from companion.content import in_each_language, starter_activities
from companion.domain.activities.answers import kinds
from companion.domain.authoring.library_search import LibrarySearch, asked

ACTIVITIES = starter_activities()
TOPICS = {each.topic: each.topic for each in ACTIVITIES if each.topic}
NAMES = ("words", "topic", "longest", "kind", "difficulty")


def found(**args: str) -> list[str]:
    search = asked(args, TOPICS, kinds())
    assert not search.misread
    return [each.id for each in ACTIVITIES if search.finds([each])]


def test_a_search_without_filters_finds_every_activity() -> None:
    assert len(found()) == len(ACTIVITIES)
    assert not asked({}, TOPICS, kinds()).asks


def test_each_search_filter_leaves_out_activities_that_do_not_match() -> None:
    every = {each.id: each for each in ACTIVITIES}
    assert {every[each].topic for each in found(topic="relapse-prevention")} == {"relapse-prevention"}
    assert {every[each].topic for each in found(topic="none")} == {None}
    short = found(longest="10")
    assert short and len(short) < len(every) and all(every[each].minutes <= 10 for each in short)
    assert {every[each].difficulty for each in found(difficulty="hard")} == {"hard"}
    assert "urge-and-choice-diary" in found(kind="daily_record")
    assert all(any(prompt.__struct_config__.tag == "letter" for prompt in every[each].prompts)
               for each in found(kind="letter"))  # fmt: skip
    both = found(topic="relapse-prevention", longest="10")
    assert both == [each for each in found(topic="relapse-prevention") if each in short]


def test_a_search_finds_only_activities_that_contain_every_word() -> None:
    assert found(words="  A WEEK   of choices ")[0] == "a-week-of-choices"
    assert "a-week-of-choices" in found(words="choices week")
    assert found(words="nowhere-to-be-found") == []
    walk = msgspec.structs.replace(ACTIVITIES[0], title="Café and the tŷ")
    assert LibrarySearch(words="cafe ty").finds([walk])


def test_a_search_finds_an_activity_by_words_in_any_of_its_languages() -> None:
    both = in_each_language(ACTIVITIES)
    welsh = next(each for each in both if each.language == "cy")
    search = LibrarySearch(words=welsh.title)
    assert search.finds([each for each in both if each.id == welsh.id])
    assert not search.finds([each for each in ACTIVITIES if each.id == welsh.id])


def test_an_invalid_search_filter_is_ignored_and_reported() -> None:
    for name in NAMES[1:]:
        search = asked({name: "elsewhere"}, TOPICS, kinds())
        assert search.misread and not search.asks


@given(args=some.dictionaries(some.sampled_from(NAMES), some.text(max_size=200)))
def test_any_search_text_in_a_url_is_accepted(args: dict[str, str]) -> None:
    search = asked(args, TOPICS, kinds())
    assert len(search.words) <= 100
    search.finds(ACTIVITIES[:1])
