"""Second sign-in steps: which an account has, which can be removed, and how long a proof counts as fresh."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean_line

FRESH_FOR = timedelta(minutes=10)
"""How long after both sign-in steps somebody may change how they sign in, or export data, without
proving it again.
"""
CHALLENGE_LIFE = timedelta(minutes=5)
"""How long a browser has to answer a passkey challenge."""
PASSKEYS_MOST = 10
PASSKEY_NAME_MOST = 40
RECOVERY_CODES = 10


class Lost(StrEnum):
    """What somebody who needs a reset has lost. Everything else is kept, and signing in still asks for it."""

    PASSPHRASE = "passphrase"  # nosec B105
    SECOND_STEP = "second_step"
    BOTH = "both"


@dataclass(frozen=True)
class Factors:
    """The second sign-in steps that an account can use."""

    one_time: bool
    passkeys: int
    recovery_codes: int
    """Unused recovery codes. They can replace another second step, but don't count as one themselves."""
    expected: bool = False
    """Whether the account record says that it has a second step."""

    @property
    def any(self) -> bool:
        """Whether there is at least one."""
        return self.one_time or self.passkeys > 0

    @property
    def lost(self) -> bool:
        """Whether a second step has disappeared without Companion removing it. If so, no new one may replace it."""
        return self.expected and not self.any

    @property
    def last(self) -> bool:
        """Whether there is exactly one."""
        return self.one_time + self.passkeys == 1


def asked_for(role: Role, factors: Factors) -> bool:
    """Whether signing in needs a second step: always for staff; for participants once they have set one up."""
    return role.staff or factors.any or factors.lost


def must_stay(role: Role, factors: Factors) -> bool:
    """Whether the last second step has to stay, as it does for staff."""
    return role.staff and factors.last


def is_replay(step: int, last_step: int) -> bool:
    """Whether a one-time code for this time step, or a later one, was already used (RFC 6238, 5.2)."""
    return step <= last_step


def fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether both sign-in steps were passed recently. False if the clock was put back, because
    then nobody can tell.
    """
    return proved_at is not None and abs(now - proved_at) < FRESH_FOR


def lost(text: str, factors: Factors) -> Lost:
    """Return what was lost, as chosen on the form. Without a second step that is always the passphrase. Raise
    ``Rejected``.
    """
    if not factors.any:
        return Lost.PASSPHRASE
    try:
        return Lost(text)
    except ValueError:
        raise Rejected(Problem("nothing_chosen" if not text else "not_offered", field="lost")) from None


def passkey_name(text: str, field: str = "name") -> str:
    """Return the owner's name for a passkey. Raise ``Rejected``."""
    return clean_line(text, PASSKEY_NAME_MOST, field)
