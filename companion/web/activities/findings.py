"""The problems that the automatic check finds in activities, worded for authors.

Authors know a question by its number, not by its id.
"""

from dataclasses import dataclass, replace

from companion.content import explained
from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.checker import check, warnings
from companion.domain.activities.layout import END, NEXT
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language

NAMES_A_PROMPT = ("to", "asked", "recalled", "over")
"""In a checker's message, the names of the placeholders that stand for prompt ids."""


@dataclass(frozen=True)
class FindingInWords:
    """The text of one finding about an activity: what's wrong, how to correct it, and why the author accepted
    it (warnings only).
    """

    prompt_id: str
    """The id of the question, or an empty string for the whole activity."""
    key: str
    warning: bool
    wrong: str
    mend: str
    reason: str = ""


def open_findings(activity: Activity) -> list[FindingInWords]:
    """Return the errors, and the warnings that the author hasn't accepted."""
    return [_told(activity, finding) for finding in check(activity)]


def accepted(activity: Activity) -> list[FindingInWords]:
    """Return the accepted warnings with the author's reasons."""
    reasons = {(each.prompt, each.warning): each.reason for each in activity.accepted}
    return [
        _told(activity, each, reasons[each.prompt, each.key])
        for each in (warnings(activity) if reasons else ())
        if (each.prompt, each.key) in reasons
    ]


def _told(activity: Activity, finding: Finding, reason: str = "") -> FindingInWords:
    """Return a mistake or warning as the author reads it, with question numbers instead of ids."""
    numbers = {prompt.id: place for place, prompt in enumerate(activity.prompts, 1)}
    values = {
        name: _named(str(value), numbers) if name in NAMES_A_PROMPT else value
        for name, value in finding.values.items()
    }
    words = explained(replace(finding, values=values), language())
    stands_at = finding.prompt if finding.prompt in numbers else ""
    return FindingInWords(stands_at, finding.key, finding.warning, words.wrong, words.mend, reason)


def _named(prompt_id: str, numbers: dict[str, int]) -> str:
    if prompt_id in numbers:
        return _("question %(number)s") % {"number": numbers[prompt_id]}
    return {END: _("the end"), NEXT: _("the next item")}.get(prompt_id, _("a deleted question"))
