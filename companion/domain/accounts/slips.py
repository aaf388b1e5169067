"""Joining slips: who may make one for whom, and whether one was ended early."""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""How long a slip works."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""The role that may make a slip for each role. Operators make theirs on the server, and have no account."""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether an unused slip would still work, had nobody ended it."""
    return expires_at <= now < made_at + SLIP_LIFE
