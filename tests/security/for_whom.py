"""Which roles may open each URL, and helpers for tests that open them all."""

from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from companion.domain.people import Role

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
    "participant.when participant.way participant.appointments participant.appointment_file "
    "participant.pause participant.check participant.submit participant.receipt participant.plan_today "
    "participant.plan_add participant.plan_build participant.plan_built participant.plan_draft "
    "participant.plan_pause participant.plan_item participant.plan_source participant.plan_removal "
    "participant.plan_return participant.plan_suggestion participant.plan_review "
    "participant.plan_review_item participant.plan_review_end "
    "participant.plan_versions participant.plan_version participant.plan_compared "
    "participant.plan_printed participant.plan_card participant.plan_text "
    "participant.practitioner participant.tell participant.about_practitioner participant.ask_for_erasure "
    "participant.held_on_me participant.download participant.ask_for_correction "
    "participant.messages participant.message_draft participant.record participant.so_far "
    "participant.evaluation participant.evaluation_draft participant.evaluation_check "
    "participant.give_evaluation",
    Role.PRACTITIONER: "practitioner.board practitioner.next_in_queue practitioner.find practitioner.week "
    "practitioner.new_participant practitioner.participant "
    "practitioner.dismiss_undelivered practitioner.brief practitioner.invite practitioner.reset "
    "practitioner.add_appointment "
    "practitioner.move practitioner.choose "
    "practitioner.sessions practitioner.propose_sessions practitioner.following "
    "practitioner.propose_following practitioner.attendance practitioner.after_session "
    "practitioner.after_session_draft practitioner.calendar "
    "practitioner.new_calendar_address practitioner.end_calendar_address "
    "practitioner.set_work practitioner.adapt practitioner.quickly_set practitioner.review "
    "practitioner.feedback practitioner.release practitioner.return_work practitioner.insert_phrase "
    "practitioner.reviewing practitioner.keep_phrase practitioner.remove_phrase practitioner.choose_keys "
    "practitioner.plan practitioner.suggest practitioner.review_plan practitioner.plan_versions "
    "practitioner.plan_version practitioner.plan_compared "
    "practitioner.path practitioner.hand_over practitioner.taken_on "
    "practitioner.raise_concern practitioner.concern practitioner.note_concern "
    "practitioner.topics "
    "practitioner.sheets practitioner.when practitioner.paper practitioner.take_back_paper "
    "practitioner.piece practitioner.change_card practitioner.use_version practitioner.withdraw "
    "practitioner.open_together practitioner.shared_screen practitioner.mark_discussed "
    "practitioner.messages practitioner.message_draft practitioner.notes practitioner.agreed "
    "practitioner.away practitioner.take_back_away "
    "groups.groups groups.new groups.group groups.label groups.join groups.leave groups.add_meeting "
    "groups.sessions groups.propose groups.move groups.cancel groups.attendance groups.choose "
    "groups.set_work",
    Role.LEAD: "lead.home lead.board lead.slips lead.own_activities lead.own_activity lead.staff lead.approve_staff "
    "lead.take_back lead.reset "
    "activities.approve activities.send_back activities.retire activities.bring_back lead.plan_parts lead.plan_part "
    "lead.new_plan_part lead.move_plan_part lead.retire_plan_part lead.return_plan_part "
    "lead.concerns lead.closed_concerns lead.concern lead.take_concern lead.pass_on_concern "
    "lead.close_concern lead.note_concern lead.concern_rules lead.erasures lead.caseload lead.after "
    "lead.erasure lead.refuse_erasure lead.approve_erasure lead.corrections lead.correction "
    "lead.holds lead.lift_hold lead.retention "
    "lead.looks lead.look lead.look_submission lead.look_plan lead.look_messages lead.look_notes "
    "lead.look_decision lead.agree_to_look lead.refuse_look lead.begin_look lead.tell_of_look "
    "lead.withheld lead.disclosure "
    "lead.figures lead.figures_file lead.evaluation lead.evaluation_file lead.evaluation_questions "
    "lead.preview_evaluation lead.approve_evaluation lead.new_evaluation_question "
    "lead.evaluation_question lead.move_evaluation_question lead.retire_evaluation_question "
    "lead.return_evaluation_question",
    AUTHORS: "activities.library activities.begin activities.activity activities.about activities.accept "
    "activities.add activities.change activities.move activities.copy activities.shorten activities.remove "
    "activities.preview activities.check activities.version activities.file",
    Role.ADMINISTRATOR: "admin.staff admin.new_staff admin.invite admin.signposts admin.new_signpost "
    "admin.preview_new_signpost admin.signpost_changes admin.signpost admin.preview_signpost "
    "admin.check_signpost admin.move_signpost admin.remove_signpost admin.leaving admin.ask_back admin.reset",
}
LOCKING = ("practitioner.open_together", "account.sign_out", "public.leave")
"""Open these endpoints last: they lock or end the session."""
WHOM = {endpoint: whom for whom, endpoints in FOR_WHOM.items() for endpoint in endpoints.split()}
"""The role or state for which each endpoint is meant. Whoever adds a route must add it to ``FOR_WHOM``."""

PEOPLE = {"participant": "sam", "practitioner": "priya", "lead": "margaret", "administrator": "alex"}


NO_PASSKEY = UUID(int=0)


def rules(app: Flask, method: str) -> list[Rule]:
    """Return the URL rules for this HTTP method. The rules for pages that lock or end the session come last,
    so that tests can open the other pages first.
    """
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(
        found, key=lambda rule: (rule.endpoint in LOCKING and LOCKING.index(rule.endpoint) + 1, rule.endpoint)
    )


def address(app: Flask, rule: Rule, things: dict[str, Any], role: str = Role.PARTICIPANT) -> str:
    with app.test_request_context():
        everything = {**things, "language": "en", "filename": "icon.svg", "key": "scotland", "part": "good"}
        everything["passkey_id"] = things.get("passkey_id", {}).get(role, NO_PASSKEY)
        everything["item"] = "clear" if "evaluation" in rule.endpoint else "good"
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


def outcome(response: TestResponse) -> str:
    to = response.headers.get("Location", "")
    if response.status_code == 401 or to.startswith("/sign-in?next="):
        return "sign in"
    if response.status_code == 404:
        return "nothing here"
    if to.startswith("/second-factor"):
        return "second factor"
    return "open" if response.status_code in (200, 204, 302, 303, 409, 422) else str(response.status_code)
