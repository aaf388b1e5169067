"""Check whether an activity is easy to read and follows the content rules."""

import functools
import math
import re
from collections.abc import Callable, Iterator

from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.answers import Prompt, Reply
from companion.domain.activities.toml_guard import At

SENTENCE_MOST = 20
"""The checker warns about sentences with more words than this."""
AGE_MOST = 11
JUDGED_FROM = 30
"""The minimum number of words for calculating a reading age."""

NEVER = "|".join(
    (
        r"streak\w*|badge\w*|scor(e|es|ed|ing)|points?|reward\w*|prize\w*|troph(y|ies)|winn(er|ers|ing)",
        r"levels?|rank(s|ed|ing|ings)?|congratulat\w*|well done",
        r"diagnos\w*|addict\w*|compulsi\w*|disorder\w*|patholog\w*|devian\w*",
        r"sex\w*|porn\w*|nud(e|es|ity)|naked\w*|erot\w*|arous\w*|fantas\w*|masturbat\w*|indecen\w*|explicit\w*",
        r"groom\w*|offen[cds]\w*|victim\w*|abus\w*|molest\w*|predator\w*|pa?edo\w*|perver\w*|solicit(ed|ing|ation)",
        r"seduc\w*|lur(e|es|ed|ing)|entic\w*|persua\w*|manipulat\w*|decoy\w*|typolog\w*|finkelhor",
        r"incognito|privat\w+ (brows|window)\w*|delet\w*|eras(e|es|ed|er|ing)|histor(y|ies)|vpns?|anonym\w*|encrypt\w*",
        r"monsters?|disgust\w*|evil|pathetic\w*|creeps?",
    )
)
"""Words that the content rules forbid."""
ASKS_FOR_A_FILE = (
    r"upload\w*|attach\w*|files?|photo\w*|pictures?|pics?|images?|videos?|clips?|screenshots?|recordings?"
    r"|hyperlinks?|links?|urls?"
)
"""Words with which an author might ask a participant for a file. Participants can't send files to Companion.
"""
NOT_ASKED = (
    r"child\w*|kids?|teen\w*|girls?|boys?|minors?|underage|young\w*|names?|address\w*|ages?|schools?|how old"
    r"|what happened|describe\w*"
)
"""Words that suggest a question about a child, somebody's identity or what happened."""
SAYS_IT_WAS_READ = (
    r"thank\w*|sorry|proud|glad|brave\w*|courag\w*|honest\w*|impress\w*|admir\w*|agree\w*|exactly|sounds?|makes sense"
    r"|(I|we) (see|hear|know|understand|notice)|you(’re| are|'re) right|good (answer|idea|plan|choice|point|for you)"
    r"|(that|this|it)(’s|'s| is| was) (\w+ )?(good|great|right|wrong|true|clear|fine|helpful|important|useful|enough)"
)
"""Words of thanks, agreement or judgement, which wrongly suggest that somebody has read the answer."""


def wording(activity: Activity) -> Iterator[Finding]:
    """Yield warnings about wording.

    Each warning appears only once for a prompt.

    Sentence length and reading age are checked only in English.
    """
    told: set[tuple[str, str]] = set()
    for finding in _wording(activity):
        if (finding.key, finding.prompt) not in told:
            told.add((finding.key, finding.prompt))
            yield finding


def _wording(activity: Activity) -> Iterator[Finding]:
    judge = _judge if activity.language == "en" else _leave
    yield from judge(activity.introduction, "", ("introduction",))
    yield from _never(NEVER, f"{activity.title} {activity.introduction}", "", ("introduction",))
    for place, prompt in enumerate(activity.prompts):
        at: At = ("prompts", place, "ask")
        yield from judge(f"{prompt.ask} {prompt.help}".strip(), prompt.id, at)
        if prompt.ask.count("?") > 1:
            yield Finding("several_questions", prompt.id, warning=True, at=at)
        asked = [sentence for sentence in sentences(prompt.ask) if sentence.endswith("?")]
        if words := found(NOT_ASKED, " ".join(asked)):
            yield Finding("asks_about", prompt.id, {"words": _each(words)}, warning=True, at=at)
        text = " ".join([prompt.ask, prompt.help, *labels(prompt), *(each.say for each in prompt.replies)])
        yield from _never(f"{NEVER}|{ASKS_FOR_A_FILE}", text, prompt.id, ("prompts", place))
        for number, reply in enumerate(prompt.replies):
            said_at: At = ("prompts", place, "replies", number, "say")
            yield from judge(reply.say, prompt.id, said_at)
            yield from _replies(reply, prompt, said_at)


