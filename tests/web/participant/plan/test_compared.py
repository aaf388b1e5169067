"""Test the page that compares two versions of a plan word by word."""

from flask import Flask

from companion.domain.plan.diff import Stretch
from companion.web.page.context import COMPARED_ON_PAGE, compared


def test_a_page_compares_two_plan_versions_word_by_word(app: Flask) -> None:
    before, after = "I walk " + "on " * 248 + "alone", "I walk " + "on " * 248 + "with Robin"
    each = len(before.split()) + len(after.split())
    with app.test_request_context("/"):
        for _ in range(COMPARED_ON_PAGE // each):
            assert compared(before, after)[0][-1] == Stretch(" alone", same=False)
        assert compared(before, after) == ([Stretch(before, same=False)], [Stretch(after, same=False)])
        assert compared("", "") == ([Stretch("", same=True)], [Stretch("", same=True)])
    with app.test_request_context("/"):
        assert len(compared(before, after)[0]) == 2
