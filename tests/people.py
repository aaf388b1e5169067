"""People in tests, with methods for their actions, such as ``sam.answers("the-week", "6")``."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from companion.domain.concerns.concerns import ConcernKind
from companion.domain.enrolments.pathway import PathwayState, StepForm
from companion.domain.people import Viewer
from companion.domain.time.london import LONDON
from companion.domain.work.work import Card, Stage, Work
from companion.services.act import Actor
from companion.services.caseloads import handover
from companion.services.caseloads.handover import HandoverForm
from companion.services.caseloads.pathway_steps import move_on
from companion.services.concerns import handle, lead_access, report
from companion.services.concerns.handle import Act, PassedOn
from companion.services.concerns.lead_access import AccessForm as TypedLook
from companion.services.concerns.report import Sighting
from companion.services.meetings import absence
from companion.services.meetings.absence import AbsenceForm
from companion.services.messages import notes, threads
from companion.services.messages.threads import MessageForm as TypedMessage
from companion.services.messages.threads import Thread
from companion.services.records import corrections, erasure, legal_holds
from companion.services.staff import leaving
from companion.services.work import assign
from companion.services.work.answer_drafts import AnswerForm, save_draft
from companion.services.work.answers import send_answer
from companion.services.work.assign import Due
from companion.services.work.review import Feedback, Review, open_submission, release, return_work
from companion.services.work.submissions import submit
from companion.store.activities import library
from companion.store.concerns.concerns import OpenedConcern
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.records import erasures
from companion.store.records.erased_list import ErasedList
from companion.store.work import piece_list, work

if TYPE_CHECKING:
    from tests.cast import Cast

CARD = Card("So that we know what your week was like.", 15, "At the table", "Being tired")


@dataclass(frozen=True)
class Somebody:
    """A person in the tests, with everything needed for signing in."""

    cast: "Cast"
    viewer: Viewer
    sign_in_name: str
    passphrase: str
    totp_secret: str = ""

    @property
    def actor(self) -> Actor:
        return self.at(self.cast.now)

    def at(self, moment: datetime) -> Actor:
        """Return the ``Actor`` for an action of this person at the given time."""
        return Actor(self.cast.store, self.viewer, moment)


class Staff(Somebody):
    """A practitioner, a lead or an administrator."""

    def sets(self, participant: "Participant", slug: str, card: Card = CARD) -> UUID:
        """Set the latest version of an activity for a participant, and return the work's id.

        The work is due at the participant's next appointment.
        """
        store = self.cast.store
        with store.reading() as tx:
            versions = library.newest_versions(tx)
            due = appointments.next_appointments(tx, [participant.enrolment_id], self.cast.now)
        version = next(each for each in versions if each.activity.id == slug)
        work_id = uuid4()
        assign.set_work(
            Actor(store, self.viewer, self.cast.now),
            participant.enrolment_id,
            version.id,
            Due(work_id, str(due[participant.enrolment_id].id), card),
            unapproved_too=True,
        )
        return work_id

    def raises(self, participant: "Participant", words: str) -> UUID:
        """Raise a concern about a participant, and return the concern's id."""
        concern_id = uuid4()
        report.raise_concern(
            self.actor, participant.enrolment_id, concern_id, Sighting(words, "", "", ""), None
        )
        return concern_id

    def opens(self, concern_id: UUID) -> OpenedConcern:
        """Open a concern's page, and return what the page shows."""
        return handle.open_concern(self.actor, concern_id)

    def takes(self, concern_id: UUID) -> None:
        """Take on a concern, as a lead."""
        handle.take(self.actor, concern_id)

    def passes_on(self, concern_id: UUID, to: str) -> None:
        """Record, as a lead, that a concern has just been referred on."""
        now = self.cast.now.astimezone(LONDON)
        typed = PassedOn(to, f"{now:%Y-%m-%d}", f"{now:%H:%M}", "")
        handle.pass_on(self.at(now), concern_id, self._act(concern_id), typed)

    def closes(self, concern_id: UUID, reason: str) -> None:
        """Close a concern, as a lead."""
        act = self._act(concern_id)
        handle.close(self.actor, concern_id, act, reason)

    def hands_over(self, participant: "Participant", to: "Staff", reason: str = "I am away.") -> UUID:
        """Hand a participant over to another practitioner, and return the handover's id."""
        new_id, taker = uuid4(), to.viewer.account_id
        handover.hand_over(self.actor, participant.enrolment_id, new_id, HandoverForm(taker, reason))
        return new_id

    def moves(
        self, participant: "Participant", *steps: PathwayState, reason: str = "They agreed on it."
    ) -> None:
        """Move a participant along the pathway by these steps, all with today's date."""
        for step in steps:
            with self.cast.store.reading() as tx:
                seen = enrolments.enrolment(tx, self.viewer, participant.enrolment_id).state
            day = f"{self.cast.now.astimezone(LONDON):%Y-%m-%d}"
            move_on(self.actor, participant.enrolment_id, StepForm(seen, step, day, reason))

    def holds(
        self, participant: "Participant", kind: str = "investigation", reason: str = "It runs."
    ) -> UUID:
        """Set a legal hold on a participant, and return the legal hold's id."""
        hold_id, review = uuid4(), f"{self.cast.now + timedelta(days=90):%Y-%m-%d}"
        legal_holds.set_hold(self.actor, hold_id, participant.reference, (kind, reason, review))
        return hold_id

    def lifts(self, hold_id: UUID) -> None:
        """Lift a legal hold, as a lead."""
        legal_holds.lift_hold(self.actor, hold_id, "It is over.")

    def erases(self, participant: "Participant", noted: ErasedList, request_id: UUID | None = None) -> None:
        """Approve a participant's request for erasure, as a lead."""
        request = request_id or participant.asks_to_be_erased()
        erasure.approve(self.actor, noted, request, participant.reference)

    def marks_as_left(self, somebody: "Somebody") -> None:
        """As an administrator, record that a member of staff has left."""
        account = somebody.viewer.account_id
        leaving.mark_as_left(self.actor, account)

    def _act(self, concern_id: UUID) -> Act:
        return Act(uuid4(), self.opens(concern_id).revision)

    def writes_to(self, participant: "Participant", words: str) -> UUID:
        """Send a message to a participant, and return its id."""
        message_id = uuid4()
        typed = TypedMessage(0, "one", {"words": [words]})
        threads.send(self.actor, participant.enrolment_id, message_id, typed)
        return message_id

    def reads_messages_of(self, participant: "Participant", before: int | None = None) -> Thread:
        """Open a participant's messages."""
        store, now = self.cast.store, self.cast.now
        return threads.open_thread(Actor(store, self.viewer, now), participant.enrolment_id, before)

    def is_away(self, first: date, last: date, cover: "Staff | None" = None) -> UUID:
        """Record when this practitioner is away and who covers for them. Return the absence's id."""
        away_id, by = uuid4(), str(cover.viewer.account_id) if cover else ""
        absence.add(self.actor, away_id, AbsenceForm(first.isoformat(), last.isoformat(), by))
        return away_id

    def notes_on(self, participant: "Participant", words: str) -> UUID:
        """Add a note about a participant, and return its id."""
        note_id = uuid4()
        notes.add_note(self.actor, participant.enrolment_id, note_id, words)
        return note_id

    def looks_at(
        self,
        participant: "Participant",
        purpose: str = "practice",
        reason: str = "To review.",
        *,
        later: bool = False,
    ) -> UUID:
        """Request lead access to a participant's record, and return the request's id.

        If ``later`` is true, the practitioner isn't told about the lead's access for 28 days. A second lead
        must agree to this delay.
        """
        look_id = uuid4()
        with self.cast.store.reading() as tx:
            reference = tx.get_one(Enrolment, participant.enrolment_id).reference
        typed = TypedLook(reference, purpose, reason, later)
        lead_access.look(self.actor, look_id, typed)
        return look_id

    def reads(self, submission_id: UUID) -> Review:
        """Open a submission."""
        return open_submission(self.actor, submission_id)

    def releases(self, submission_id: UUID, **comments: str) -> None:
        """Send feedback on a submission.

        ``whole`` is the comment on the answers as a whole. To comment on one answer, pass a keyword argument
        named after the prompt: ``glad_of`` for the prompt ``glad-of``.
        """
        release(self.actor, submission_id, self._feedback(submission_id, comments))

    def returns(self, submission_id: UUID, words: str, **comments: str) -> None:
        """Return work to the participant for changes, with a reason and comments."""
        feedback = self._feedback(submission_id, comments, words)
        return_work(self.actor, submission_id, feedback)

    def _feedback(self, submission_id: UUID, comments: dict[str, str], words: str = "") -> Feedback:
        named = {"" if name == "whole" else name.replace("_", "-"): text for name, text in comments.items()}
        return Feedback(named, words, self.reads(submission_id).revision)


