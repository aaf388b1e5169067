"""The ``policies`` commands import and export the confidentiality statement and the retention schedule."""

from pathlib import Path

import click

from companion.cli import context
from companion.cli.file_arguments import A_FILE, located, read_from, shown, tell, write_to
from companion.content import in_catalogue, policy_file
from companion.domain.accounts.statement import Statement
from companion.domain.records.policies import BadPolicy, Policy, read
from companion.domain.refusals import NotAllowed
from companion.services.records.policies import import_policy
from companion.store.records.policies import ENGLISH, every, imported

WHICH = click.Choice([each.value for each in Policy])
REFUSED = {
    "version_known": "Its version must be higher than the one in force: nothing was imported.",
    "english_first": "Import the English statement of this version first: nothing was imported.",
}


@click.group()
def policies() -> None:
    """Check, import and export the confidentiality statement and the retention schedule."""


@policies.command()
@click.argument("policy", type=WHICH)
@click.argument("file", type=A_FILE)
@context.plainly
def check(policy: str, file: Path) -> None:
    """Check FILE (“-” for standard input) and report any errors. Nothing is stored."""
    _good(Policy(policy), file, "See the lines above.")
    click.echo(f"{shown(file)}: nothing is wrong.")


@policies.command("import")
@click.argument("policy", type=WHICH)
@click.argument("file", type=A_FILE)
@click.option(
    "--in-place-of-draft", is_flag=True, help="If the service's own is already in force, leave it as it is."
)
@click.option(
    "--translated-by",
    "catalogue",
    type=A_FILE,
    metavar="CATALOGUE",
    help="Take FILE as the content.po of an older version translates it, if it does so whole.",
)
@context.plainly
def take(policy: str, file: Path, in_place_of_draft: bool, catalogue: Path | None) -> None:
    """Bring the policy in FILE (“-” for standard input) into force on every machine.

    The imported policy stays in force after an upgrade.
    """
    data = _good(Policy(policy), file, "Nothing was imported.")
    if catalogue:
        translated = in_catalogue(data, catalogue)
        if translated is None:
            return
        data, file = _checked(Policy(policy), translated, catalogue, "Nothing was imported."), catalogue
    if in_place_of_draft and (said := _stays(Policy(policy), data, file)):
        click.echo(context.said(said))
        return
    try:
        number = import_policy(
            context.store(), Policy(policy), data, context.now(), in_place_of_draft=in_place_of_draft
        )
    except NotAllowed as refused:
        raise click.ClickException(REFUSED[refused.key]) from refused
    says = f"version {number} is in force" if number else "it is in force already"
    click.echo(f"The service's own {policy}, {shown(file)}: {says}.")


def _stays(policy: Policy, data: bytes, file: Path) -> str:
    """Explain why the current policy stays in force, and how to replace that policy.

    Return an empty string if the service still uses the draft policy that comes with Companion. Also return
    an empty string if the file translates the current statement into a language in which the service hasn't
    imported a statement yet.
    """
    says = read(policy, data)
    language = says.language if isinstance(says, Statement) else ENGLISH
    with context.store().reading() as tx:
        known, english = every(tx, policy, language), imported(tx, policy)
    number = says.version if isinstance(says, Statement) else 0
    if not known and (language == ENGLISH or (english and english.number == number)):
        return ""
    stays = f"The service's own {policy} is in force, and stays."
    if any(each.says == says for each in known):
        return stays
    if language != ENGLISH:
        return f"{stays} {shown(file)} translates version {number}, which isn't the one in force."
    highest = max(each.number for each in known)
    first = (
        f"give it a version above {highest} and " if isinstance(says, Statement) and number <= highest else ""
    )
    return (
        f"{stays} {shown(file)} says something else, which was never imported: compare it with “companion policies "
        f"export {policy}”. To take it over, {first}call “companion policies import {policy} - < {file}”."
    )


@policies.command()
@click.argument("policy", type=WHICH)
@click.option("--language", default="en", show_default=True, help="Of the statement.")
@click.option("--to", "file", type=A_FILE, metavar="FILE", help="The file to write, in place of printing.")
@context.plainly
def export(policy: str, language: str, file: Path | None) -> None:
    """Write the policy in force to a file that can be edited and imported.

    If the service hasn't imported its own version of the policy, export the draft that comes with Companion.
    """
    with context.store().reading() as tx:
        own = imported(tx, Policy(policy), language)
    if own is None and language != "en":
        raise click.ClickException("There is none in this language.")
    text = own.file if own else policy_file(Policy(policy)).read_text(encoding="utf-8")
    if file:
        write_to(file, text.encode())
    else:
        click.echo(text, nl=False)


def _good(policy: Policy, file: Path, otherwise: str) -> bytes:
    return _checked(policy, read_from(file), file, otherwise)


def _checked(policy: Policy, data: bytes, file: Path, otherwise: str) -> bytes:
    try:
        read(policy, data)
    except BadPolicy as bad:
        tell(file, located(data, bad.findings))
        raise click.ClickException(otherwise) from bad
    return data
