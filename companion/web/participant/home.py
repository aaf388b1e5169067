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
from companion.store.meetings.appointments import due_among, next_among
from companion.store.messages import messages, notes
from companion.store.plan import plan, summary
from companion.store.plan.summary import PlanSummary
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
        enrolment = enrolments.enrolment(tx, current.viewer())
        case = enrolments.case(tx, enrolment)
        reads = g.open.scope.holds(Scope.PLAN)
        every = appointments.appointments(tx, case.id)
        pieces = work.pieces(tx, [case.id], due=due_among(every))[case.id] if reads else []
        presence = readers.presence(tx, case, now)
        his_plan = summary.facts(tx, [case.id])[case.id] if reads else PlanSummary(begun=True)
        suggested = plan.plan_of(tx, case.id).suggestions if his_plan.waiting else ()
        first_part = "" if his_plan.begun else plan.parts(tx)[1].asked[0].id
        moved = handovers.of_participant(tx, current.viewer())
        news = handovers.shown(tx, moved) if moved and moved.seen_at is None else None
        have_written = messages.have_written(tx, case.id) if g.open.scope.holds(Scope.MESSAGES) else []
        agreed = notes.last_agreed(tx, case.id) if reads else None
        his_evaluation = give.standing_of(tx, enrolment, unapproved_too=current.unapproved_too())
    shown = Home(
        case,
        next_among(every, now),
        [each for each in every if each.is_news(now)],
        who_reads(case),
        presence,
        pieces,
        next_step(pieces),
        next(iter(suggested), None),
        his_plan.review_due(now.astimezone(LONDON).date()),
        first_part,
        news,
        have_written,
        agreed,
        reads and his_evaluation.questions is not None,
    )
    return render_template("participant/home.html", now=now, home=shown, open=g.open)
