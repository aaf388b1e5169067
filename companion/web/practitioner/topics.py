"""The page for planning topics."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.programme.topics import Placed, TopicPlan, by_number
from companion.services.programme.topics import arrange
from companion.store.enrolments import enrolments
from companion.store.programme import topics
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Topics


def _page(form: Topics, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.topics", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        plan = topics.plan(tx, enrolment)
    form.saw(plan.revision)
    return render_template("practitioner/topics.html", case=case, plan=plan, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Topics, _page)
def topics_page(form: Topics, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/topics``: save all topics."""
    marks, sessions, places = form.marks.data, form.sessions.data, form.places.data
    numbers = {*marks, *sessions, *places}
    wanted = {each: Placed(*(those.get(each, "") for those in (marks, sessions, places))) for each in numbers}
    before, after = arrange(current.actor(), enrolment_id, wanted, form.seen.data)
    said = " ".join([_("Topics saved."), *_moved(before, after)])
    return done(said, url_for("practitioner.topics", enrolment_id=enrolment_id))


def _moved(before: TopicPlan, after: TopicPlan) -> list[str]:
    """Return a sentence for each topic that was moved to another session."""
    found, was = [], {number: session for session, number in _sessions(before)}
    for session, number in _sessions(after):
        values = {"topic": by_number(after)[number].topic.title, "session": session}
        if was[number] != session and session == len(after.sessions):
            found.append(_("“%(topic)s” is in the additional session now.") % values)
        elif was[number] != session:
            found.append(_("“%(topic)s” is in session %(session)s now.") % values)
    return found


def _sessions(plan: TopicPlan) -> list[tuple[int, str]]:
    return [(session, str(each.number)) for session, those in enumerate(plan.sessions, 1) for each in those]
