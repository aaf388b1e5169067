"""List every form in which people can make typing errors, with valid and invalid values for its fields."""

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
