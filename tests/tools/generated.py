"""Generate files from the code, for ``./manage renew``: ``python -m tests.tools.generated``."""

import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import holidays
from click.testing import CliRunner

from companion.cli.translations import update
from companion.domain.activities.activity import activity_schema
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.time.bank_holidays import FILE, Nation
from tests.store.stored_names import LISTED, STORED_NAMES, columns, stored_names

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/authoring.md"
HEAD = (
    "| Kind | Answered with | Its own settings | `one_of` can ask | numbers can ask | Items of a part |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
)
SUBDIVISIONS: dict[Nation, str] = {
    "england": "ENG",
    "wales": "WLS",
    "scotland": "SCT",
    "northern-ireland": "NIR",
}
YEARS = range(2020, 2061)


def schema() -> str:
    return json.dumps(activity_schema(), indent=2, ensure_ascii=False) + "\n"


def guide() -> str:
    """Return the authors' guide, with the current table of kinds of prompt."""
    before, _, rest = GUIDE.read_text().partition(HEAD)
    after = rest[rest.index("\n\n") + 1 :]
    rows = (f"| {' | '.join(_row(*each))} |".replace("  ", " ") for each in kinds().items())
    return before + HEAD + "".join(f"{each}\n" for each in rows) + after


def _row(kind: str, prompt: type[Prompt]) -> Iterator[str]:
    said = _plain(prompt.__doc__ or "").partition("answered with ")[2]
    yield f"`{kind}`"
    yield said.rstrip(".")
    yield ", ".join(_settings(activity_schema()["$defs"][prompt.__name__]))
    for method in ("chosen", "number", "items"):
        own = getattr(prompt, method)
        said = _plain(own.__doc__ or "").removeprefix("Return ").rstrip(".")
        yield said[:1].upper() + said[1:] if own is not getattr(Prompt, method) else ""


def _settings(schema: dict[str, Any]) -> Iterator[str]:
    """Yield each setting of this kind of prompt, with the default and maximum."""
    for name, asked in schema["properties"].items():
        if name in Prompt.__struct_fields__ or name == "kind":
            continue
        default, most = asked.get("default", ""), asked.get("maximum", asked.get("maxItems"))
        said = [] if default == "" else [f"{default:,}" if type(default) is int else str(default).lower()]
        said += [" or ".join(f"`{each}`" for each in asked["enum"])] if "enum" in asked else []
        said += [f"at most {most:,}"] if most else []
        yield f"`{name}`" + (f" ({'; '.join(said)})" if said else "")


def _plain(docstring: str) -> str:
    """Return a docstring's first paragraph as one line of Markdown."""
    return " ".join(docstring.partition("\n\n")[0].split()).replace("``", "`")


def names() -> str:
    """Return the updated ``stored_names.toml``: the fixed names that Companion stores in databases.

    The file keeps names that the code no longer uses, because databases may still contain them.
    """
    head = STORED_NAMES.read_text().partition("\n\n")[0]
    lists = {name: {*LISTED.get(name, []), *now} for name, now in stored_names().items()}
    tables = {name: {*LISTED["tables"].get(name, []), *now} for name, now in columns().items()}
    gone = {name: set(listed) for name, listed in LISTED["tables"].items() if name not in tables}
    parts = [head, *(_listed(name, each, "\n") for name, each in lists.items()), "[tables]"]
    return "\n".join([*parts, *(_listed(name, each) for name, each in (tables | gone).items())]) + "\n"


def _listed(name: str, values: set[str], before: str = "") -> str:
    quoted = ", ".join(f'"{each}"' for each in sorted(values))
    return f"{before}{name} = [\n{textwrap.indent(textwrap.fill(quoted, 106), '  ')},\n]"


def bank_holidays() -> str:
    """Return each nation's bank holidays as JSON, with one line for each year."""
    nations = {nation: ",\n".join(_years(code)) for nation, code in SUBDIVISIONS.items()}
    return "{" + ",\n".join(f'"{nation}": {{\n{years}}}' for nation, years in nations.items()) + "}\n"


def _years(subdivision: str) -> Iterator[str]:
    for year in YEARS:
        days = sorted(holidays.country_holidays("GB", subdiv=subdivision, years=year))
        yield f'"{year}": {json.dumps([f"{day:%m-%d}" for day in days])}'


MADE: dict[Path, Callable[[], str]] = {
    ROOT / "docs/activity.schema.json": schema,
    GUIDE: guide,
    STORED_NAMES: names,
    FILE: bank_holidays,
}


def main() -> None:
    for path, text in MADE.items():
        path.write_text(text())
    print(CliRunner().invoke(update, catch_exceptions=False).output, end="")


if __name__ == "__main__":
    main()
