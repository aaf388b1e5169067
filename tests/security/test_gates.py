"""Every rule of the URL map against every role, own things and others', with and without its token."""

import secrets
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from companion.domain.accounts.devices import DeviceKind
from companion.domain.people import Role
from companion.domain.plan.plan import From, Source
from companion.services.accounts import join
from companion.services.authoring import approval
from companion.services.concerns import report
from companion.services.concerns.report import Sighting
from companion.services.meetings import calendars
from companion.services.plan import items, suggestions
from companion.services.staff import accounts
from companion.services.work import assign
from companion.services.work.assign import Due
from companion.store import people
from companion.store.accounts import devices, sessions
from companion.store.accounts.passkeys import Passkey
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import library
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Store
from companion.store.keys import KeyModel
from companion.store.meetings import appointments
from companion.store.quotas import UNCOUNTED
from companion.store.rate_limits import LIMITS
from companion.web.gate import access
from tests.cast import CARD, Cast, Participant, Somebody, Staff
from tests.fixtures import Clock
from tests.groups import a_group, a_meeting
from tests.slips import slip_for
from tests.visitor import Visitor

ANYBODY, BETWEEN, SIGNED_IN, ENDING = "anybody", "between passphrase and code", "signed in", "in any state"
AUTHORS = "those who write activities"
FOR_WHOM = {
    ANYBODY: "static public.help public.help_json public.accessibility public.leave public.healthz public.readyz "
    "public.calendar_feed "
    "account.start account.language account.sign_in account.join account.statement account.acknowledge "
    "account.join_account",
    BETWEEN: "account.second_factor account.second_challenge",
    SIGNED_IN: "account.account account.still_here account.still_open account.notices account.leaving "
    "account.dismiss_undelivered account.sessions account.end_session account.end_sessions "
    "account.know_device account.forget_device account.confirm account.confirm_challenge account.factors "
    "account.passphrase account.code account.new_key account.remove_code account.recovery_codes "
    "account.add_passkey account.passkey_challenge account.remove_passkey",
    ENDING: "account.sign_out",
    Role.PARTICIPANT: "participant.home participant.plan participant.work participant.answer participant.draft "
    "participant.appointments participant.appointment_file "
    "participant.pause participant.check participant.submit participant.receipt participant.plan_today "
    "participant.plan_add participant.plan_build participant.plan_built participant.plan_draft "
    "participant.plan_pause participant.plan_item participant.plan_source participant.plan_removal "
    "participant.plan_return participant.plan_suggestion participant.plan_review "
    "participant.plan_review_item participant.plan_review_end "
    "participant.plan_versions participant.plan_version participant.plan_compared "
    "participant.plan_printed participant.plan_card participant.plan_text "
    "participant.practitioner participant.tell participant.about_practitioner participant.ask_for_erasure "
    "participant.held_on_me participant.download participant.ask_for_correction "
    "participant.messages participant.message_draft participant.record "
    "participant.evaluation participant.evaluation_draft participant.evaluation_check "
    "participant.give_evaluation",
    Role.PRACTITIONER: "practitioner.board practitioner.new_participant practitioner.participant "
    "practitioner.dismiss_undelivered practitioner.brief practitioner.invite practitioner.reset "
    "practitioner.add_appointment "
    "practitioner.move practitioner.choose "
    "practitioner.sessions practitioner.propose_sessions practitioner.following "
    "practitioner.propose_following practitioner.attendance practitioner.calendar "
    "practitioner.new_calendar_address practitioner.end_calendar_address "
    "practitioner.set_work practitioner.adapt practitioner.quickly_set practitioner.review "
    "practitioner.feedback practitioner.release practitioner.return_work "
    "practitioner.plan practitioner.suggest practitioner.review_plan practitioner.plan_versions "
    "practitioner.plan_version practitioner.plan_compared "
    "practitioner.path practitioner.hand_over "
    "practitioner.raise_concern practitioner.concern practitioner.note_concern "
    "practitioner.topics practitioner.mark_topic practitioner.move_topic "
    "practitioner.sheets practitioner.paper practitioner.take_back_paper "
    "practitioner.messages practitioner.message_draft practitioner.notes practitioner.agreed "
    "practitioner.away practitioner.take_back_away "
    "groups.groups groups.new groups.group groups.label groups.join groups.leave groups.add_meeting "
    "groups.sessions groups.propose groups.move groups.cancel groups.attendance groups.choose "
    "groups.set_work",
    Role.LEAD: "lead.home lead.board lead.own_activities lead.own_activity lead.staff lead.approve_staff "
    "lead.take_back lead.reset "
    "activities.approve activities.retire activities.bring_back lead.plan_parts lead.plan_part "
    "lead.new_plan_part lead.move_plan_part lead.retire_plan_part lead.return_plan_part "
    "lead.concerns lead.closed_concerns lead.concern lead.take_concern lead.pass_on_concern "
    "lead.close_concern lead.note_concern lead.concern_rules lead.erasures lead.caseload lead.after "
    "lead.erasure lead.refuse_erasure lead.approve_erasure lead.corrections lead.correction "
    "lead.answer_correction lead.holds lead.lift_hold lead.retention "
    "lead.looks lead.look lead.look_submission lead.look_plan lead.look_messages lead.look_notes "
    "lead.look_decision lead.agree_to_look lead.refuse_look lead.begin_look lead.tell_of_look "
    "lead.withheld lead.disclosure "
    "lead.figures lead.figures_file lead.evaluation lead.evaluation_file lead.evaluation_questions "
    "lead.preview_evaluation lead.approve_evaluation lead.new_evaluation_question "
    "lead.evaluation_question lead.move_evaluation_question lead.retire_evaluation_question "
    "lead.return_evaluation_question",
    AUTHORS: "activities.library activities.begin activities.activity activities.about activities.accept "
    "activities.add activities.change activities.move activities.copy activities.remove "
    "activities.preview activities.check activities.version activities.file",
    Role.ADMINISTRATOR: "admin.staff admin.new_staff admin.invite admin.signposts admin.new_signpost "
    "admin.preview_new_signpost admin.signpost_changes admin.signpost admin.preview_signpost "
    "admin.check_signpost admin.move_signpost admin.remove_signpost admin.leaving admin.ask_back admin.reset",
}
WHOM = {endpoint: whom for whom, endpoints in FOR_WHOM.items() for endpoint in endpoints.split()}
"""Whom each endpoint is for. A new route needs its row here."""

