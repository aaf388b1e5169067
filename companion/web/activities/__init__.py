"""The pages for writing activities."""

from flask import Blueprint

from companion.web.activities import approval, library, preview, prompts, versions

bp = Blueprint("activities", __name__, url_prefix="/activities")
bp.add_url_rule("/", "library", library.library_page)
bp.add_url_rule("/new", "begin", library.begin, methods=["GET", "POST"])
bp.add_url_rule("/<uuid:activity_id>", "activity", library.activity)
bp.add_url_rule("/<uuid:activity_id>/about", "about", library.about, methods=["GET", "POST"])
bp.add_url_rule("/<uuid:activity_id>/acceptances", "accept", library.accept, methods=["POST"])

QUESTION = "/<uuid:activity_id>/questions/<prompt_id>"
bp.add_url_rule("/<uuid:activity_id>/questions", "add", prompts.add, methods=["GET", "POST"])
bp.add_url_rule(QUESTION, "change", prompts.change, methods=["GET", "POST"])
bp.add_url_rule(f"{QUESTION}/place", "move", prompts.move, methods=["POST"])
bp.add_url_rule(f"{QUESTION}/copy", "copy", prompts.copy, methods=["POST"])
bp.add_url_rule(f"{QUESTION}/short", "shorten", prompts.shorten, methods=["POST"])
bp.add_url_rule(f"{QUESTION}/removal", "remove", prompts.remove, methods=["POST"])

bp.add_url_rule("/<uuid:activity_id>/preview", "preview", preview.preview, methods=["GET", "POST"])
bp.add_url_rule("/<uuid:activity_id>/check", "check", approval.check, methods=["POST"])
bp.add_url_rule("/<uuid:activity_id>/retirement", "retire", approval.retire, methods=["POST"])
bp.add_url_rule("/<uuid:activity_id>/return", "bring_back", approval.bring_back, methods=["POST"])
bp.add_url_rule("/versions/<uuid:version_id>", "version", versions.version)
bp.add_url_rule("/versions/<uuid:version_id>/file", "file", versions.file)
bp.add_url_rule("/versions/<uuid:version_id>/returns", "send_back", approval.send_back, methods=["POST"])
bp.add_url_rule("/versions/<uuid:version_id>/approval", "approve", approval.approve, methods=["POST"])
