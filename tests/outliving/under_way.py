"""Begin tasks without finishing them, such as a draft, a request or an email.

For each unfinished task, list the actions that must cancel the task.
"""

from uuid import uuid4

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.notices.reminders import Choice
from companion.domain.refusals import NotFound
from companion.services.act import Actor
from companion.services.caseloads import save_session
from companion.services.evaluation import give
from companion.services.messages import threads
from companion.services.messages.threads import MessageForm as TypedMessage
from companion.services.notices import preferences
from companion.services.notices.send import Letter, _letter, deliver
from companion.services.records import erasure
from companion.store import outbox
from companion.store.meetings import group_members
from companion.store.messages import message_drafts
from companion.store.outbox import Notice
from companion.store.records import erasures, legal_holds
from tests.after_session import After
from tests.groups import Group, a_group
from tests.leavers import Leavers
from tests.outliving.world import Begun, World, refused
from tests.people import Participant


def draft_of_a_message(w: World) -> Begun:
    cast = w.cast
    typed = TypedMessage(0, "one", {"words": ["Please bring"]})
    sam = cast.sam.enrolment_id
    threads.save_draft(cast.priya.actor, sam, typed)

    def works() -> bool:
        if refused(lambda: cast.priya.reads_messages_of(cast.sam)):
            return False
        with cast.store.reading() as tx:
            return message_drafts.draft_place(tx, sam, cast.priya.viewer).row(tx) is not None

    def send() -> None:
        seen = threads.save_draft(cast.priya.actor, sam, typed).revision
        sent = TypedMessage(seen, "one", {"words": ["Please bring"]})
        threads.send(cast.priya.actor, sam, uuid4(), sent)

    return Begun(
        works,
        {
            "use": send,
            "handing over": lambda: cast.priya.hands_over(cast.sam, cast.daniel),
            "its owner leaving": w.leaves(cast.priya),
            "erasure": w.erases(cast.sam),
        },
    )


def draft_of_a_session(w: World) -> Begun:
    cast = w.cast
    after = After(cast, cast.met(cast.sam.enrolment_id, days=1))
    save_session.save_draft(cast.priya.actor, after.meeting, after.typed(note="Half a note"))

    def works() -> bool:
        if refused(lambda: cast.priya.reads_messages_of(cast.sam)):
            return False
        return not refused(after.opens) and after.opens().draft is not None

    return Begun(
        works,
        {
            "use": lambda: after.saves(attendance="attended", note="Half a note"),
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
        with cast.store.writing(cast.now) as tx:
            erasure.begin(tx, sam, "retention:test")
            tx.commit()
        erasure.carry_out(cast.store, w.noted, sam, cast.now)

    def works() -> bool:
        with cast.store.reading() as tx:
            return erasures.waiting(tx).count == 1

    lead, why = cast.margaret.viewer, "We have to keep it."
    return Begun(
        works,
        {
            "agreement": lambda: cast.margaret.erases(cast.sam, w.noted, request),
            "refusal": lambda: erasure.refuse(Actor(cast.store, lead, cast.now), request, "must_keep", why),
            "erasure": by_schedule,
        },
    )


def hold(w: World) -> Begun:
    cast, sam = w.cast, w.cast.sam.viewer.account_id
    held = cast.margaret.holds(cast.sam)

    def works() -> bool:
        with cast.store.reading() as tx:
            return sam in legal_holds.held(tx, [sam])

    return Begun(works, {"a lead lifting it": lambda: cast.ruth.lifts(held)})


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
    with w.cast.store.writing(w.cast.now) as tx:
        erasure.begin(tx, who.viewer.account_id, "retention:test")
        tx.commit()


def notice(w: World) -> Begun:
    cast, sam = w.cast, w.cast.sam.viewer
    preferences.choose(Actor(cast.store, sam, cast.now), Choice("sam@post.example", frozenset(), False))
    with cast.store.writing(cast.now) as tx:
        outbox.notify(tx, sam.account_id, Notice.MESSAGE_SENT, uuid4())
        tx.commit()

    def works() -> bool:
        with cast.store.writing() as tx:  # this transaction is rolled back, so the notice stays in the outbox
            rows = outbox.claim(tx, cast.now)
            return bool(rows) and isinstance(_letter(tx, rows, cast.now), Letter)

    def sends() -> int:
        return deliver(cast.store, lambda letter: None, cast.now)

    return Begun(works, {"use": sends, "death": w.dies(cast.sam), "erasure": w.erases(cast.sam)})