PEOPLE = {"participant": "sam", "practitioner": "priya", "lead": "margaret", "administrator": "alex"}
FILLED_IN = {
    "word": "lighthouse", "name": "Robin", "role": "practitioner", "why": "To look back", "minutes": "15",
    "kind": "session", "day": "2026-12-10", "time": "14:00", "site": "epsom", "seen": "1",
    "prompt": "the-week", "answer": "6", "comment-": "Thank you", "words": "Say more",
    "title": "A walk", "introduction": "This looks at one walk.", "ask": "How was it?", "most": "100",
    "to": "up", "warning": "long_sentence", "reason": "It has to be", "questions": "How was it?",
    "number": "1", "revision": "1", "email": "robin@post.example", "mail": "email", "part": "good",
    "place": "build/good",
    "together": "no", "next_review": "2026-12-22", "shape": "line",
    "rhythm": "week", "attendance": "cancelled_by_service", "day-1": "2026-12-10", "time-1": "14:00",
    "seen-1": "1", "note": "She called back", "passed_to": "The duty team",
    "passed_day": "2026-11-24", "passed_time": "09:00", "label": "Tuesdays",
    "away_from": "2026-12-01", "away_until": "2026-12-08", "agreed": "A walk a day", "reference": "K7-402",
    "form": "json", "wrong": "My name", "should": "Sammy", "outcome": "left", "review_on": "2027-03-01",
    "wording": "must_keep",
    "purpose": "practice", "shown": "no",
    "language": "en", "answer-clear": "4", "answer-better": "More tea", "low_label": "No", "high_label": "Yes",
}  # fmt: skip
"""What satisfies every form, so that only the gate can refuse it."""
FROM_ELSEWHERE = [
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")),
    *({"Origin": origin} for origin in ("https://elsewhere.example", "http://localhost:8001", "null")),
]
OF_ALL = {
    "lead.own_activity",
    "admin.leaving",
    *("lead.erasure", "lead.refuse_erasure", "lead.approve_erasure", "lead.lift_hold"),
    *("lead.correction", "lead.answer_correction"),
    *(f"lead.look{what}" for what in ("", "_submission", "_plan", "_messages", "_notes", "_decision")),
    *("lead.agree_to_look", "lead.refuse_look", "lead.begin_look", "lead.tell_of_look", "lead.disclosure"),
    "admin.ask_back",
    "admin.reset",
    *(f"lead.{act}concern" for act in ("", "take_", "pass_on_", "close_", "note_")),
}
"""What names something of anybody's, for a lead or an administrator."""
READING = (
    "audit_entries",
    "last_seen_at",
    "read_at",
    "read_by",
    "seen_at",
    "unread_since",
    "message_due",
    "opened_at",
)
"""What a GET may write."""


