"""Test that a group's members can't see each other or each other's text."""

import re
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

from flask import Flask

from companion.domain.people import Role
from companion.services.meetings import schedule
from companion.services.work import assign
from companion.services.work.assign import Due
from companion.store.activities import library
from tests.cast import Cast
from tests.groups import a_group, a_meeting, meetings, pieces
from tests.people import CARD, Participant
from tests.security.for_whom import FOR_WHOM, rules
from tests.visitor import Page, Visitor


def everything_he_opens(app: Flask, cast: Cast, who: Participant, browser: Visitor) -> dict[str, Page]:
    """Return every page and file that a participant can open, by URL rule."""
    piece, found = pieces(cast, who)[0], {}
    for rule in rules(app, "GET"):
        if rule.endpoint not in ("account.account", *FOR_WHOM[Role.PARTICIPANT].split()):
            continue
        given = {
            "work_id": piece.id,
            "appointment_id": meetings(cast, who)[-1].id,
            "part": "good",
            "number": 1,
        }
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: given.get(name, uuid4()) for name in rule.arguments})
        found[rule.rule] = browser.get(path)
    return found


def same_but_for_ids(page: Page, *names: str) -> str:
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "an id", page.text)
    text = re.sub(r'(?:name="(csrf_token|tab|whose)" value|data-(whose))="[^"]*"', r"\1\2", text)
    text = re.sub(r"[A-Z][0-9]-[0-9]{3}|[0-9]{4}-[0-9]{4}-[0-9]{4}", "a reference", text)
    for name in names:
        text = re.sub(rf"\b{name}\b", "his name", text, flags=re.IGNORECASE)
    return f"{page.status} {text}"


def alone(cast: Cast, who: Participant, slug: str) -> None:
    """Book an appointment and set work for one participant, using the same steps as for a group."""
    new_id = uuid4()
    wanted = replace(a_meeting(), confirmed=None)
    schedule.add_appointment(cast.priya.actor, who.enrolment_id, new_id, wanted)
    with cast.store.reading() as tx:
        version = next(each for each in library.newest_versions(tx) if each.activity.id == slug)
    due = Due(uuid4(), str(new_id), CARD)
    assign.set_work(cast.priya.actor, who.enrolment_id, version.id, due, unapproved_too=True)


def test_a_group_members_pages_do_not_reveal_the_group(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    finn, glen = cast.another("Finn"), cast.another("Glen")
    group = a_group(cast, glen, cast.owen, cast.sam, label="Tuesday mornings")
    group.sets(group.meets())
    alone(cast, finn, "a-week-of-choices")
    browsers = [Visitor(app), Visitor(app)]
    both = []
    for browser, who in zip(browsers, (finn, glen), strict=True):
        browser.sign_in(cast, who)
        both.append(everything_he_opens(app, cast, who, browser))
    assert len(both[0]) > 15 and both[0].keys() == both[1].keys()
    assert {page.status for page in both[0].values()} >= {200, 404}
    for rule, page in both[0].items():
        assert same_but_for_ids(page, "Finn") == same_but_for_ids(both[1][rule], "Glen"), rule
        assert not re.search(r"\bOwen\b|\bSam\b|Tuesday mornings|G-[0-9]|group of", both[1][rule].text), rule


def test_a_group_members_pages_do_not_change_when_other_members_answer(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    group, canary = a_group(cast, cast.sam, cast.owen), "a canary in the hedge"
    meeting = group.meets()
    group.sets(meeting, "hopes-and-fears")
    before = everything_he_opens(app, cast, cast.sam, enter.sam)
    theirs = pieces(cast, cast.owen)[0].id
    cast.owen.finishes(theirs, {"hopes": [canary]})
    submission = cast.owen.submits(theirs)
    cast.priya.releases(submission, whole=canary)
    assert canary in enter.owen.get(
        f"/my/work/{theirs}"
    )  # the other member can of course read their own answer
    group.lets_in(cast.another("Kit"))
    group.notes(meeting, (cast.owen, "cancelled_by_participant"))
    group.loses(cast.owen)
    after = everything_he_opens(app, cast, cast.sam, enter.sam)
    for rule, page in after.items():
        assert same_but_for_ids(page) == same_but_for_ids(before[rule]), rule
        assert canary not in page and "Owen" not in page and "Kit" not in page
    place = group.places(meeting)[cast.owen.enrolment_id].id
    for path in (
        f"work/{theirs}",
        f"work/{theirs}/check",
        f"work/{theirs}/receipt",
        f"appointments/{place}.ics",
    ):
        his, nobodys = (
            enter.sam.get(f"/my/{path.replace(str(named), str(other))}")
            for named, other in ((theirs, theirs), (theirs if str(theirs) in path else place, uuid4()))
        )
        assert his.status == nobodys.status == 404
        assert same_but_for_ids(his) == same_but_for_ids(nobodys)
