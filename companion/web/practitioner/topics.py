"""The plan of topics: which session each is in, and how far it has come."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.programme.topics import TopicPlan
from companion.services.programme.topics import TopicPlace, mark_topic, move_topic
from companion.store.enrolments import enrolments
from companion.store.programme import topics
from companion.web.gate import access, current
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import TopicMark, TopicMove


def _page(form: Form, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.topics", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        plan = topics.plan(tx, enrolment)
    return render_template("practitioner/topics.html", case=case, plan=plan, problems=form.problems)


@access.roles(Role.PRACTITIONER)
def topics_page(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/topics``"""
    return _page(TopicMove(), enrolment_id)


@access.roles(Role.PRACTITIONER)
@takes(TopicMark, _page)
def mark(form: TopicMark, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/topics/marks``: a button gives the mark and the topic, ``covered a-topic``."""
    wanted, _space, topic = form.mark.data.partition(" ")
    plan = mark_topic(current.actor(), enrolment_id, topic, wanted, form.seen.data)
    return _done(_("“%(topic)s” is marked.") % {"topic": _title(plan, topic)}, enrolment_id, plan, topic)


@access.roles(Role.PRACTITIONER)
@takes(TopicMove, _page)
def move(form: TopicMove, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/topics/places``: a button gives the topic, and optionally a session and the next
    topic.

    If it gives only the topic, the session is the one chosen beside it.
    """
    topic, *there = form.to.data.split(" ")
    session, *before = there or [form.sessions.data.get(topic, "")]
    plan = move_topic(
        current.actor(), enrolment_id, topic, TopicPlace(session, "".join(before[:1])), form.seen.data
    )
    values = {"topic": _title(plan, topic), "session": plan.session_of(topic)}
    if values["session"] == len(plan.sessions):
        said = _("“%(topic)s” stands in the additional session now.")
    else:
        said = _("“%(topic)s” stands in session %(session)s now.")
    return _done(said % values, enrolment_id, plan, topic)


def _title(plan: TopicPlan, topic_id: str) -> str:
    return next(each.topic.title for each in plan.planned if each.topic.id == topic_id)


def _done(said: str, enrolment_id: UUID, plan: TopicPlan, topic_id: str) -> ResponseReturnValue:
    """Go to the topic on its page; the URL has its number, because a title may reveal too much."""
    place = next(each.number for each in plan.planned if each.topic.id == topic_id)
    return done(said, url_for("practitioner.topics", enrolment_id=enrolment_id, _anchor=f"topic-{place}"))
