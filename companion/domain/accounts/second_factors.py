"""The rules for two-step sign-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean_line

FRESH_FOR = timedelta(minutes=10)
"""For this long after signing in, people may export data or change their sign-in details."""
CHALLENGE_LIFE = timedelta(minutes=5)
"""The time limit for a browser to answer a passkey challenge."""
PASSKEYS_MOST = 10
PASSKEY_NAME_MOST = 40
RECOVERY_CODES = 10


class Lost(StrEnum):
    """The sign-in steps that somebody can no longer complete."""

    PASSPHRASE = "passphrase"  # nosec B105
    SECOND_STEP = "second_step"
    BOTH = "both"


@dataclass(frozen=True)
class Factors:
    """The second sign-in steps that an account can use."""

    one_time: bool
    passkeys: int
    recovery_codes: int
    """The number of unused recovery codes. Recovery codes don't count as a second sign-in step."""
    expected: bool = False

    @property
    def any(self) -> bool:
        """True if the account has a second sign-in step."""
        return self.one_time or self.passkeys > 0

    @property
    def lost(self) -> bool:
        """True if the second sign-in step disappeared from the database without anybody removing it in
        Companion.
        """
        return self.expected and not self.any

    @property
    def last(self) -> bool:
        """True if the account has exactly one second step."""
        return self.one_time + self.passkeys == 1


def asked_for(role: Role, factors: Factors) -> bool:
    """Return whether signing in needs a second step.

    Staff always need a second step. Participants can choose whether signing in needs a second step.
    """
    return role.staff or factors.any or factors.lost


def must_stay(role: Role, factors: Factors) -> bool:
    """Return whether the account may not remove its only second sign-in step."""
    return role.staff and factors.last


def is_replay(step: int, last_step: int) -> bool:
    """Return whether a one-time code counts as already used (RFC 6238, 5.2).

    Using a code also uses up the codes of earlier time steps.
    """
    return step <= last_step


def fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Return whether both sign-in steps were completed less than ten minutes ago.

    Return False if the sign-in time is ten minutes or more ahead of the clock, for example because the clock
    was set back.
    """
    return proved_at is not None and abs(now - proved_at) < FRESH_FOR


def lost(text: str, factors: Factors) -> Lost:
    """Return the sign-in steps that the form says the person can no longer complete.

    If the account has no second step, assume that only the passphrase was lost, whatever the form says. Raise
    ``Rejected`` if the choice isn't valid.
    """
    if not factors.any:
        return Lost.PASSPHRASE
    try:
        return Lost(text)
    except ValueError:
        raise Rejected(Problem("nothing_chosen" if not text else "not_offered", field="lost")) from None


def passkey_name(text: str, field: str = "name") -> str:
    """Clean and return a passkey's name. Raise ``Rejected`` if the name isn't valid."""
    return clean_line(text, PASSKEY_NAME_MOST, field)
