"""The pages on which administrators edit and check signposts."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.domain.signposts.editing import LASTING, find, to_check
from companion.domain.signposts.form import BANK_HOLIDAYS, COSTS, DAYS, MOST_ROWS, NATIONS, form_of, row_count
from companion.domain.signposts.signposts import Need, Signpost, opening
from companion.services.signposts import editing
from companion.services.signposts.editing import CurrentDirectory
from companion.web.admin.forms import SignpostForm, SignpostPlace
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _

CHANGES_SHOWN = 100
Typed = dict[str, list[str]]


@access.roles(Role.ADMINISTRATOR)
def signposts() -> ResponseReturnValue:
    """``GET /admin/signposts``: list the signposts, with those that need a check at the top."""
    with current.store().reading() as tx:
        now = editing.standing(tx)
    due = to_check(now.directory.signposts, in_london(clock.now()).date())
    others = [signpost for signpost in now.directory.signposts if signpost not in due]
    return render_template(
        "admin/signposts.html", due=due, others=others, number=now.number, today=in_london(clock.now()).date()
    )


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostForm)
def new(form: SignpostForm) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/signposts/new``: show the form for a new signpost. Save the signpost after a
    preview.
    """
    return _save(form, "") if request.method == "POST" else _form(form, "")


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostForm)
def preview_new(form: SignpostForm) -> ResponseReturnValue:
    """``POST /admin/signposts/new/preview``: preview a new signpost."""
    return _preview(form, "")


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostForm)
def signpost(form: SignpostForm, key: str) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/signpost/<key>``: show the form for a signpost. Save the signpost after
    a preview.
    """
    return _save(form, key) if request.method == "POST" else _form(form, key)


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostForm)
def preview(form: SignpostForm, key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/preview``: preview a signpost."""
    return _preview(form, key)


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostPlace)
def check(form: SignpostPlace, key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/check``: record that the administrator has checked a signpost today."""
    editing.check(current.actor(), current.snapshot(), key, form.number.data)
    return done(_("Marked as checked today."), url_for("admin.signposts"))


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostPlace)
def move(form: SignpostPlace, key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/place``: move a signpost up or down."""
    by = {"up": -1, "down": 1}.get(form.to.data, 0)
    editing.move(current.actor(), current.snapshot(), key, by)
    return redirect(url_for("admin.signposts"), 303)


@access.roles(Role.ADMINISTRATOR)
@takes(SignpostPlace)
def remove(form: SignpostPlace, key: str) -> ResponseReturnValue:
    """``POST /admin/signpost/<key>/removal``: remove a signpost from the help page."""
    try:
        editing.remove(current.actor(), current.snapshot(), key, form.number.data)
    except Rejected as rejected:
        now = _standing()
        return _page(key, form_of(_found(now, key)), now.number, problems=rejected.problems), 422
    return done(_("Signpost removed from the help page."), url_for("admin.signposts"))


@access.roles(Role.ADMINISTRATOR)
def changes() -> ResponseReturnValue:
    """``GET /admin/signposts/changes``: list the latest changes to signposts."""
    with current.store().reading() as tx:
        history = editing.history(tx, CHANGES_SHOWN)
    return render_template("admin/signpost_changes.html", history=history)


def _form(form: SignpostForm, key: str) -> str:
    now = _standing()
    as_it_is = form_of(_found(now, key)) if key else {}
    return _page(key, form.lists or as_it_is, form.number.data if form.number.data >= 0 else now.number)


def _preview(form: SignpostForm, key: str) -> ResponseReturnValue:
    typed, seen = form.lists, form.number.data
    try:
        with current.store().reading() as tx:
            shown = editing.typed(tx, key, typed, clock.now())
    except Rejected as rejected:
        return _page(key, typed, seen, problems=rejected.problems), 422
    return _page(key, typed, seen, shown=shown)


def _save(form: SignpostForm, key: str) -> ResponseReturnValue:
    typed, seen = form.lists, form.number.data
    try:
        editing.save(current.actor(), current.snapshot(), key, typed, seen)
    except Rejected as rejected:
        return _page(key, typed, seen, problems=rejected.problems), 422
    except ChangedElsewhere:
        now = _standing()
        theirs = find(now.directory, key)
        return _page(key, typed, now.number, theirs=theirs, conflict=True), 409
    return done(_("Signpost saved. The help page shows it within a minute."), url_for("admin.signposts"))


def _page(key: str, typed: Typed, number: int, problems: tuple[Problem, ...] = (), **shown: Any) -> str:
    """Return the page with a signpost's form.

    The keyword argument ``shown`` is the signpost to preview. The keyword argument ``theirs`` is somebody
    else's newer version of the signpost. ``conflict`` is True if somebody else has changed the signpost.
    """
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
