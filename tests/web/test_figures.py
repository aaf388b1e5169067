"""Test the figures about the programme. No figure may be about fewer than five people."""

import csv
import io
from types import SimpleNamespace

from companion.cli.demo.figures import keep_figures
from companion.services.evaluation import count
from companion.store.accounts.passphrases import Hasher
from tests.cast import Cast
from tests.fixtures import Clock
from tests.leavers import Leavers

FIGURES, FILE = "/lead/figures", "/lead/figures/file"


def rows(enter: SimpleNamespace) -> list[list[str]]:
    text = enter.margaret.client.get(FILE).text
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_figures_about_fewer_than_five_people_are_not_shown(
    enter: SimpleNamespace, cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    empty = enter.margaret.get(FIGURES).text
    list(Leavers(cast, hasher).many(4))
    clock.forward(days=28)
    count.count(cast.store, cast.now)
    enter.margaret.sign_in(cast, cast.margaret)
    page = enter.margaret.get(FIGURES)
    assert page.text.count("Not enough yet") == empty.count("Not enough yet") > 5
    assert "81% of 113 men signed in and 15% completed" in page and "small numbers" in page
    assert len(rows(enter)) == 1


def test_each_figure_says_how_many_people_it_covers(enter: SimpleNamespace, cast: Cast) -> None:
    keep_figures(cast.store, cast.now)
    page = enter.margaret.get(FIGURES)
    assert "10 people are counted. The last five were added in November 2026." in page
    assert "10 people, set 30 times" in page and '18 <span class="soft">(60%)' in page
    assert "A week of choices" in page and "The five-session programme, version 1" in page
    assert page.text.count('<svg class="bar"') == 15
    found = rows(enter)
    assert [
        "Work submitted before the appointment",
        "By site",
        "Epsom",
        "10",
        "Submitted and read before it",
        "18",
    ] in found
    assert not [row for row in found if "Bromsgrove" in row]
    assert {int(row[3]) for row in found[1:]} == {10}
