"""The plan of topics: what comes in which session, and how far each topic has come."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.programme.topics import TopicPlan
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.programme.topics import TopicPlace, mark_topic, move_topic
from companion.store.enrolments import enrolments
from companion.store.programme import topics
from companion.web.gate import access, current
from companion.web.page.form_fields import posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def topics_page(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/topics``"""
    return _page(enrolment_id)


@access.roles(Role.PRACTITIONER)
def mark(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/topics/marks``: a button gives the mark and the topic, ``covered a-topic``."""
    wanted, _space, topic = request.form.get("mark", "").partition(" ")
    try:
        plan = mark_topic(current.actor(), enrolment_id, topic, wanted, posted_number("seen"))
    except (Rejected, ChangedElsewhere) as refusal:
        return _again(enrolment_id, refusal)
    flash(_("“%(topic)s” is marked.") % {"topic": _title(plan, topic)})
    return _back(enrolment_id, plan, topic)


@access.roles(Role.PRACTITIONER)
def move(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/topics/places``: a button gives the topic, and perhaps a session and the next topic.

    Where it gives the topic alone, the session is the one that was chosen beside it.
    """
    topic, *there = request.form.get("to", "").split(" ")
    session, *before = there or [request.form.get(f"session-{topic}", "")]
    try:
        plan = move_topic(
            current.actor(),
            enrolment_id,
            topic,
            TopicPlace(session, "".join(before[:1])),
            posted_number("seen"),
        )
    except (Rejected, ChangedElsewhere) as refusal:
        return _again(enrolment_id, refusal)
    values = {"topic": _title(plan, topic), "session": plan.session_of(topic)}
    if values["session"] == len(plan.sessions):
        flash(_("“%(topic)s” stands in the additional session now.") % values)
    else:
        flash(_("“%(topic)s” stands in session %(session)s now.") % values)
    return _back(enrolment_id, plan, topic)


def _title(plan: TopicPlan, topic_id: str) -> str:
    return next(each.topic.title for each in plan.planned if each.topic.id == topic_id)


def _back(enrolment_id: UUID, plan: TopicPlan, topic_id: str) -> ResponseReturnValue:
    """To the topic on its page; an address names it by its number, since a title may say too much."""
    place = next(each.number for each in plan.planned if each.topic.id == topic_id)
    page = url_for("practitioner.topics", enrolment_id=enrolment_id, _anchor=f"topic-{place}")
    return redirect(page, 303)


def _again(enrolment_id: UUID, refusal: Rejected | ChangedElsewhere) -> ResponseReturnValue:
    if isinstance(refusal, Rejected):
        return _page(enrolment_id, refusal.problems), 422
    return _page(enrolment_id, (Problem("changed_elsewhere"),)), 409


def _page(enrolment_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.topics", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        plan = topics.plan(tx, enrolment)
    return render_template("practitioner/topics.html", case=case, plan=plan, problems=problems)
