"""Choosing a language, before or after signing in."""

from flask import redirect
from flask.typing import ResponseReturnValue

from companion.services.accounts import language
from companion.services.act import Actor
from companion.translations import languages
from companion.web.account.forms import Language
from companion.web.gate import access, clock, current, parked_forms
from companion.web.gate.session_user import current_session
from companion.web.page.form import takes
from companion.web.page.languages import remember


@access.public
@takes(Language)
def choose(form: Language) -> ResponseReturnValue:
    """``POST /language``: switch to the chosen language, if available.

    A signed-in participant's choice is saved in their account.
    """
    chosen = form.language.data
    if chosen in languages():
        found = current_session()
        if found and found.complete and not found.locked and not found.viewer.role.staff:
            language.choose(Actor(current.store(), found.viewer, clock.now()), chosen)
        remember(chosen)
    return redirect(parked_forms.page_before(), 303)
