"""The page on which a lead decides what participants can use after the programme."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.after_programme import CHOSEN, OFFERED
from companion.domain.people import Role
from companion.services.enrolments import after_programme
from companion.store.enrolments.after_programme import rules_in_force
from companion.web.gate import access, current
from companion.web.lead.forms import After
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


def _page(form: After) -> str:
    """Return the page with the current rules, followed by the form.

    If another lead has changed the rules since the page was opened, show the new rules next to this lead's
    entries.
    """
    with current.store().reading() as tx:
        rules = rules_in_force(tx)
    terms = {state: rules.terms[state] for state in CHOSEN}
    form.begins_with(
        **{f"{state}_scope": term.scope for state, term in terms.items()},
        **{f"{state}_days": term.days for state, term in terms.items()},
    )
    form.saw(rules.number)
    return render_template("lead/after.html", rules=rules, states=CHOSEN, offered=OFFERED, form=form)


@access.roles(Role.LEAD)
@takes(After, _page)
def after(form: After) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/after``: change the rules for the time after the programme."""
    after_programme.set_after(current.actor(), form.texts, form.seen.data)
    return done(_("Access after the programme saved."), url_for("lead.after"))
