"""Joining: the door, the statement, the account."""

from uuid import UUID

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import Lost
from companion.domain.accounts.statement import Statement
from companion.domain.people import Credentials
from companion.domain.refusals import Crowded, Problem, Rejected, SlowDown
from companion.services.accounts import join, replace_second_step
from companion.store.records import policies
from companion.web.account.suggestion import asked_for, suggested
from companion.web.gate import access, clock, current
from companion.web.gate.session_user import enter
from companion.web.page.context import START
from companion.web.page.languages import language


@access.hashes
@access.public
def join_page() -> ResponseReturnValue:
    """``GET`` and ``POST /join``: the code on the slip, and the word that was agreed in person."""
    if request.method != "POST":
        return render_template("account/join.html", problems=(), code="")
    try:
        invitation_id = join.open_door(
            current.store(),
            current.hasher(),
            request.form.get("code", ""),
            request.form.get("word", ""),
            current.address(),
            clock.now(),
        )
    except Rejected as rejected:
        return _door(rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds})
        return _door((problem,)), 429, {"Retry-After": str(refusal.seconds)}
    except Crowded as refusal:
        return _door((Problem("crowded"),)), 503, {"Retry-After": str(refusal.seconds)}
    session["joining"] = invitation_id.hex
    again = join.joiner(current.store(), invitation_id, clock.now()).again
    return redirect(url_for("account.join_account" if again else "account.statement"), 303)


def _door(problems: tuple[Problem, ...]) -> str:
    return render_template("account/join.html", problems=problems, code=request.form.get("code", ""))


@access.public
def statement() -> ResponseReturnValue:
    """``GET /join/statement``: what is confidential and what is not."""
    if "joining" not in session:
        return redirect(url_for("account.join"))
    name = join.joiner(current.store(), _invitation(), clock.now()).name
    return render_template("account/statement.html", name=name, statement=_statement())


@access.public
def acknowledge() -> ResponseReturnValue:
    """``POST /join/acknowledgement``: it was read, in this version and language."""
    if "joining" not in session:
        return redirect(url_for("account.join"), 303)
    read = _statement()
    join.acknowledge(current.store(), _invitation(), read.version, read.language, clock.now())
    return redirect(url_for("account.join_account"), 303)


@access.hashes
@access.public
def join_account() -> ResponseReturnValue:
    """``GET`` and ``POST /join/account``: a name and a new passphrase, or the present one for a lost second step."""
    if "joining" not in session:
        return redirect(url_for("account.join"))
    who = join.joiner(current.store(), _invitation(), clock.now())
    if request.method != "POST" or asked_for():
        return _account(who)
    try:
        token = _token(who)
    except Rejected as rejected:
        return _account(who, rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds}, "passphrase")
        return _account(who, (problem,)), 429, {"Retry-After": str(refusal.seconds)}
    except Crowded as refusal:
        return _account(who, (Problem("crowded"),)), 503, {"Retry-After": str(refusal.seconds)}
    enter(token, same_person=False)
    return redirect(url_for(_next(who)), 303)


def _token(who: join.Joiner) -> str:
    passphrase, store, hasher = request.form.get("passphrase", ""), current.store(), current.hasher()
    if who.lost is Lost.SECOND_STEP:
        return replace_second_step.replace(store, hasher, _invitation(), passphrase, clock.now())
    name = request.form.get("sign_in_name", "")
    return join.join(
        store, hasher, _invitation(), Credentials(name, passphrase), clock.now(), language=language()
    )


def _next(who: join.Joiner) -> str:
    """The second step of who has one, or sets one up; then the own page."""
    if who.role.staff or (who.lost is Lost.PASSPHRASE and who.second_step):
        return "account.second_factor"
    return "account.factors" if who.lost is Lost.SECOND_STEP else START[who.role]


def _account(who: join.Joiner, problems: tuple[Problem, ...] = ()) -> str:
    name = request.form.get("sign_in_name", "")
    return render_template(
        "account/join_account.html", problems=problems, who=who, sign_in_name=name, suggested=suggested()
    )


def _statement() -> Statement:
    with current.store().reading() as tx:
        return policies.statement(tx, language())


def _invitation() -> UUID:
    return UUID(session["joining"])
