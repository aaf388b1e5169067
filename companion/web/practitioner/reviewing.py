"""The page with a practitioner's settings for reading work: saved phrases and keyboard shortcuts."""

from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.work import phrases
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.form_fields import local_path
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Keys, Phrase


def _page(form: Phrase) -> str:
    g.page = url_for("practitioner.reviewing")
    back_to = local_path(request.args.get("next", ""))
    return render_template(
        "practitioner/reviewing.html",
        reviewing=phrases.reviewing(current.actor()),
        back_to=back_to,
        form=form,
    )


@access.roles(Role.PRACTITIONER)
def reviewing() -> ResponseReturnValue:
    """``GET /caseload/reviewing``: show the viewer's settings for reading work."""
    return _page(Phrase())


@access.roles(Role.PRACTITIONER)
@takes(Phrase, _page)
def keep_phrase(form: Phrase) -> ResponseReturnValue:
    """``POST /caseload/reviewing/phrases``: save a phrase for feedback."""
    phrases.keep(current.actor(), form.once.id_of_new, form.phrase.data)
    return _done(_("Phrase saved."))


@access.roles(Role.PRACTITIONER)
def remove_phrase(phrase_id: UUID) -> ResponseReturnValue:
    """``POST /caseload/reviewing/phrases/<id>/removal``: remove a saved phrase."""
    phrases.remove(current.actor(), phrase_id)
    return _done(_("Phrase removed."))


@access.roles(Role.PRACTITIONER)
@takes(Keys)
def choose_keys(form: Keys) -> ResponseReturnValue:
    """``POST /caseload/reviewing/keys``: switch single-key shortcuts on or off."""
    on = form.keys.data != "off"
    phrases.choose_keys(current.actor(), on=on)
    return _done(_("Single keys are on.") if on else _("Single keys are off."))


def _done(said: str) -> ResponseReturnValue:
    back_to = local_path(request.args.get("next", ""))
    return done(said, url_for("practitioner.reviewing", next=back_to or None))
