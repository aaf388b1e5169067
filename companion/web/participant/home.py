"""Where a participant begins: one clear next step, and what stands where."""

from dataclasses import dataclass

from flask import g, render_template
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.after_programme import Scope
from companion.domain.meetings.appointments import Appointment
from companion.domain.messages.notes import Agreed
from companion.domain.people import Role
from companion.domain.plan.plan import Suggestion
from companion.domain.time.london import LONDON
from companion.domain.work.work import Piece, next_step
from companion.services.concerns import readers
from companion.services.evaluation import give
from companion.store.enrolments import enrolments, handovers
from companion.store.enrolments.enrolments import Case
from companion.store.enrolments.handovers import Handover
from companion.store.meetings import appointments
from companion.store.messages import messages, notes
from companion.store.plan import plan
from companion.store.work import work
from companion.web.gate import access, clock, current
from companion.web.participant.practitioner import who_reads


@dataclass(frozen=True)
class Home:
    """What the page shows."""

    case: Case
    appointment: Appointment | None
    changed: list[Appointment]
    """Those that were moved or cancelled, as long as that is news."""
    practitioner: str
    presence: readers.Presence
    pieces: list[Piece]
    step: Piece | None
    suggestion: Suggestion | None
    """The first suggestion for his plan that waits for his word."""
    review_due: bool
    first_part: str
    """Where the conversation begins that builds a plan; empty once he has one."""
    handed_over: Handover | None
    """To whom he was handed over, until he has read of it."""
    have_written: list[str]
    """The names of those who wrote to him what he has not read."""
    agreed: Agreed | None
    """What was agreed last time."""
    evaluation: bool
    """Whether he may say how the programme was for him."""

    @property
    def waits(self) -> int:
        """How many cards wait for them, besides work and feedback, of which one is the next step."""
        return sum(map(bool, (self.have_written, self.suggestion, self.review_due)))


@access.roles(Role.PARTICIPANT)
def home() -> ResponseReturnValue:
    """``GET /my/``"""
    now = clock.now()
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        reads = g.open.scope.holds(Scope.PLAN)
        pieces = work.pieces(tx, [case.id])[case.id] if reads else []
        upcoming = appointments.next_appointments(tx, [case.id], now).get(case.id)
        presence = readers.presence(tx, case, now)
        changed = [each for each in appointments.appointments(tx, case.id) if each.is_news(now)]
        his_plan = plan.plan_of(tx, case.id) if reads else None
        moved = handovers.of_participant(tx, current.viewer())
        news = handovers.shown(tx, moved) if moved and moved.seen_at is None else None
        have_written = messages.have_written(tx, case.id) if g.open.scope.holds(Scope.MESSAGES) else []
        agreed = notes.last_agreed(tx, case.id) if reads else None
        his_evaluation = give.standing(tx, current.viewer(), unapproved_too=current.unapproved_too())
    shown = Home(
        case,
        upcoming,
        changed,
        who_reads(case),
        presence,
        pieces,
        next_step(pieces),
        his_plan.suggestions[0] if his_plan and his_plan.suggestions else None,
        bool(his_plan and his_plan.asks_for_review(now.astimezone(LONDON).date())),
        his_plan.parts.asked[0].id if his_plan and not his_plan.versions else "",
        news,
        have_written,
        agreed,
        reads and his_evaluation.questions is not None,
    )
    return render_template("participant/home.html", now=now, home=shown, open=g.open)
