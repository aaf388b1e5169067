"""The administrator: accounts of staff, never anybody's words."""

from flask import Blueprint

from companion.web.admin import staff

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.add_url_rule("/staff", "staff", staff.staff)
bp.add_url_rule("/staff/new", "new_staff", staff.new, methods=["GET", "POST"])
bp.add_url_rule("/staff/<uuid:account_id>/invitation", "invite", staff.invite, methods=["POST"])
