"""Participants' pages, whose URLs begin with ``/my/``."""

from flask import Blueprint

from companion.web.participant import (
    access_log,
    appointments,
    evaluation,
    home,
    messages,
    my_data,
    practitioner,
    so_far,
    tell,
    when,
    work,
)
from companion.web.participant.plan import (
    add,
    guided,
    items,
    plan,
    printed,
    review,
    suggestions,
    today,
    versions,
)

bp = Blueprint("participant", __name__, url_prefix="/my")
bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/practitioner", "practitioner", practitioner.practitioner)
bp.add_url_rule("/so-far", "so_far", so_far.so_far)
bp.add_url_rule("/record", "record", access_log.record_page)
bp.add_url_rule("/appointments", "appointments", appointments.his_appointments)
bp.add_url_rule("/appointments/<uuid:appointment_id>.ics", "appointment_file", appointments.appointment_file)
bp.add_url_rule("/plan", "plan", plan.plan)
bp.add_url_rule("/work/<uuid:work_id>", "work", work.ask)
bp.add_url_rule("/work/<uuid:work_id>/when", "when", when.when, methods=["GET", "POST"])
bp.add_url_rule("/work/<uuid:work_id>/answers", "answer", work.answer, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/way", "way", work.way, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/draft", "draft", work.draft, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/pause", "pause", work.pause)
bp.add_url_rule("/work/<uuid:work_id>/check", "check", work.check)
bp.add_url_rule("/work/<uuid:work_id>/submission", "submit", work.submit, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/receipt", "receipt", work.receipt)
bp.add_url_rule("/plan/versions", "plan_versions", versions.plan_versions)
bp.add_url_rule("/plan/versions/<string(maxlength=9):number>", "plan_version", versions.plan_version)
bp.add_url_rule("/plan/compared", "plan_compared", versions.plan_compared)
bp.add_url_rule("/plan/printed", "plan_printed", printed.plan_printed)
bp.add_url_rule("/plan/card", "plan_card", printed.plan_card)
bp.add_url_rule("/plan/text", "plan_text", printed.plan_text)
bp.add_url_rule("/plan/today", "plan_today", today.today)
bp.add_url_rule("/plan/add", "plan_add", add.add, methods=["GET", "POST"])
bp.add_url_rule("/plan/build/<part>", "plan_build", guided.build, methods=["GET", "POST"])
bp.add_url_rule("/plan/built", "plan_built", guided.built)
bp.add_url_rule("/plan/draft", "plan_draft", guided.draft, methods=["POST"])
bp.add_url_rule("/plan/pause", "plan_pause", guided.pause)
bp.add_url_rule("/plan/items/<uuid:item_id>", "plan_item", items.change, methods=["GET", "POST"])
bp.add_url_rule("/plan/items/<uuid:item_id>/source", "plan_source", plan.source)
bp.add_url_rule("/plan/items/<uuid:item_id>/removal", "plan_removal", plan.take_out, methods=["POST"])
bp.add_url_rule("/plan/items/<uuid:item_id>/return", "plan_return", plan.put_back, methods=["POST"])
bp.add_url_rule(
    "/plan/suggestions/<uuid:suggestion_id>",
    "plan_suggestion",
    suggestions.suggestion,
    methods=["GET", "POST"],
)
bp.add_url_rule("/plan/review", "plan_review", review.review, methods=["GET", "POST"])
bp.add_url_rule("/plan/review/items/<uuid:item_id>", "plan_review_item", review.item, methods=["POST"])
bp.add_url_rule("/plan/review/version", "plan_review_end", review.end, methods=["POST"])
bp.add_url_rule("/messages", "messages", messages.messages, methods=["GET", "POST"])
bp.add_url_rule("/messages/draft", "message_draft", messages.draft, methods=["POST"])
bp.add_url_rule("/evaluation", "evaluation", evaluation.evaluation, methods=["GET", "POST"])
bp.add_url_rule("/evaluation/draft", "evaluation_draft", evaluation.draft, methods=["POST"])
bp.add_url_rule("/evaluation/check", "evaluation_check", evaluation.check)
bp.add_url_rule("/evaluation/handing-in", "give_evaluation", evaluation.hand_in, methods=["POST"])
bp.add_url_rule("/tell", "tell", tell.tell, methods=["GET", "POST"])
bp.add_url_rule(
    "/about-my-practitioner", "about_practitioner", tell.about_practitioner, methods=["GET", "POST"]
)
bp.add_url_rule("/held", "held_on_me", my_data.held_on_me)
bp.add_url_rule("/held/download", "download", my_data.download, methods=["POST"])
bp.add_url_rule("/held/corrections", "ask_for_correction", my_data.ask_for_correction, methods=["POST"])
bp.add_url_rule("/erasure", "ask_for_erasure", my_data.ask_for_erasure, methods=["GET", "POST"])