@pytest.fixture
def own(cast: Cast, hasher: Hasher) -> dict[str, Any]:
    """Sam's and Priya's things, an approved activity, and somebody who waits for a lead's approval."""
    things = things_of(cast, cast.sam, cast.priya)
    for role, word in (("practitioner", ""), ("administrator", "lighthouse")):
        accounts.add_staff(cast.store, hasher, cast.alex.viewer, "Robin", role, word, cast.now)
    with cast.store.reading() as tx:
        approved, draft = library.newest_versions(tx)[:2]
        things |= {"version_id": approved.id, "draft_id": draft.id, "activity_id": draft.activity_id}
        things["prompt_id"] = draft.activity.prompts[0].id
        new = {each.role: each.id for each in people.staff(tx) if each.joined_at is None}
    things["passkey_id"] = {role: a_passkey(cast, getattr(cast, name)) for role, name in PEOPLE.items()}
    things["token"] = calendars.new_address(cast.store, cast.priya.viewer, cast.now)
    things["account_id"], things["administrator_id"] = new[Role.PRACTITIONER], new[Role.ADMINISTRATOR]
    approval.approve(cast.store, cast.margaret.viewer, things["version_id"], 1, cast.now)
    for giver, taker in ((cast.priya, cast.daniel), (cast.daniel, cast.priya)):
        giver.hands_over(cast.sam, taker)
    return things


@pytest.fixture
def browsers(app: Flask, enter: SimpleNamespace) -> dict[str, Visitor]:
    """A browser in which nobody is signed in, and one for each role."""
    return {"nobody": Visitor(app), **{role: getattr(enter, name) for role, name in PEOPLE.items()}}


def things_of(cast: Cast, participant: Participant, practitioner: Staff) -> dict[str, Any]:
    """One thing of each kind that an address can name, all belonging to these two."""
    work_id = practitioner.sets(participant, "a-week-of-choices")
    participant.finishes(work_id)
    practitioner.returns(participant.submits(work_id), "Could you say more?")
    handed_in = practitioner.sets(participant, "hopes-and-fears")
    participant.finishes(handed_in)
    with cast.store.reading() as tx:
        appointment_id = appointments.appointments(tx, participant.enrolment_id)[0].id
    asked = Due(uuid4(), str(appointment_id), CARD)
    assign.quickly_set(
        cast.store, practitioner.viewer, participant.enrolment_id, "Two things", "For you.", "How was it?",
        asked, cast.now,
    )  # fmt: skip
    with cast.store.reading() as tx:
        own = library.own_versions(tx, participant.enrolment_id)[0]
    item_id, suggestion_id = a_plan(cast, participant, practitioner, work_id)
    concern_id, seen = uuid4(), Sighting("He sounded very low.", "", "", "")
    report.raise_concern(
        cast.store, practitioner.viewer, participant.enrolment_id, concern_id, seen, None, cast.now
    )
    look_id = cast.margaret.looks_at(participant, "concern")
    far = cast.now.date() + timedelta(days=100)
    write_to_each_other(participant, practitioner)
    group = a_group(cast, participant, whose=practitioner)
    meeting_id = group.meets(a_meeting("2026-12-17"))
    request_id, correction_id, hold_id = participant.asks_about_what_is_held()
    with cast.store.reading() as tx:
        of_look = (AuditEntry.event == Event.LOOK_OPENED) & (AuditEntry.look_id == look_id)
        entry_id = tx.scalar(select(AuditEntry.id).where(of_look))
    return {
        "request_id": request_id,
        "correction_id": correction_id,
        "hold_id": hold_id,
        "look_id": look_id,
        "entry_id": entry_id,
        "away_id": practitioner.is_away(far, far),
        "group_id": group.id,
        "meeting_id": meeting_id,
        "part": "good",
        "number": 1,
        "work_id": work_id,
        "concern_id": concern_id,
        "submission_id": participant.submits(handed_in),
        "enrolment_id": participant.enrolment_id,
        "appointment_id": appointment_id,
        "version_id": uuid4(),
        "draft_id": uuid4(),
        "activity_id": own.activity_id,
        "own_version_id": own.id,
        "prompt_id": "question-1",
        "account_id": participant.viewer.account_id,
        "administrator_id": practitioner.viewer.account_id,
        "item_id": item_id,
        "suggestion_id": suggestion_id,
        **signed_in_elsewhere(cast, participant),
    }


