"""The retention schedule, and whose time is over soon, by reference."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.policies import Policy
from companion.domain.retention import in_doubt
from companion.domain.working_days import london_day
from companion.store import policies
from companion.store import retention as store
from companion.web import access, clock, current

AHEAD = timedelta(days=30)


@access.roles(Role.LEAD)
def retention() -> ResponseReturnValue:
    """``GET /lead/retention``"""
    now = clock.now()
    with current.store().reading() as tx:
        schedule = policies.schedule(tx)
        due = store.due(tx, schedule, now, AHEAD)
        doubt = in_doubt(now, store.last_run(tx))
        draft = Policy.RETENTION in policies.drafts(tx)
    return render_template(
        "lead/retention.html",
        schedule=schedule,
        due=due,
        today=london_day(now),
        doubt=doubt,
        draft=draft,
    )
