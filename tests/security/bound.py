"""Create a row in every table whose rows have keyed hashes. For each table, name an action that Companion
refuses if somebody has tampered with the row.

If somebody changes a row directly in the database, Companion must refuse to act on it. If the row that says
who wrote a text has been tampered with, Companion must show the text without its author.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from companion.domain.concerns.lead_access import AccessStepKind
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.services.accounts import one_time_codes
from companion.services.act import Actor
from companion.services.staff import resets
from companion.store import people
from companion.store.accounts import calendar_feeds, passkeys, second_factors, sessions
from companion.store.accounts.passkeys import Passkey
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Transaction
from companion.store.concerns import concerns, lead_access
from companion.store.enrolments import enrolments, handovers
from companion.store.meetings import absence, groups
from companion.store.meetings.absence import AbsenceRow
from companion.store.meetings.appointments import AppointmentRow
from companion.store.messages import messages, notes
from companion.store.people import DAMAGED, Invitation
from companion.store.records import erasures, legal_holds
from companion.store.records.erasures import Erasure
from companion.store.work import rows, work
from companion.store.work.rows import WorkRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.groups import a_group

Decides = Callable[[Transaction], bool]


class Life:
    """A person's rows in the tables with keyed hashes.

    For each table, ``refused`` holds a function that checks whether Companion refuses the person's row.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast, self.rows, self.refused = cast, dict[str, UUID](), dict[str, Decides]()
        self.sam, self.priya = cast.sam.viewer, cast.priya.viewer
        self.enrolment = cast.sam.enrolment_id
        self._ways_in()
        self._caseload()
        self._words()
        self._rights()

    def of(self, table: str, row: UUID, refused: Decides) -> None:
        self.rows[table], self.refused[table] = row, refused

    def _ways_in(self) -> None:
        cast, sam, priya = self.cast, self.sam, self.priya
        recovery = one_time_codes.new_recovery_codes(Actor(cast.store, priya, cast.now))[0]
        slip = resets.reset_participant(
            Actor(cast.store, priya, cast.now), Hasher(cheap=True), self.enrolment, "barley"
        )
        with by_hand(cast.store) as tx:
            token = sessions.start(tx, sam.account_id, cast.now, complete=True)
            feed = calendar_feeds.renew(tx, priya.account_id, cast.now)
            tx.flush()
            session = sessions.find(tx, token, cast.now)
            assert session
            passkeys.new_challenge(tx, session.session_id, "use", cast.now)
            passkey = Passkey(id=uuid4(), account_id=priya.account_id, credential_id=b"id", public_key=b"key")
            passkey.sign_count, passkey.name, passkey.added_at = 1, b"", cast.now
            tx.add(passkey)
            tx.flush()
            first = {
                model.__tablename__: tx.scalars(select(model.id)).first()
                for model in (calendar_feeds.CalendarFeed, passkeys.Challenge)
            }
            slip_id = tx.scalar(
                select(Invitation.id).where(Invitation.code_hash == people.code_hash(tx, slip.code))
            )
            used = tx.scalar(
                select(second_factors.RecoveryCode.id).where(
                    second_factors.RecoveryCode.code_hash == people.code_hash(tx, recovery)
                )
            )
            tx.commit()
        now = cast.now
        self.of("accounts", sam.account_id, lambda tx: sessions.find(tx, token, now) is None)
        self.of("web_sessions", session.session_id, lambda tx: sessions.find(tx, token, now) is None)
        self.of(
            "invitations",
            slip_id,  # type: ignore[arg-type]  # this value is never None here
            lambda tx: people.open_invitation(tx, slip.code, now) is None,
        )
        self.of(
            "one_time_codes",
            priya.account_id,
            lambda tx: not second_factors.factors_of(tx, priya.account_id).one_time,
        )
        self.of(
            "passkeys", passkey.id, lambda tx: not second_factors.factors_of(tx, priya.account_id).passkeys
        )
        self.of(
            "passkey_challenges",
            first["passkey_challenges"],  # type: ignore[arg-type]  # this value is never None here
            lambda tx: passkeys.take_challenge(tx, session.session_id, "use", now) is None,
        )
        self.of(
            "recovery_codes",
            used,  # type: ignore[arg-type]  # this value is never None here
            lambda tx: not second_factors.use_recovery_code(tx, priya.account_id, recovery, now),
        )
        self.of(
            "calendar_feeds",
            first["calendar_feeds"],  # type: ignore[arg-type]  # this value is never None here
            lambda tx: calendar_feeds.owner(tx, feed) is None,
        )

    def _caseload(self) -> None:
        cast, priya, margaret = self.cast, self.priya, self.cast.margaret.viewer
        day, now = cast.now.date(), cast.now
        covered = AbsenceRow(id=uuid4(), account_id=priya.account_id, first=day, last=day, made_at=now)
        covered.cover_id = cast.daniel.viewer.account_id
        with by_hand(cast.store) as tx:
            tx.add(covered)
            tx.commit()
        group = a_group(cast).id
        look = cast.margaret.looks_at(cast.sam, later=bool(cast.ruth))
        cast.margaret.looks_at(cast.owen)
        with by_hand(cast.store, now, cast.ruth.viewer) as tx:
            row = lead_access.look_row(tx, cast.ruth.viewer, look)
            lead_access.add_step(tx, row, AccessStepKind.AGREED, "Yes.")
            tx.commit()
        self.of(
            "enrolments",
            self.enrolment,
            lambda tx: gone(lambda: enrolments.enrolment(tx, priya, self.enrolment)),
        )
        self.of("away_days", covered.id, lambda tx: absence.times_away(tx, now) == [])
        self.of("groups", group, lambda tx: gone(lambda: groups.group_row(tx, priya, group)))
        self.of("looks", look, lambda tx: gone(lambda: lead_access.look_row(tx, margaret, look)))
        self.of(
            "look_steps",
            self._newest(lead_access.LeadAccessStepRow),
            lambda tx: all(
                step.by == DAMAGED for each in lead_access.at_hand(tx, now) for step in each.steps
            ),
        )

    def _words(self) -> None:
        cast, priya, his, now = self.cast, self.priya, self.enrolment, self.cast.now
        self.message = cast.sam.writes("I walked.")
        note, piece = cast.priya.notes_on(cast.sam, "He walked."), cast.priya.sets(cast.sam, "warning-signs")
        cast.sam.finishes(piece)
        handed_in = cast.sam.submits(piece)
        other = cast.priya.sets(cast.owen, "warning-signs")
        cast.owen.finishes(other)
        cast.owen.submits(other)
        cast.priya.releases(handed_in, whole="A start.")
        with by_hand(cast.store, now, priya) as tx:
            met = AppointmentRow(id=uuid4(), enrolment_id=his, kind="session", minutes=120, revision=1)
            met.starts_at, met.site = now - timedelta(days=1), "epsom"
            tx.add(met)
            tx.flush()
            agreed = notes.add_agreed(tx, met, 1, "To walk.")
            tx.commit()
        self.of("messages", self.message, lambda tx: all_of(by_in_thread(tx, his), DAMAGED))
        self.of("notes", note, lambda tx: all_of([each.author for each in notes.notes(tx, his)], DAMAGED))
        self.of("agreements", agreed.id, lambda tx: unnamed(notes.last_agreed(tx, his)))
        self.of("submissions", handed_in, lambda tx: feedback(tx, piece) in ([], [DAMAGED]))
        self.of(
            "comments",
            self._newest(rows.CommentRow),
            lambda tx: set(comment_authors(tx, piece)) <= {DAMAGED},
        )

    def _rights(self) -> None:
        cast, priya, his, now = self.cast, self.priya, self.enrolment, self.cast.now
        margaret, sam = cast.margaret.viewer, self.sam
        told = cast.sam.tells("I have a worry about a child.")
        cast.owen.tells("I have a worry about a child, too.")
        hold = cast.margaret.holds(cast.sam)
        erasure = Erasure(
            id=uuid4(), account_id=cast.idris.viewer.account_id, reference="K7-402", why="asked"
        )
        erasure.begun_at = now
        with by_hand(cast.store, now, margaret) as tx:
            legal_holds.lift(tx, tx.get_one(legal_holds.LegalHoldRow, hold), "It is over.")
            row = concerns.concern_row(tx, margaret, told)
            row.state = "closed"
            tx.add(erasure)
            tx.by = cast.daniel.viewer
            handover = handovers.add(
                tx,
                uuid4(),
                enrolments.enrolment(tx, cast.daniel.viewer, cast.idris.enrolment_id),
                priya.account_id,
                "Away.",
            )
            step = tx.scalars(
                select(enrolments.EnrolmentStepRow.id).where(enrolments.EnrolmentStepRow.enrolment_id == his)
            ).first()
            raised = tx.scalars(
                select(concerns.ConcernStepRow.id).where(
                    concerns.ConcernStepRow.concern_id == told, concerns.ConcernStepRow.number == 1
                )
            ).first()
            tx.commit()
        self.of("concerns", told, lambda tx: gone(lambda: concerns.concern_row(tx, priya, told)))
        self.of(
            "concern_steps",
            raised,  # type: ignore[arg-type]  # this value is never None here
            lambda tx: (
                DAMAGED in {each.by for each in concern_steps(tx, margaret, told)}
                or len(concern_steps(tx, margaret, told)) < 1
            ),
        )
        self.of("holds", hold, lambda tx: sam.account_id in legal_holds.held(tx, [sam.account_id]))
        self.of("erasures", erasure.id, lambda tx: erasures.begun(tx) == set())
        self.of(
            "handovers",
            handover.id,
            lambda tx: all_of([each.by for each in handovers.told(tx, cast.idris.enrolment_id)], DAMAGED),
        )
        self.of(
            "enrolment_steps",
            step,  # type: ignore[arg-type]  # this value is never None here
            lambda tx: (
                enrolments.NOBODY in {each.by for each in enrolments.steps(tx, his)}
                or len(enrolments.steps(tx, his)) < self.steps
            ),
        )
        with cast.store.reading() as tx:
            self.steps = len(enrolments.steps(tx, his))

    def _newest(self, model: Any) -> UUID:
        with self.cast.store.reading() as tx:
            found: UUID = tx.scalars(select(model.id)).all()[-1]
        return found


def gone(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotFound:
        return True
    return False


def all_of(found: list[str], expected: str) -> bool:
    """Return whether every value in the list equals the expected value."""
    return set(found) <= {expected}


def by_in_thread(tx: Transaction, enrolment: UUID) -> list[str]:
    return [each.author for each in messages.opened(tx, enrolment, messages.newest(tx, enrolment))]


def unnamed(agreed: Any) -> bool:
    return agreed is None or agreed.by == DAMAGED


def _rounds(tx: Transaction, piece: UUID) -> Any:
    return work.work(tx, tx.get_one(WorkRow, piece)).submissions


def feedback(tx: Transaction, piece: UUID) -> list[str]:
    """Return the names of the people who sent feedback on this work."""
    return [each.outcome_by for each in _rounds(tx, piece) if each.outcome]


def comment_authors(tx: Transaction, piece: UUID) -> list[str]:
    return [by for each in _rounds(tx, piece) for by in each.authors.values()]


def concern_steps(tx: Transaction, viewer: Viewer, told: UUID) -> Any:
    return concerns.opened(tx, concerns.concern_row(tx, viewer, told)).steps