def signed_in_elsewhere(cast: Cast, who: Somebody) -> dict[str, Any]:
    """A further session of somebody, and a device that he calls his own."""
    with cast.store.writing() as tx:
        account = people.account(tx, who.viewer.account_id)
        token = sessions.start(tx, account.id, cast.now, complete=True)
        devices.know(tx, account, secrets.token_urlsafe(32), DeviceKind(), cast.now)
        found = sessions.find(tx, token, cast.now)
        known = devices.mine(tx, who.viewer)
        tx.commit()
    assert found
    return {"session_id": found.session_id, "device_id": known[0].id}


NO_PASSKEY = UUID(int=0)


def a_passkey(cast: Cast, whose: Participant | Staff) -> UUID:
    """A passkey of his, which no device has."""
    row = Passkey(id=uuid4(), account_id=whose.viewer.account_id, added_at=cast.now, sign_count=0)
    row.credential_id, row.public_key = uuid4().bytes, b"no key"
    with cast.store.writing() as tx:
        box = cast.store.keys.box(people.account(tx, row.account_id).owner)
        row.name = box.seal("passkeys.name", row.id, "A phone")
        tx.add(row)
        tx.commit()
    return row.id


def meant(things: dict[str, Any]) -> dict[str, Any]:
    """The appointment that a form names."""
    return {
        "due": things["appointment_id"],
        "row-1": things["appointment_id"],
        "members": things["enrolment_id"],
    }


def write_to_each_other(participant: Participant, practitioner: Staff) -> None:
    """Messages that are read and not read, and a note."""
    practitioner.writes_to(participant, "Please bring your notebook.")
    participant.reads_messages()
    participant.writes("I will.")
    practitioner.notes_on(participant, "He talks more easily after a walk.")


def a_plan(cast: Cast, participant: Participant, practitioner: Staff, work_id: UUID) -> tuple[UUID, UUID]:
    """An item whose answer has left that work, and a suggestion."""
    item_id, suggestion_id = uuid4(), uuid4()
    source, row = Source(From.ANSWER, work_id, "told-yourself"), ("Walking by the river", "", "")
    items.add(cast.store, participant.viewer, item_id, "good", [row], source, cast.now)
    suggestions.suggest(
        cast.store, practitioner.viewer, participant.enrolment_id, suggestion_id, "good", row, cast.now
    )
    return item_id, suggestion_id


