"""The second step of staff: setting up the one-time code, and giving it."""

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.domain.refusals import Problem, Rejected, SlowDown
from companion.services import signing_in
from companion.web import access, clock, current
from companion.web.account.signing_in import next_page
from companion.web.pages import START
from companion.web.somebody import enter


@access.incomplete
def second_factor() -> ResponseReturnValue:
    """``GET`` and ``POST /second-factor``: the code, or at first use the set-up with its QR code."""
    known = signing_in.has_second_factor(current.store(), current.viewer().account_id)
    if request.method != "POST":
        return _page(known)
    code = request.form.get("code", "")
    try:
        if known:
            token = signing_in.give_code(current.store(), current.signed_in(), code, clock.now())
            recovery: list[str] = []
        else:
            token, recovery = signing_in.confirm_second_factor(
                current.store(), current.signed_in(), code, clock.now()
            )
    except Rejected as rejected:
        return _page(known, rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds}, "code")
        return _page(known, (problem,)), 429, {"Retry-After": str(refusal.seconds)}
    enter(token, same_person=True)
    after = next_page() or url_for(START[current.viewer().role])
    if recovery:
        return render_template("account/recovery_codes.html", codes=recovery, after=after)
    return redirect(after, 303)


def _page(known: bool, problems: tuple[Problem, ...] = ()) -> str:
    if known:
        return render_template("account/second_factor.html", problems=problems, next=next_page())
    secret, address = signing_in.new_second_factor(current.store(), current.signed_in())
    return render_template(
        "account/second_factor_set_up.html",
        problems=problems,
        next=next_page(),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=_picture(address),
    )


def _picture(address: str) -> Markup:
    """The QR code as inline SVG, drawn by segno from the address alone."""
    svg = segno.make(address, error="m").svg_inline(scale=4, border=4, svgclass="qr", lineclass=None)
    return Markup(svg)  # nosec B704
