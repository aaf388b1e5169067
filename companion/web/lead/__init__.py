"""The lead: the service by reference, what practitioners set of their own, staff to approve."""

from flask import Blueprint

from companion.web.lead import home, own, staff

bp = Blueprint("lead", __name__, url_prefix="/lead")
bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/own-activities", "own_activities", own.own_activities)
bp.add_url_rule("/own-activities/<uuid:version_id>", "own_activity", own.own_activity)
bp.add_url_rule("/staff", "staff", staff.staff)
bp.add_url_rule("/staff/<uuid:account_id>/approval", "approve_staff", staff.approve, methods=["POST"])
