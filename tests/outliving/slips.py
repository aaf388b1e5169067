"""Create joining codes and requests to change staff accounts, and list the actions that invalidate each."""

from sqlalchemy import select

from companion.domain.accounts.slips import SLIP_LIFE
from companion.domain.people import Credentials, Role
from companion.services.accounts import join
from companion.services.act import Actor
from companion.services.caseloads import add_participant
from companion.services.records import erasure
from companion.services.staff import leaving, resets
from companion.store import people
from companion.store.people import Account
from tests.outliving.world import Begun, World
from tests.people import Participant, Staff
from tests.slips import PASSPHRASE, STATEMENT, WORD, slip_for


def first_slip(w: World) -> Begun:
    slip, enrolment_id, kit = w.door.for_kit()
    cast = w.cast
    with cast.store.reading() as tx:
        viewer = people.viewer(tx, people.account(tx, kit))
    who = Participant(cast, viewer, "kit", "", enrolment_id=enrolment_id)

    def another() -> None:
        add_participant.invite_again(cast.priya.actor, w.hasher, enrolment_id, WORD)

    def use() -> None:
        invitation = w.door.knocks(slip)
        join.acknowledge(cast.store, invitation, STATEMENT.edition, STATEMENT, cast.now)
        join.join(cast.store, w.hasher, invitation, Credentials("kit", PASSPHRASE), cast.now)

    def erase() -> None:
        with cast.store.writing(cast.now) as tx:
            erasure.begin(tx, kit, "retention:test")
            tx.commit()

    return Begun(
        lambda: w.door.opens(slip),
        {
            "handing over": lambda: w.door.hands_over(enrolment_id),
            "its maker leaving": w.leaves(cast.priya),
            "its maker's reset": w.chooses_anew(cast.priya),
            "a newer one": another,
            "use": use,
            "death": w.dies(who),
            "erasure": erase,
            "7 days": w.waits(SLIP_LIFE),
        },
    )


def slip_for_choosing_anew(w: World) -> Begun:
    cast, slip = w.cast, w.door.for_sam()
    return Begun(
        lambda: w.door.opens(slip),
        {
            "handing over": lambda: cast.priya.hands_over(cast.sam, cast.daniel),
            "its maker leaving": w.leaves(cast.priya),
            "its maker's reset": w.chooses_anew(cast.priya),
            "a new passphrase": w.new_passphrase(cast.sam),
            "a newer one": w.door.for_sam,
            "use": lambda: w.door.uses(slip, "samuel"),
            "death": w.dies(cast.sam),
            "erasure": w.erases(cast.sam),
            "7 days": w.waits(SLIP_LIFE),
        },
    )


def slip_of_staff(w: World) -> Begun:
    cast, slip = w.cast, slip_for(w.cast, w.hasher, Role.PRACTITIONER)
    with cast.store.reading() as tx:
        robin = tx.scalars(select(Account.id).where(Account.joined_at.is_(None))).one()
    return Begun(
        lambda: w.door.opens(slip),
        {
            "its maker leaving": w.leaves(cast.margaret),
            "its maker's reset": lambda: w.door.uses(resets_by(w, cast.margaret, cast.ruth), "margaret"),
            "its owner leaving": lambda: leaving.mark_as_left(cast.alex.actor, robin),
            "use": lambda: w.door.uses(slip, "robin"),
            "7 days": w.waits(SLIP_LIFE),
        },
    )


def resets_by(w: World, who: Staff, by: Staff) -> join.Slip:
    account_id = who.viewer.account_id
    resets.ask(Actor(w.cast.store, w.cast.alex.viewer, w.cast.now), account_id)
    return resets.reset_staff(Actor(w.cast.store, by.viewer, w.cast.now), w.hasher, account_id, WORD)


def reset_asked_for(w: World) -> Begun:
    cast, priya = w.cast, w.cast.priya.viewer.account_id
    resets.ask(cast.alex.actor, priya)

    def works() -> bool:
        with cast.store.reading() as tx:
            return priya in resets.waiting(people.staff(tx), cast.now)

    def agree() -> join.Slip:
        return resets.reset_staff(cast.margaret.actor, w.hasher, priya, WORD)

    return Begun(
        works,
        {
            "agreement": agree,
            "its owner leaving": w.leaves(cast.priya),
            "a new passphrase": w.new_passphrase(cast.priya),
            "7 days": w.waits(resets.ASKED_FOR),
        },
    )


def coming_back_asked_for(w: World) -> Begun:
    cast, priya = w.cast, w.cast.priya.viewer.account_id
    cast.alex.marks_as_left(cast.priya)
    leaving.ask_back(cast.alex.actor, priya)

    def works() -> bool:
        with cast.store.reading() as tx:
            return people.account(tx, priya).return_asked_at is not None

    lead = cast.margaret.viewer
    return Begun(works, {"agreement": lambda: leaving.take_back(Actor(cast.store, lead, cast.now), priya)})
