"""The state of the databases' schema, compared with the migrations that this version of Companion knows."""

from enum import IntEnum, auto


class SchemaState(IntEnum):
    """The state of the databases' schema, from best to worst."""

    CURRENT = auto()
    """The databases are at this version's latest migration."""
    AHEAD = auto()
    """A newer version migrated the databases, but this version can still use them (docs/decisions/0030)."""
    BEYOND = auto()
    """The databases come from an unknown migration, and this version can't use them."""
    BEHIND = auto()

    @property
    def in_order(self) -> bool:
        """True if this version can work with the databases."""
        return self <= SchemaState.AHEAD


WRONG = {
    SchemaState.BEYOND: (
        "The databases lack what this version of Companion uses: a newer one has taken it away, so go back to that "
        "one; or others lie in their place."
    ),
    SchemaState.BEHIND: "The databases are of an older version of Companion: run “companion migrate”.",
}
"""Messages that say what to do if this version can't work with the databases."""
