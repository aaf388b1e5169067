"""The ``programmes`` commands check, import and export programmes as files (docs/authoring.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from companion.cli import context
from companion.cli.file_arguments import A_FILE, located, many, printable, read_from, shown, tell, write_to
from companion.content import programme_file
from companion.domain.activities.activity import Finding
from companion.domain.programme.programme import BadProgramme, Programme, read_programme
from companion.domain.programme.toml_file import programme_written
from companion.services.programme.import_files import is_next, take_in
from companion.store.programme.programmes import versions


@dataclass(frozen=True)
class Looked:
    """The programme in a file, and the file's errors with their line numbers. If the file isn't a valid
    programme file, ``programme`` is None.
    """

    path: Path
    programme: Programme | None
    findings: list[tuple[int, Finding]]


@click.group()
def programmes() -> None:
    """Check, import and export programmes as files (docs/authoring.md)."""


@programmes.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=A_FILE)
@context.plainly
def check(files: Sequence[Path]) -> None:
    """Check these files and report any errors. If no file is given, check the shipped programme. Nothing is
    stored.
    """
    looked = [_look(path) for path in files or [Path(str(programme_file()))]]
    for each in looked:
        tell(each.path, each.findings)
        click.echo(_summary(each))
    if any(each.findings for each in looked):
        raise SystemExit(1)


@programmes.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=A_FILE)
@context.plainly
def take(files: Sequence[Path]) -> None:
    """Import these files. If any file has an error, import nothing.

    A new version applies to participants who are added after the import.
    """
    looked: list[Looked] = []
    for path in files:
        looked.append(_against_what_is_known(_look(path), [each.programme for each in looked]))
    for each in looked:
        tell(each.path, each.findings)
    if any(each.findings for each in looked):
        raise click.ClickException("Nothing was imported.")
    found = [each.programme for each in looked if each.programme]
    taken = take_in(context.store(), found, context.now())
    for each in looked:
        new = each.programme in taken and each.programme
        said = f"version {new.version}, for whoever is added from now on" if new else "unchanged"
        click.echo(printable(f"{shown(each.path)}: {said}"))


@programmes.command()
@click.argument("slug")
@click.option("--version", type=int, help="Which one; without it the newest.")
@click.option("--to", "file", type=A_FILE, metavar="FILE", help="The file to write, in place of printing.")
@context.plainly
def export(slug: str, version: int | None, file: Path | None) -> None:
    """Write a version of the programme SLUG in the format that import reads."""
    with context.store().reading() as tx:
        found = [each for each in versions(tx, slug) if version in (None, each.version)]
    if not found:
        which = f" of version {version}" if version else ""
        raise click.ClickException(printable(f"There is no programme “{slug}”{which}."))
    if file:
        write_to(file, programme_written(found[0]))
    else:
        click.echo(programme_written(found[0]), nl=False)


def _look(path: Path) -> Looked:
    data = read_from(path)
    try:
        return Looked(path, read_programme(data), [])
    except BadProgramme as bad:
        return Looked(path, None, located(data, bad.findings))


def _against_what_is_known(looked: Looked, before: Sequence[Programme | None]) -> Looked:
    """Report an error unless the programme is already known with the same contents, or its version is newer
    than every known version.

    ``before`` contains the programmes from the files that this import has already read.
    """
    if looked.programme is None:
        return looked
    with context.store().reading() as tx:
        known = versions(tx, looked.programme.id)
    known = [each for each in reversed(before) if each and each.id == looked.programme.id] + known
    if looked.programme in known or is_next(looked.programme, [each.version for each in known]):
        return looked
    values: dict[str, str | int] = {"version": looked.programme.version, "next": known[0].version + 1}
    finding = Finding("version_known", values=values, at=("version",))
    return Looked(looked.path, looked.programme, located(read_from(looked.path), [finding]))


def _summary(looked: Looked) -> str:
    """Return a one-line summary of a programme."""
    said = [many(len(looked.findings), "fault")]
    if looked.programme:
        found = looked.programme
        said = [
            f"version {found.version}",
            many(len(found.meetings), "meeting"),
            many(len(found.topics), "topic"),
            many(len(found.sites), "site"),
            *said,
        ]
    return printable(f"{shown(looked.path)}: {', '.join(said)}")
