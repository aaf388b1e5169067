"""Many participants with sessions and saved answers, written directly to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import bindparam, insert, select, update

from companion.domain.activities.activity import Activity
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.work.work import Said
from companion.store import people
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import participant
from companion.store.operations import rebind_rows
from companion.store.people import Account
from companion.store.work import work
from companion.store.work.rows import AnswerRow, SubmissionRow, WorkRow
from tests.bench.activity import said, taken_in, walks
from tests.bench.portal import Portal
from tests.crowd import fill

TURNS = 20
PASSPHRASE = "orange tents along the river"


@dataclass
class Walker:
    """A simulated, signed-in participant who counts how many questions they have answered."""

    participant_id: UUID
    work_id: UUID
    name: str
    cookies: str = ""
    signed_out: str = ""
    """The participant's cookie from before they signed in."""
    token: str = ""
    saved: int = 1


def walkers(place: Portal, count: int) -> list[Walker]:
    """Return this many participants, in caseloads of forty.

    Each participant has answered every question of one open piece of work.
    """
    cast, activity = place.cast, taken_in(place, walks(TURNS))
    fill(cast.store, cast.priya.viewer.account_id, count, cast.now)
    with cast.store.reading() as tx:
        still_open = (
            select(Enrolment.participant_id, WorkRow.id)
            .join(WorkRow, WorkRow.enrolment_id == Enrolment.id)
            .where(~select(SubmissionRow.id).where(SubmissionRow.work_id == WorkRow.id).exists())
            .order_by(WorkRow.set_at)
        )
        found = dict(tx.execute(still_open).all())
    made = [Walker(who, work_id, f"walker {number}") for number, (who, work_id) in enumerate(found.items())]
    _give_answers(place, made, activity)
    _give_accounts(place, made)
    return made


def _give_answers(place: Portal, made: Sequence[Walker], activity: Activity) -> None:
    """Answer every prompt for every participant, and start every participant's programme."""
    typed, now = said(activity), place.cast.now
    values = {prompt.id: prompt.parse(typed[prompt.id]) for prompt in activity.prompts}
    with place.cast.store.writing() as tx:
        boxes = tx.keys.boxes({participant(each.participant_id) for each in made})
        rows = []
        for each in made:
            box = boxes[participant(each.participant_id)]
            for prompt_id, value in values.items():
                row = {"id": uuid4(), "work_id": each.work_id, "revision": 1, "saved_at": now}
                row["place"] = work.place_of(tx, each.work_id, prompt_id)
                row["value"] = box.seal("answers.value", row["id"], Said(prompt_id, "answered", value))
                rows.append(row)
        tx.execute(insert(AnswerRow), rows)
        counts = {"started": True, "revision": len(values), "done": len(values), "fewest_left": 0}
        tx.execute(
            update(WorkRow)
            .where(WorkRow.id.in_([each.work_id for each in made]))
            .values(**counts, most_left=0, saved_at=now)
        )
        tx.connection().execute(update(Enrolment).values(state=PathwayState.IN_PROGRAMME))
        rebind_rows.bind(tx, Enrolment, rebind_rows.ids(tx, Enrolment))
        tx.commit()


def _give_accounts(place: Portal, made: Sequence[Walker]) -> None:
    """Give each participant a sign-in name, a passphrase and a signed-in session with a cookie.

    All participants share one passphrase hash, and checking it takes as long as in production.
    """
    hashed, name = Hasher().hash(PASSPHRASE), place.app.config["SESSION_COOKIE_NAME"]
    with place.cast.store.writing() as tx:
        for each in made:
            session_token = sessions.start(tx, each.participant_id, place.cast.now, complete=True)
            with place.app.test_request_context():
                each.token = generate_csrf()
                each.signed_out = f"{name}={_signed(place)}"
                session.update(_user_id=session_token, _fresh=True)
                each.cookies = f"{name}={_signed(place)}"
        tx.connection().execute(
            update(Account)
            .where(Account.id == bindparam("who"))
            .values(sign_in_hash=bindparam("name_hash"), passphrase_hash=hashed)
            .execution_options(synchronize_session=False),
            [{"who": each.participant_id, "name_hash": people.sign_in_hash(tx, each.name)} for each in made],
        )
        rebind_rows.bind(tx, Account, [each.participant_id for each in made])
        tx.commit()


def session_cookie(place: Portal, account_id: UUID) -> str:
    """Return the cookie value of a new session for this account."""
    with place.cast.store.writing() as tx:
        session_token = sessions.start(tx, account_id, place.cast.now, complete=True)
        tx.commit()
    with place.app.test_request_context():
        session.update(_user_id=session_token, _fresh=True)
        return _signed(place)


def _signed(place: Portal) -> str:
    signer = place.app.session_interface.get_signing_serializer(place.app)  # type: ignore[attr-defined]  # Flask's default interface has this method
    return str(signer.dumps(dict(session)))
