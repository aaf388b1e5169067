"""The ``activities`` commands check, import and export activity files (docs/authoring.md)."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from companion.cli import context
from companion.cli.file_arguments import A_FILE, look_at, shown, summary, tell, write_to
from companion.content import programme, starter_files
from companion.domain.activities.activity import Activity, activity_schema
from companion.domain.activities.toml_files import file_name, written
from companion.domain.refusals import NotFound
from companion.services.authoring.drafts import take_in
from companion.store.activities.library import Version, VersionState, newest_versions
from companion.store.programme import programmes


@click.group()
def activities() -> None:
    """Check, import and export activities as files (docs/authoring.md)."""


@activities.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=A_FILE)
@context.plainly
def check(files: Sequence[Path]) -> None:
    """Check these files and report any errors. If no file is given, check the starter activities. Nothing is
    stored.
    """
    topics = [topic.id for topic in programme().topics]
    looked = look_at(files or [Path(str(file)) for file in starter_files()], topics)
    for each in looked:
        tell(each.path, each.findings)
        click.echo(summary(each))
    if any(each.faults for each in looked):
        raise SystemExit(1)


@activities.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=A_FILE)
@context.plainly
def take(files: Sequence[Path]) -> None:
    """Import these files. If any file has an error, import nothing.

    Each new or changed activity gets a new version. After an activity has been imported, a lead must approve
    the new version.
    """
    with context.store().reading() as tx:
        topics = programmes.topics(tx)
    looked = look_at(files, topics)
    for each in looked:
        tell(each.path, each.findings)
    if any(each.faults for each in looked):
        raise click.ClickException("Nothing was imported.")
    found = {each.path: each.activity for each in looked if each.activity}
    before = _newest()
    try:
        take_in(context.store(), found.values(), context.now())
    except NotFound as error:
        raise click.ClickException(
            "One has the id of an activity for one participant only. Nothing was imported."
        ) from error
    after = _newest()
    for path, activity in found.items():
        click.echo(f"{shown(path)}: {_became(before.get(_key(activity)), after[_key(activity)])}")


def _newest() -> dict[tuple[str, str], Version]:
    with context.store().reading() as tx:
        return {_key(version.activity): version for version in newest_versions(tx)}


def _key(activity: Activity) -> tuple[str, str]:
    return activity.id, activity.language


def _became(before: Version | None, now: Version) -> str:
    if before and before.number == now.number:
        return "unchanged"
    waits = (
        "a draft until there are no warnings"
        if now.state is VersionState.DRAFT
        else "waiting for a lead's approval"
    )
    return f"version {now.number}, {waits}"


@activities.command()
@click.argument("slug", required=False)
@click.option("--to", "file", type=A_FILE, metavar="FILE", help="The file to write, instead of printing.")
@click.option("--language", default="en", show_default=True, help="Of one activity.")
@click.option("--all", "folder", type=A_FILE, metavar="FOLDER", help="Every activity, each in its own file.")
@context.plainly
def export(slug: str | None, file: Path | None, language: str, folder: Path | None) -> None:
    """Export the activity SLUG to a file that “companion activities import” can read. With --all, write every
    activity.
    """
    if (slug is None) == (folder is None) or (file and folder):
        raise click.UsageError("Name either one activity, with or without --to FILE, or --all FOLDER.")
    with context.store().reading() as tx:
        every = [each.activity for each in newest_versions(tx)]
    found = [each for each in every if slug is None or _key(each) == (slug, language)]
    if slug and not found:
        raise click.ClickException(f"There is no activity “{slug}”.")
    for activity in found:
        path = folder / file_name(activity) if folder else file
        if path:
            write_to(path, written(activity))
        else:
            click.echo(written(activity), nl=False)


@activities.command()
def schema() -> None:
    """Print the JSON Schema of an activity, for text editors."""
    click.echo(json.dumps(activity_schema(), indent=2, ensure_ascii=False))
