"""The lead: the service by reference, activities to approve, staff to approve."""

from flask import Blueprint

from companion.web.lead import activities, home, staff

bp = Blueprint("lead", __name__, url_prefix="/lead")
bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/activities", "activities", activities.activities)
bp.add_url_rule("/activities/<uuid:version_id>", "activity", activities.activity)
bp.add_url_rule(
    "/activities/<uuid:version_id>/approval", "approve_activity", activities.approve, methods=["POST"]
)
bp.add_url_rule("/staff", "staff", staff.staff)
bp.add_url_rule("/staff/<uuid:account_id>/approval", "approve_staff", staff.approve, methods=["POST"])
