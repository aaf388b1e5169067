"""Create the records, URLs and browser that each form needs."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from companion.cli.demo.people import a_session
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.activities.answers.yes_no import YesNo
from companion.domain.activities.editing import About
from companion.domain.enrolments.pathway import StepForm
from companion.domain.people import Role
from companion.services.accounts import one_time_codes
from companion.services.act import Actor
from companion.services.authoring import approval, drafts
from companion.services.authoring.drafts import Seen
from companion.services.caseloads import pathway_steps
from companion.services.caseloads.add_participant import add_participant
from companion.services.concerns import handle, report
from companion.services.concerns.report import Sighting
from companion.services.evaluation import questions
from companion.services.plan import items, reviews, suggestions
from companion.services.staff import accounts, resets
from companion.services.work import phrases
from companion.store import people
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import library
from companion.store.activities.library import Version
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.rate_limits import LIMITS
from companion.store.work import work
from tests.cast import Cast
from tests.groups import a_group, a_meeting
from tests.visitor import Visitor
from tests.web.every_form.wrong import Fields

LONG = "What did you see " + "and hear " * 9 + "on the way?"


def a_walk(cast: Cast) -> Version:
    """Create an activity that Priya is writing.

    The activity has a question that is too long.
    """
    activity_id = uuid4()
    about = About("A walk", None, 10, "This looks at one walk.")
    drafts.begin(cast.priya.actor, activity_id, about)
    prompts = YesNo(id="question-1", ask="Did you go?"), ShortText(id="question-2", ask=LONG)
    drafts.change(cast.priya.actor, activity_id, Seen(1, 1), lambda a: replace(a, prompts=prompts))
    with cast.store.reading() as tx:
        return drafts.newest(tx, cast.priya.viewer, activity_id)


def a_copy(cast: Cast) -> tuple[UUID, UUID]:
    """Set work for Sam, and adapt the work's activity for Sam only.

    Return two ids: the work's id, and the id of the adapted activity's version. The work hasn't been started.
    """
    work_id, activity_id = cast.priya.sets(cast.sam, "control-continuum"), uuid4()
    with cast.store.reading() as tx:
        set_version = work.work_row(tx, cast.priya.viewer, work_id).version_id
    drafts.adapt(cast.priya.actor, cast.sam.enrolment_id, set_version, activity_id)
    with cast.store.reading() as tx:
        return work_id, drafts.newest(tx, cast.priya.viewer, activity_id).id


def a_plan(cast: Cast) -> tuple[UUID, UUID]:
    """Give Sam a plan with one item and one suggestion, and return both ids.

    Sam has begun to review the plan, and has confirmed the plan's only item.
    """
    item_id, suggestion_id, row = uuid4(), uuid4(), ("I stay up late", "", "amber")
    items.add(cast.sam.actor, item_id, "signs", [row], None)
    reviews.begin(cast.sam.actor)
    reviews.still_true(cast.sam.actor, item_id, 1)
    enrolment = cast.sam.enrolment_id
    suggestions.suggest(cast.priya.actor, enrolment, suggestion_id, "signs", row)
    return item_id, suggestion_id


def another_administrator(cast: Cast, hasher: Hasher) -> UUID:
    """Add Noor, an administrator who has joined, and return the account's id."""
    with cast.store.writing() as tx:
        account = people.add_account(tx, Role.ADMINISTRATOR, "Noor", cast.now, approved=True)
        account.joined_at = cast.now
        tx.commit()
    return account.id


