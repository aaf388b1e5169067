"""Rules about joining slips (sheets with a joining code): who may make a slip, and how long its code is
valid.
"""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""The time for which the joining code on a joining slip is valid."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""For each role that can join, the role that may make its joining slips. Operators, who have no account, make
joining slips on the server.
"""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Return whether an unused joining slip was cancelled while its code was still valid."""
    return expires_at <= now < made_at + SLIP_LIFE
