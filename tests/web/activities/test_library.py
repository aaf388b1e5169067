"""Test that staff see each activity only once in the library. Test that a lead can approve activities one by
one.
"""

import re
from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import event

from companion import content
from companion.services.authoring import approval
from companion.services.authoring.drafts import take_in
from companion.store.activities import library
from companion.store.activities.activities import ActivityVersion
from tests.cast import Cast
from tests.counting import counted
from tests.web.forms import Forms


def test_an_activity_in_two_languages_is_listed_once(cast: Cast, enter: SimpleNamespace) -> None:
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    page = enter.margaret.get("/activities/").text
    count = len(content.starter_activities())
    assert len(re.findall("<h3>", page)) == page.count(">Welsh<") == count
    assert ">Approved<" not in page and "Read the first one" in page
    assert f"{count} activities are waiting for your approval" in enter.margaret.get("/lead/")
    assert "Read the first one" not in enter.priya.get("/activities/")


def test_an_activity_links_to_its_version_in_the_other_language(cast: Cast, enter: SimpleNamespace) -> None:
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    library = enter.priya.get("/activities/").text
    assert "A lead approves each one before it can be set." in library
    (welsh,) = re.findall(r'href="([^"]+)">Welsh<span class="vh">: A week of choices<', library)
    (english,) = re.findall(r'href="([^"]+)">The same in English<', enter.priya.get(welsh).text)
    assert f'href="{welsh}">The same in Welsh<' in enter.priya.get(english).text


def test_finding_an_activitys_translations_decrypts_no_other_activity(cast: Cast) -> None:
    """Decrypting and parsing every activity in the library would be slow."""
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    opened: list[UUID] = []
    sam = cast.sam.enrolment_id

    def keep(row: ActivityVersion, _: object) -> None:
        opened.append(row.id)

    with cast.store.reading() as tx:
        english = next(each for each in library.newest_versions(tx) if each.activity.language == "en")
    event.listen(ActivityVersion, "load", keep)
    with cast.store.reading() as tx:
        (welsh,) = library.in_other_languages(tx, english)
    assert (welsh.activity.language, welsh.activity.id) == ("cy", english.activity.id)
    event.remove(ActivityVersion, "load", keep)
    assert opened == [welsh.id]
    with cast.store.reading() as tx, counted(cast.store) as asked:
        assert library.in_other_languages(tx, replace(english, enrolment_id=sam)) == []
    assert asked == []


def test_after_an_approval_the_lead_is_shown_the_next_activity_that_waits_for_approval(
    cast: Cast, enter: SimpleNamespace
) -> None:
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    library = enter.margaret.get("/activities/").text.partition("<dialog")[0]
    (address,) = re.findall(r'primary" href="([^"]+)"', library)
    page = enter.margaret.get(address)
    (approval,) = re.findall(r'action="(/activities/versions/[^"]+/approval)"', page.text)
    assert page.text.index(approval) > page.text.rindex('id="question-')
    reply = enter.margaret.client.post(approval, data=Forms(page).of(approval))
    page = enter.margaret.get(reply.location)
    (following,) = re.findall(r'primary" href="([^"]+)">Read the next one', page.text)
    assert f"{2 * len(content.starter_activities()) - 1} more are waiting for your approval." in page
    assert 'lang="cy"' in enter.margaret.get(following).text


def test_an_activity_whose_welsh_version_is_not_approved_is_listed_once(
    cast: Cast, enter: SimpleNamespace
) -> None:
    """The English version is approved, and the Welsh version is waiting for approval."""
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    with cast.store.reading() as tx:
        english = [each for each in library.newest_versions(tx) if each.activity.language == "en"]
    for each in english:
        approval.approve(cast.margaret.actor, each.id, each.revision)
    for visitor, shelf in ((enter.priya, "approved"), (enter.margaret, "checked")):
        page = visitor.get("/activities/").text
        assert len(re.findall("<h3>", page)) == len(english)
        assert re.findall(r'<h2 id="(\w+)"', page) == [shelf]
    assert "Welsh: waiting for approval" in enter.priya.get("/activities/")
    assert "English: approved" in enter.margaret.get("/activities/")


def test_the_library_can_be_searched_and_filtered(cast: Cast, enter: SimpleNamespace) -> None:
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    page = enter.priya.get("/activities/?words=brakes&longest=15&difficulty=hard")
    assert "One activity found" in page and page.text.count("<h3>") == 1
    form = Forms(page).of("/activities/")
    assert [form[name] for name in ("words", "longest", "difficulty", "kind")] == [
        ["brakes"], ["15"], ["hard"], [""]]  # fmt: skip
    page = enter.priya.get("/activities/?words=nowhere")
    assert "No activities found" in page and "Show all activities" in page and "<h3>" not in page.text
    page = enter.priya.get("/activities/?kind=king&topic=elsewhere")
    assert "That filter doesn't exist" in page
    assert page.text.count("<h3>") == len(content.starter_activities())


def test_the_approved_activities_can_be_searched_when_setting_work(
    cast: Cast, enter: SimpleNamespace
) -> None:
    with cast.store.reading() as tx:
        risky = next(
            each for each in library.newest_versions(tx) if each.activity.id == "managing-risky-moments"
        )
    approval.approve(cast.margaret.actor, risky.id, risky.revision)
    place = f"/participants/{cast.sam.enrolment_id}/work/new"
    assert "Managing risky moments" in enter.priya.get(f"{place}?words=in+the+way")
    assert "No activities found" in enter.priya.get(f"{place}?words=in+the+way&longest=10")
    assert "medium" in enter.priya.get(place)