def rules(app: Flask, method: str) -> list[Rule]:
    """The rules that take this method; those that end the session come last."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(
        found, key=lambda rule: (rule.endpoint in ("account.sign_out", "public.leave"), rule.endpoint)
    )


def address(app: Flask, rule: Rule, things: dict[str, Any], role: str = Role.PARTICIPANT) -> str:
    with app.test_request_context():
        everything = {**things, "language": "en", "filename": "icon.svg", "key": "scotland", "part": "good"}
        everything["passkey_id"] = things.get("passkey_id", {}).get(role, NO_PASSKEY)
        everything["question"] = "clear"
        if rule.endpoint.startswith("admin."):
            everything["account_id"] = things["administrator_id"]
        if rule.endpoint.startswith("activities."):
            everything["version_id"] = things["draft_id"]
        if rule.endpoint.startswith("lead."):
            everything["version_id"] = things["own_version_id"]
        return app.url_for(rule.endpoint, **{name: everything[name] for name in rule.arguments})


def opens(rule: Rule, role: str) -> bool:
    return (
        WHOM[rule.endpoint] in (ANYBODY, role)
        or (WHOM[rule.endpoint] in (SIGNED_IN, ENDING) and role != "nobody")
        or (WHOM[rule.endpoint] == AUTHORS and role in (Role.PRACTITIONER, Role.LEAD))
    )


def stored(store: Store, *but: str) -> dict[str, list[str]]:
    """Every row of both databases, without these columns and tables."""
    if "audit_entries" in but:
        but = (*but, "tries")  # where the refusals are counted that it holds
    if any(name in Model.metadata.tables and name not in UNCOUNTED for name in but):
        but = (*but, "stored_bytes")  # where it is counted how much is in it
    rows: dict[str, list[str]] = {}
    with store.reading() as tx, store.keys.engine.connect() as keys:
        for source, metadata in ((tx, Model.metadata), (keys, KeyModel.metadata)):
            for table in metadata.sorted_tables:
                if table.name not in but:
                    columns = [column for column in table.c if column.name not in but]
                    rows[table.name] = sorted(repr(row) for row in source.execute(select(*columns)))
    return rows


def refusals(store: Store) -> int:
    """How many refused acts are recorded."""
    with store.reading() as tx:
        return tx.scalar(select(func.count()).where(AuditEntry.event == Event.REFUSED)) or 0


def outcome(response: TestResponse) -> str:
    to = response.headers.get("Location", "")
    if response.status_code == 401 or to.startswith("/sign-in?next="):
        return "sign in"
    if response.status_code == 404:
        return "nothing here"
    if to.startswith("/second-factor"):
        return "second factor"
    return "open" if response.status_code in (200, 204, 302, 303, 409, 422) else str(response.status_code)


def test_every_rule_names_whom_it_is_for(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(WHOM)
    with app.app_context():
        for endpoint, whom in WHOM.items():
            rule = access.rule_of(endpoint)
            assert rule, endpoint
            assert (rule.public, rule.incomplete, rule.ends) == (
                whom == ANYBODY,
                whom == BETWEEN,
                whom == ENDING,
            ), endpoint
            authors = {Role.PRACTITIONER, Role.LEAD} if whom == AUTHORS else set()
            assert rule.roles == {role for role in Role if whom in (role, SIGNED_IN)} | authors, endpoint


def test_a_view_without_a_rule_is_refused(app: Flask, enter: SimpleNamespace) -> None:
    app.view_functions["participant.plan"] = lambda: "not meant to be seen"
    assert enter.sam.client.get("/my/plan").status_code == 404


@pytest.mark.parametrize("role", ["nobody", *Role])
def test_a_role_reaches_its_own_and_nothing_else(
    role: str,
    app: Flask,
    browsers: dict[str, Visitor],
    cast: Cast,
    own: dict[str, Any],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(LIMITS, "refusal.account", 10_000)  # each by itself
    others = things_of(cast, cast.idris, cast.daniel)
    others["passkey_id"] = {role: a_passkey(cast, cast.idris)}
    if role in PEOPLE:
        own |= signed_in_elsewhere(cast, getattr(cast, PEOPLE[role]))
    if role == Role.PRACTITIONER:
        others["version_id"] = own["version_id"]  # what can be set is the same for all
    browser, wrong = browsers[role], []
    token = browser.token("/account")  # or of the way in
    before = stored(store, "audit_entries", "last_seen_at")
    for things, method in ((others, "GET"), (others, "POST"), (own, "GET"), (own, "POST")):
        form = {**FILLED_IN, "csrf_token": token, **meant(things)} if method == "POST" else None
        for rule in rules(app, method):
            somebodys = any(name.endswith("_id") for name in rule.arguments) and not (
                opens(rule, role) and rule.endpoint in OF_ALL
            )
            if things is own or somebodys:
                expected = (
                    "open" if opens(rule, role) and (things is own or not somebodys) else "nothing here"
                )
                if role == "nobody" and WHOM[rule.endpoint] != ANYBODY:
                    expected = "sign in"
                refused = refusals(store)
                where = address(app, rule, things, role)
                reply = browser.client.open(where, method=method, data=form)
                if expected == "nothing here" and refusals(store) != refused + 1:
                    wrong.append(f"{method} {reply.request.path}: that it was refused is not recorded")
                if outcome(reply) != expected:
                    wrong.append(f"{method} {reply.request.path}: {outcome(reply)}, not {expected}")
        if things is others and stored(store, "audit_entries", "last_seen_at") != before:
            wrong.append(f"a {method} changed what is another's")
    assert wrong == []


def test_between_passphrase_and_code_nothing_opens_but_the_second_step(
    app: Flask, visitor: Visitor, cast: Cast, own: dict[str, Any]
) -> None:
    visitor.post("/sign-in", {"sign_in_name": "priya", "passphrase": cast.priya.passphrase})
    form = {**FILLED_IN, "csrf_token": visitor.token("/second-factor"), **meant(own)}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if WHOM[rule.endpoint] not in (ANYBODY, BETWEEN, ENDING):
                reply = visitor.client.open(address(app, rule, own), method=method, data=form)
                assert outcome(reply) == "second factor", rule
    assert visitor.client.get("/second-factor").status_code == 200


def test_nothing_is_done_without_a_token_or_from_elsewhere(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], store: Store
) -> None:
    strangers = Visitor(app).token("/sign-in")
    for role, browser in browsers.items():
        form = {**FILLED_IN, **meant(own)}
        token = browser.token("/account")
        forged: list[tuple[str, dict[str, str]]] = [(token, headers) for headers in FROM_ELSEWHERE]
        before = stored(store, "audit_entries", "tries")  # that it was tried is recorded
        for rule in rules(app, "POST"):
            without = [] if rule.endpoint == "public.leave" else [("", {}), (strangers, {})]
            for csrf, headers in forged + without if opens(rule, role) else []:
                data = {**form, "csrf_token": csrf} if csrf else form
                reply = browser.client.post(address(app, rule, own), data=data, headers=headers)
                assert reply.status_code == 400, (rule, csrf, headers)
        assert stored(store, "audit_entries", "tries") == before


def test_only_leaving_needs_no_token_and_it_works_from_this_site(enter: SimpleNamespace) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert enter.sam.client.post("/leave", headers=headers).status_code == 303
    assert enter.sam.client.get("/my/").status_code == 302


def test_a_get_changes_nothing_but_audit_read_marks_and_last_seen(
    app: Flask, browsers: dict[str, Visitor], clock: Clock, own: dict[str, Any], store: Store
) -> None:
    clock.forward(minutes=1)
    changed, before = set(), stored(store, *READING)
    for role, browser in browsers.items():
        for rule in rules(app, "GET"):
            for method in ("GET", "HEAD", "OPTIONS") if opens(rule, role) else ():
                browser.client.open(address(app, rule, own), method=method, data=FILLED_IN)
                if (now := stored(store, *READING)) != before:
                    changed.add(f"{method} {rule.rule}")
                    before = now
    assert changed == set()


def test_opening_the_second_step_gives_one_key_and_changes_nothing(
    visitor: Visitor, cast: Cast, hasher: Hasher, store: Store
) -> None:
    slip = slip_for(cast, hasher, Role.PRACTITIONER)
    invitation = join.open_door(store, hasher, slip.code, "lighthouse", "", cast.now)
    join.join(store, hasher, invitation, "robin", "seven pears in a row of robins", cast.now)
    visitor.post("/sign-in", {"sign_in_name": "robin", "passphrase": "seven pears in a row of robins"})
    before = stored(store)
    assert visitor.get("/second-factor").text == visitor.get("/second-factor").text
    assert stored(store) == before
