"""What can outlive its reason, each begun as in life, with every act that ends it (docs/security-rules.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import select

from companion.domain.accounts.devices import KNOWN_FOR, DeviceKind
from companion.domain.accounts.second_factors import CHALLENGE_LIFE, FRESH_FOR, fresh
from companion.domain.accounts.slips import SLIP_LIFE
from companion.domain.concerns.lead_access import OPEN_FOR, UNTOLD_FOR
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.notices.reminders import Choice
from companion.domain.people import Role
from companion.domain.refusals import NotFound, Refused
from companion.services.accounts import join, my_sessions, one_time_codes, passphrase, second_step, sign_in
from companion.services.accounts.passkeys import USING
from companion.services.accounts.second_step import Given
from companion.services.caseloads import add_participant
from companion.services.concerns import lead_access, lead_reads, report
from companion.services.evaluation import give
from companion.services.meetings import absence, calendars
from companion.services.messages import threads
from companion.services.messages.threads import MessageForm as TypedMessage
from companion.services.notices import preferences
from companion.services.notices.send import Letter, _letter, deliver
from companion.services.records import erasure
from companion.services.staff import leaving, resets
from companion.store import outbox, people
from companion.store.accounts import devices, passkeys, second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.concerns import concern_rules
from companion.store.concerns.lead_access import LeadAccessRow, look
from companion.store.meetings import group_members
from companion.store.messages import message_drafts
from companion.store.outbox import Notice
from companion.store.people import Account
from companion.store.records import erasures, legal_holds
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast, Participant, Somebody, Staff
from tests.fixtures import Clock
from tests.groups import Group, a_group
from tests.leavers import Leavers
from tests.slips import PASSPHRASE, WORD, Door, slip_for

Act = Callable[[], object]
CONCERN_CLOSED = "closing the last open concern"


@dataclass(frozen=True)
class Begun:
    """Something that works now, how one sees that it does, and what ends it."""

    works: Callable[[], bool]
    ends: dict[str, Act]


@dataclass(frozen=True)
class World:
    """Where it happens."""

    cast: Cast
    hasher: Hasher
    clock: Clock
    noted: ErasedList

    @property
    def door(self) -> Door:
        return Door(self.cast, self.hasher)

    def waits(self, how_long: timedelta) -> Act:
        """So much time goes by."""
        return lambda: self.clock.forward(seconds=how_long.total_seconds())

    def erases(self, who: Participant) -> Act:
        """A lead has him erased."""
        return lambda: self.cast.margaret.erases(who, self.noted)

    def dies(self, who: Participant) -> Act:
        """His practitioner writes down that he has died."""
        return lambda: self.cast.priya.moves(who, PathwayState.DIED)

    def leaves(self, who: Somebody) -> Act:
        """An administrator marks somebody as left."""
        return lambda: self.cast.alex.marks_as_left(who)

    def signs_in(self, who: Somebody) -> tuple[str, SignedIn]:
        """A session of somebody, after both steps."""
        now, store = self.cast.now, self.cast.store
        token = sign_in.sign_in(store, self.hasher, who.sign_in_name, who.passphrase, "", None, now).token
        if who.totp_secret:
            token = second_step.give(
                store, self._found(token), Given(pyotp.TOTP(who.totp_secret).at(int(now.timestamp()))), now
            )
        return token, self._found(token)

    def alive(self, token: str) -> bool:
        """Whether this token opens a session that is not locked."""
        with self.cast.store.reading() as tx:
            found = sessions.find(tx, token, self.cast.now)
        return found is not None and not found.locked

    def stays_busy(self, token: str) -> Act:
        """Half a day in which its owner is never idle."""

        def work() -> None:
            session_id = self._found(token).session_id
            for _ in range(72):
                self.clock.forward(minutes=10)
                with self.cast.store.writing() as tx:
                    sessions.touch(tx, session_id, self.cast.now)
                    tx.commit()

        return work

    def new_passphrase(self, who: Somebody) -> Act:
        """Somebody changes his passphrase in a session of its own."""

        def change() -> None:
            _, signed_in = self.signs_in(who)
            passphrase.change(self.cast.store, self.hasher, signed_in, PASSPHRASE, self.cast.now)

        return change

    def chooses_anew(self, who: Staff | Participant) -> Act:
        """Somebody uses a slip that was made for him."""

        def use() -> None:
            slip = self.door.for_staff(who) if isinstance(who, Staff) else self.door.for_sam()
            self.door.uses(slip, who.sign_in_name)

        return use

    def _found(self, token: str) -> SignedIn:
        with self.cast.store.reading() as tx:
            found = sessions.find(tx, token, self.cast.now)
        assert found
        return found


def refused(act: Act) -> bool:
    """Whether this is refused."""
    try:
        act()
    except Refused:
        return True
    return False


def first_slip(w: World) -> Begun:
    slip, enrolment_id, kit = w.door.for_kit()
    cast = w.cast
    with cast.store.reading() as tx:
        viewer = people.viewer(tx, people.account(tx, kit))
    who = Participant(cast, viewer, "kit", "", enrolment_id=enrolment_id)

    def another() -> None:
        priya = cast.priya.viewer
        add_participant.invite_again(cast.store, w.hasher, priya, enrolment_id, WORD, cast.now)

    def use() -> None:
        invitation = w.door.knocks(slip)
        join.acknowledge(cast.store, invitation, 1, "en", cast.now)
        join.join(cast.store, w.hasher, invitation, "kit", PASSPHRASE, cast.now)

    def erase() -> None:
        with cast.store.writing() as tx:
            erasure.begin(tx, kit, "retention:test", None, cast.now)
            tx.commit()

    return Begun(
        lambda: w.door.opens(slip),
        {
            "handing over": lambda: w.door.hands_over(enrolment_id),
            "its maker leaving": w.leaves(cast.priya),
            "its maker choosing anew": w.chooses_anew(cast.priya),
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
            "its maker choosing anew": w.chooses_anew(cast.priya),
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
            "its maker choosing anew": lambda: w.door.uses(
                resets_by(w, cast.margaret, cast.ruth), "margaret"
            ),
            "its owner leaving": lambda: leaving.mark_as_left(cast.store, cast.alex.viewer, robin, cast.now),
            "use": lambda: w.door.uses(slip, "robin"),
            "7 days": w.waits(SLIP_LIFE),
        },
    )


def resets_by(w: World, who: Staff, by: Staff) -> join.Slip:
    """An administrator asks for a reset, and another lead agrees."""
    account_id = who.viewer.account_id
    resets.ask(w.cast.store, w.cast.alex.viewer, account_id, w.cast.now)
    return resets.reset_staff(w.cast.store, w.hasher, by.viewer, account_id, WORD, w.cast.now)


def reset_asked_for(w: World) -> Begun:
    cast, priya = w.cast, w.cast.priya.viewer.account_id
    resets.ask(cast.store, cast.alex.viewer, priya, cast.now)

    def works() -> bool:
        with cast.store.reading() as tx:
            return priya in resets.waiting(people.staff(tx), cast.now)

    def agree() -> join.Slip:
        return resets.reset_staff(cast.store, w.hasher, cast.margaret.viewer, priya, WORD, cast.now)

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
    leaving.ask_back(cast.store, cast.alex.viewer, priya, cast.now)

    def works() -> bool:
        with cast.store.reading() as tx:
            return people.account(tx, priya).return_asked_at is not None

    lead = cast.margaret.viewer
    return Begun(works, {"agreement": lambda: leaving.take_back(cast.store, lead, priya, cast.now)})


def session(w: World) -> Begun:
    cast = w.cast
    token, signed_in = w.signs_in(cast.sam)
    return Begun(
        lambda: w.alive(token),
        {
            "signing out": lambda: sign_in.sign_out(cast.store, token, cast.now),
            "its owner ending it": lambda: my_sessions.end_session(
                cast.store, cast.sam.viewer, signed_in.session_id, cast.now
            ),
            "a new passphrase": w.new_passphrase(cast.sam),
            "its owner choosing anew": w.chooses_anew(cast.sam),
            "death": w.dies(cast.sam),
            "erasure": w.erases(cast.sam),
            "15 idle minutes": w.waits(timedelta(minutes=15)),
            "12 hours": w.stays_busy(token),
        },
    )


def session_of_staff(w: World) -> Begun:
    token, _ = w.signs_in(w.cast.priya)
    return Begun(
        lambda: w.alive(token),
        {
            "its owner leaving": w.leaves(w.cast.priya),
            "its owner choosing anew": w.chooses_anew(w.cast.priya),
            "30 idle minutes": w.waits(timedelta(minutes=30)),
            "12 hours": w.stays_busy(token),
        },
    )


def proof(w: World) -> Begun:
    token, _ = w.signs_in(w.cast.sam)

    def works() -> bool:
        with w.cast.store.reading() as tx:
            found = sessions.find(tx, token, w.cast.now)
        return found is not None and fresh(found.proved_at, w.cast.now)

    return Begun(
        works,
        {"10 minutes": w.waits(FRESH_FOR), "its owner choosing anew": w.chooses_anew(w.cast.sam)},
    )


def held_form(w: World) -> Begun:
    cast = w.cast
    token, signed_in = w.signs_in(cast.sam)
    with cast.store.writing() as tx:
        sessions.hold(tx, signed_in, "/my/messages", {"words": ["Hello"]})
        tx.commit()

    def works() -> bool:
        with cast.store.reading() as tx:
            return sessions.held(tx, signed_in) is not None

    def send() -> None:
        with cast.store.writing() as tx:
            sessions.drop_held(tx, signed_in.session_id)
            tx.commit()

    def sweep() -> None:
        w.clock.forward(hours=12)
        with cast.store.writing() as tx:
            sessions.drop_forgotten(tx, cast.now)
            tx.commit()

    return Begun(
        works,
        {
            "use": send,
            "signing out": lambda: sign_in.sign_out(cast.store, token, cast.now),
            "a new passphrase": w.new_passphrase(cast.sam),
            "its owner choosing anew": w.chooses_anew(cast.sam),
            "12 hours": sweep,
        },
    )


def known_device(w: World) -> Begun:
    cast, mark = w.cast, "a mark that the browser keeps"
    whose = cast.priya.viewer
    my_sessions.know_device(cast.store, whose, DeviceKind(), mark, cast.now)

    def found() -> UUID | None:
        with cast.store.reading() as tx:
            return devices.known(tx, whose.account_id, mark, cast.now)

    def forget() -> None:
        known = found()
        assert known
        my_sessions.forget_device(cast.store, whose, known, cast.now)

    return Begun(
        lambda: found() is not None,
        {
            "its owner ending it": forget,
            "its owner choosing anew": w.chooses_anew(cast.priya),
            "its owner leaving": w.leaves(cast.priya),
            "180 days": w.waits(KNOWN_FOR),
        },
    )


def challenge(w: World) -> Begun:
    cast = w.cast
    _, signed_in = w.signs_in(cast.sam)
    with cast.store.writing() as tx:
        passkeys.new_challenge(tx, signed_in.session_id, USING, cast.now)
        tx.commit()

    def take() -> bytes | None:
        with cast.store.writing() as tx:
            return passkeys.take_challenge(tx, signed_in.session_id, USING, cast.now)

    def use() -> None:
        with cast.store.writing() as tx:
            passkeys.take_challenge(tx, signed_in.session_id, USING, cast.now)
            tx.commit()

    return Begun(lambda: take() is not None, {"use": use, "5 minutes": w.waits(CHALLENGE_LIFE)})


def offered_code(w: World) -> Begun:
    cast = w.cast
    one_time_codes.offer_new(cast.store, cast.sam.viewer, cast.now)
    offered = one_time_codes.offered(cast.store, cast.sam.viewer)
    assert offered

    def confirm() -> None:
        _, signed_in = w.signs_in(cast.sam)
        code = pyotp.TOTP(offered[0]).at(int(cast.now.timestamp()))
        one_time_codes.confirm(cast.store, signed_in, code, cast.now)

    return Begun(
        lambda: one_time_codes.offered(cast.store, cast.sam.viewer) == offered,
        {
            "use": confirm,
            "a newer one": lambda: one_time_codes.offer_new(cast.store, cast.sam.viewer, cast.now),
            "a new passphrase": w.new_passphrase(cast.sam),
            "its owner choosing anew": w.chooses_anew(cast.sam),
        },
    )


def recovery_code(w: World) -> Begun:
    cast, whose = w.cast, w.cast.priya.viewer.account_id

    def new() -> list[str]:
        with cast.store.writing() as tx:
            made = second_factors.new_recovery_codes(tx, whose)
            tx.commit()
        return made

    code = new()[0]

    def take(*, keep: bool) -> bool:
        with cast.store.writing() as tx:
            taken = second_factors.use_recovery_code(tx, whose, code, cast.now)
            if keep:
                tx.commit()
        return taken

    return Begun(
        lambda: take(keep=False),
        {
            "use": lambda: take(keep=True),
            "a newer one": new,
            "its owner choosing anew": w.chooses_anew(cast.priya),
        },
    )


def calendar_address(w: World) -> Begun:
    cast, whose = w.cast, w.cast.priya.viewer
    token = calendars.new_address(cast.store, whose, cast.now)
    return Begun(
        lambda: not refused(lambda: calendars.at_address(cast.store, token, "", cast.now)),
        {
            "a newer one": lambda: calendars.new_address(cast.store, whose, cast.now),
            "its owner ending it": lambda: calendars.end_address(cast.store, whose, cast.now),
            "its owner choosing anew": w.chooses_anew(cast.priya),
            "its owner leaving": w.leaves(cast.priya),
        },
    )


def appointments_in_a_calendar(w: World) -> Begun:
    cast = w.cast
    sams = cast.sam.enrolment_id
    token = calendars.new_address(cast.store, cast.priya.viewer, cast.now)

    def works() -> bool:
        return bool(calendars.at_address(cast.store, token, "", cast.now))

    assert sams
    return Begun(
        works,
        {
            "handing over": lambda: cast.priya.hands_over(cast.sam, cast.daniel),
            "erasure": w.erases(cast.sam),
        },
    )


def cover_of_messages(w: World) -> Begun:
    cast = w.cast
    cast.sam.writes("Hello")
    today = cast.now.date()
    away = cast.priya.is_away(today, today + timedelta(days=3), cast.daniel)
    return Begun(
        lambda: not refused(lambda: cast.daniel.reads_messages_of(cast.sam)),
        {
            "the end of the absence": w.waits(timedelta(days=4)),
            "taking it back": lambda: absence.take_back(cast.store, cast.priya.viewer, away, cast.now),
            "the cover leaving": w.leaves(cast.daniel),
            "the cover being away": lambda: cast.daniel.is_away(today, today),
            "handing over": lambda: cast.priya.hands_over(cast.sam, third(w)),
            "erasure": w.erases(cast.sam),
        },
    )


def third(w: World) -> Staff:
    """A practitioner beside Priya and Daniel."""
    return w.cast._staff(Role.PRACTITIONER, "Robin", PASSPHRASE)


def cover_of_concerns(w: World) -> Begun:
    cast, today = w.cast, w.cast.now.date()
    margaret, ruth = cast.margaret.viewer.account_id, cast.ruth.viewer.account_id
    until = today + timedelta(days=3)
    form = {"lead": str(margaret), "cover": str(ruth), "away_from": f"{today}", "away_until": f"{until}"}
    limits = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}
    report.set_rules(cast.store, cast.margaret.viewer, form | limits, 0, cast.now)

    def works() -> bool:
        with cast.store.reading() as tx:
            leads = concern_rules.lead_ids(tx)
            return concern_rules.rules(tx).watch(leads, cast.now).first == (ruth,)

    return Begun(
        works,
        {
            "the end of the absence": w.waits(timedelta(days=4)),
            "the cover leaving": w.leaves(cast.ruth),
        },
    )


def open_look(w: World) -> Begun:
    cast = w.cast
    look_id = cast.margaret.looks_at(cast.sam)
    lead = cast.margaret.viewer
    return Begun(
        lambda: not refused(lambda: lead_reads.read_plan(cast.store, lead, look_id, cast.now)),
        {
            "half an hour": w.waits(OPEN_FOR),
            "its owner leaving": w.leaves(cast.margaret),
            "erasure": w.erases(cast.sam),
        },
    )


def look_for_a_concern(w: World) -> Begun:
    cast = w.cast
    concern = cast.priya.raises(cast.sam, "He sounded low.")
    look_id = cast.margaret.looks_at(cast.sam, "concern")
    lead = cast.margaret.viewer
    return Begun(
        lambda: not refused(lambda: lead_reads.read_plan(cast.store, lead, look_id, cast.now)),
        {CONCERN_CLOSED: lambda: cast.margaret.closes(concern, "He is safe.")},
    )


def untold_look(w: World) -> Begun:
    cast = w.cast
    concern = cast.priya.raises(cast.sam, "He sounded low.")
    look_id = cast.margaret.looks_at(cast.sam, "concern", later=True)
    lead_access.agree(cast.store, cast.ruth.viewer, look_id, "It could warn somebody.", cast.now)
    lead_access.begin(cast.store, cast.margaret.viewer, look_id, cast.now)

    def works() -> bool:
        with cast.store.reading() as tx:
            return not look(tx.get_one(LeadAccessRow, look_id)).is_told(cast.now)

    return Begun(
        works,
        {
            "28 days": w.waits(UNTOLD_FOR),
            "telling": lambda: lead_access.tell(cast.store, cast.ruth.viewer, look_id, cast.now),
            CONCERN_CLOSED: lambda: cast.margaret.closes(concern, "He is safe."),
        },
    )


def draft_of_a_message(w: World) -> Begun:
    cast = w.cast
    typed = TypedMessage(0, "one", {"words": ["Please bring"]})
    sam = cast.sam.enrolment_id
    threads.save_draft(cast.store, cast.priya.viewer, sam, typed, cast.now)

    def works() -> bool:
        if refused(lambda: cast.priya.reads_messages_of(cast.sam)):
            return False
        with cast.store.reading() as tx:
            return message_drafts.draft(tx, sam, cast.priya.viewer) is not None

    def send() -> None:
        seen = threads.save_draft(cast.store, cast.priya.viewer, sam, typed, cast.now).revision
        sent = TypedMessage(seen, "one", {"words": ["Please bring"]})
        threads.send(cast.store, cast.priya.viewer, sam, uuid4(), sent, cast.now)

    return Begun(
        works,
        {
            "use": send,
            "handing over": lambda: cast.priya.hands_over(cast.sam, cast.daniel),
            "its owner leaving": w.leaves(cast.priya),
            "erasure": w.erases(cast.sam),
        },
    )


def open_work(w: World) -> Begun:
    cast = w.cast
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.types(piece, "the-week", "6")

    def works() -> bool:
        return not refused(lambda: cast.sam.types(piece, "the-week", "7"))

    def hand_in() -> None:
        cast.sam.finishes(piece)
        cast.sam.submits(piece)

    return Begun(
        works,
        {
            "use": hand_in,
            "the end of the programme": lambda: cast.priya.moves(cast.sam, PathwayState.COMPLETED),
            "death": w.dies(cast.sam),
            "erasure": w.erases(cast.sam),
        },
    )


def place_in_a_group(w: World) -> Begun:
    cast = w.cast
    group: Group = a_group(cast, cast.sam, whose=cast.priya)

    def works() -> bool:
        with cast.store.writing() as tx:
            taking_part = group_members.taking_part(tx, cast.priya.viewer, group.id)
        return cast.sam.enrolment_id in {each.id for each in taking_part}

    return Begun(
        works,
        {
            "its owner ending it": lambda: group.loses(cast.sam),
            "handing over": lambda: cast.priya.hands_over(cast.sam, cast.daniel),
            "the end of the programme": lambda: cast.priya.moves(cast.sam, PathwayState.COMPLETED),
            "death": w.dies(cast.sam),
            "erasure": w.erases(cast.sam),
        },
    )


def erasure_request(w: World) -> Begun:
    cast, sam = w.cast, w.cast.sam.viewer.account_id
    request = cast.sam.asks_to_be_erased()

    def by_schedule() -> None:
        with cast.store.writing() as tx:
            erasure.begin(tx, sam, "retention:test", None, cast.now)
            tx.commit()
        erasure.carry_out(cast.store, w.noted, sam, cast.now)

    def works() -> bool:
        with cast.store.reading() as tx:
            return erasures.count_waiting(tx) == 1

    lead, why = cast.margaret.viewer, "We have to keep it."
    return Begun(
        works,
        {
            "agreement": lambda: cast.margaret.erases(cast.sam, w.noted, request),
            "refusal": lambda: erasure.refuse(cast.store, lead, request, "must_keep", why, cast.now),
            "erasure": by_schedule,
        },
    )


def hold(w: World) -> Begun:
    cast, sam = w.cast, w.cast.sam.viewer.account_id
    held = cast.margaret.holds(cast.sam)

    def works() -> bool:
        with cast.store.reading() as tx:
            return sam in legal_holds.held(tx, [sam])

    return Begun(works, {"lifting": lambda: cast.ruth.lifts(held)})


def offer_of_the_evaluation(w: World) -> Begun:
    cast, leavers = w.cast, Leavers(w.cast, w.hasher)
    who = leavers.leaves(leavers.arrives())

    def works() -> bool:
        try:
            with cast.store.reading() as tx:
                return give.standing(tx, who.viewer, unapproved_too=True).questions is not None
        except NotFound:
            return False

    return Begun(
        works,
        {
            "use": lambda: leavers.says(who, clear="4"),
            "death": w.dies(who),
            "erasure": lambda: erase(w, who),
        },
    )


def erase(w: World, who: Participant) -> None:
    with w.cast.store.writing() as tx:
        erasure.begin(tx, who.viewer.account_id, "retention:test", None, w.cast.now)
        tx.commit()


def notice(w: World) -> Begun:
    cast, sam = w.cast, w.cast.sam.viewer
    preferences.choose(cast.store, sam, Choice("sam@post.example", frozenset(), False), cast.now)
    with cast.store.writing() as tx:
        outbox.notify(tx, sam.account_id, Notice.MESSAGE_SENT, uuid4(), cast.now)
        tx.commit()

    def works() -> bool:
        with cast.store.writing() as tx:  # nothing is committed, so it goes on waiting
            rows = outbox.claim(tx, cast.now)
            return bool(rows) and isinstance(_letter(tx, rows, cast.now), Letter)

    def sends() -> int:
        return deliver(cast.store, lambda letter: None, cast.now)

    return Begun(works, {"use": sends, "death": w.dies(cast.sam), "erasure": w.erases(cast.sam)})


THINGS: dict[str, Callable[[World], Begun]] = {
    "a slip to join with": first_slip,
    "a participant's slip to choose anew": slip_for_choosing_anew,
    "a slip of staff": slip_of_staff,
    "a reset that is asked for": reset_asked_for,
    "coming back that is asked for": coming_back_asked_for,
    "a participant's session": session,
    "a session of staff": session_of_staff,
    "a proof": proof,
    "a held form": held_form,
    "a known device": known_device,
    "a passkey's challenge": challenge,
    "a one-time code not set up yet": offered_code,
    "a recovery code": recovery_code,
    "a calendar address": calendar_address,
    "a participant's times in a calendar": appointments_in_a_calendar,
    "the cover of messages": cover_of_messages,
    "the cover of concerns": cover_of_concerns,
    "a lead's look": open_look,
    "a lead's look that was made for a concern": look_for_a_concern,
    "that a look is not told yet": untold_look,
    "a practitioner's unsent message": draft_of_a_message,
    "set work": open_work,
    "a place in a group": place_in_a_group,
    "a request for erasure": erasure_request,
    "a hold": hold,
    "the offer of the evaluation": offer_of_the_evaluation,
    "a notice that waits": notice,
}
"""Each row of the table."""
