"""Joining slips, which are sheets with a joining code: who may make them, and how long they work."""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""The time for which the joining code on a slip works."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""The role whose members may make joining slips for each role. Operators have no account, and make slips on
the server.
"""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Return whether somebody ended an unused slip that would otherwise still work."""
    return expires_at <= now < made_at + SLIP_LIFE
