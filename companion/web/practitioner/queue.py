"""Moving through the queue of waiting tasks, and finding a participant by name."""

from typing import Any, cast

from flask import g, has_request_context, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.caseloads.queue import START, Place, QueueRow, Reason
from companion.domain.people import Role
from companion.services.caseloads import queue
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.page.i18n import translate_plural
from companion.web.practitioner.forms import Find

CARRIED = "queue"
"""The URL parameter that says which row of the queue the user came from."""
ACTS = {
    Reason.CONCERN: ("practitioner.concern", "concern_id"),
    Reason.MESSAGE: ("practitioner.messages", "enrolment_id"),
    Reason.TAKEN_ON: ("practitioner.taken_on", "enrolment_id"),
    Reason.TO_READ: ("practitioner.review", "submission_id"),
    Reason.TO_ANSWER: ("practitioner.review", "submission_id"),
    Reason.TO_TALK: ("practitioner.brief", "enrolment_id"),
    Reason.UNNOTED: ("practitioner.after_session", "appointment_id"),
    Reason.UNSET: ("practitioner.choose", "enrolment_id"),
    Reason.UNBOOKED: ("practitioner.sessions", "enrolment_id"),
}
"""Where each kind of queue row links to: the endpoint, and the name of its parameter for the id."""


def act_of(row: QueueRow) -> str:
    """Return the URL of the page that deals with a row of the queue."""
    endpoint, name = ACTS[row.reason]
    subject = row.enrolment_id if name == "enrolment_id" else row.subject_id
    names: dict[str, Any] = {name: subject, CARRIED: row.place}
    return url_for(endpoint, _anchor="new" if row.reason is Reason.MESSAGE else None, **names)


def place() -> Place | None:
    """Return the queue row from which the page was opened, or None."""
    if not has_request_context():
        return None
    if "queue_place" not in g:
        g.queue_place = Place.typed(request.args.get(CARRIED, ""))
    return cast(Place | None, g.queue_place)


def carry(endpoint: str, values: dict[str, Any]) -> None:
    """If the practitioner came from the queue, links to participants' pages keep the practitioner's place in
    it.
    """
    if any(name.endswith("_id") for name in values) and (here := place()):
        values.setdefault(CARRIED, here)


def on_the_way() -> dict[str, object]:
    """Return the template variables for a link to the next row of the queue."""
    here = place()
    return {"queue_next": url_for("practitioner.next_in_queue", queue=here) if here else ""}


@access.roles(Role.PRACTITIONER)
def next_in_queue() -> ResponseReturnValue:
    """``GET /caseload/next``: redirect to the page for the next row of the queue.

    If no row is left in the queue, redirect to the board.
    """
    found = queue.next_row(current.actor(), place() or START)
    if isinstance(found, QueueRow):
        return redirect(act_of(found))
    said = translate_plural(
        "That's the end of your queue. One thing is still to do.",
        "That's the end of your queue. %(num)s things are still to do.",
        found,
    ) % {"num": found}
    return done(
        said if found else _("That's the end of your queue. There's nothing left to do."),
        url_for("practitioner.board"),
    )


@access.roles(Role.PRACTITIONER)
@takes(Find)
def find(form: Find) -> ResponseReturnValue:
    """``POST /caseload/find``: find a participant by name or reference. If one participant matches, redirect
    to their page. If several participants match, list them.

    URLs never contain names.
    """
    typed = form.find.data.strip()
    if not typed:
        return redirect(url_for("practitioner.board"), 303)
    g.page = url_for("practitioner.board")
    found = queue.participants_called(current.actor(), typed)
    if len(found) == 1:
        return redirect(url_for("practitioner.participant", enrolment_id=found[0].id), 303)
    return render_template("practitioner/found.html", found=found, typed=typed, form=form)
