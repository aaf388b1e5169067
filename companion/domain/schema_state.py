"""How far databases are migrated, compared with what this version of Companion knows."""

from enum import IntEnum, auto


class SchemaState(IntEnum):
    """From best to worst."""

    CURRENT = auto()
    """At this version's latest migration."""
    AHEAD = auto()
    """Migrated further by a newer version, with everything this one uses still there (docs/decisions/0030)."""
    BEYOND = auto()
    """At a migration unknown to this version, and without some of what it uses."""
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
"""The remedy if they aren't in order."""
