"""For each page, the scope of access that a participant needs once their programme has ended.

``companion/domain/enrolments/after_programme.py`` decides which scope a participant has. A page that isn't
listed in this module needs full access.
"""

from companion.domain.enrolments.after_programme import Scope

NEEDS = {
    Scope.HELP: "home practitioner appointments appointment_file pause plan_pause tell about_practitioner "
    "ask_for_erasure held_on_me download ask_for_correction record",
    Scope.MESSAGES: "messages message_draft",
    Scope.PLAN: "work receipt plan plan_versions plan_version plan_compared plan_printed plan_card plan_text "
    "plan_today plan_add plan_build plan_built plan_draft plan_item plan_source plan_removal plan_return "
    "plan_suggestion plan_review plan_review_item plan_review_end so_far evaluation evaluation_draft evaluation_check "
    "give_evaluation",
    Scope.EVERYTHING: "answer draft check submit when way",
}
SCOPES = {f"participant.{name}": scope for scope, names in NEEDS.items() for name in names.split()}
"""For each endpoint, the scope that a participant needs.

Every new page for participants must be added to ``NEEDS``.
"""


def needed(endpoint: str) -> Scope:
    """Return the scope that this page needs."""
    return SCOPES.get(endpoint, Scope.EVERYTHING)