def _replies(reply: Reply, prompt: Prompt, at: At) -> Iterator[Finding]:
    if "?" in reply.say:
        yield Finding("reply_asks", prompt.id, warning=True, at=at)
    to_free_text = prompt.free_text and reply.when.way in (None, "answered")
    if to_free_text and (words := found(SAYS_IT_WAS_READ, reply.say)):
        yield Finding("reply_reads", prompt.id, {"words": _each(words)}, warning=True, at=at)


def _never(words: str, text: str, prompt_id: str, at: At) -> Iterator[Finding]:
    if said := found(words, text):
        yield Finding("word_never", prompt_id, {"words": _each(said)}, warning=True, at=at)


def _each(words: list[str]) -> str:
    return ", ".join(dict.fromkeys(word.lower() for word in words))


def _leave(text: str, prompt_id: str, at: At) -> Iterator[Finding]:
    yield from ()


def _judge(text: str, prompt_id: str, at: At) -> Iterator[Finding]:
    longest = max((len(each.split()) for each in sentences(text)), default=0)
    if longest > SENTENCE_MOST:
        values: dict[str, str | int] = {"words": longest, "most": SENTENCE_MOST}
        yield Finding("long_sentence", prompt_id, values, warning=True, at=at)
    if len(text.split()) >= JUDGED_FROM and (age := reading_age(text)) > AGE_MOST:
        values = {"age": math.ceil(age), "most": AGE_MOST}
        yield Finding("reading_age", prompt_id, values, warning=True, at=at)


def labels(prompt: Prompt) -> list[str]:
    """Return the labels of the prompt, its options and its measures."""
    named = [getattr(prompt, name) for name in prompt.__struct_fields__ if name.endswith("_label")]
    parts = [part for name in ("options", "measures") for part in getattr(prompt, name, ())]
    return [text for text in [*named, *(each for part in parts for each in _labels_of(part))] if text]


def _labels_of(part: object) -> list[str]:
    return [getattr(part, name) for name in ("label", "low_label", "high_label") if hasattr(part, name)]


def sentences(text: str) -> list[str]:
    """Return the sentences in a text. Headings, list items and paragraphs also end a sentence."""
    lines = [line.strip("#*- ") for line in text.splitlines()]
    return [part for line in lines for part in re.split(r"(?<=[.?!])[*”)]*\s+", line) if part]


def reading_age(text: str) -> float:
    """Return a text's reading age in years, calculated as its Flesch-Kincaid grade plus five.

    Return 0 if the text has no words. The formula is from Kincaid and others, Derivation of new readability
    formulas for Navy enlisted personnel (Research Branch Report 8-75, 1975),
    https://stars.library.ucf.edu/istlibrary/56/
    """
    each = sentences(text)
    words = re.sub(r"[^\w\s]", "", "\n".join(each)).split()
    if not words:
        return 0
    syllables = sum(map(_syllables(), words))
    return 0.39 * len(words) / len(each) + 11.8 * syllables / len(words) - 15.59 + 5


@functools.cache
def _syllables() -> Callable[[str], int]:
    """Return a function that counts a word's syllables.

    Import the hyphenation dictionary inside this function, so that Companion loads it only when an author
    needs it.
    """
    from pyphen import Pyphen

    positions = Pyphen(lang="en_US").positions
    return lambda word: len(positions(word)) + 1


def found(words: str, text: str) -> list[str]:
    return [match.group() for match in re.finditer(rf"\b({words})\b", text, re.IGNORECASE)]
