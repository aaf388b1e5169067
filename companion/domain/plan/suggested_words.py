"""Turn answers and feedback into suggested plan items."""

from companion.domain.activities.answers import Prompt, Value
from companion.domain.plan.plan import MORE_MOST, WORDS_MOST
from companion.domain.plan.plan_parts import Part, Shape

Row = tuple[str, str]
"""Two strings for a plan item: its wording, and its details, which say what to do or how to contact a person.
"""


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
    """Turn one answer into suggested rows for the form in which a participant edits a part of the plan.

    Usually each item, choice or field of the answer becomes a separate row of the form. A short commitment
    (what to do, when and where) becomes a single row of the form.
    """
    if (one := prompt.in_one(value)) and len(one) <= _most(part):
        return [_row(part, one)]
    texts = in_words(prompt, value)
    if part.shape is Shape.IF_THEN and prompt.fields == ("situation", "plan") and len(texts) == 2:
        return [(texts[0], texts[1])]
    return [_row(part, text) for text in texts] or [("", "")]


def rows_of_comment(part: Part, comment: str) -> list[Row]:
    """Turn the practitioner's feedback into a suggested row for the form in which a participant edits a part
    of the plan.

    If the feedback is longer than a plan item may be, the suggested row is empty.
    """
    return [_row(part, comment if len(comment) <= _most(part) else "")]


def _row(part: Part, text: str) -> Row:
    """Return the text as a form row for this part of the plan. In a part of the plan with if-then items, the
    suggested text becomes the *then* half of a new item.
    """
    return ("", text) if part.shape is Shape.IF_THEN else (text, "")


def _most(part: Part) -> int:
    return WORDS_MOST if part.shape is Shape.LINE else MORE_MOST
