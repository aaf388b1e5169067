"""The code that all plan pages share."""

from dataclasses import dataclass
from itertools import zip_longest

from companion.domain.forms import Form
from companion.domain.meetings.appointments import Appointment
from companion.domain.plan.guided import Ask, asks
from companion.domain.plan.plan import Plan
from companion.domain.plan.review import Review
from companion.domain.text import without_hidden
from companion.services.plan.drafts import PlanForm
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments
from companion.store.plan.open_drafts import typed_places
from companion.store.plan.plan import open_review, plan_of
from companion.web.gate import clock, current
from companion.web.participant.forms import Entry
from companion.web.participant.practitioner import who_reads


@dataclass(frozen=True)
class HisPlan:
    """A participant's plan, with the practitioner's name, the next meeting and any open review."""

    plan: Plan
    practitioner: str
    meeting: Appointment | None
    review: Review | None


def his_plan() -> HisPlan:
    """Return the viewer's own plan."""
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        return HisPlan(
            plan_of(tx, case.id),
            who_reads(case),
            appointments.next_appointments(tx, [case.id], clock.now()).get(case.id),
            open_review(tx, case.id),
        )


def begun(plan: Plan) -> list[Ask]:
    """Return the plan's questions for which there is a draft."""
    several = asks(plan.parts)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer())
        typed = typed_places(tx, enrolment.id, [each.place for each in several])
    return [each for each in several if each.place in typed]


@dataclass(frozen=True)
class Fields:
    """The rows of a form for plan items. ``stage`` is the stage of the plan to which all the items belong, or
    an empty string.
    """

    rows: list[tuple[str, str]]
    stage: str = ""

    @classmethod
    def of(cls, form: Entry, rows: list[tuple[str, str]], stage: str = "") -> "Fields":
        """Return the fields that the participant filled in, or else the form's initial contents."""
        typed = list(zip_longest(form.words.data, form.more.data, fillvalue=""))
        return cls(_visible(typed or rows), form.texts.get("stage", stage))

    @classmethod
    def kept(cls, draft: Form, rows: list[tuple[str, str]], stage: str = "") -> "Fields":
        """Return a draft's fields, or else the form's initial contents."""
        typed = list(zip_longest(draft.get("words", ()), draft.get("more", ()), fillvalue=""))
        return cls(_visible(typed or rows), next(iter(draft.get("stage", ())), stage))


def rows(form: Entry) -> list[tuple[str, str, str]]:
    """Return the items that the participant typed. Each tuple contains a plan item's text, its further
    details and its stage.
    """
    typed = zip_longest(form.words.data, form.more.data, fillvalue="")
    return [(words, more, form.stage.data) for words, more in typed]


def one(form: Entry) -> tuple[str, str, str]:
    words, more = ("".join(field.data[:1]) for field in (form.words, form.more))
    return words, more, form.stage.data


def typed_at(place: str) -> PlanForm:
    """Return the plan form that the participant sent with this request, or that Companion kept when the
    session locked.
    """
    form = Entry()
    return PlanForm(place, form.draft_seen.data, form.tab.data, form.lists, form.beat.data)


def _visible(several: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(without_hidden(words), without_hidden(more)) for words, more in several]
