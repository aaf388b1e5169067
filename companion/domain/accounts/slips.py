"""Rules about joining slips (sheets with a joining code): who may make a slip, and how long its code is
valid.
"""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""The joining code on a joining slip is valid for this long."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""For each role that people can join as, the role that may make their joining slips. Operators have no
account, so they make joining slips on the server.
"""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Return whether an unused joining slip was cancelled while its code was still valid."""
    return expires_at <= now < made_at + SLIP_LIFE
