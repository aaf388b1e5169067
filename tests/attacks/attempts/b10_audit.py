"""Somebody with write access to the database deletes an audit entry.

The attacker clears the position and hash of every row after the deleted entry. Companion treats an audit
entry without a chain position as new, and adds it to the chain. ``audit verify`` must report that an entry
was deleted.
"""

from sqlalchemy import inspect

from tests.attacks.acts import hex_of, sql
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
SPOILS = True
BACK = 10
"""The position of the deleted entry, counted back from the latest entry."""


def attack(place: Place) -> Seen:
    place.command("audit", "seal")
    before = place.command("audit", "verify")
    if before.returncode:
        raise RuntimeError(f"the chain was broken before anything was done: {before.stderr}")
    _drop_triggers(place)
    ((head,),) = sql(place, "SELECT max(position) FROM audit_entries")
    at = head - BACK
    ((gone,),) = sql(place, "SELECT id FROM audit_entries WHERE position = :at", at=at)
    sql(place, "DELETE FROM audit_entries WHERE id = :its", its=hex_of(gone))
    sql(place, "UPDATE audit_entries SET position = NULL, link = NULL WHERE position > :at", at=at)
    sealed = place.command("audit", "seal")
    after = place.command("audit", "verify")
    said = " ".join((sealed.stdout + sealed.stderr + after.stdout + after.stderr).split())[-200:]
    content = not after.returncode
    return Seen(
        not content,
        f"one of {head} entries deleted: verify was {'content' if content else 'not content'}: {said}",
    )


def _drop_triggers(place: Place) -> None:
    if place.kind.database == "sqlite":
        names = sql(
            place, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"
        )
        for (name,) in names:
            sql(place, f'DROP TRIGGER "{name}"')
    else:
        sql(place, "ALTER TABLE audit_entries DISABLE TRIGGER USER")
    with place.engine() as engine:
        assert inspect(engine).has_table("audit_entries")
