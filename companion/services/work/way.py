"""Let participants choose between the short and the whole version of a piece of work.

After submitting the short version, the participant may answer the remaining questions.
"""

from dataclasses import replace
from uuid import UUID

from companion.domain.refusals import NotAllowed
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.work import open_work


def take_way(actor: Actor, work_id: UUID, *, short: bool) -> None:
    """Switch to the short or the whole version of the work, and keep all answers.

    Repeating the call changes nothing. Raise ``NotAllowed`` if the work has no short version, or isn't open.
    """
    with acting(actor, Counted.SAVE) as tx:
        piece = open_work.open_own(tx, actor.viewer, work_id)
        row, before = piece.row, piece.whole
        if short == row.short:
            return
        if short and not before.has_short:
            raise NotAllowed("no_short_version")
        after = replace(before, short=short)
        (before if before.is_open else after).require_open()
        progress = after.conversation.progress
        row.short, row.revision = short, row.revision + 1
        row.done, row.fewest_left, row.most_left = progress.done, progress.fewest_left, progress.most_left
        audit.record(tx, audit.Event.WAY_TAKEN, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
