"""The pages with a plan's versions and the changes between the versions."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.plan.plan import Plan
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.plan import plan
from companion.web.gate import access, current
from companion.web.page.plan_history import comparison, version_of, versions_page


def own_plan() -> tuple[Case, Plan]:
    """Return the viewer's enrolment and plan."""
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        return case, plan.plan_of(tx, case.id)


@access.roles(Role.PARTICIPANT)
def plan_versions() -> ResponseReturnValue:
    """``GET /my/plan/versions``: list the plan's versions, latest first."""
    case, whole = own_plan()
    return render_template("participant/plan_versions.html", case=case, history=versions_page(whole))


@access.roles(Role.PARTICIPANT)
def plan_version(number: str) -> ResponseReturnValue:
    """``GET /my/plan/versions/<number>``: show the plan at this version."""
    case, whole = own_plan()
    version, items = version_of(whole, number)
    return render_template(
        "participant/plan_version.html", case=case, plan=whole, version=version, items=items
    )


@access.roles(Role.PARTICIPANT)
def plan_compared() -> ResponseReturnValue:
    """``GET /my/plan/compared?first=…&last=…``: show the changes between two versions of the plan."""
    case, whole = own_plan()
    return render_template(
        "participant/plan_compared.html", case=case, plan=whole, comparison=comparison(whole)
    )
