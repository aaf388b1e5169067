"""The page with the demo's accounts and their one-time codes.

The page exists only in the demo, on loopback.
"""

import json
from typing import Any

import pyotp
from flask import Blueprint, render_template, request

from companion.domain.refusals import NotFound
from companion.web.gate import access, clock, current

bp = Blueprint("demo", __name__)
LOOPBACK = {"127.0.0.1", "::1"}


@bp.get("/_demo")
@access.public
def accounts() -> str:
    """``GET /_demo``: list the demo's accounts and one-time codes."""
    file = current.settings().home / "demo-accounts.json"
    if request.remote_addr not in LOOPBACK or not file.exists():
        raise NotFound
    now = int(clock.now().timestamp())
    found: list[dict[str, Any]] = json.loads(file.read_text())
    codes = {each["name"]: pyotp.TOTP(each["totp_secret"]).at(now) for each in found if "totp_secret" in each}
    return render_template("demo/accounts.html", accounts=found, codes=codes, lasts=30 - now % 30)
