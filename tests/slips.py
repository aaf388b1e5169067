"""Create joining slips and reset slips for tests."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from companion import content
from companion.cli.demo.people import a_session
from companion.domain.people import Credentials, Role
from companion.domain.refusals import Rejected
from companion.services.accounts import join
from companion.services.accounts.join import Slip
from companion.services.act import Actor
from companion.services.caseloads import handover
from companion.services.caseloads.add_participant import add_participant
from companion.services.caseloads.handover import HandoverForm
from companion.services.staff import resets
from companion.store import people
from companion.store.accounts import slips
from companion.store.accounts.passphrases import Hasher
from companion.store.people import Invitation
from tests.cast import Cast
from tests.people import Staff

WORD = "lighthouse"
PASSPHRASE = "seven pears in a row of robins"
STATEMENT = content.shipped_statement("en")


def slip_for(cast: Cast, hasher: Hasher, role: Role, name: str = "Robin") -> Slip:
    """Return a joining slip for somebody new.

    Priya adds participants, Alex adds administrators, and Margaret adds other staff.
    """
    if role is Role.PARTICIPANT:
        first = a_session(cast.now + timedelta(days=3), 0)
        return add_participant(cast.priya.actor, hasher, uuid4(), name, WORD, first).slip
    maker = cast.alex if role is Role.ADMINISTRATOR else cast.margaret
    with cast.store.writing(cast.now, maker.viewer) as tx:
        account = people.add_account(tx, role, name, cast.now, approved=True)
        slip = join.invite(tx, account, hasher.hash(WORD))
        tx.commit()
    return slip


class Door:
    """Helpers that make joining and reset slips and use the slips to join."""

    def __init__(self, cast: Cast, hasher: Hasher) -> None:
        self.cast, self.hasher = cast, hasher

    def knocks(self, slip: Slip) -> UUID:
        return join.open_door(self.cast.store, self.hasher, slip.code, WORD, "", self.cast.now)

    def opens(self, slip: Slip) -> bool:
        """Return whether Companion accepts the agreed word with the code on a joining or reset slip."""
        try:
            self.knocks(slip)
        except Rejected:
            return False
        return True

    def uses(self, slip: Slip, name: str) -> str:
        return join.join(
            self.cast.store, self.hasher, self.knocks(slip), Credentials(name, PASSPHRASE), self.cast.now
        )

    def for_sam(self) -> Slip:
        """As Priya, make a reset slip for Sam's account, and return it."""
        store, sam = self.cast.store, self.cast.sam.enrolment_id
        return resets.reset_participant(
            Actor(store, self.cast.priya.viewer, self.cast.now), self.hasher, sam, WORD
        )

    def for_staff(self, who: Staff) -> Slip:
        """Return a reset slip that Alex requested and Margaret made."""
        account_id, now = who.viewer.account_id, self.cast.now
        resets.ask(self.cast.alex.at(now), account_id)
        return resets.reset_staff(self.cast.margaret.at(now), self.hasher, account_id, WORD)

    def for_kit(self) -> tuple[Slip, UUID, UUID]:
        """As Priya, add a new participant called Kit.

        Return Kit's first joining slip, and the ids of Kit's enrolment and account.
        """
        store, priya, now = self.cast.store, self.cast.priya.viewer, self.cast.now
        first = a_session(now + timedelta(days=3), 0)
        added = add_participant(Actor(store, priya, now), self.hasher, uuid4(), "Kit", WORD, first)
        with store.reading() as tx:
            newest = select(Invitation.account_id).order_by(Invitation.made_at.desc())
            kit = tx.scalars(newest.where(Invitation.resets.is_(False))).first()
        assert kit
        return added.slip, added.enrolment_id, kit

    def hands_over(self, enrolment_id: UUID) -> None:
        """As a lead, hand one of Priya's participants over to Daniel."""
        cast = self.cast
        lead, priya, daniel = (who.viewer for who in (cast.margaret, cast.priya, cast.daniel))
        handover.hand_over_several(
            Actor(cast.store, lead, cast.now),
            priya.account_id,
            [enrolment_id],
            uuid4(),
            HandoverForm(daniel.account_id, "Away."),
        )

    def ended(self, account_id: UUID) -> bool:
        """Return whether the account's latest joining code is shown as cancelled."""
        with self.cast.store.reading() as tx:
            return account_id in slips.ended(tx, [account_id], self.cast.now)
