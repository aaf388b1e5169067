"""Convert a signpost to an administrator's form, and the form back to a signpost.

The form has one row for each contact detail and one row for each period of opening hours. Each field, such as
``call-shown``, holds a list with one value for each row. Each error message gives the field's name and the
row's number, starting at 1. Empty rows are ignored.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import get_args

from companion.domain.refusals import Problem, Rejected
from companion.domain.signposts.opening_hours import (
    HOURS_MOST,
    Always,
    Hours,
    OnBankHolidays,
    ToBeConfirmed,
    Weekday,
    Weekly,
    When,
)
from companion.domain.signposts.signposts import (
    LANGUAGES_MOST,
    WAYS_MOST,
    Cost,
    Need,
    Signpost,
    Telephone,
    Text,
    Web,
    Words,
    is_web_address,
    number_dialled,
    number_written,
)
from companion.domain.text import clean_line
from companion.domain.time.bank_holidays import Nation

Form = Mapping[str, Sequence[str]]
MOST = 200
"""The maximum number of characters in a line of text."""
MOST_ROWS = {**WAYS_MOST, "hours": HOURS_MOST}
DAYS: tuple[Weekday, ...] = get_args(Weekday)
NATIONS: tuple[Nation, ...] = get_args(Nation)
COSTS: tuple[Cost, ...] = get_args(Cost)
BANK_HOLIDAYS: tuple[OnBankHolidays, ...] = get_args(OnBankHolidays)
COLUMNS = {
    "call": ("call-shown", "call-dial", "call-option", "call-cost"),
    "text": ("text-number", "text-keyword", "text-cost"),
    "web": ("web-address", "web-shown", "web-label"),
    "hours": ("from", "until"),
}
"""The fields for each kind of row in the form. If only a row's cost is filled in, treat the row as empty.
Translated text has separate fields, such as ``name-cy``.
"""


def typed_signpost(form: Form, key: str, old: Signpost | None, today: date) -> Signpost:
    """Return the signpost that an administrator entered, giving it the id ``key``. Raise one ``Rejected``
    that lists all the form's problems.

    ``old`` is the signpost that is replaced, if any. If the contact details have changed, the signpost counts
    as checked on ``today``.
    """
    problems: list[Problem] = []
    name, note = {"en": "-"}, None
    when: When = ToBeConfirmed()
    ways: tuple[Telephone | Text | Web, ...] = ()
    with _collecting(problems):
        name = _words(form, "name")
    with _collecting(problems):
        note = _words(form, "note") if any(map("".join, _in_each_language(form, "note").values())) else None
    needs = tuple(need for need in Need if need in form.get("needs", ()))
    if not needs:
        problems.append(Problem("nothing_chosen", field="needs"))
    with _collecting(problems):
        ways = _ways(form)
    with _collecting(problems):
        when = _when(form)
    confirmed = _first(form, "confirmed")
    if confirmed not in ("yes", "no"):
        problems.append(Problem("not_offered", field="confirmed"))
    if confirmed == "yes" and not any(_rows(form, kind) for kind in ("call", "text", "web")):
        problems.append(Problem("no_way", field="call-shown-1"))
    if problems:
        raise Rejected(*problems)
    return Signpost(
        id=key,
        name=name,
        needs=needs,
        ways=ways,
        when=when,
        note=note,
        checked=old.checked if old and old.ways == ways else today,
        confirmed=confirmed == "yes",
    )


def form_of(signpost: Signpost) -> dict[str, list[str]]:
    """Return the form fields for this signpost."""
    form: dict[str, list[str]] = {
        **_fields("name", [signpost.name]),
        **_fields("note", [signpost.note or {"en": ""}]),
        "needs": [*signpost.needs],
        "confirmed": ["yes" if signpost.confirmed else "no"],
        "when": [signpost.when.kind],
    }
    rows: list[tuple[str, tuple[str, ...]]] = []
    labels: list[Words] = []
    for way in signpost.ways:
        match way:
            case Telephone():
                rows.append(("call", (way.shown, way.dial, way.option, way.cost)))
            case Text():
                rows.append(("text", (way.number, way.keyword, way.cost)))
            case Web():
                rows.append(("web", (way.address, way.shown, way.label["en"])))
                labels.append(way.label)
    if isinstance(signpost.when, Weekly):
        form["nations"], form["bank-holidays"] = [*signpost.when.nations], [signpost.when.on_bank_holidays]
        for number, hours in enumerate(signpost.when.hours, 1):
            rows.append(("hours", (hours.start, hours.until)))
            form.setdefault("days", []).extend(f"{number}-{day}" for day in hours.days)
            form.setdefault("over", []).extend([str(number)] if hours.over_midnight else [])
    for kind, cells in rows:
        for column, cell in zip(COLUMNS[kind], cells, strict=True):
            form.setdefault(column, []).append(cell)
    return _fields("web-label", labels) | form


def row_count(form: Form, kind: str) -> int:
    """Return the number of the last filled-in row of one kind (say, opening hours), or 0 if there is none.
    Never return more than the maximum number of rows of this kind.
    """
    rows = _rows(form, kind)
    return min(max(rows), MOST_ROWS[kind]) if rows else 0


def _rows(form: Form, kind: str) -> dict[int, list[str]]:
    """Return the filled-in rows of one kind (say, opening hours), by row number."""
    columns = [form.get(name, ()) for name in COLUMNS[kind]]
    found = {}
    days = {value.partition("-")[0] for value in form.get("days", ())} if kind == "hours" else set()
    for number in range(1, max(*map(len, columns), len(days) and MOST_ROWS[kind]) + 1):
        cells = [column[number - 1].strip() if number <= len(column) else "" for column in columns]
        begun = [cell for name, cell in zip(COLUMNS[kind], cells, strict=True) if not name.endswith("cost")]
        if any(begun) or str(number) in days:
            found[number] = cells
    return found


def _ways(form: Form) -> tuple[Telephone | Text | Web, ...]:
    problems: list[Problem] = []
    ways: list[Telephone | Text | Web] = []
    for kind, read in (("call", _telephone), ("text", _text), ("web", _web)):
        rows = _rows(form, kind)
        if len(rows) > MOST_ROWS[kind]:
            many: dict[str, str | int] = {"most": MOST_ROWS[kind], "many": len(rows)}
            problems.append(Problem("too_many", many, f"{COLUMNS[kind][0]}-1"))
            continue
        for number, cells in rows.items():
            with _collecting(problems):
                ways.append(read(form, number, *cells))
    if problems:
        raise Rejected(*problems)
    return tuple(ways)


def _telephone(_: Form, number: int, shown: str, dial: str, option: str, cost: str) -> Telephone:
    shown = clean_line(shown, MOST, f"call-shown-{number}")
    try:
        reads = number_written(shown)
    except ValueError as error:
        raise Rejected(Problem("bad_number", field=f"call-shown-{number}")) from error
    dial = _dial(dial, f"call-dial-{number}")
    if number_written(dial) != reads:
        raise Rejected(Problem("other_number", {"shown": shown, "dial": dial}, f"call-dial-{number}"))
    if not re.fullmatch(r"[0-9]{0,3}|[#*]", option, re.ASCII):
        raise Rejected(Problem("bad_option", field=f"call-option-{number}"))
    return Telephone(shown=shown, dial=dial, option=option, cost=_cost(cost, f"call-cost-{number}"))


def _text(_: Form, number: int, to: str, keyword: str, cost: str) -> Text:
    keyword = clean_line(keyword, MOST, f"text-keyword-{number}")
    to = _dial(to, f"text-number-{number}")
    return Text(number=to, keyword=keyword, cost=_cost(cost, f"text-cost-{number}"))


def _web(form: Form, number: int, address: str, shown: str, _: str) -> Web:
    address = clean_line(address, MOST, f"web-address-{number}")
    if not is_web_address(address):
        raise Rejected(Problem("bad_address", field=f"web-address-{number}"))
    shown = clean_line(shown, MOST, f"web-shown-{number}", required=False)
    label = _words(form, "web-label", number)
    return Web(address=address, shown=shown or address.removeprefix("https://").rstrip("/"), label=label)


def _dial(typed: str, field: str) -> str:
    dial = re.sub(r"[ ()-]", "", clean_line(typed, MOST, field))
    try:
        number_dialled(dial)
    except ValueError as error:
        raise Rejected(Problem("bad_dial", field=field)) from error
    return dial


def _cost(typed: str, field: str) -> Cost:
    if typed not in COSTS:
        raise Rejected(Problem("not_offered", field=field))
    return typed


def _when(form: Form) -> When:
    kind = _first(form, "when")
    if kind == "always":
        return Always()
    if kind == "to-be-confirmed":
        return ToBeConfirmed()
    if kind != "weekly":
        raise Rejected(Problem("not_offered", field="when"))
    problems: list[Problem] = []
    hours: list[Hours] = []
    rows = _rows(form, "hours")
    if not rows:
        problems.append(Problem("no_hours", field="days-1"))
    if len(rows) > MOST_ROWS["hours"]:
        many: dict[str, str | int] = {"most": MOST_ROWS["hours"], "many": len(rows)}
        raise Rejected(Problem("too_many", many, "days-1"))
    for number, (start, until) in rows.items():
        with _collecting(problems):
            hours.append(_hours(form, number, start, until))
    nations = tuple(nation for nation in NATIONS if nation in form.get("nations", ()))
    if not nations:
        problems.append(Problem("nothing_chosen", field="nations"))
    chosen = _first(form, "bank-holidays")
    on_bank_holidays = next((each for each in BANK_HOLIDAYS if each == chosen), None)
    if on_bank_holidays is None:
        problems.append(Problem("not_offered", field="bank-holidays"))
    if problems or on_bank_holidays is None:
        raise Rejected(*problems)
    try:
        return Weekly(hours=tuple(hours), nations=nations, on_bank_holidays=on_bank_holidays)
    except ValueError as error:  # each row is valid alone, but some rows overlap
        raise Rejected(Problem("hours_overlap", field="days-1")) from error


def _hours(form: Form, number: int, start: str, until: str) -> Hours:
    chosen = set(form.get("days", ()))
    days = tuple(day for day in DAYS if f"{number}-{day}" in chosen)
    over = str(number) in form.get("over", ())
    problems = [] if days else [Problem("no_days", field=f"days-{number}")]
    for name, written in (("from", start), ("until", until)):
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", written, re.ASCII):
            problems.append(Problem("bad_time", field=f"{name}-{number}"))
    if not problems and until <= start and not over:
        problems.append(Problem("ends_before_it_begins", field=f"until-{number}"))
    if not problems and until > start and over:
        problems.append(Problem("longer_than_a_day", field=f"until-{number}"))
    if problems:
        raise Rejected(*problems)
    return Hours(days=days, start=start, until=until, over_midnight=over)


def _words(form: Form, name: str, row: int = 0) -> Words:
    """Return the administrator's text for the field ``name``, in each language. ``row`` is the row's number
    in a form with several rows.
    """
    words, place = {}, max(row - 1, 0)
    several = _in_each_language(form, name)
    if len(several) > LANGUAGES_MOST:
        raise Rejected(
            Problem(
                "too_many", {"most": LANGUAGES_MOST, "many": len(several)}, f"{name}-{row}" if row else name
            )
        )
    for language, texts in several.items():
        field = name if language == "en" else f"{name}-{language}"
        text = texts[place] if place < len(texts) else ""
        words[language] = clean_line(
            text, MOST, f"{field}-{row}" if row else field, required=language == "en"
        )
    return words


def _in_each_language(form: Form, name: str) -> dict[str, Sequence[str]]:
    others = {field[-2:]: form[field] for field in sorted(form) if re.fullmatch(rf"{name}-[a-z]{{2}}", field)}
    return {"en": form.get(name, ()), **others}


def _fields(name: str, several: Sequence[Words]) -> dict[str, list[str]]:
    """Return the form fields for text in several languages."""
    languages = dict.fromkeys(language for words in several for language in words)
    return {
        name if language == "en" else f"{name}-{language}": [words.get(language, "") for words in several]
        for language in languages
    }


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


@contextmanager
def _collecting(problems: list[Problem]) -> Iterator[None]:
    try:
        yield
    except Rejected as rejected:
        problems += rejected.problems
