"""Convert prompts to and from the forms that authors use.

A field's type decides which values the form accepts. ``branch_form`` and ``reply_form`` convert branches and
replies.
"""

import functools
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

import msgspec
from msgspec import inspect

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.activities.editing import LINE, PASSAGE, new_id, next_id
from companion.domain.authoring.branch_form import branch_form, typed_branches
from companion.domain.authoring.reply_form import reply_form, typed_replies
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line

OF_EVERY_PROMPT = frozenset(Prompt.__struct_fields__)


def typed_prompt(
    kind: str, form: Form, activity: Activity, old: Prompt | None, parts: Collection[str] = ()
) -> Prompt:
    """Return the prompt that an author typed. Raise one ``Rejected`` that lists all the form's problems.

    ``old`` is the prompt that the new prompt replaces, if any. ``parts`` are the ids of the plan's parts.
    """
    model = kinds().get(kind)
    if model is None:
        raise Rejected(Problem("not_offered", field="kind"))
    problems: list[Problem] = []
    plain: dict[str, Any] = {}
    for name, required in (("ask", True), ("help", False)):
        with _collecting(problems):
            plain[name] = clean(first(form, name), PASSAGE, name, required=required)
    ids = {prompt.id for prompt in activity.prompts}
    for name in ("recall", "for_each"):
        plain[name] = first(form, name)
        if plain[name] and plain[name] not in ids:
            problems.append(Problem("not_offered", field=name))
    for setting in settings_of(model):
        with _collecting(problems):
            plain.update(_setting(setting, form))
    plain["short"] = bool(first(form, "short"))
    with _collecting(problems):
        plain["branches"] = typed_branches(form, old.id if old else "", ids, plain.get("options"))
    with _collecting(problems):
        plain["replies"] = typed_replies(form, old.id if old else "", ids, plain.get("options", ()))
    with _collecting(problems):
        plain["plan"] = _plan(model, form, old, parts)
    if problems:
        raise Rejected(*problems)
    prompt_id = old.id if old else next_id(activity)
    try:
        return msgspec.convert({**plain, "id": prompt_id}, type=model)
    except msgspec.ValidationError as error:  # the checks above should find every error
        raise Rejected(Problem("bad_setting", {"error": str(error)})) from error


def form_of(prompt: Prompt) -> Form:
    """Convert a prompt to form fields. ``typed_prompt`` converts the fields back to the prompt."""
    form: dict[str, list[str]] = {
        name: [getattr(prompt, name)] for name in ("ask", "help", "recall", "for_each")
    }
    form["short"] = ["yes"] if prompt.short else []
    if prompt.free_text:
        form["plan"] = [prompt.plan]
    for setting in settings_of(type(prompt)):
        form.update(_setting_form(setting, prompt))
    return {**form, **branch_form(prompt), **reply_form(prompt)}


def _plan(model: type[Prompt], form: Form, old: Prompt | None, parts: Collection[str]) -> str:
    """Return the id of the plan part that participants can copy the answer into, or an empty string.

    The plan accepts only answers in free text.
    """
    kept = old.plan if old else ""
    chosen = first(form, "plan") if "plan" in form else kept
    if not model.free_text:
        return ""
    if chosen not in ("", kept, *parts):
        raise Rejected(Problem("not_offered", field="plan"))
    return chosen


def _setting_form(setting: inspect.Field, prompt: Prompt) -> dict[str, list[str]]:
    value, name = getattr(prompt, setting.name), setting.name
    match setting.type:
        case inspect.BoolType():
            return {name: ["yes"] if value else []}
        case inspect.VarTupleType():
            return {f"{name}-{column.name}": _column_form(column, value) for column in _columns(setting)}
    return {name: [str(value)]}


def _column_form(column: inspect.Field, rows: Sequence[object]) -> list[str]:
    """Return the cells in a column of a table."""
    cells = [getattr(row, column.name) for row in rows]
    if isinstance(column.type, inspect.BoolType):
        return [str(number) for number, ticked in enumerate(cells, 1) if ticked]
    return [str(cell) for cell in cells]


@functools.cache
def settings_of(kind: type[Prompt]) -> tuple[inspect.Field, ...]:
    """Return the settings that only this kind of prompt has."""
    struct = inspect.type_info(kind)
    if not isinstance(struct, inspect.StructType):
        raise TypeError(kind)
    return tuple(each for each in struct.fields if each.name not in OF_EVERY_PROMPT)


def blank(kind: type[Prompt], prompt_id: str = "") -> Prompt:
    """Return a new prompt of this kind with default settings and no wording."""
    empty: dict[str, Any] = {"id": prompt_id, "ask": ""}
    for setting in settings_of(kind):
        if setting.required:
            empty[setting.name] = () if isinstance(setting.type, inspect.VarTupleType) else ""
    return kind(**empty)


