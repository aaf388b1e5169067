"""The pages that a lead with access to a record can read.

The audit log records each page that the lead reads.
"""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.replies import replies
from companion.domain.people import Role
from companion.services.concerns import lead_reads
from companion.web.gate import access, current
from companion.web.page.form_fields import whole_number


@access.roles(Role.LEAD)
def look(look_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>``: list what the lead can read during the half hour of access."""
    found = lead_reads.open_look(current.actor(), look_id)
    return render_template("lead/lead_access_open.html", found=found)


@access.roles(Role.LEAD)
def submission(look_id: UUID, submission_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>/submissions/<id>``: show one submission."""
    found = lead_reads.read_submission(current.actor(), look_id, submission_id)
    conversation = found.submission.conversation(found.work.activity)
    guide = replies(conversation)
    return render_template(
        "lead/lead_access_submission.html", found=found, conversation=conversation, guide=guide
    )


@access.roles(Role.LEAD)
def plan(look_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>/plan``: show the participant's plan."""
    found = lead_reads.read_plan(current.actor(), look_id)
    return render_template("lead/lead_access_plan.html", found=found)


@access.roles(Role.LEAD)
def messages(look_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>/messages?before=…``: show the latest messages, or earlier messages."""
    earlier = request.args.get("before", "")
    before = whole_number(earlier) if earlier else None
    thread = lead_reads.read_messages(current.actor(), look_id, before)
    here = url_for("lead.look_messages", look_id=look_id)
    return render_template(
        "lead/lead_access_messages.html", found=thread, here=here, older=before is not None
    )


@access.roles(Role.LEAD)
def notes(look_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>/notes``: show the practitioner's notes."""
    found = lead_reads.read_notes(current.actor(), look_id)
    return render_template("lead/lead_access_notes.html", found=found)
