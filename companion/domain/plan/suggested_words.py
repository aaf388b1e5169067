"""What was said elsewhere, as words that can be put into the plan."""

from companion.domain.activities.answers import Prompt, Value
from companion.domain.plan.plan import MORE_MOST, WORDS_MOST
from companion.domain.plan.plan_parts import Part, Shape

Row = tuple[str, str]
"""The two fields of an item: its words, and what he does then or how a person is reached."""


def in_words(prompt: Prompt, value: Value) -> list[str]:
    """An answer as separate texts: one for each of its items, choices or fields."""
    if items := prompt.items(value):
        return items
    options = getattr(prompt, "options", ())
    if options:
        return [option.label for option in options if option.id in prompt.chosen(value)]
    texts = [text.strip() for texts in prompt.fill(value).values() for text in texts]
    return [text for text in dict.fromkeys(texts) if prompt.free_text and any(map(str.isalpha, text))]


def rows_of_answer(part: Part, prompt: Prompt, value: Value) -> list[Row]:
    """What the form of a part begins with: each text of the answer, or its *if* with its *then*; at least one row.

    What belongs together stays one, if it fits.
    """
    if (one := prompt.in_one(value)) and len(one) <= (
        MORE_MOST if part.shape is Shape.PERSON else WORDS_MOST
    ):
        return [(one, "")]
    texts = in_words(prompt, value)
    if part.shape is Shape.IF_THEN and prompt.fields == ("situation", "plan") and len(texts) == 2:
        return [(texts[0], texts[1])]
    return [(text, "") for text in texts] or [("", "")]


def rows_of_comment(part: Part, comment: str) -> list[Row]:
    """The same for what his practitioner said: as it is where it fits, else to be put into his own words."""
    fits = len(comment) <= (MORE_MOST if part.shape is Shape.PERSON else WORDS_MOST)
    return [(comment if fits else "", "")]
