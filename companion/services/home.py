"""Load a participant's start page, which shows one next step."""

from dataclasses import dataclass

from companion.domain.enrolments.after_programme import Open, Scope
from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.progress import Sessions, sessions
from companion.domain.messages.notes import Agreed
from companion.domain.plan.plan import Suggestion
from companion.domain.time.london import LONDON
from companion.domain.work.work import Piece, next_step
from companion.services.act import Actor
from companion.services.evaluation import give
from companion.services.meetings.presence import Presence, presence_of
from companion.store.caseloads import start_page
from companion.store.enrolments import enrolments, handovers
from companion.store.enrolments.enrolments import Case
from companion.store.enrolments.handovers import Handover
from companion.store.meetings import appointments
from companion.store.meetings.appointments import due_among, next_among
from companion.store.messages import messages, notes
from companion.store.plan import plan
from companion.store.plan.summary import PlanSummary
from companion.store.programme.programmes import every, meetings_of, sites_of
from companion.store.work import piece_list


@dataclass(frozen=True)
class Home:
    case: Case
    appointment: Appointment | None
    changed: list[Appointment]
    """Moved or cancelled appointments that the participant hasn't seen."""
    presence: Presence
    pieces: list[Piece]
    step: Piece | None
    suggestion: Suggestion | None
    """The first unanswered suggestion for the participant's plan."""
    review_due: bool
    plan_begun: bool
    """True if the participant has started a plan, or can't open the plan any more."""
    handed_over: Handover | None
    """The handover to the participant's new practitioner, or None once the participant has read about the
    handover.
    """
    have_written: list[str]
    """The senders of unread messages."""
    agreed: Agreed | None
    """The latest agreement between the participant and the practitioner."""
    evaluation: bool
    """True if the participant may give an evaluation."""
    sessions: Sessions
    sites: dict[str, str]
    """The full names of sites, keyed by short name."""

    @property
    def withdrawn(self) -> list[Piece]:
        """Return withdrawn work that the participant hasn't opened after the withdrawal."""
        return [piece for piece in self.pieces if piece.withdrawal_unseen]

    @property
    def waits(self) -> int:
        """Return how many of these wait: unread messages, a suggestion for the plan, and a plan review."""
        return sum(map(bool, (self.have_written, self.suggestion, self.review_due)))


def open_home(actor: Actor, open_to_him: Open, *, unapproved_too: bool) -> Home:
    """Return the parts of the start page that the participant can use.

    The demo sets ``unapproved_too``: participants there also get evaluation questions that aren't approved
    yet.
    """
    now, reads = actor.now, open_to_him.scope.holds(Scope.PLAN)
    with actor.store.reading() as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer)
        case = enrolments.case(tx, enrolment)
        booked = appointments.appointments(tx, case.id)
        due = due_among(booked)
        pieces = piece_list.pieces(tx, [case.id], intentions=True, due=due)[case.id] if reads else []
        facts = start_page.facts(tx, case.id)
        his_plan = facts.plan if reads else PlanSummary(begun=True)
        suggested = plan.plan_of(tx, case.id).suggestions if his_plan.waiting else ()
        moved = handovers.of_participant(tx, actor.viewer) if facts.handed_over else None
        written = open_to_him.scope.holds(Scope.MESSAGES)
        programmes = every(tx)
        evaluation = give.standing_of(tx, enrolment, unapproved_too=unapproved_too)
        return Home(
            case=case,
            appointment=next_among(booked, now),
            changed=[each for each in booked if each.is_news(now)],
            presence=presence_of(tx, case, now),
            pieces=pieces,
            step=next_step(pieces),
            suggestion=next(iter(suggested), None),
            review_due=his_plan.review_due(now.astimezone(LONDON).date()),
            plan_begun=his_plan.begun,
            handed_over=handovers.shown(tx, moved) if moved and moved.seen_at is None else None,
            have_written=messages.have_written(tx, case.id) if written and facts.unread else [],
            agreed=notes.last_agreed(tx, case.id) if reads else None,
            evaluation=reads and evaluation.questions is not None,
            sessions=sessions(booked, meetings_of(programmes, enrolment), now),
            sites=sites_of(programmes),
        )
