"""How two versions of a plan are compared on a page: word by word, as long as there are not too many."""

from flask import Flask

from companion.domain.plan.diff import Stretch
from companion.web.page.context import COMPARED_ON_PAGE, compared


def test_a_page_compares_so_many_words_and_no_more(app: Flask) -> None:
    before, after = "I walk " + "on " * 248 + "alone", "I walk " + "on " * 248 + "with Robin"
    each = len(before.split()) + len(after.split())
    with app.test_request_context("/"):
        for _ in range(COMPARED_ON_PAGE // each):
            assert compared(before, after)[0][-1] == Stretch(" alone", same=False)
        assert compared(before, after) == ([Stretch(before, same=False)], [Stretch(after, same=False)])
        assert compared("", "") == ([Stretch("", same=True)], [Stretch("", same=True)])
    with app.test_request_context("/"):
        assert len(compared(before, after)[0]) == 2
