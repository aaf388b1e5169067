"""Signposts: looked at, typed, previewed, saved, checked, put in order, taken away."""

import re
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.domain.signposts.editing import LASTING, find, to_check
from companion.domain.signposts.form import BANK_HOLIDAYS, COSTS, DAYS, MOST_ROWS, NATIONS, form_of, row_count
from companion.domain.signposts.signposts import Need, Signpost, opening
from companion.services.signposts import editing
from companion.services.signposts.editing import CurrentDirectory
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page import form_fields
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _

CHANGES_SHOWN = 100
Typed = dict[str, list[str]]


@access.roles(Role.ADMINISTRATOR)
def signposts() -> ResponseReturnValue:
    """``GET /admin/signposts``: what has to be checked first, then the others as the help page has them."""
    with current.store().reading() as tx:
        now = editing.standing(tx)
    due = to_check(now.directory.signposts, in_london(clock.now()).date())
    others = [signpost for signpost in now.directory.signposts if signpost not in due]
    return render_template(
        "admin/signposts.html", due=due, others=others, number=now.number, today=in_london(clock.now()).date()
    )


@access.roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """``GET`` and ``POST /admin/signposts/new``: the form of a new one, and saving it after its preview."""
    return _save("") if request.method == "POST" else _form("")


@access.roles(Role.ADMINISTRATOR)
def preview_new() -> ResponseReturnValue:
    """``POST /admin/signposts/new/preview``"""
    return _preview("")


@access.roles(Role.ADMINISTRATOR)
def signpost(key: str) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/signpost/<key>``: its form, and saving it after its preview."""
    return _save(key) if request.method == "POST" else _form(key)


@access.roles(Role.ADMINISTRATOR)
def preview(key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/preview``: as the help page would show it now. Nothing is stored."""
    return _preview(key)


@access.roles(Role.ADMINISTRATOR)
def check(key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/check``: somebody tried it today."""
    editing.check(current.actor(), current.snapshot(), key, form_fields.posted_number("number"))
    flash(_("It is marked as checked today."))
    return redirect(url_for("admin.signposts"), 303)


@access.roles(Role.ADMINISTRATOR)
def move(key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/place``: one place up or down on the help page."""
    by = {"up": -1, "down": 1}.get(request.form.get("to", ""), 0)
    editing.move(current.actor(), current.snapshot(), key, by)
    return redirect(url_for("admin.signposts"), 303)


@access.roles(Role.ADMINISTRATOR)
def remove(key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/removal``"""
    seen = form_fields.posted_number("number")
    try:
        editing.remove(current.actor(), current.snapshot(), key, seen)
    except Rejected as rejected:
        now = _standing()
        return _page(key, form_of(_found(now, key)), now.number, problems=rejected.problems), 422
    flash(_("The signpost is gone from the help page."))
    return redirect(url_for("admin.signposts"), 303)


@access.roles(Role.ADMINISTRATOR)
def changes() -> ResponseReturnValue:
    """``GET /admin/signposts/changes``: who changed which signpost, and when."""
    with current.store().reading() as tx:
        history = editing.history(tx, CHANGES_SHOWN)
    return render_template("admin/signpost_changes.html", history=history)


def _form(key: str) -> str:
    now = _standing()
    as_it_is = form_of(_found(now, key)) if key else {}
    typed = parked_forms.form().to_dict(flat=False)
    seen = next(iter(typed.get("number", ())), "")
    return _page(key, typed or as_it_is, int(seen) if re.fullmatch("[0-9]{1,9}", seen) else now.number)


def _preview(key: str) -> ResponseReturnValue:
    typed, seen = request.form.to_dict(flat=False), form_fields.posted_number("number")
    try:
        with current.store().reading() as tx:
            shown = editing.typed(tx, key, typed, clock.now())
    except Rejected as rejected:
        return _page(key, typed, seen, problems=rejected.problems), 422
    return _page(key, typed, seen, shown=shown)


def _save(key: str) -> ResponseReturnValue:
    typed, seen = request.form.to_dict(flat=False), form_fields.posted_number("number")
    try:
        editing.save(current.actor(), current.snapshot(), key, typed, seen)
    except Rejected as rejected:
        return _page(key, typed, seen, problems=rejected.problems), 422
    except ChangedElsewhere:
        now = _standing()
        theirs = find(now.directory, key)
        return _page(key, typed, now.number, theirs=theirs, conflict=True), 409
    flash(_("The signpost is saved. The help page shows it within a minute."))
    return redirect(url_for("admin.signposts"), 303)


def _page(key: str, typed: Typed, number: int, problems: tuple[Problem, ...] = (), **shown: Any) -> str:
    """The form. ``shown`` is a signpost to preview, or ``theirs`` beside what was typed."""
    name = "signpost" if key else "new_signpost"
    g.page = url_for(f"admin.{name}", key=key or None)
    now = clock.now()
    cards = {
        what: (signpost, opening(signpost, now))
        for what, signpost in shown.items()
        if isinstance(signpost, Signpost)
    }
    return render_template(
        "admin/signpost.html",
        key=key,
        stays=key in LASTING,
        typed=typed,
        number=number,
        problems=problems,
        card=cards.get("shown"),
        theirs=cards.get("theirs"),
        conflict=shown.get("conflict", False),
        now=now,
        save_url=g.page,
        preview_url=url_for(f"admin.preview_{name}", key=key or None),
        needs=list(Need),
        days=DAYS,
        nations=NATIONS,
        costs=COSTS,
        bank_holidays=BANK_HOLIDAYS,
        rows={
            kind: min(most, row_count(typed, kind) + 1) if kind in ("call", "hours") else most
            for kind, most in MOST_ROWS.items()
        },
    )


def _standing() -> CurrentDirectory:
    with current.store().reading() as tx:
        return editing.standing(tx)


def _found(now: CurrentDirectory, key: str) -> Signpost:
    found = find(now.directory, key)
    if found is None:
        raise NotFound
    return found
