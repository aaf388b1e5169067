"""Helpers for tests of backups and restores."""

from tests.cast import Cast

CHANGED = ("audit_entries", "web_sessions", "stored_bytes")
"""Tables that a restore changes, for example by adding audit entries and ending sessions."""
NOT_YET = ("promised_on", "message_due")
"""Columns that older versions of Companion didn't have."""


def a_week(cast: Cast) -> None:
    """Create a week's data: answers, a submission, feedback, a message and a concern."""
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work, {"the-week": ["6"]})
    cast.priya.releases(cast.sam.submits(work), whole="That is a start.")
    cast.owen.writes("Can we meet later?")
    cast.sam.tells("Somebody needs help.")
    assert cast.margaret and cast.alex and cast.idris
