"""Turn answers and feedback into suggested wording for a plan item."""

from companion.domain.activities.answers import Prompt, Value
from companion.domain.plan.plan import MORE_MOST, WORDS_MOST
from companion.domain.plan.plan_parts import Part, Shape

Row = tuple[str, str]
"""The two fields of an item: its wording, and either what the participant then does or how to reach the
person.
"""


def in_words(prompt: Prompt, value: Value) -> list[str]:
    """Return an answer as a list of strings, one for each item, choice or field."""
    if items := prompt.items(value):
        return items
    options = getattr(prompt, "options", ())
    if options:
        return [option.label for option in options if option.id in prompt.chosen(value)]
    texts = [text.strip() for texts in prompt.fill(value).values() for text in texts]
    return [text for text in dict.fromkeys(texts) if prompt.free_text and any(map(str.isalpha, text))]


def rows_of_answer(part: Part, prompt: Prompt, value: Value) -> list[Row]:
    """Return the rows that an answer suggests for a plan part's form. There is always at least one row.

    Usually, each item, choice or field of the answer becomes a row. If the fields belong together and the
    whole answer fits, the answer becomes a single row.
    """
    if (one := prompt.in_one(value)) and len(one) <= _most(part):
        return [_row(part, one)]
    texts = in_words(prompt, value)
    if part.shape is Shape.IF_THEN and prompt.fields == ("situation", "plan") and len(texts) == 2:
        return [(texts[0], texts[1])]
    return [_row(part, text) for text in texts] or [("", "")]


def rows_of_comment(part: Part, comment: str) -> list[Row]:
    """Return a list with the row that the practitioner's feedback suggests for a plan part's form.

    If the feedback is too long, the row is empty, and the participant can use their own words.
    """
    return [_row(part, comment if len(comment) <= _most(part) else "")]


def _row(part: Part, text: str) -> Row:
    """Return text as a row. In an if-then item, the text is the *then*, and the situation is empty."""
    return ("", text) if part.shape is Shape.IF_THEN else (text, "")


def _most(part: Part) -> int:
    return WORDS_MOST if part.shape is Shape.LINE else MORE_MOST