def in_another_kind(form: Form, before: str, kind: str) -> Form:
    """Return a question's form after the author has changed the kind of answer. Keep the settings that the
    old and new kinds of answer share.
    """
    kept, model = [alike(each) for each in settings_of(kinds()[before])], kinds()[kind]
    fresh = [
        _setting_form(setting, blank(model)) for setting in settings_of(model) if alike(setting) not in kept
    ]
    typed = any(text for name in ("say", "go", "ask") for text in form.get(f"reply-to-{name}", ()))
    offered = _beside_offers(blank(model))
    same = kind == before or list(form.get("reply-to", ())) == list(offered["reply-to"])
    beside = {} if typed or same else offered
    settings = {name: texts for each in fresh for name, texts in each.items()}
    return {**form, **settings, **beside, "kind": [kind]}


def _beside_offers(prompt: Prompt) -> Form:
    return {name: texts for name, texts in form_of(prompt).items() if name.startswith("reply-to")}


def alike(setting: inspect.Field) -> object:
    """Return a key that is equal for prompt settings that accept the same values."""
    return (setting.name, _lines(setting)) if isinstance(setting.type, inspect.VarTupleType) else setting


def _setting(setting: inspect.Field, form: Form) -> dict[str, Any]:
    """Read one setting of a prompt from the form, and return the setting as strings, numbers and lists.

    The result is empty if the setting is a number with a default value, and the author left the number blank.

    Raise ``Rejected`` if the value that the author entered isn't valid.
    """
    name = setting.name
    match setting.type:
        case inspect.BoolType():
            return {name: bool(first(form, name))}
        case inspect.VarTupleType():
            return {name: _rows(setting, form)}
        case inspect.IntType(ge=ge, le=le):
            least, most = ge or 0, le or 0
            text = first(form, name).strip()
            if not text and setting.default is not msgspec.NODEFAULT:
                return {}
            if not (text.isdecimal() and text.isascii() and len(text) < 7 and least <= int(text) <= most):
                raise Rejected(Problem("whole_number", {"least": least, "most": most}, name))
            return {name: int(text)}
        case inspect.LiteralType(values=values):
            if first(form, name) not in values:
                raise Rejected(Problem("not_offered", field=name))
            return {name: first(form, name)}
        case inspect.StrType(min_length=least, max_length=most):
            return {name: clean_line(first(form, name), most or PASSAGE, name, required=bool(least))}
    raise TypeError(setting)


def _rows(setting: inspect.Field, form: Form) -> list[dict[str, Any]]:
    """Return a table's rows, without the rows that have no text."""
    names = [column.name for column in _lines(setting) if column.name != "id"]
    ticks = [column.name for column in _columns(setting) if column not in _lines(setting)]
    texts = [form.get(f"{setting.name}-{name}", ()) for name in ("id", *names)]
    typed = [
        (number, row_id, cells)
        for number, (row_id, *cells) in enumerate(zip_longest(*texts, fillvalue=""), 1)
        if any(cell.strip() for cell in cells)
    ]
    _count(setting, len(typed), f"{setting.name}-{names[0]}-1")
    kept, taken, rows = set(texts[0]), set[str](), list[dict[str, Any]]()
    for number, old_id, cells in typed:
        fields = [f"{setting.name}-{name}-{number}" for name in names]
        words = [clean_line(cell, LINE, field) for cell, field in zip(cells, fields, strict=True)]
        row_id = old_id if old_id and old_id not in taken else new_id(words[0], kept | taken)
        taken.add(row_id)
        ticked = {name: str(number) in form.get(f"{setting.name}-{name}", ()) for name in ticks}
        rows.append({"id": row_id, **dict(zip(names, words, strict=True)), **ticked})
    return rows


def _count(setting: inspect.Field, many: int, field: str) -> None:
    table = _table(setting)
    least, most = table.min_length or 0, table.max_length or many
    if many < least:
        raise Rejected(Problem("empty", field=field))
    if many > most:
        raise Rejected(Problem("too_many", {"most": most, "many": many}, field))


def _columns(setting: inspect.Field) -> tuple[inspect.Field, ...]:
    row = _table(setting).item_type
    if isinstance(row, inspect.StructType):
        return row.fields
    raise TypeError(setting)


def _lines(setting: inspect.Field) -> tuple[inspect.Field, ...]:
    """Return a table's text columns, without columns of tick boxes."""
    return tuple(each for each in _columns(setting) if not isinstance(each.type, inspect.BoolType))


def _table(setting: inspect.Field) -> inspect.VarTupleType:
    if isinstance(setting.type, inspect.VarTupleType):
        return setting.type
    raise TypeError(setting)


@contextmanager
def _collecting(problems: list[Problem]) -> Iterator[None]:
    """Catch ``Rejected``, and add its problems to ``problems``. The author sees all the problems at once."""
    try:
        yield
    except Rejected as rejected:
        problems.extend(rejected.problems)
