"""What is in a backup, and what is not there again after it was restored."""

from tests.cast import Cast

CHANGED = ("audit_entries", "web_sessions", "stored_bytes")
"""What restoring adds to, and ends, and what older versions did not count."""
NOT_YET = ("promised_on", "message_due")
"""What older versions did not keep."""


def a_week(cast: Cast) -> None:
    """Sam has answered and handed in, Owen has written, and everybody is there."""
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work, {"the-week": ["6"]})
    cast.priya.releases(cast.sam.submits(work), whole="That is a start.")
    cast.owen.writes("Can we meet later?")
    cast.sam.tells("Somebody needs help.")
    assert cast.margaret and cast.alex and cast.idris
