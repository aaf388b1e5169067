"""Slips: who may make one for whom, and when one ended before its time."""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""How long a slip can be used."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""Who makes the slip of somebody with this role. Operators make slips at the server, and have no account."""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a slip that was not used would still work now, had it not been ended."""
    return expires_at <= now < made_at + SLIP_LIFE
