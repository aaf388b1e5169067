"""The ``reset-last`` command helps a sole lead or administrator who can't sign in."""

import click

from companion.cli import context
from companion.domain.accounts.second_factors import Lost
from companion.domain.people import Role
from companion.domain.refusals import NotAllowed
from companion.services.staff.resets import reset_last


@click.command("reset-last")
@click.argument("role", type=click.Choice([Role.LEAD.value, Role.ADMINISTRATOR.value]))
@click.option(
    "--lost",
    type=click.Choice([each.value.replace("_", "-") for each in Lost]),
    default=Lost.BOTH.value,
    show_default=True,
    help="What they lost. The rest stays, and is still needed.",
)
@context.plainly
def reset(role: str, lost: str) -> None:
    """Print a joining code for a sole lead or administrator who can't sign in.

    The audit records the reset. Every lead and administrator sees the reset.
    """
    try:
        gone = Lost(lost.replace("-", "_"))
        word, slip = reset_last(context.store(), context.hasher(), Role(role), context.now(), gone)
    except NotAllowed as refused:
        raise click.ClickException(
            f"There is not exactly one {role} who has joined. Another one can help; docs/operations.md says how."
        ) from refused
    click.echo(f"The {role} replaces what was lost at /join with the code {slip.code} and the word {word}")
    click.echo(
        f"  until {slip.expires_at:%d %B %Y, %H:%M} UTC, once. Leads and administrators see that this was done."
    )
