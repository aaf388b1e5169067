"""A backup's contents, and what is different after restoring it."""

from tests.cast import Cast

CHANGED = ("audit_entries", "web_sessions", "stored_bytes")
"""What restoring adds to, and ends, and what older versions didn't count."""
NOT_YET = ("promised_on", "message_due")
"""What older versions didn't store."""


def a_week(cast: Cast) -> None:
    """Sam has answered and submitted, Owen has written, and everybody exists."""
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work, {"the-week": ["6"]})
    cast.priya.releases(cast.sam.submits(work), whole="That is a start.")
    cast.owen.writes("Can we meet later?")
    cast.sam.tells("Somebody needs help.")
    assert cast.margaret and cast.alex and cast.idris
