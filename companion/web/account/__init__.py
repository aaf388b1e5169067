"""The pages for joining, signing in and out, and people's own accounts."""

from flask import Blueprint

from companion.web.account import (
    account,
    confirm,
    join,
    language,
    notices,
    passkeys,
    second_step,
    sessions,
    sign_in,
    sign_in_methods,
)

bp = Blueprint("account", __name__)
bp.add_url_rule("/", "start", sign_in.start)
bp.add_url_rule("/language", "language", language.choose, methods=["POST"])
bp.add_url_rule("/sign-in", "sign_in", sign_in.sign_in_page, methods=["GET", "POST"])
bp.add_url_rule("/sign-out", "sign_out", sign_in.sign_out, methods=["POST"])
bp.add_url_rule("/second-factor", "second_factor", second_step.second_factor, methods=["GET", "POST"])
bp.add_url_rule("/second-factor/challenge", "second_challenge", second_step.challenge, methods=["POST"])
bp.add_url_rule("/confirm", "confirm", confirm.confirm, methods=["GET", "POST"])
bp.add_url_rule("/confirm/challenge", "confirm_challenge", confirm.challenge, methods=["POST"])
bp.add_url_rule("/join", "join", join.join_page, methods=["GET", "POST"])
bp.add_url_rule("/join/statement", "statement", join.statement)
bp.add_url_rule("/join/acknowledgement", "acknowledge", join.acknowledge, methods=["POST"])
bp.add_url_rule("/join/account", "join_account", join.join_account, methods=["GET", "POST"])
bp.add_url_rule("/account", "account", account.account)
bp.add_url_rule("/account/notices", "notices", notices.choose, methods=["POST"])
bp.add_url_rule("/account/undelivered/dismissal", "dismiss_undelivered", notices.dismiss, methods=["POST"])
bp.add_url_rule("/account/leaving", "leaving", account.leaving, methods=["POST"])
bp.add_url_rule("/account/sessions", "sessions", sessions.sessions)
bp.add_url_rule("/account/sessions/ending", "end_sessions", sessions.end_all, methods=["POST"])
bp.add_url_rule(
    "/account/sessions/<uuid:session_id>/ending", "end_session", sessions.end_one, methods=["POST"]
)
bp.add_url_rule("/account/devices", "know_device", sessions.know, methods=["POST"])
bp.add_url_rule(
    "/account/devices/<uuid:device_id>/forgetting", "forget_device", sessions.forget, methods=["POST"]
)
bp.add_url_rule("/still-open", "still_open", account.still_open)
bp.add_url_rule("/still-here", "still_here", account.still_here)

HOW = "/account/signing-in"
bp.add_url_rule(HOW, "factors", sign_in_methods.factors)
bp.add_url_rule(f"{HOW}/passphrase", "passphrase", sign_in_methods.passphrase, methods=["GET", "POST"])
bp.add_url_rule(f"{HOW}/code", "code", sign_in_methods.code, methods=["GET", "POST"])
bp.add_url_rule(f"{HOW}/code/key", "new_key", sign_in_methods.new_key, methods=["POST"])
bp.add_url_rule(f"{HOW}/code/removal", "remove_code", sign_in_methods.remove_code, methods=["GET", "POST"])
bp.add_url_rule(
    f"{HOW}/recovery-codes", "recovery_codes", sign_in_methods.recovery_codes, methods=["GET", "POST"]
)
bp.add_url_rule(f"{HOW}/passkeys/new", "add_passkey", passkeys.add, methods=["GET", "POST"])
bp.add_url_rule(f"{HOW}/passkeys/challenge", "passkey_challenge", passkeys.challenge, methods=["POST"])
bp.add_url_rule(
    f"{HOW}/passkeys/<uuid:passkey_id>/removal", "remove_passkey", passkeys.remove, methods=["GET", "POST"]
)
