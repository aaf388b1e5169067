"""The page with the rules for concerns.

The rules name the lead who deals with concerns, and the lead who covers for them. The rules for concerns set
deadlines for acting on a concern.
"""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.concerns import report
from companion.store.concerns import concern_rules
from companion.web.gate import access, clock, current
from companion.web.lead.forms import ConcernRules
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


def _page(form: ConcernRules) -> str:
    """Return the page with the current rules, followed by the form.

    If another lead has changed the rules, the page shows the new rules beside the lead's own entries.
    """
    now = clock.now()
    with current.store().reading() as tx:
        leads, found = concern_rules.leads(tx), concern_rules.rules(tx)
    watch = found.watch([lead.id for lead in leads], now)
    form.begins_with(
        lead=watch.lead,
        cover=watch.cover or "",
        away_from=found.away_from or "",
        away_until=found.away_until or "",
        hour=found.hour,
        take_days=found.take_days,
        finish_days=found.finish_days,
        hours_until_all=found.hours_until_all,
    )
    form.saw(found.number)
    return render_template(
        "lead/concern_rules.html",
        rules=found,
        watch=watch,
        limits=found.limits(now),
        leads=leads,
        names={lead.id: lead.name for lead in leads},
        form=form,
    )


@access.roles(Role.LEAD)
@takes(ConcernRules, _page)
def rules(form: ConcernRules) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/concerns/rules``: change the rules for new concerns."""
    report.set_rules(current.actor(), form.texts, form.seen.data)
    return done(_("Rules saved."), url_for("lead.concern_rules"))
