"""Test that no page, email or example uses a label's old wording."""

import re
from functools import cache

import pytest

from companion.cli.translations import ROOT, calls, templates
from companion.translations import CONTENT

REPLACED = {
    "Save and continue": r"Send answer",
    "Send to": r"Submit to|\bhand(s|ed)? (it|them|this) in\b|\bhand(ed)? in\b",
    "Tell us something that can't wait": r"something I need to tell|do you need to tell",
    "Send feedback": r"^Release$|\breleas",
    "Ask for changes": r"^Return$|\bReturn it\b|\breturned\b|\bgave it back\b",
    "Started": r"^[Tt]ouched$",
    "submitted": r"\bin, unread\b",
    "work": r"\bpiece of work\b",
    "an email": r"\be-mail|daily letter|letters? to (your|his|their) |No letter\b",
    "call 999. Then tell us here": r"do not wait: |danger now: ",
}
"""Patterns that match each label's former wording, keyed by the current label."""


UNTRUE = {
    "the lead, a court or the police may read it": r"\b(never|not) sent to anyone but\b|nobody is sent it",
    "a lead may decide that it is shown": r"never sees that (it|one) was raised",
    "the help page is always open, and what is told is read on working days": r"[Hh]elp is open to you .* at any time",
    "his own words may say it": r"[Nn]othing on (them|it) says where",
    "an evaluation is not about him": r"[Hh]ow ready do you feel to keep",
    "the lead may read the plan": r"can read this plan\. Only you|reads it before you look at it together\. Please",
    "there may be several leads": r"\b[Oo]nly the lead of the service|lead alone reads it",
    "a meeting of a group that is left is cancelled": r"Your appointments, your work, .* move along",
    "where he was signed in goes after a day, and the audit stays": r"signed in is forgotten after three months",
    "copies of the keys are kept for 7 days": r"not even in a backup",
    "a look may be told later": r"a reason, which you see on the page before\.",
    "another concern may still be open": r"[Ww]hen the concern is closed, the look ends",
    "what a locked page sent is held, not sent": r"What you had typed is kept\.$",
    "concerns outlive an erasure": r"is erased\. Nothing of it",
    "email comes only to who chose it": r"On that day Companion reminds you",
    "the fastest route comes first": r"\b(or|and) 999 if|at once, or 999|do not wait for the lead",
}
"""Patterns that match untrue statements about Companion, keyed by what is true instead."""


@cache
def shown() -> list[str]:
    """Return every English message that people can read."""
    said = {
        one
        for folder in ("templates", "companion")
        for _file, _line, message, _comments, _context in calls(ROOT / folder)
        for one in ([message] if isinstance(message, str) else message)
        if one
    }
    said |= {str(message.id) for message in templates()[CONTENT] if message.id}
    return sorted(said)


@pytest.mark.parametrize("label", REPLACED)
def test_the_old_wording_of_a_changed_label_is_no_longer_used(label: str) -> None:
    found = [text for text in shown() if re.search(REPLACED[label], text)]
    assert not found


@pytest.mark.parametrize("so", UNTRUE)
def test_no_page_email_or_example_makes_an_untrue_promise(so: str) -> None:
    assert [text for text in shown() if re.search(UNTRUE[so], text)] == []


@pytest.mark.parametrize(
    "label",
    [
        "Save and continue",
        "Send to %(name)s",
        "Tell us something that can't wait",
        "Send feedback",
        "Ask for changes",
        "Started",
    ],
)
def test_the_new_wording_of_a_changed_label_is_used_somewhere(label: str) -> None:
    assert label in shown()
