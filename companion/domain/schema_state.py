"""How far databases have been brought, beside what this version of Companion knows."""

from enum import IntEnum, auto


class SchemaState(IntEnum):
    """From the best to the worst."""

    CURRENT = auto()
    """At the newest migration of this version."""
    AHEAD = auto()
    """A newer version has brought them further, and all that this one uses is there (docs/decisions/0030)."""
    BEYOND = auto()
    """At a migration that this version does not know, and without some of what it uses."""
    BEHIND = auto()

    @property
    def in_order(self) -> bool:
        """Whether this version can work with them."""
        return self <= SchemaState.AHEAD


WRONG = {
    SchemaState.BEYOND: (
        "The databases lack what this version of Companion uses: a newer one has taken it away, so go back to that "
        "one; or others lie in their place."
    ),
    SchemaState.BEHIND: "The databases are of an older version of Companion: run “companion migrate”.",
}
"""What to do where they are not in order."""
