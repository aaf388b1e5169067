"""The page with the retention schedule and the participants whose data will soon be erased."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.records.policies import Policy
from companion.domain.records.retention import in_doubt
from companion.domain.time.working_days import london_day
from companion.store.records import policies, retention
from companion.web.gate import access, clock, current

AHEAD = timedelta(days=30)


@access.roles(Role.LEAD)
def retention_page() -> ResponseReturnValue:
    """``GET /lead/retention``: show the retention schedule and the erasures of the next 30 days."""
    now = clock.now()
    with current.store().reading() as tx:
        schedule = policies.schedule(tx)
        due = retention.due(tx, schedule, now, AHEAD)
        doubt = in_doubt(now, retention.last_run(tx))
        draft = Policy.RETENTION in policies.drafts(tx)
    return render_template(
        "lead/retention.html",
        schedule=schedule,
        due=due,
        today=london_day(now),
        doubt=doubt,
        draft=draft,
    )
