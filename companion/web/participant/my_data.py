"""The pages about participants' own data.

The pages never show whether there is a concern or a legal hold.
"""

from datetime import date, datetime
from pathlib import Path

import msgspec
from flask import current_app, g, make_response, render_template, request, url_for
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
from companion.web.gate import access, clock, current
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.participant.forms import CorrectionRequest, Download

FORMAT = 2
"""The JSON file's format version (docs/held-json.md)."""
TYPES = {"html": "text/html", "json": "application/json"}


def _page(form: Form) -> str:
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
        correcting=CorrectionRequest.beside(form),
        most=WORDS_MOST,
        problems=form.problems,
    )


@access.roles(Role.PARTICIPANT)
def held_on_me() -> ResponseReturnValue:
    """``GET /my/held``: show what kinds of data Companion has about the viewer."""
    return _page(CorrectionRequest())


@access.roles(Role.PARTICIPANT, fresh=True)
@takes(Download, _page)
def download(form: Download) -> ResponseReturnValue:
    """``POST /my/held/download``: download the data as a page or as JSON.

    The file's name doesn't reveal what the file contains.
    """
    kind = form.form.data
    if kind not in TYPES:
        raise Rejected(Problem("nothing_chosen", field="form"))
    now = clock.now()
    found = export.take_with_him(current.actor(), kind, current.address())
    response = make_response(_as_json(found, now) if kind == "json" else _as_page(found, now))
    response.mimetype = TYPES[kind]
    response.headers["Content-Disposition"] = f"attachment; filename=notes.{kind}"
    return response


@access.roles(Role.PARTICIPANT)
@takes(CorrectionRequest, _page)
def ask_for_correction(form: CorrectionRequest) -> ResponseReturnValue:
    """``POST /my/held/corrections``: ask a lead for a correction."""
    try:
        ask(current.actor(), form.once.id_of_new, form.wrong.data, form.should.data)
    except NotAllowed as refused:
        form.problems = (Problem(refused.key),)
        return _page(form), 409
    return done(_("Thank you. It's been sent."), url_for("participant.held_on_me", _anchor="correction"))


@access.roles(Role.PARTICIPANT)
def ask_for_erasure() -> ResponseReturnValue:
    """``GET`` and ``POST /my/erasure``: explain erasure, then record the request.

    The response is the same whether or not something prevents the erasure.
    """
    if request.method != "POST":
        return render_template("participant/erasure.html")
    erasure.ask_for_erasure(current.actor())
    return done(_("Thank you. It's been sent."), url_for("participant.held_on_me", _anchor="erasure"))


def withheld() -> str:
    """Return the text about records that may be withheld from participants. Every participant sees this
    text, whether or not the service withholds any of their records.
    """
    return _(
        "We may withhold some records. Your copy doesn't include practitioners' own notes, safety records or "
        "information about other people, but you can ask the service's lead for them."
    )


def moment(text: str) -> datetime:
    """Convert a timestamp in the exported data to a ``datetime``."""
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    """Convert a date in the exported data to a ``date``."""
    return date.fromisoformat(text)


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
