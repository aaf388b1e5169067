"""The public pages, which need no session."""

from flask import Blueprint

from companion.translations import ENGLISH
from companion.web.public.accessibility import accessibility
from companion.web.public.calendar import calendar_feed
from companion.web.public.help import help_json, help_page, numbers_at_hand
from companion.web.public.leave_site import leave
from companion.web.public.up import healthz, readyz

bp = Blueprint("public", __name__)
bp.add_app_template_global(numbers_at_hand)
bp.add_url_rule("/help", "help", help_page, defaults={"language": ENGLISH})
bp.add_url_rule("/<language:language>/help", "help", help_page)
bp.add_url_rule("/accessibility", "accessibility", accessibility, defaults={"language": ENGLISH})
bp.add_url_rule("/<language:language>/accessibility", "accessibility", accessibility)
bp.add_url_rule("/help.json", "help_json", help_json)
bp.add_url_rule("/leave", "leave", leave, methods=["POST"])
bp.add_url_rule("/calendar/<string(maxlength=200):token>.ics", "calendar_feed", calendar_feed)
bp.add_url_rule("/healthz", "healthz", healthz)
bp.add_url_rule("/readyz", "readyz", readyz)
