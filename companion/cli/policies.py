"""``policies check``, ``import`` and ``export``: the confidentiality statement and the retention schedule as files."""

from pathlib import Path

import click

from companion.cli import opened
from companion.cli.files import located, read_from, shown, tell, write_to
from companion.content import policy_file
from companion.domain.policies import BadPolicy, Policy, read
from companion.domain.refusals import NotAllowed
from companion.services.policies import import_policy
from companion.store.policies import drafts, imported

WHICH = click.Choice([each.value for each in Policy])
A_FILE = click.Path(path_type=Path)
REFUSED = {
    "version_known": "Its version must be higher than the one that people read now: nothing was imported.",
    "english_first": "The English statement comes first, with the same version: nothing was imported.",
}


@click.group()
def policies() -> None:
    """The service's confidentiality statement and retention schedule."""


@policies.command()
@click.argument("policy", type=WHICH)
@click.argument("file", type=A_FILE)
@opened.plainly
def check(policy: str, file: Path) -> None:
    """Say what is wrong with FILE, or with “-”. Nothing is stored."""
    _good(Policy(policy), file, "See the lines above.")
    click.echo(f"{shown(file)}: nothing is wrong.")


@policies.command("import")
@click.argument("policy", type=WHICH)
@click.argument("file", type=A_FILE)
@click.option(
    "--in-place-of-draft", is_flag=True, help="Do nothing if the service's own is in force already."
)
@opened.plainly
def take(policy: str, file: Path, in_place_of_draft: bool) -> None:
    """Put FILE, or “-”, in force: it counts from now on, on every machine, and after every upgrade."""
    data = _good(Policy(policy), file, "Nothing was imported.")
    if in_place_of_draft:
        with opened.store().reading() as tx:
            own = Policy(policy) not in drafts(tx)
        if own:
            click.echo(f"The service's own {policy} is in force, and stays.")
            return
    try:
        number = import_policy(
            opened.store(), Policy(policy), data, opened.now(), in_place_of_draft=in_place_of_draft
        )
    except NotAllowed as refused:
        raise click.ClickException(REFUSED[refused.key]) from refused
    click.echo(f"{shown(file)}: {f'version {number} is in force' if number else 'it is in force already'}.")


@policies.command()
@click.argument("policy", type=WHICH)
@click.option("--language", default="en", show_default=True, help="Of the statement.")
@click.option("--to", "file", type=A_FILE, metavar="FILE", help="The file to write, in place of printing.")
@opened.plainly
def export(policy: str, language: str, file: Path | None) -> None:
    """Write what is in force, to be edited and imported: the service's own, or the draft that is shipped."""
    with opened.store().reading() as tx:
        own = imported(tx, Policy(policy), language)
    if own is None and language != "en":
        raise click.ClickException("There is none in this language.")
    text = own.file if own else policy_file(Policy(policy)).read_text(encoding="utf-8")
    if file:
        write_to(file, text.encode())
    else:
        click.echo(text, nl=False)


def _good(policy: Policy, file: Path, otherwise: str) -> bytes:
    data = read_from(file)
    try:
        read(policy, data)
    except BadPolicy as bad:
        tell(file, located(data, bad.findings))
        raise click.ClickException(otherwise) from bad
    return data