@pytest.fixture
def places(cast: Cast, hasher: Hasher) -> Fields:
    """Create records, and return the URLs and ids that the forms need."""
    store, priya = cast.store, cast.priya.viewer
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    soon = a_session(cast.now + timedelta(days=3))
    kit = add_participant(Actor(store, priya, cast.now), hasher, uuid4(), "Kit", "lighthouse", soon)
    for role, word in (("lead", ""), ("administrator", "lighthouse")):
        accounts.add_staff(Actor(store, cast.alex.viewer, cast.now), hasher, "Robin", role, word)
    enrolments = cast.sam.enrolment_id, cast.idris.enrolment_id
    with store.reading() as tx:
        version = next(
            each.id for each in library.newest_versions(tx) if each.activity.id == "a-week-of-choices"
        )
        asked = next(each for each in library.newest_versions(tx) if each.activity.id == "my-brakes")
        new = {each.role: each.id for each in people.staff(tx) if each.joined_at is None}
        due, others_due = (appointments.appointments(tx, each)[0].id for each in enrolments)
    approval.approve(Actor(store, cast.margaret.viewer, cast.now), version, 1)
    walk = a_walk(cast)
    item, suggestion = a_plan(cast)
    concern_id, seen = uuid4(), Sighting("He sounded very low.", "", "", "")
    report.raise_concern(Actor(store, priya, cast.now), cast.sam.enrolment_id, concern_id, seen, None)
    group = a_group(cast, kit)
    meeting = group.meets(a_meeting("2026-12-17"))
    handle.take(Actor(store, cast.margaret.viewer, cast.now), concern_id)
    with store.reading() as tx:
        reference = tx.get_one(Enrolment, cast.sam.enrolment_id).reference
    today = f"{cast.now:%Y-%m-%d}"
    asked_look = cast.ruth.looks_at(cast.sam, later=True)
    look = cast.margaret.looks_at(cast.sam, "concern")
    with store.reading() as tx:
        entry = tx.scalar(
            select(AuditEntry.id).where(AuditEntry.event == Event.LOOK_OPENED, AuditEntry.look_id == look)
        )
    pathway_steps.move_on(
        Actor(store, cast.daniel.viewer, cast.now),
        cast.idris.enrolment_id,
        StepForm("in_programme", "completed", today, ""),
    )
    questions.approve(Actor(store, cast.margaret.viewer, cast.now), 0)
    request, correction, hold = cast.sam.asks_about_what_is_held()
    one_time_codes.offer_new(Actor(store, cast.sam.viewer, cast.now))
    resets.ask(Actor(store, cast.alex.viewer, cast.now), cast.daniel.viewer.account_id)
    planned = cast.priya.sets(cast.sam, "warning-signs")
    copied, copy = a_copy(cast)
    phrase = uuid4()
    phrases.keep(cast.priya.actor, phrase, "Thank you for this.")
    piece_page = f"/participants/{cast.sam.enrolment_id}/work/{planned}"
    return {
        "erasure": f"/lead/erasures/{request}",
        "correction": f"/lead/corrections/{correction}",
        "hold": f"{hold}",
        "staffs_reset": f"/lead/staff/{cast.daniel.viewer.account_id}/reset",
        "administrators_reset": f"/admin/staff/{another_administrator(cast, hasher)}/reset",
        "agreed": f"/appointments/{cast.met(cast.sam.enrolment_id)}/agreed",
        "after": f"/appointments/{cast.met(cast.sam.enrolment_id, days=14)}/after",
        "reference": reference,
        "asked_look": f"/lead/looks/{asked_look}",
        "disclosure": f"/lead/withheld/{cast.sam.enrolment_id}/{entry}",
        "item": f"/my/plan/items/{item}",
        "review_item": f"/my/plan/review/items/{item}",
        "suggestion": f"/my/plan/suggestions/{suggestion}",
        "walk": f"/activities/{walk.activity_id}",
        "walk_version": f"/activities/versions/{walk.id}",
        "asked_walk": f"/activities/{asked.activity_id}",
        "asked_version": f"/activities/versions/{asked.id}",
        "asked_revision": str(asked.revision),
        "number": str(walk.number),
        "revision": str(walk.revision),
        "sam": f"/participants/{cast.sam.enrolment_id}",
        "kit": f"/participants/{kit.enrolment_id}",
        "kits_code": kit.slip.code,
        "move": f"/appointments/{due}/time",
        "following": f"/appointments/{due}/following",
        "attendance": f"/appointments/{due}/attendance",
        "group": f"/groups/{group.id}",
        "group_meeting": f"/groups/meetings/{meeting}",
        "group_place": str(group.places(meeting)[kit.enrolment_id].id),
        "group_due": str(meeting),
        "set_group": f"/groups/{group.id}/work/new/{version}",
        "free_member": str(cast.owen.enrolment_id),
        "others_member": str(cast.idris.enrolment_id),
        "set": f"/participants/{cast.sam.enrolment_id}/work/new/{version}",
        "review": f"/submissions/{submission}",
        "approval": f"/lead/staff/{new[Role.LEAD]}/approval",
        "administrator": f"/admin/staff/{new[Role.ADMINISTRATOR]}/invitation",
        "concern": f"/concerns/{concern_id}",
        "caseload": f"/lead/staff/{cast.priya.viewer.account_id}/caseload",
        "daniel": str(cast.daniel.viewer.account_id),
        "priya": str(cast.priya.viewer.account_id),
        "sams_id": str(cast.sam.enrolment_id),
        "margaret": str(cast.margaret.viewer.account_id),
        "due": str(due),
        "others_due": str(others_due),
        "work": f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}",
        "when": f"/my/work/{planned}/when",
        "when_together": f"{piece_page}/when",
        "piece": piece_page,
        "copied": f"/participants/{cast.sam.enrolment_id}/work/{copied}",
        "copy": str(copy),
        "phrase": str(phrase),
        "paper": f"/participants/{cast.sam.enrolment_id}/work/"
        f"{cast.priya.sets(cast.sam, 'control-continuum')}/paper",
    }


def browser_of(who: str, app: Flask, enter: SimpleNamespace, places: Fields) -> Visitor:
    """Return a person's browser, which may be signed in, signed out or halfway through signing in."""
    if who not in ("nobody", "between", "joiner"):
        return getattr(enter, who)
    browser = Visitor(app)
    if who == "between":
        browser.post("/sign-in", {"sign_in_name": "priya", "passphrase": "three slow trains to the coast"})
    if who == "joiner":
        browser.post("/join", {"code": places["kits_code"], "word": "lighthouse"})
        browser.acknowledges()
    return browser


def typed(fields: Fields, places: Fields) -> Fields:
    return {name: text.format(**places) if text.startswith("{") else text for name, text in fields.items()}


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.store.rate_limits.LIMITS", dict.fromkeys(LIMITS, 10_000))