@dataclass(frozen=True)
class Participant(Somebody):
    """A participant with an enrolment."""

    enrolment_id: UUID = field(kw_only=True)

    def work(self, work_id: UUID) -> Work:
        """Return this work as stored in the database."""
        with self.cast.store.reading() as tx:
            return work.find(tx, self.viewer, work_id)

    def stage(self, work_id: UUID) -> Stage:
        """Return this work's stage, such as ``Stage.SUBMITTED``."""
        with self.cast.store.reading() as tx:
            pieces = piece_list.pieces(tx, [self.enrolment_id])[self.enrolment_id]
        return next(piece.stage for piece in pieces if piece.id == work_id)

    def typing(self, work_id: UUID, prompt_id: str, *answer: str, tab: str = "one") -> AnswerForm:
        """Return the form data that a browser would send if somebody opened the page and gave this answer."""
        stored = self.work(work_id)
        given, draft = stored.answers.get(prompt_id), stored.drafts.get(prompt_id)
        return AnswerForm(
            prompt_id,
            given.revision if given else 0,
            draft.revision if draft else 0,
            tab,
            {"answer": list(answer)},
        )

    def types(self, work_id: UUID, prompt_id: str, *answer: str) -> None:
        """Type an answer without sending it. Companion saves the answer as a draft."""
        save_draft(self.actor, work_id, self.typing(work_id, prompt_id, *answer))

    def answers(self, work_id: UUID, prompt_id: str, *answer: str, way: str = "answered") -> None:
        """Send an answer to one prompt."""
        typed = self.typing(work_id, prompt_id, *answer)
        send_answer(self.actor, work_id, typed, way)

    def sends(self, work_id: UUID, prompt_id: str, form: dict[str, list[str]]) -> None:
        """Send an answer that has several fields."""
        typed = replace(self.typing(work_id, prompt_id), form=form)
        send_answer(self.actor, work_id, typed, "answered")

    def finishes(self, work_id: UUID, said: dict[str, Sequence[str]] | None = None) -> None:
        """Answer every prompt that has no answer yet. If ``said`` has no answer for a prompt, choose *I'd
        rather talk about this in the session*.
        """
        while prompt := self.work(work_id).conversation.next_prompt:
            if said and prompt.id in said:
                self.answers(work_id, prompt.id, *said[prompt.id])
            else:
                self.answers(work_id, prompt.id, way="talk")

    def writes(self, words: str) -> UUID:
        """Send a message to the practitioner, and return its id."""
        message_id = uuid4()
        typed = TypedMessage(0, "one", {"words": [words]})
        threads.send(self.actor, None, message_id, typed)
        return message_id

    def reads_messages(self, before: int | None = None) -> Thread:
        """Open the participant's own messages."""
        return threads.open_thread(self.actor, None, before)

    def tells(self, words: str, kind: ConcernKind = ConcernKind.TOLD) -> UUID:
        """Send a message about something that can't wait, and return the concern's id."""
        concern_id = uuid4()
        report.tell(self.actor, concern_id, kind, words)
        return concern_id

    def asks_to_be_erased(self) -> UUID:
        """Ask for erasure, and return the request's id."""
        erasure.ask_for_erasure(self.actor)
        with self.cast.store.reading() as tx:
            found = erasures.last_of(tx, self.viewer)
        assert found is not None
        return found.id

    def says_is_wrong(self, wrong: str, should: str) -> UUID:
        """Ask for a record to be corrected, and return the request's id."""
        new_id = uuid4()
        corrections.ask(self.actor, new_id, wrong, should)
        return new_id

    def asks_about_what_is_held(self) -> tuple[UUID, UUID, UUID]:
        """Ask for erasure and a correction, have a legal hold set, and return all three ids."""
        asked, wrong = self.asks_to_be_erased(), self.says_is_wrong("My name.", "Sammy.")
        return asked, wrong, self.cast.margaret.holds(self)

    @property
    def reference(self) -> str:
        """Return the reference that leads see instead of this participant's name."""
        with self.cast.store.reading() as tx:
            return tx.get_one(Enrolment, self.enrolment_id).reference

    def submits(self, work_id: UUID) -> UUID:
        """Submit the current answers, and return the submission's id."""
        revision = self.work(work_id).revision
        return submit(self.actor, work_id, revision)
