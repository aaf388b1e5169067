"""The pages for joining."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import Lost
from companion.domain.accounts.slips import DOOR_OPEN
from companion.domain.accounts.statement import Statement
from companion.domain.people import Credentials
from companion.services.accounts import join, replace_second_step
from companion.store.records import policies
from companion.web.account.forms import Acknowledgement, Door, Join
from companion.web.account.suggestion import suggested
from companion.web.gate import access, clock, current
from companion.web.gate.session_user import enter
from companion.web.page.context import START
from companion.web.page.form import takes
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language

P = ParamSpec("P")


def _door(form: Door) -> str:
    return render_template("account/join.html", form=form)


@access.hashes
@access.public
@takes(Door, _door)
def join_page(form: Door) -> ResponseReturnValue:
    """``GET`` and ``POST /join``: check the joining code and the agreed word."""
    invitation_id = join.open_door(
        current.store(),
        current.hasher(),
        form.code.data,
        form.word.data,
        current.address(),
        clock.now(),
    )
    session["joining"] = invitation_id.hex
    _stay_open()
    again = join.joiner(current.store(), invitation_id, clock.now()).again
    return redirect(url_for("account.join_account" if again else "account.statement"), 303)


def with_slip(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Ask for the code again if this browser hasn't entered one, or has been idle for too long since."""

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if clock.now().timestamp() > session.get("joining_until", 0):
            if session.pop("joining", None):
                flash(_("You took more than 15 minutes, so please enter your joining code and word again."))
            return redirect(url_for("account.join"), 303)
        _stay_open()
        return view(*args, **kwargs)

    return opened


def _stay_open() -> None:
    session["joining_until"] = int((clock.now() + DOOR_OPEN).timestamp())


def _statement_page(form: Acknowledgement) -> ResponseReturnValue:
    name = join.joiner(current.store(), _invitation(), clock.now()).name
    statement = _statement()
    form.saw(statement.edition)
    return render_template("account/statement.html", form=form, name=name, statement=statement)


@access.public
@with_slip
def statement() -> ResponseReturnValue:
    """``GET /join/statement``: show the confidentiality statement."""
    return _statement_page(Acknowledgement())


@access.public
@with_slip
@takes(Acknowledgement, _statement_page)
def acknowledge(form: Acknowledgement) -> ResponseReturnValue:
    """``POST /join/acknowledgement``: record that somebody has read the confidentiality statement."""
    join.acknowledge(current.store(), _invitation(), form.seen.data, _statement(), clock.now())
    return redirect(url_for("account.join_account"), 303)


def _account(form: Join) -> ResponseReturnValue:
    who = join.joiner(current.store(), _invitation(), clock.now())
    return render_template("account/join_account.html", form=form, who=who, suggested=suggested(form))


@access.hashes
@access.public
@with_slip
@takes(Join, _account)
def join_account(form: Join) -> ResponseReturnValue:
    """``GET`` and ``POST /join/account``: choose a sign-in name and passphrase.

    A person who has lost only the second sign-in step enters their existing passphrase.
    """
    if form.suggest.data:
        return _account(form)
    who = join.joiner(current.store(), _invitation(), clock.now())
    enter(_token(form, who), same_person=False)
    return redirect(url_for(_next(who)), 303)


def _token(form: Join, who: join.Joiner) -> str:
    name, passphrase, store, hasher = (
        form.sign_in_name.data,
        form.passphrase.data,
        current.store(),
        current.hasher(),
    )
    if who.lost is Lost.SECOND_STEP:
        return replace_second_step.replace(store, hasher, _invitation(), passphrase, clock.now())
    credentials = Credentials(name, passphrase)
    return join.join(store, hasher, _invitation(), credentials, clock.now(), language=language())


def _next(who: join.Joiner) -> str:
    """Return the endpoint of the next page.

    Staff get the page for the second sign-in step. Participants who have lost only their passphrase get the
    page for the second sign-in step if they have set up this step. Participants who have lost only their
    second sign-in step get the page with their sign-in methods. All other participants get their start page.
    """
    if who.role.staff or (who.lost is Lost.PASSPHRASE and who.second_step):
        return "account.second_factor"
    return "account.factors" if who.lost is Lost.SECOND_STEP else START[who.role]


def _statement() -> Statement:
    with current.store().reading() as tx:
        return policies.statement(tx, language())


def _invitation() -> UUID:
    return UUID(session["joining"])
