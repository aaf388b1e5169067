"""The access rules. An access rule says who may use a view.

A view without a rule refuses every request. Somebody else's record gets the same response as a record that
doesn't exist.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import fresh
from companion.domain.enrolments.after_programme import Open, Scope
from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.people import Role
from companion.domain.refusals import NotAllowed, NotFound
from companion.store import rate_limits
from companion.store.accounts import sessions
from companion.store.accounts.sessions import SignedIn
from companion.store.enrolments import after_programme
from companion.web.gate import clock, current, parked_forms
from companion.web.gate.scopes import needed
from companion.web.gate.session_user import current_session
from companion.web.server.lanes import SAFE

View = TypeVar("View", bound=Callable[..., Any])
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Rule:
    """The conditions under which a view answers a request."""

    roles: frozenset[Role] = frozenset()
    public: bool = False
    incomplete: bool = False
    """True if the view is for people before their second sign-in step."""
    keeps_draft: bool = False
    """True if this view may save a draft even while the session is locked."""
    ends: bool = False
    """True for a view that ends the session. Anybody with a valid sign-in session may use the view."""
    quiet: bool = False
    """True if a request to the view doesn't restart the session's idle timeout."""
    fresh: bool = False
    """True if the view needs both sign-in steps to have been completed in the last ten minutes."""
    uncounted: bool = False
    """True if no log or metric may show that somebody opened the page."""
    apart: bool = False
    """True if requests to the view need no database and run in a separate group of threads."""
    shared: bool = False
    """True if a practitioner can use the view while a participant is looking at the shared screen.

    While a practitioner and a participant look at the shared screen, the practitioner's session is locked.
    The practitioner can still use this view.
    """
    hashes: bool = False
    """True if Companion may have to hash a passphrase to answer a request to the view.

    Requests that hash a passphrase have their own threads and rate limits.
    """


def _marked(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]  # a function can carry any attribute
        return view

    return mark


def public(view: View) -> View:
    """Allow everybody.

    Public pages don't check for a session, so they don't know who is signed in.
    """
    return _marked(Rule(public=True))(view)


def incomplete(view: View) -> View:
    """Allow people who have entered their passphrase but not completed the second sign-in step."""
    return _marked(Rule(incomplete=True))(view)


def uncounted(view: View) -> View:
    """Keep no record that somebody opened the page.

    Put this decorator above ``roles``, ``public`` or any other decorator that says who may use the view.
    """
    return _marked(replace(view.rule, uncounted=True))(view)  # type: ignore[attr-defined]  # set by ``_marked``


def apart(view: View) -> View:
    """Serve the view without a database.

    Put this decorator above ``roles``, ``public`` or any other decorator that says who may use the view.
    """
    return _marked(replace(view.rule, apart=True))(view)  # type: ignore[attr-defined]  # set by ``_marked``


def hashes(view: View) -> View:
    """Mark a view as one that hashes passphrases.

    Put this decorator above ``roles``, ``public`` or any other decorator that says who may use the view.
    """
    return _marked(replace(view.rule, hashes=True))(view)  # type: ignore[attr-defined]  # set by ``_marked``


def shared(view: View) -> View:
    """Mark the view as part of the screen that a practitioner shares with a participant.

    Put this decorator above ``roles``, ``public`` or any other decorator that says who may use the view.
    """
    return _marked(replace(view.rule, shared=True))(view)  # type: ignore[attr-defined]  # set by ``_marked``


def ends(view: View) -> View:
    """Allow anybody who has a valid sign-in session. The session may be locked, or may need a second sign-in
    step.
    """
    return _marked(Rule(ends=True))(view)


def roles(
    *allowed: Role, keeps_draft: bool = False, quiet: bool = False, fresh: bool = False
) -> Callable[[View], View]:
    """Allow only these roles, after both sign-in steps."""
    return _marked(Rule(frozenset(allowed), keeps_draft=keeps_draft, quiet=quiet, fresh=fresh))


def rule_of(endpoint: str) -> Rule | None:
    """Return an endpoint's access rule, or None if nobody may use the endpoint."""
    return getattr(current_app.view_functions[endpoint], "rule", None)


def install(app: Flask) -> None:
    """Check access before every view."""
    app.before_request(_gate)


def _gate() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    rule = rule_of(request.endpoint)
    if rule is None:
        abort(404)
    g.hashes = rule.hashes and request.method not in SAFE
    if rule.public:
        return None
    found = current_session()
    if found is None:
        return _signed_out()
    if rule.ends:
        return None
    if parked_forms.of_another(found):
        abort(409, "another_person")
    if rule.incomplete:
        return _incomplete_only(found)
    if not found.complete:
        return redirect(url_for("account.second_factor"))
    if rule.shared and found.shared_with:
        found = replace(found, locked=False)
    g.signed_in = found
    if found.viewer.role not in rule.roles:
        raise NotFound
    if found.locked and not (rule.keeps_draft and request.method == "POST"):
        return _locked(found, rule)
    if rule.fresh and not fresh(found.proved_at, clock.now()):
        return _prove_first(found)
    if not (found.locked or rule.quiet):
        _seen(found)
    if g.hashes:
        account = str(found.viewer.account_id)
        rate_limits.take(
            current.store(),
            clock.now(),
            ("hashing.account", account),
            ("hashing.address", current.address()),
        )
    if rule.roles == {Role.PARTICIPANT}:
        _require_open(request.endpoint)
    return None


def _require_open(endpoint: str) -> None:
    """Raise ``NotAllowed`` for pages that are closed to the participant after the programme."""
    g.open = Open(Scope.EVERYTHING)
    if current.signed_in().state not in EXPECTS_WORK:
        with current.store().reading() as tx:
            g.open = after_programme.open_to_participant(tx, current.viewer().account_id, clock.now())
    if not g.open.scope.holds(needed(endpoint)):
        raise NotAllowed("not_open")


def _incomplete_only(found: SignedIn) -> ResponseReturnValue | None:
    if found.complete:
        g.signed_in = found  # lets the audit entry name the person who was refused
        raise NotFound
    if found.locked:
        return _signed_out()
    g.signed_in = found
    return None


def _signed_out() -> ResponseReturnValue:
    if request.method not in SAFE:
        abort(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))


def _locked(found: SignedIn, rule: Rule) -> ResponseReturnValue:
    """Redirect a locked session to the sign-in page. If the person has sent a form, keep the form until the
    person signs in again.

    If a form comes from a page that must leave no trace in logs, don't put that page's URL in the redirect to
    the sign-in page. Companion stores the page's address with the form, and opens that page after sign-in.
    """
    g.pop("signed_in")
    if request.method in SAFE:
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
    page = parked_forms.page_before()
    leads_back = parked_forms.hold(found, page, always=rule.uncounted) and rule.uncounted
    return redirect(url_for("account.sign_in", next=None if leads_back else page))


def _prove_first(found: SignedIn) -> ResponseReturnValue:
    """Ask for both sign-in steps. If the person has sent a form, keep the form until the person has completed
    both sign-in steps.
    """
    if request.method in SAFE:
        return redirect(url_for("account.confirm", next=request.full_path.rstrip("?")))
    page = parked_forms.page_before()
    parked_forms.hold(found, page)
    return redirect(url_for("account.confirm", next=page), 303)


def _seen(found: SignedIn) -> None:
    if found.stale:
        with current.store().writing() as tx:
            sessions.touch(tx, found.session_id, clock.now())
            tx.commit()
    if request.method == "POST" and "held" in session:
        parked_forms.sent_again(found)
