from hypothesis import given
from hypothesis import strategies as st

from companion.domain.activities.answers._words import balanced, breadth, wrap

ROOM = 100.0
LONG = "I sat in the kitchen and wrote a list of everything that I wanted to say to her. " * 4


@given(text=st.text(max_size=300), most=st.integers(1, 8))
def test_wrapped_lines_never_exceed_their_width(text: str, most: int) -> None:
    for words in (wrap(text, ROOM, most), balanced(text, ROOM, most)):
        assert len(words.lines) <= most
        assert all(breadth(line) <= ROOM + 0.01 for line in words.lines)
        if words.whole:
            assert "".join(words.lines).replace(" ", "") == "".join(text.split())
        else:
            assert words.lines[-1].endswith("…")


def test_text_is_shortened_after_a_whole_word_and_ends_in_an_ellipsis() -> None:
    words = wrap(LONG, ROOM, 2)
    assert words.lines == ("I sat in the", "kitchen…")
    assert not words.whole


def test_breaking_a_long_word_never_splits_an_emoji_made_of_several_characters() -> None:
    family = "👩\N{ZERO WIDTH JOINER}👧"
    assert len(wrap("a" * 30, ROOM, 9).lines) == 4
    assert all(line.count(family) * 2 == len(line) - line.count("\N{ZERO WIDTH JOINER}")
               for line in wrap(family * 9, ROOM, 9).lines)  # fmt: skip
    assert all(not line.startswith("\u0301") for line in wrap("x\u0301" * 40, ROOM, 9).lines)


def test_centred_text_is_split_into_lines_of_similar_width() -> None:
    text = "and walk to the bridge and back"
    greedy, even = wrap(text, 200, 5), balanced(text, 200, 5)
    assert greedy.lines == ("and walk to the bridge", "and back")
    assert even.lines == ("and walk to the", "bridge and back")
