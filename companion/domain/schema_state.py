"""The databases' schema, compared with this version's migrations."""

from enum import IntEnum, auto


class SchemaState(IntEnum):
    """The possible states of the databases' schema, from best to worst."""

    CURRENT = auto()
    """The databases are at this version's latest migration."""
    AHEAD = auto()
    """A newer version migrated the databases, but this version still works (docs/decisions/0030)."""
    BEYOND = auto()
    """This version can't use the databases, because they have a migration that this version doesn't know."""
    BEHIND = auto()

    @property
    def in_order(self) -> bool:
        """True if this version can use the databases."""
        return self <= SchemaState.AHEAD


WRONG = {
    SchemaState.BEYOND: (
        "The databases lack what this version of Companion uses: a newer one has taken it away, so go back to that "
        "one; or others lie in their place."
    ),
    SchemaState.BEHIND: "The databases are of an older version of Companion: run “companion migrate”.",
}
"""Messages for schemas that this version of Companion can't use."""
