"""What is held on him: which kinds of things, a copy to take with him, having it corrected, having it erased.

Nothing here depends on a concern or a hold: he reads the same with and without one.
"""

from datetime import date, datetime
from pathlib import Path

import msgspec
from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.domain.records.data_rights import WORDS_MOST
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.services.records import erasure, export
from companion.services.records.corrections import ask
from companion.store.concerns import concern_rules
from companion.store.enrolments import enrolments
from companion.store.programme import programmes
from companion.store.records import corrections, erasures, policies
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate as _

FORMAT = 2
"""The version of the JSON file (docs/held-json.md)."""
TYPES = {"html": "text/html", "json": "application/json"}


@access.roles(Role.PARTICIPANT)
def held_on_me() -> ResponseReturnValue:
    """``GET /my/held``"""
    return _page()


@access.roles(Role.PARTICIPANT, fresh=True)
def download() -> ResponseReturnValue:
    """``POST /my/held/download``: a page that stands alone, or JSON. Its name says nothing."""
    form = request.form.get("form", "")
    if form not in TYPES:
        return _page((Problem("nothing_chosen", field="form"),)), 422
    now = clock.now()
    found = export.take_with_him(current.actor(), form, current.address())
    response = make_response(_as_json(found, now) if form == "json" else _as_page(found, now))
    response.mimetype = TYPES[form]
    response.headers["Content-Disposition"] = f"attachment; filename=notes.{form}"
    return response


@access.roles(Role.PARTICIPANT)
def ask_for_correction() -> ResponseReturnValue:
    """``POST /my/held/corrections``: what is wrong, and what it should say; the lead reads it."""
    try:
        ask(current.actor(), once(), request.form.get("wrong", ""), request.form.get("should", ""))
    except Rejected as rejected:
        return _page(rejected.problems), 422
    except NotAllowed as refused:
        return _page((Problem(refused.key),)), 409
    flash(_("Thank you. It is sent."))
    return redirect(url_for("participant.held_on_me", _anchor="correction"), 303)


@access.roles(Role.PARTICIPANT)
def ask_for_erasure() -> ResponseReturnValue:
    """``GET`` and ``POST /my/erasure``: what it means, then the request; the same whether anything holds it."""
    if request.method != "POST":
        return render_template("participant/erasure.html")
    erasure.ask_for_erasure(current.actor())
    flash(_("Thank you. It is sent."))
    return redirect(url_for("participant.held_on_me", _anchor="erasure"), 303)


def withheld() -> str:
    """What the page and both files say to everybody."""
    return _(
        "Some records may be withheld. What practitioners note for themselves and records about safety are not "
        "in it, and what is about other people. You can ask the service's lead for them."
    )


def moment(text: str) -> datetime:
    """A moment of the plain data."""
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    """A day of the plain data."""
    return date.fromisoformat(text)


def _page(problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("participant.held_on_me")
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, viewer)
        contact = programmes.programme_of(tx, enrolment).contact
        lead = concern_rules.on_watch(tx, now)
        asked = erasures.last_of(tx, viewer)
        found = corrections.own(tx, viewer)
        schedule = policies.schedule(tx)
    return render_template(
        "participant/my_data.html",
        withheld=withheld(),
        contact=contact,
        lead=lead,
        asked=asked,
        corrections=found,
        over=schedule.for_state(PathwayState.CLOSED),
        not_begun=schedule.for_state(PathwayState.REFERRED),
        typed=parked_forms.form(),
        most=WORDS_MOST,
        problems=problems,
    )


def _as_json(found: export.Held, now: datetime) -> bytes:
    whole = {"format": FORMAT, "made_at": now.isoformat(), "left_out": withheld(), "held": found.plain}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1)


def _as_page(found: export.Held, now: datetime) -> str:
    return render_template(
        "participant/my_data_file.html",
        held=found.plain,
        works=found.works,
        plan=found.plan,
        withheld=withheld(),
        now=now,
        moment=moment,
        day_of=day,
        css=Path(current_app.static_folder or "", "css", "my_data_file.css").read_text(),
    )
