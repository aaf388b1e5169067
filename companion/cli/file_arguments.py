"""Read and write the files that a command's arguments name."""

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from companion.content import explained
from companion.domain.activities.activity import Activity, BadActivity, Finding, read
from companion.domain.activities.checker import check
from companion.domain.activities.conversation import Conversation
from companion.domain.activities.layout import END, NEXT
from companion.domain.activities.toml_guard import LARGEST_FILE, Lines

NAMES_A_PROMPT = ("to", "asked", "recalled", "over")
"""In a checker's message, the names of the placeholders that are filled with prompt ids."""
STANDARD_INPUT = Path("-")
A_FILE = click.Path(readable=False, path_type=Path)
"""The type of a file argument."""


class Within(click.Path):
    """A type of command-line argument: the path of a file or folder that must exist.

    If the portal's Unix account can't open the file or folder, say so in the error message.
    """

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        try:
            Path(value).stat()
        except PermissionError:
            self.fail(f"The portal's account can't reach {value}: put it where that account can.", param, ctx)
        except OSError:
            pass
        return super().convert(value, param, ctx)


@dataclass(frozen=True)
class Looked:
    """The activity that a file contains, and the checker's findings about the file with their line numbers.

    If the file isn't a valid activity file, ``activity`` is None.
    """

    path: Path
    activity: Activity | None
    findings: list[tuple[int, Finding]]

    @property
    def faults(self) -> int:
        """The number of findings that are errors rather than warnings."""
        return sum(not finding.warning for _, finding in self.findings)


def look_at(paths: Sequence[Path], topics: Collection[str]) -> list[Looked]:
    """Check activity files against a programme's topics and return the results. Nothing is stored.

    Raise ``ClickException`` if a file can't be read.
    """
    owners: dict[tuple[str, str], Path] = {}
    return [_look(path, owners, topics) for path in paths]


def _look(path: Path, owners: dict[tuple[str, str], Path], topics: Collection[str]) -> Looked:
    """Check one activity file.

    ``owners`` maps each activity's id and language to the activity's file.
    """
    data = read_from(path)
    try:
        activity = read(data)
    except BadActivity as bad:
        return Looked(path, None, located(data, bad.findings))
    found = check(activity, topics)
    owner = owners.setdefault((activity.id, activity.language), path)
    if owner != path:
        found.append(Finding("id_in_two_files", values={"other": shown(owner)}, at=("id",)))
    return Looked(path, activity, located(data, found))


def read_from(path: Path) -> bytes:
    """Return a file's contents, or standard input if the path is “-”.

    Read at most one byte more than the size limit.

    Raise ``ClickException`` if the file can't be read.
    """
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except PermissionError as error:
        raise click.ClickException(
            f"The portal's account may not read {shown(path)}: write “- < {path}” in place of its name."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{shown(path)} cannot be read: {error.strerror}.") from error


def write_to(path: Path, data: bytes) -> None:
    """Write the data to the file. Raise ``ClickException`` if the file can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except PermissionError as error:
        raise click.ClickException(
            f"The portal's account may not write {shown(path)}: leave it out, and write “> {path}” behind the command."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{shown(path)} cannot be written: {error.strerror}.") from error


def located(data: bytes, findings: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Return the findings with their line numbers, sorted by line."""
    lines = Lines(data) if any(finding.at for finding in findings) else None
    found = [
        (lines.of(finding.at) if lines and finding.at else int(finding.values.get("line", 1)), finding)
        for finding in findings
    ]
    return sorted(found, key=lambda each: each[0])


def tell(path: Path, findings: Sequence[tuple[int, Finding]]) -> None:
    """Print each finding with its file and line number."""
    for line, finding in findings:
        for text in _block(path, line, finding):
            click.echo(printable(text))


def _block(path: Path, line: int, finding: Finding) -> Iterator[str]:
    values = {
        name: _prompt(str(value)) if name in NAMES_A_PROMPT else value
        for name, value in finding.values.items()
    }
    words = explained(replace(finding, values=values))
    where = f'prompt "{finding.prompt}": ' if finding.prompt else ""
    severity = "warning: " if finding.warning else ""
    yield f"{shown(path)}:{line}: {severity}{where}{words.wrong} {words.mend}"
    if finding.warning:
        of = f'prompt = "{finding.prompt}", ' if finding.prompt else ""
        yield f'    To keep it, accept it in the file: warning = "{finding.key}", {of}reason = "…"'


def _prompt(name: str) -> str:
    return {END: "the end", NEXT: "the next item"}.get(name, f'prompt "{name}"')


def summary(looked: Looked) -> str:
    """Summarise an activity in one line."""
    said = [many(looked.faults, "fault"), many(len(looked.findings) - looked.faults, "warning")]
    if looked.activity and not looked.faults:
        ahead = Conversation(looked.activity, {}).progress
        said = [f"shortest path {ahead.fewest_left}", f"longest {ahead.most_left}", *said]
    if looked.activity:
        said = [many(len(looked.activity.prompts), "prompt"), *said]
    return printable(f"{shown(looked.path)}: {', '.join(said)}")


def many(number: int, thing: str) -> str:
    """Return a number and a noun, such as ``1 fault`` or ``2 faults``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def shown(path: Path) -> str:
    """Return the path as text. Shorten it to a relative path if it is inside the current folder. For standard
    input, return the name to show in messages: “what was given”.
    """
    inside = path.is_absolute() and path.is_relative_to(Path.cwd())
    if path == STANDARD_INPUT:
        return "what was given"
    return str(path.relative_to(Path.cwd()) if inside else path)


def printable(text: str) -> str:
    """Return the text with control characters replaced.

    Control characters in a file could move a terminal's cursor or change its colours.
    """
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
