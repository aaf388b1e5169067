"""Test the leads' pages about concerns."""

import re
from types import SimpleNamespace

import pytest

from companion.services.concerns.escalate import escalate
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Page

RULES = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}


@pytest.fixture
def covered(enter: SimpleNamespace, cast: Cast) -> None:
    """Make Margaret the lead for concerns and Ruth the covering lead."""
    margaret, ruth = cast.margaret.viewer.account_id, cast.ruth.viewer.account_id
    form = {"lead": str(margaret), "cover": str(ruth), "seen": "0", **RULES}
    assert "Rules saved." in enter.margaret.post("/lead/concerns/rules", form)


def rows(page: Page) -> list[str]:
    found = re.findall(r"<tr>(.+?)</tr>", page.text.partition("<tbody")[2], re.DOTALL)
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).replace("\N{NO-BREAK SPACE}", " ").split()) for row in found
    ]


@pytest.mark.usefixtures("covered")
def test_overdue_concerns_are_listed_first_even_if_the_background_job_has_not_run(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    late = cast.sam.tells("I need to say this.")
    clock.forward(hours=21, minutes=59)  # a minute before noon on Wednesday
    enter.margaret.sign_in(cast, cast.margaret)
    cast.priya.raises(cast.owen, "He sounds very low.")
    page = enter.margaret.get("/lead/concerns")
    assert [row.count("overdue") for row in rows(page)] == [0, 0]
    assert "None is overdue." in enter.margaret.get("/lead/")

    clock.forward(minutes=1)
    overdue, new = rows(enter.margaret.get("/lead/concerns"))
    assert overdue.startswith("overdue: to be assigned by Wednesday 25 November, 12 noon From a participant")
    assert "Assigned to the cover, Ruth" in overdue and "Priya" in overdue and "Sam" not in overdue
    assert new.startswith("to be assigned by Thursday 26 November, 12 noon Raised by a practitioner")
    assert "Assigned to you" in new
    home = enter.margaret.get("/lead/")
    assert "2 open concerns" in home and "One is overdue." in home
    assert "Assigned to you as cover" in rows(enter.ruth.get("/lead/concerns"))[0]

    clock.forward(hours=2)
    enter.margaret.sign_in(cast, cast.margaret)
    assert "Assigned to every lead" in rows(enter.margaret.get("/lead/concerns"))[0]
    assert escalate(cast.store, clock.now) == 2
    cast.ruth.takes(late)
    page = enter.margaret.get("/lead/concerns")
    assert ["assigned to Ruth" in row for row in rows(page)] == [False, True]


@pytest.mark.usefixtures("covered")
def test_a_lead_sees_who_has_already_taken_on_a_concern(enter: SimpleNamespace, cast: Cast) -> None:
    concern = f"/lead/concerns/{cast.sam.tells('I need to say this.')}"
    assert "Assigned to you." in enter.ruth.post(f"{concern}/taking", of=concern)
    late = enter.margaret.post(f"{concern}/taking", of=concern)
    assert late.status == 409 and "It's now assigned to Ruth." in late and "Assign to me" not in late


@pytest.mark.usefixtures("covered")
def test_typed_text_is_kept_if_somebody_else_has_changed_the_concern(
    enter: SimpleNamespace, cast: Cast
) -> None:
    concern_id = cast.sam.tells("I need to say this.")
    concern = f"/lead/concerns/{concern_id}"
    cast.ruth.takes(concern_id)
    passed = {"passed_to": "The duty team", "passed_day": "2026-11-24", "passed_time": "13:00", "seen": "2"}
    cast.ruth.closes(concern_id, "Nothing is to be done.")
    for form in (passed, passed | {"passed_day": "soon"}):
        page = enter.margaret.post(f"{concern}/passing-on", form, of=concern)
        assert page.status in (409, 422) and "The duty team" in page and "Nothing is to be done." in page
        assert "This concern has changed since you opened it." in page


@pytest.mark.usefixtures("covered")
def test_if_two_leads_change_the_rules_for_concerns_the_second_sees_both_versions(
    enter: SimpleNamespace, cast: Cast
) -> None:
    ruth = str(cast.ruth.viewer.account_id)
    first = {"lead": ruth, "cover": "", "seen": "1", **RULES}
    assert "Rules saved." in enter.ruth.post("/lead/concerns/rules", first)
    page = enter.margaret.post("/lead/concerns/rules", first | {"hour": "17"})
    assert page.status == 409 and "goes straight to Ruth" in page and 'value="17"' in page.text
    again = first | {"hour": "17", "seen": page.field("seen")}
    assert "It must be assigned by Wednesday 25 November, 5 pm." in enter.margaret.post(
        "/lead/concerns/rules", again
    )


@pytest.mark.usefixtures("covered")
def test_the_page_about_a_concern_says_that_opening_the_page_is_recorded(
    enter: SimpleNamespace, cast: Cast
) -> None:
    concern = cast.sam.tells("I need to say this.")
    page = enter.margaret.get(f"/lead/concerns/{concern}")
    assert "What Sam told" in page and "I need to say this." in page
    assert "We've recorded that you opened this page" in page
    assert "Sam" not in enter.margaret.get("/lead/concerns")
    cast.margaret.closes(concern, "It is done.")
    assert "No open concerns." in enter.margaret.get("/lead/concerns")
    assert f"/lead/concerns/{concern}" in enter.margaret.get("/lead/concerns/closed").text


def test_the_time_of_a_referral_cannot_be_before_the_concern_was_raised(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    concern = cast.priya.raises(cast.sam, "He sounds very low.")
    clock.forward(minutes=30)
    cast.margaret.takes(concern)
    address = f"/lead/concerns/{concern}"
    page = enter.margaret.get(address)
    assert 'value="2026-11-24"' in page.text and 'value="14:30"' in page.text
    passed = {"passed_to": "The duty team", "passed_day": "2026-11-24", "seen": "2"}
    early = enter.margaret.post(f"{address}/passing-on", {**passed, "passed_time": "13:59"}, of=address)
    assert early.status == 422 and "That time is before the concern was raised." in early
    done = enter.margaret.post(f"{address}/passing-on", {**passed, "passed_time": "14:00"}, of=address)
    assert "Referral recorded." in done
