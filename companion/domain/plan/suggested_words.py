"""Turn answers and feedback into suggested plan items."""

from companion.domain.activities.answers import Prompt, Value
from companion.domain.plan.plan import MORE_MOST, WORDS_MOST
from companion.domain.plan.plan_parts import Part, Shape

Row = tuple[str, str]
"""A plan item's two texts: its wording, and its details (what to do, or how to reach somebody)."""


def in_words(prompt: Prompt, value: Value) -> list[str]:
    """Return an answer's items, choices or fields as a list of strings."""
    if items := prompt.items(value):
        return items
    options = getattr(prompt, "options", ())
    if options:
        return [option.label for option in options if option.id in prompt.chosen(value)]
    texts = [text.strip() for texts in prompt.fill(value).values() for text in texts]
    return [text for text in dict.fromkeys(texts) if prompt.free_text and any(map(str.isalpha, text))]


def rows_of_answer(part: Part, prompt: Prompt, value: Value) -> list[Row]:
    """Turn an answer into suggested rows for a part of the plan.

    The form usually has one row for each item, choice or field of the answer. A short commitment (what to do,
    when and where) becomes a single row of the form.
    """
    if (one := prompt.in_one(value)) and len(one) <= _most(part):
        return [_row(part, one)]
    texts = in_words(prompt, value)
    if part.shape is Shape.IF_THEN and prompt.fields == ("situation", "plan") and len(texts) == 2:
        return [(texts[0], texts[1])]
    return [_row(part, text) for text in texts] or [("", "")]


def rows_of_comment(part: Part, comment: str) -> list[Row]:
    """Suggest a row for the plan form, based on the practitioner's feedback.

    If the feedback is too long for a plan item, suggest an empty row.
    """
    return [_row(part, comment if len(comment) <= _most(part) else "")]


def _row(part: Part, text: str) -> Row:
    """Return the text as a form row for this part of the plan. For if-then items, the text goes into the
    *then* half.
    """
    return ("", text) if part.shape is Shape.IF_THEN else (text, "")


def _most(part: Part) -> int:
    return WORDS_MOST if part.shape is Shape.LINE else MORE_MOST
