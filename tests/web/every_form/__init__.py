"""All forms that have fields to type in, with valid and invalid values."""

from tests.web.every_form import (
    activities,
    appointments,
    concerns,
    evaluation,
    groups,
    messages,
    path,
    people,
    plan,
    rights,
    signposts,
)

FORMS = (
    people.FORMS
    | appointments.FORMS
    | groups.FORMS
    | activities.FORMS
    | plan.FORMS
    | signposts.FORMS
    | concerns.FORMS
    | path.FORMS
    | messages.FORMS
    | evaluation.FORMS
    | rights.FORMS
)
