"""One prompt as an author fills it into a form, and back.

The settings of a kind are its fields beyond those of every prompt; what each may hold stands in its type.
Where it leads is typed in rows: a condition, written ``prompt|one_of|option``, ``prompt|at_least|7``,
``prompt|at_most|3`` or ``prompt|way|talk``, or, where a file asked for more than that, as its JSON; and where to.
"""

import functools
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import zip_longest
from typing import Any, cast, get_args

import msgspec
from msgspec import inspect

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import BRANCHES_MOST, Branch, Condition, Prompt, Way, kinds
from companion.domain.activities.editing import LINE, PASSAGE, new_id, next_id
from companion.domain.activities.layout import END, NEXT
from companion.domain.activities.toml_guard import MOST_DIGITS
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line, without_hidden

WAYS: tuple[Way, ...] = ("not_sure", "talk", "answered")
"""As rows offer them."""
NUMBERS_MOST = 12
"""Numbers that rows offer; a file can ask for any."""
OF_EVERY_PROMPT = frozenset(Prompt.__struct_fields__)


def typed_prompt(kind: str, form: Form, activity: Activity, old: Prompt | None) -> Prompt:
    """The prompt that an author typed; ``old`` is the one that it replaces. Raises ``Rejected``."""
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
    with _collecting(problems):
        plain["branches"] = _branches(form, old, ids)
    if problems:
        raise Rejected(*problems)
    prompt_id = old.id if old else next_id(activity)
    try:
        return msgspec.convert({**plain, "id": prompt_id}, type=model)
    except msgspec.ValidationError as error:  # nothing above let it through; said all the same
        raise Rejected(Problem("bad_setting", {"error": str(error)})) from error


def form_of(prompt: Prompt) -> Form:
    """The form that ``typed_prompt`` turns into this prompt."""
    form: dict[str, list[str]] = {
        name: [getattr(prompt, name)] for name in ("ask", "help", "recall", "for_each")
    }
    for setting in settings_of(type(prompt)):
        form.update(_setting_form(setting, prompt))
    rows = [(code(each.when, prompt.id), each.to) for each in prompt.branches]
    form["when"] = [when for when, _ in rows if when]
    form["to"] = [to for when, to in rows if when]
    form["otherwise"] = [to for when, to in rows if not when][:1]
    return form


def _setting_form(setting: inspect.Field, prompt: Prompt) -> dict[str, list[str]]:
    value, name = getattr(prompt, setting.name), setting.name
    match setting.type:
        case inspect.BoolType():
            return {name: ["yes"] if value else []}
        case inspect.VarTupleType():
            columns = [column.name for column in _columns(setting)]
            return {f"{name}-{column}": [str(getattr(row, column)) for row in value] for column in columns}
    return {name: [str(value)]}


@functools.cache
def settings_of(kind: type[Prompt]) -> tuple[inspect.Field, ...]:
    """The fields of a kind beyond those of every prompt."""
    struct = inspect.type_info(kind)
    if not isinstance(struct, inspect.StructType):
        raise TypeError(kind)
    return tuple(each for each in struct.fields if each.name not in OF_EVERY_PROMPT)


def blank(kind: type[Prompt], prompt_id: str = "") -> Prompt:
    """A prompt of this kind as its form begins: with what its kind sets by itself, and no words. It is not valid."""
    empty: dict[str, Any] = {"id": prompt_id, "ask": ""}
    for setting in settings_of(kind):
        if setting.required:
            empty[setting.name] = () if isinstance(setting.type, inspect.VarTupleType) else ""
    return kind(**empty)


def in_another_kind(form: Form, before: str, kind: str) -> Form:
    """The form of a question that is to be answered in another way; the settings that both have stay as typed."""
    kept, model = [alike(each) for each in settings_of(kinds()[before])], kinds()[kind]
    fresh = [
        _setting_form(setting, blank(model)) for setting in settings_of(model) if alike(setting) not in kept
    ]
    return {**form, **{name: texts for each in fresh for name, texts in each.items()}, "kind": [kind]}


def alike(setting: inspect.Field) -> object:
    """Return what two settings must share for typed rows to be carried over: not how many there may be."""
    return (setting.name, _columns(setting)) if isinstance(setting.type, inspect.VarTupleType) else setting


def code(when: Condition, prompt_id: str) -> str:
    """How a row of the form of this prompt names a condition; empty where it always holds."""
    if when == Condition():
        return ""
    asked = when.prompt or prompt_id
    short = [
        *([f"{asked}|way|{when.way}"] if when.way else []),
        *(f"{asked}|one_of|{option}" for option in when.one_of),
        *([f"{asked}|at_least|{when.at_least}"] if when.at_least is not None else []),
        *([f"{asked}|at_most|{when.at_most}"] if when.at_most is not None else []),
    ]
    if len(short) == 1 and condition(short[0], prompt_id) == when:
        return short[0]
    return msgspec.json.encode(when).decode()


