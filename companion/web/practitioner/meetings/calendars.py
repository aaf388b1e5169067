"""The page for showing a practitioner's appointments in a calendar app."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.meetings import calendars
from companion.store.accounts import calendar_feeds
from companion.web.gate import access, clock, current
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def calendar() -> ResponseReturnValue:
    """``GET /caseload/calendar``: explain calendar URLs, and say whether the viewer has a calendar URL."""
    with current.store().reading() as tx:
        made_at = calendar_feeds.made_at(tx, current.viewer().account_id)
    return render_template("practitioner/calendar.html", made_at=made_at, address="")


@access.roles(Role.PRACTITIONER, fresh=True)
def new_address() -> ResponseReturnValue:
    """``POST /caseload/calendar/address``: make a new calendar URL, and show the URL once."""
    token = calendars.new_address(current.actor())
    address = url_for("public.calendar_feed", token=token, _external=True)
    return render_template("practitioner/calendar.html", made_at=clock.now(), address=address)


@access.roles(Role.PRACTITIONER)
def end_address() -> ResponseReturnValue:
    """``POST /caseload/calendar/end``: delete the calendar URL."""
    calendars.end_address(current.actor())
    flash(_("Address removed. Calendars that used it no longer get your appointments."))
    return redirect(url_for("practitioner.calendar"), 303)
