"""Who may make joining slips (sheets with a joining code), and how long a joining code is valid."""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""How long the joining code on a joining slip is valid."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""The role that may make joining slips, for each role that can join. Operators have no account, and make
joining slips on the server.
"""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Return whether an unused joining slip was cancelled while its code was still valid."""
    return expires_at <= now < made_at + SLIP_LIFE