def condition(text: str, prompt_id: str) -> Condition | None:
    """The condition of a row, of the prompt with this id; None where it is not written like one."""
    found = _whole(text) if text.startswith("{") else _short(text, prompt_id)
    said = (found.prompt, *found.one_of) if found else ()
    return found if all(without_hidden(each) == each for each in said) else None


def _short(text: str, prompt_id: str) -> Condition | None:
    asked, _, rest = text.partition("|")
    what, _, value = rest.partition("|")
    about = "" if asked == prompt_id else asked
    match what:
        case "way" if value in get_args(Way):
            return Condition(prompt=about, way=cast(Way, value))
        case "one_of" if value:
            return Condition(prompt=about, one_of=(value,))
        case "at_least" if _is_number(value):
            return Condition(prompt=about, at_least=int(value))
        case "at_most" if _is_number(value):
            return Condition(prompt=about, at_most=int(value))
    return None


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS


def _whole(text: str) -> Condition | None:
    with suppress(msgspec.MsgspecError, UnicodeError, RecursionError):
        found = msgspec.json.decode(text, type=Condition)
        if all(abs(each or 0) < 10**MOST_DIGITS for each in (found.at_least, found.at_most)):
            return found
    return None


def askable(asked: Prompt) -> Iterator[tuple[str, Condition]]:
    """Every condition that a row can put to a prompt's answer, with how the row names it."""
    for way in WAYS:
        yield f"{asked.id}|way|{way}", Condition(way=way)
    for option in asked.offers():
        yield f"{asked.id}|one_of|{option}", Condition(one_of=(option,))
    numbers = asked.numbers()[:NUMBERS_MOST]
    for number in numbers[1:]:
        yield f"{asked.id}|at_least|{number}", Condition(at_least=number)
    for number in numbers[:-1]:
        yield f"{asked.id}|at_most|{number}", Condition(at_most=number)


def _branches(form: Form, old: Prompt | None, ids: Collection[str]) -> list[dict[str, Any]]:
    problems: list[Problem] = []
    found: list[Branch] = []
    rows = zip_longest(form.get("when", ()), form.get("to", ()), fillvalue="")
    for row, (when, to) in enumerate(rows, 1):
        if not when and not to:
            continue
        if not when:
            problems.append(Problem("nothing_chosen", field=f"when-{row}"))
        elif to not in (*ids, END, NEXT):
            problems.append(Problem("not_offered" if to else "nothing_chosen", field=f"to-{row}"))
        elif met := condition(when, old.id if old else ""):
            found.append(Branch(to=to, when=met))
        else:
            problems.append(Problem("not_offered", field=f"when-{row}"))
    otherwise = first(form, "otherwise")
    if otherwise in (*ids, END, NEXT):
        found.append(Branch(to=otherwise))
    elif otherwise:
        problems.append(Problem("not_offered", field="otherwise"))
    if len(found) > BRANCHES_MOST:
        problems.append(Problem("too_many", {"most": BRANCHES_MOST, "many": len(found)}, "when-1"))
    if problems:
        raise Rejected(*problems)
    return [msgspec.to_builtins(branch) for branch in found]


def _setting(setting: inspect.Field, form: Form) -> dict[str, Any]:
    """One setting as plain data; nothing where it is left to its default. Raises ``Rejected``."""
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


def _rows(setting: inspect.Field, form: Form) -> list[dict[str, str]]:
    """The rows of a table, such as the options. A row without words does not count."""
    names = [column.name for column in _columns(setting) if column.name != "id"]
    texts = [form.get(f"{setting.name}-{name}", ()) for name in ("id", *names)]
    typed = [
        (number, row_id, cells)
        for number, (row_id, *cells) in enumerate(zip_longest(*texts, fillvalue=""), 1)
        if any(cell.strip() for cell in cells)
    ]
    _count(setting, len(typed), f"{setting.name}-{names[0]}-1")
    kept, taken, rows = set(texts[0]), set[str](), list[dict[str, str]]()
    for number, old_id, cells in typed:
        fields = [f"{setting.name}-{name}-{number}" for name in names]
        words = [clean_line(cell, LINE, field) for cell, field in zip(cells, fields, strict=True)]
        row_id = old_id if old_id and old_id not in taken else new_id(words[0], kept | taken)
        taken.add(row_id)
        rows.append({"id": row_id, **dict(zip(names, words, strict=True))})
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


def _table(setting: inspect.Field) -> inspect.VarTupleType:
    if isinstance(setting.type, inspect.VarTupleType):
        return setting.type
    raise TypeError(setting)


@contextmanager
def _collecting(problems: list[Problem]) -> Iterator[None]:
    """Gathers what is rejected, so that an author sees all of it at once."""
    try:
        yield
    except Rejected as rejected:
        problems.extend(rejected.problems)
