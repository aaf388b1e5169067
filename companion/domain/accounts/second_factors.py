"""The second step of signing in: what an account has of it, what may be taken away, and how fresh a proof is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean_line

FRESH_FOR = timedelta(minutes=10)
"""So long after passphrase and second step somebody changes how he signs in, or takes data out."""
CHALLENGE_LIFE = timedelta(minutes=5)
"""How long a browser has to answer with a passkey."""
PASSKEYS_MOST = 10
PASSKEY_NAME_MOST = 40
RECOVERY_CODES = 10


class Lost(StrEnum):
    """What somebody who needs a reset has lost. The rest stays, and is asked for."""

    PASSPHRASE = "passphrase"  # nosec B105
    SECOND_STEP = "second_step"
    BOTH = "both"


@dataclass(frozen=True)
class Factors:
    """What an account can give as its second step."""

    one_time: bool
    passkeys: int
    recovery_codes: int
    """Those that are not used yet. They stand in for the others, and are nothing by themselves."""
    expected: bool = False
    """Whether the account says that it has one."""

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return self.one_time or self.passkeys > 0

    @property
    def lost(self) -> bool:
        """Whether there was one and it is gone, by no act of Companion's: no other may take its place."""
        return self.expected and not self.any

    @property
    def last(self) -> bool:
        """Whether there is just one."""
        return self.one_time + self.passkeys == 1


def asked_for(role: Role, factors: Factors) -> bool:
    """Whether signing in takes a second step: for staff always, for a participant once he has set one up."""
    return role.staff or factors.any or factors.lost


def must_stay(role: Role, factors: Factors) -> bool:
    """Whether none of them can be taken away: the last one of somebody of the staff."""
    return role.staff and factors.last


def is_replay(step: int, last_step: int) -> bool:
    """Whether a one-time code of this time step, or a later one, was taken before (RFC 6238, 5.2)."""
    return step <= last_step


def fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether passphrase and second step were given just now; nobody can say so where the clock was put back."""
    return proved_at is not None and abs(now - proved_at) < FRESH_FOR


def lost(text: str, factors: Factors) -> Lost:
    """Return what was lost, as it was chosen; without a second step only the passphrase can be. Raise ``Rejected``."""
    if not factors.any:
        return Lost.PASSPHRASE
    try:
        return Lost(text)
    except ValueError:
        raise Rejected(Problem("nothing_chosen" if not text else "not_offered", field="lost")) from None


def passkey_name(text: str, field: str = "name") -> str:
    """What its owner calls a passkey. Raises ``Rejected``."""
    return clean_line(text, PASSKEY_NAME_MOST, field)
