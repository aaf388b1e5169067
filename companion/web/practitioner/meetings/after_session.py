"""The page for recording what happened in a session. One button saves everything on the page."""

import secrets
from collections.abc import Collection
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import may_be_noted
from companion.domain.people import Role
from companion.services.caseloads import save_session
from companion.services.caseloads.after_session import open_after
from companion.services.caseloads.save_session import SavedPart
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.page.unsaved import while_typing
from companion.web.practitioner.meetings.after_session_form import WAYS, AfterSession


def _page(form: AfterSession, appointment_id: UUID) -> str:
    g.page = _address(appointment_id)
    found = open_after(current.actor(), appointment_id, unapproved_too=current.unapproved_too())
    draft = form.draft_known(found.stored, found.draft)
    form.fill(found.stored, draft)
    form.saw_all(found.stored, draft)
    return render_template(
        "practitioner/after_session.html",
        found=found,
        case=found.case,
        stored=found.stored,
        begun=found.stored.appointment.starts_at <= clock.now(),
        choices=may_be_noted(found.stored.appointment, clock.now()),
        draft=draft,
        looking=form.then.data == "look" and not form.problems,
        ways=WAYS,
        tab=secrets.token_urlsafe(12),
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(AfterSession, _page)
def after_session(form: AfterSession, appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/after``: save the page, or preview what the participant will see."""
    actor = current.actor()
    if form.then.data == "look":
        save_session.save_draft(actor, appointment_id, form.typed)
        return _page(form, appointment_id)
    saved = save_session.save(
        actor, appointment_id, form.once.id_of_new, form.typed, unapproved_too=current.unapproved_too()
    )
    page = url_for("practitioner.participant", enrolment_id=saved.enrolment_id, set=saved.work_id)
    return done(_in_words(saved.parts), page)


def _in_words(parts: Collection[SavedPart]) -> str:
    """Return a message that says which parts of the page were saved."""
    names = {
        SavedPart.ATTENDANCE: _("attendance"),
        SavedPart.TOPICS: _("topics"),
        SavedPart.AGREED: _("what you agreed"),
        SavedPart.NOTE: _("note"),
        SavedPart.WORK: _("next work"),
        SavedPart.WHEN: _("when and where"),
    }
    named = ", ".join(name for part, name in names.items() if part in parts)
    return _("Saved: %(parts)s.") % {"parts": named} if named else _("Saved. Nothing else has changed.")


@access.roles(Role.PRACTITIONER)
@takes(AfterSession)
def draft(form: AfterSession, appointment_id: UUID) -> ResponseReturnValue:
    """``POST /appointments/<id>/after/draft``: save a draft."""

    def save() -> dict[str, object]:
        kept = save_session.save_draft(current.actor(), appointment_id, form.typed)
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at)}

    if form.then.data == "typing":
        return while_typing(save)
    save()
    return redirect(_address(appointment_id), 303)


def _address(appointment_id: UUID) -> str:
    return url_for("practitioner.after_session", appointment_id=appointment_id)
