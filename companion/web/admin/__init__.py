"""Administrators' pages for staff accounts and signposts. Administrators' pages never show participants' own
words.
"""

from flask import Blueprint

from companion.web.admin import leaving, resets, signposts, staff

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.add_url_rule("/staff", "staff", staff.staff)
bp.add_url_rule("/staff/new", "new_staff", staff.new, methods=["GET", "POST"])
bp.add_url_rule("/staff/<uuid:account_id>/invitation", "invite", staff.invite, methods=["GET", "POST"])
bp.add_url_rule("/staff/<uuid:account_id>/leaving", "leaving", leaving.leaving_page, methods=["GET", "POST"])
bp.add_url_rule("/staff/<uuid:account_id>/return", "ask_back", leaving.ask_back, methods=["POST"])
bp.add_url_rule("/staff/<uuid:account_id>/reset", "reset", resets.reset, methods=["GET", "POST"])
bp.add_url_rule("/signposts", "signposts", signposts.signposts)
bp.add_url_rule("/signposts/new", "new_signpost", signposts.new, methods=["GET", "POST"])
bp.add_url_rule("/signposts/new/preview", "preview_new_signpost", signposts.preview_new, methods=["POST"])
bp.add_url_rule("/signposts/changes", "signpost_changes", signposts.changes)
bp.add_url_rule("/signpost/<key>", "signpost", signposts.signpost, methods=["GET", "POST"])
bp.add_url_rule("/signpost/<key>/preview", "preview_signpost", signposts.preview, methods=["POST"])
bp.add_url_rule("/signpost/<key>/check", "check_signpost", signposts.check, methods=["POST"])
bp.add_url_rule("/signpost/<key>/place", "move_signpost", signposts.move, methods=["POST"])
bp.add_url_rule("/signpost/<key>/removal", "remove_signpost", signposts.remove, methods=["POST"])
