"""The rules for joining slips and reset slips."""

from datetime import datetime, timedelta

from companion.domain.people import Role

SLIP_LIFE = timedelta(days=7)
"""The period for which the code on a joining slip or reset slip is valid."""
DOOR_OPEN = timedelta(minutes=15)
"""How long somebody who entered a slip's code may take over each page before they have to enter it again."""

MAKERS = {
    Role.PARTICIPANT: Role.PRACTITIONER,
    Role.PRACTITIONER: Role.LEAD,
    Role.LEAD: Role.LEAD,
    Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""Which role of staff makes the joining slips and reset slips for each role. Operators can also make slips
for staff, on the server.
"""


def ended_early(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Return whether an unused joining slip or reset slip was cancelled while its code was still valid."""
    return expires_at <= now < made_at + SLIP_LIFE
