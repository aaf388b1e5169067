"""``reset-last``"""

import click

from companion.cli import opened
from companion.domain.factors import Lost
from companion.domain.people import Role
from companion.domain.refusals import NotAllowed
from companion.services.resetting import reset_last


@click.command("reset-last")
@click.argument("role", type=click.Choice([Role.LEAD.value, Role.ADMINISTRATOR.value]))
@click.option(
    "--lost",
    type=click.Choice([each.value.replace("_", "-") for each in Lost]),
    default=Lost.BOTH.value,
    show_default=True,
    help="What was lost. The rest stays, and is asked for.",
)
@opened.plainly
def reset(role: str, lost: str) -> None:
    """Print a slip for the only lead or the only administrator who cannot sign in any more.

    It is recorded, and every lead and administrator sees it.
    """
    try:
        gone = Lost(lost.replace("-", "_"))
        word, slip = reset_last(opened.store(), opened.hasher(), Role(role), opened.now(), gone)
    except NotAllowed as refused:
        raise click.ClickException(
            f"There is not exactly one {role} who has joined. Another one can help; docs/operations.md says how."
        ) from refused
    click.echo(f"The {role} replaces what was lost at /join with the code {slip.code} and the word {word}")
    click.echo(
        f"  until {slip.expires_at:%d %B %Y, %H:%M} UTC, once. Leads and administrators see that this was done."
    )
