"""The page about a piece of set work."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.people import Role
from companion.domain.work.work import Card
from companion.services.work import set_piece
from companion.services.work.intention import OnePiece
from companion.web.gate import access, current
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import CardChange, Copy, Replacement, Withdrawal


def _page(form: Form, enrolment_id: UUID, work_id: UUID) -> str:
    g.page = url_for("practitioner.piece", enrolment_id=enrolment_id, work_id=work_id)
    found = set_piece.open_piece(current.actor(), OnePiece(work_id, enrolment_id))
    card = CardChange.beside(form)
    card.begins_with(why=found.work.card.why, minutes=found.work.card.minutes, due=found.work.due.id)
    card.saw(found.work.card.revision)
    return render_template(
        "practitioner/piece.html",
        found=found,
        case=found.case,
        work=found.work,
        ahead=Conversation(found.work.activity, {}).progress,
        form=form,
        card=card,
        withdrawal=Withdrawal.beside(form),
        copy=Copy.beside(form),
    )


@access.roles(Role.PRACTITIONER)
def piece(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/<id>``: show a piece of work, without unsubmitted answers."""
    return _page(CardChange(), enrolment_id, work_id)


@access.roles(Role.PRACTITIONER)
@takes(CardChange, _page)
def change_card(form: CardChange, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/<id>/card``: change the card that explains the work."""
    card = Card.typed(form.why.data, form.minutes.data)
    typed = set_piece.CardChange(card, form.due.data, form.seen.data)
    set_piece.change_card(current.actor(), OnePiece(work_id, enrolment_id), typed)
    return _done(_("Work changed."), enrolment_id, work_id)


@access.roles(Role.PRACTITIONER)
@takes(Replacement)
def use_version(form: Replacement, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/<id>/version``: switch the set work to another version of its activity."""
    set_piece.use_version(current.actor(), OnePiece(work_id, enrolment_id), form.version.data)
    return _done(_("The work now has your changed questions."), enrolment_id, work_id)


@access.roles(Role.PRACTITIONER)
@takes(Withdrawal, _page)
def withdraw(form: Withdrawal, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/<id>/withdrawal``: withdraw the work."""
    set_piece.withdraw(current.actor(), OnePiece(work_id, enrolment_id), form.words.data)
    return _done(_("Work withdrawn."), enrolment_id, work_id)


def _done(said: str, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    return done(said, url_for("practitioner.piece", enrolment_id=enrolment_id, work_id=work_id))
