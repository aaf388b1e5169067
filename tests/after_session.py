"""Open, fill in and save the page for recording a session."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from companion.domain.caseloads.after_session import NextWork, Seen
from companion.domain.work.work import Piece
from companion.services.caseloads import after_session, save_session
from companion.services.caseloads.after_session import AfterSession
from companion.services.caseloads.save_session import AfterForm, Saved
from companion.services.messages.notes import open_notes
from companion.services.work.assign import QuickWork
from companion.store.audit import AuditEntry, Event
from companion.store.work import piece_list
from tests.cast import Cast
from tests.people import Staff

WRITTEN = (Event.ATTENDANCE_NOTED, Event.TOPICS_CHANGED, Event.AGREED, Event.NOTE_ADDED, Event.WORK_SET)


@dataclass
class After:
    """The page on which Priya records yesterday's session with Sam."""

    cast: Cast
    meeting: UUID

    def opens(self, who: Staff | None = None) -> AfterSession:
        return after_session.open_after((who or self.cast.priya).actor, self.meeting, unapproved_too=True)

    def typed(self, tab: str = "one", **changes: Any) -> AfterForm:
        """Return the filled-in form with ``changes`` applied."""
        page = self.opens()
        stored, shown = page.stored, page.stored.shown
        form = AfterForm(
            attendance=shown["attendance"],
            topics={},
            agreed=shown["agreed"],
            note="",
            work=NextWork(due=shown["due"]),
            questions=QuickWork("Questions", "For you.", ""),
            seen=Seen(
                stored.appointment.revision,
                stored.plan.revision,
                stored.agreed.revision if stored.agreed else 0,
            ),
            form={},
            draft_seen=page.draft.revision if page.draft else 0,
            tab=tab,
            beat=1,
        )
        sent = replace(form, **changes)
        names = {
            "attendance": sent.attendance,
            "agreed": sent.agreed,
            "note": sent.note,
            "due": sent.work.due,
        }
        topics = {f"mark-{number}": mark for number, mark in sent.topics.items()}
        return replace(sent, form={name: [text] for name, text in (names | topics).items()})

    def saves(self, typed: AfterForm | None = None, once: UUID | None = None, **changes: Any) -> Saved:
        form = typed or self.typed(**changes)
        actor = self.cast.priya.actor
        return save_session.save(actor, self.meeting, once or uuid4(), form, unapproved_too=True)

    def work(self, choice: str = "", **more: str) -> NextWork:
        """Return the form fields for setting new work. If ``choice`` is empty, the form chooses the first
        activity that the page offers.
        """
        page = self.opens()
        chosen = choice or str(page.fitting[0].version.id)
        return NextWork(choice=chosen, due=page.stored.shown["due"], **({"why": "To look back."} | more))

    def recorded(self) -> list[str]:
        with self.cast.store.reading() as tx:
            found = tx.scalars(select(AuditEntry).order_by(AuditEntry.position))
            return [each.event for each in found if each.event in WRITTEN]

    @property
    def pieces(self) -> list[Piece]:
        sam = self.cast.sam.enrolment_id
        with self.cast.store.reading() as tx:
            return piece_list.pieces(tx, [sam], intentions=True)[sam]

    @property
    def notes(self) -> list[str]:
        found = open_notes(self.cast.priya.actor, self.cast.sam.enrolment_id)
        return [each.words for each in found.notes]
