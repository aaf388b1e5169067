"""Actions of different people, which all affect Sam."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from companion.content import programme, retention_schedule
from companion.domain.accounts.devices import DeviceKind as Device
from companion.domain.concerns.concerns import ConcernKind
from companion.domain.enrolments.pathway import StepForm
from companion.domain.notices.reminders import Choice
from companion.domain.people import Credentials
from companion.domain.programme.topics import Placed
from companion.domain.work.work import Card
from companion.services.accounts import language, my_sessions, passphrase, sign_in
from companion.services.accounts.my_sessions import ArrivedOn
from companion.services.accounts.sign_in import Browser
from companion.services.act import Actor
from companion.services.caseloads import brief, handover, pathway_steps
from companion.services.caseloads.handover import HandoverForm
from companion.services.concerns import escalate, handle, lead_access, lead_reads, report
from companion.services.concerns.handle import Act
from companion.services.concerns.report import Sighting, Source
from companion.services.evaluation import count
from companion.services.meetings import attendance, series
from companion.services.meetings.schedule import NewTime, Wanted, add_appointment, move_appointment
from companion.services.messages import threads
from companion.services.messages.notes import add_note
from companion.services.messages.threads import MessageForm as TypedMessage
from companion.services.notices import preferences, schedule, send
from companion.services.plan import items, reviews, suggestions
from companion.services.programme import topics
from companion.services.records import corrections, erasure, export, legal_holds, retention
from companion.services.staff import leaving
from companion.services.staff.resets import reset_participant
from companion.services.work import assign, paper, review
from companion.services.work.answer_drafts import save_draft
from companion.services.work.answers import send_answer
from companion.services.work.assign import Due
from companion.services.work.paper import PaperForm
from companion.services.work.review import Feedback
from companion.services.work.submissions import submit
from companion.store import audit
from tests.races.stages import YEARS_LATER, Stage, fixed

DAY, HOUR = "2026-12-08", "09:00"
CARD = Card("So that we know.", 15, "At the table", "Being tired")
NEXT = "seven pears in a row of robins"


def books(stage: Stage, who: UUID, name: str) -> None:
    wanted = Wanted("session", DAY, HOUR, "epsom", programme(), confirmed="")
    add_appointment(
        Actor(stage.cast.store, stage.cast.priya.viewer, stage.cast.now), who, fixed(name), wanted
    )


def answers(s: Stage) -> None:
    c, way = s.cast, "talk"
    send_answer(Actor(c.store, c.sam.viewer, c.now), s.things["begun"], s.things["typed"], way)


def types(s: Stage) -> None:
    c = s.cast
    save_draft(Actor(c.store, c.sam.viewer, c.now), s.things["begun"], s.things["typed"])


def submits(s: Stage) -> None:
    c = s.cast
    submit(Actor(c.store, c.sam.viewer, c.now), s.things["ready"], s.things["ready_at"])


def _feedback(s: Stage, words: str = "") -> Feedback:
    return Feedback({"": "Thank you."}, words, s.things["revision"])


def releases(s: Stage) -> None:
    c = s.cast
    review.release(Actor(c.store, c.priya.viewer, c.now), s.things["submission"], _feedback(s))


def returns(s: Stage) -> None:
    c = s.cast
    review.return_work(
        Actor(c.store, c.priya.viewer, c.now), s.things["submission"], _feedback(s, "Say more.")
    )


def reads(s: Stage) -> None:
    c = s.cast
    review.open_submission(Actor(c.store, c.priya.viewer, c.now), s.things["submission"])


def opens_the_brief(s: Stage) -> None:
    c = s.cast
    brief.open_brief(Actor(c.store, c.priya.viewer, c.now), c.sam.enrolment_id)


def raises(s: Stage) -> None:
    c, source = s.cast, Source(s.things["submission"])
    sighting, sam = Sighting("He sounded very low.", "", "", ""), c.sam.enrolment_id
    report.raise_concern(Actor(c.store, c.priya.viewer, c.now), sam, fixed("raised"), sighting, source)


def tells(s: Stage) -> None:
    c = s.cast
    report.tell(Actor(c.store, c.sam.viewer, c.now), fixed("told"), ConcernKind.TOLD, "I am worried.")


def takes(s: Stage) -> None:
    c = s.cast
    handle.take(Actor(c.store, c.margaret.viewer, c.now), s.things["concern"])


def closes(s: Stage) -> None:
    c, act = s.cast, Act(fixed("closed"), 1)
    handle.close(Actor(c.store, c.ruth.viewer, c.now), s.things["concern"], act, "It is done.")


def opens_the_concern(s: Stage) -> None:
    c = s.cast
    handle.open_concern(Actor(c.store, c.priya.viewer, c.now), s.things["concern"])


def escalates(s: Stage) -> None:
    escalate.escalate(s.cast.store, YEARS_LATER)


def hands_over(s: Stage) -> None:
    c, to = s.cast, s.cast.daniel.viewer.account_id
    sam = c.sam.enrolment_id
    handover.hand_over(
        Actor(c.store, c.priya.viewer, c.now), sam, fixed("handed"), HandoverForm(to, "I am away.")
    )


def hands_over_all(s: Stage) -> None:
    c, to = s.cast, s.cast.daniel.viewer.account_id
    priya, both = c.priya.viewer.account_id, [c.sam.enrolment_id, c.owen.enrolment_id]
    viewer, new_id = c.margaret.viewer, fixed("handed too")
    handover.hand_over_several(
        Actor(c.store, viewer, c.now), priya, both, new_id, HandoverForm(to, "She is away.")
    )


def erases(s: Stage) -> None:
    c = s.cast
    erasure.approve(Actor(c.store, c.ruth.viewer, c.now), s.noted, s.things["asked"], s.things["reference"])


def refuses_to_erase(s: Stage) -> None:
    c = s.cast
    erasure.refuse(
        Actor(c.store, c.margaret.viewer, c.now), s.things["asked"], "must_keep", "It has to stay."
    )


def asks_to_be_erased(s: Stage) -> None:
    erasure.ask_for_erasure(Actor(s.cast.store, s.cast.sam.viewer, s.cast.now))


def holds(s: Stage) -> None:
    c, typed = s.cast, ("investigation", "It runs.", "2027-02-01")
    legal_holds.set_hold(
        Actor(c.store, c.margaret.viewer, c.now), fixed("hold"), s.things["reference"], typed
    )


def retains(s: Stage) -> None:
    retention.run(s.cast.store, s.noted, retention_schedule(), YEARS_LATER, clock_is_right=True)


def books_sam(s: Stage) -> None:
    books(s, s.cast.sam.enrolment_id, "sams")


def books_owen(s: Stage) -> None:
    books(s, s.cast.owen.enrolment_id, "owens")


def moves_owen_there(s: Stage) -> None:
    c, his = s.cast, s.things["owens"]
    move_appointment(Actor(c.store, c.priya.viewer, c.now), his.id, NewTime(DAY, HOUR, his.revision, ""))


def cancels_sams(s: Stage) -> None:
    c, his = s.cast, s.things["sams"]
    said = attendance.AttendanceForm("cancelled_by_service", "", "", his.revision)
    attendance.note(Actor(c.store, c.priya.viewer, c.now), his.id, said)


def meets_there_with_all(s: Stage) -> None:
    wanted = Wanted("session", DAY, HOUR, "epsom", programme(), confirmed="")
    s.things["group"].meets(wanted, fixed("met"))


def lets_sam_in(s: Stage) -> None:
    s.things["group"].lets_in(s.cast.sam)


def loses_owen(s: Stage) -> None:
    s.things["group"].loses(s.cast.owen)


def sets_for_all(s: Stage) -> None:
    s.things["group"].sets_version(s.things["version"], s.things["meeting"], fixed("for all"), CARD)


def sets_work(s: Stage) -> None:
    c, due = s.cast, Due(fixed("set"), str(s.things["sams"].id), CARD)
    sam, version = c.sam.enrolment_id, s.things["version"]
    assign.set_work(Actor(c.store, c.priya.viewer, c.now), sam, version, due, unapproved_too=True)


def marks_on_paper(s: Stage) -> None:
    c, sam = s.cast, s.cast.sam.enrolment_id
    new_id, day = fixed("paper"), "2026-11-24"
    paper.mark_done(
        Actor(c.store, c.priya.viewer, c.now), sam, s.things["ready"], new_id, PaperForm(day, "He kept it.")
    )


def plans(s: Stage) -> None:
    c, words = s.cast, [("Calling a friend", "", "")]
    items.add(Actor(c.store, c.sam.viewer, c.now), fixed("plan"), "good", words, None)


def changes_the_plan(s: Stage) -> None:
    c = s.cast
    items.change(Actor(c.store, c.sam.viewer, c.now), s.things["item"], 1, ("Walking at dusk", "", ""))


def suggests(s: Stage) -> None:
    c, sam = s.cast, s.cast.sam.enrolment_id
    new_id, typed = fixed("suggested"), ("Swimming", "", "")
    suggestions.suggest(Actor(c.store, c.priya.viewer, c.now), sam, new_id, "good", typed)


def reviews_together(s: Stage) -> None:
    c, sam = s.cast, s.cast.sam.enrolment_id
    reviews.reviewed_together(Actor(c.store, c.priya.viewer, c.now), sam, 1, "2026-12-22")


def writes(s: Stage) -> None:
    c, typed = s.cast, TypedMessage(0, "one", {"words": ["I'll be late."]})
    threads.send(Actor(c.store, c.sam.viewer, c.now), None, fixed("written"), typed)


def writes_back(s: Stage) -> None:
    c, typed = s.cast, TypedMessage(0, "one", {"words": ["That's fine."]})
    threads.send(Actor(c.store, c.priya.viewer, c.now), c.sam.enrolment_id, fixed("answered"), typed)


def reads_the_thread(s: Stage) -> None:
    c = s.cast
    threads.open_thread(Actor(c.store, c.priya.viewer, c.now), c.sam.enrolment_id, None)


def looks(s: Stage) -> None:
    c, typed = s.cast, lead_access.AccessForm(s.things["reference"], "practice", "To review.")
    lead_access.look(Actor(c.store, c.ruth.viewer, c.now), fixed("look"), typed)


def looks_through(s: Stage) -> None:
    lead_reads.read_messages(Actor(s.cast.store, s.cast.margaret.viewer, s.cast.now), s.things["look"], None)


def daniel_leaves(s: Stage) -> None:
    c = s.cast
    leaving.mark_as_left(Actor(c.store, c.alex.viewer, c.now), c.daniel.viewer.account_id)


def priya_leaves(s: Stage) -> None:
    c = s.cast
    leaving.mark_as_left(Actor(c.store, c.alex.viewer, c.now), c.priya.viewer.account_id)


def margaret_leaves(s: Stage) -> None:
    c = s.cast
    leaving.mark_as_left(Actor(c.store, c.alex.viewer, c.now), c.margaret.viewer.account_id)


def _moves(s: Stage, seen: str, to: str, name: str, now: datetime) -> None:
    c, sam = s.cast, s.cast.sam.enrolment_id
    day, why = f"{now:%Y-%m-%d}", "They agreed on it."
    pathway_steps.move_on(
        Actor(c.store, c.priya.viewer, now), sam, StepForm(seen, to, day, why), new_id=fixed(name)
    )


def ends_early(s: Stage) -> None:
    _moves(s, s.things["state"], "ended_early", "ended", s.cast.now)


def dies(s: Stage) -> None:
    _moves(s, s.things["state"], "died", "died", s.cast.now)


def comes_back(s: Stage) -> None:
    _moves(s, "closed", "reviews", "back", YEARS_LATER)


def resets(s: Stage) -> None:
    c = s.cast
    reset_participant(Actor(c.store, c.priya.viewer, c.now), s.hasher, c.sam.enrolment_id, "harbour")


def signs_in(s: Stage) -> None:
    c, said = s.cast, (s.cast.sam.sign_in_name, s.cast.sam.passphrase)
    sign_in.sign_in(c.store, s.hasher, Credentials(*said), Browser(""), c.now)


def changes_passphrase(s: Stage) -> None:
    passphrase.change(s.cast.store, s.hasher, s.things["session"], NEXT, s.cast.now)


def ends_sessions(s: Stage) -> None:
    my_sessions.end_sessions(s.cast.store, s.things["session"], s.cast.now, this_too=True)


def arrives(s: Stage) -> None:
    my_sessions.arrive(s.cast.store, s.things["session"], ArrivedOn(Device(), "mark", own=True), s.cast.now)


def chooses_notices(s: Stage) -> None:
    c, chosen = s.cast, Choice("samuel@post.example", days=frozenset({2}))
    preferences.choose(Actor(c.store, c.sam.viewer, c.now), chosen)


def speaks_welsh(s: Stage) -> None:
    language.choose(Actor(s.cast.store, s.cast.sam.viewer, s.cast.now), "cy")


def delivers(s: Stage) -> None:
    send.deliver(s.cast.store, lambda _: None, s.cast.now)


def reminds(s: Stage) -> None:
    schedule.remind_of_appointments(s.cast.store, s.cast.now)


def notes(s: Stage) -> None:
    c, sam = s.cast, s.cast.sam.enrolment_id
    add_note(Actor(c.store, c.priya.viewer, c.now), sam, fixed("note"), "A note.")


def marks_a_topic(s: Stage) -> None:
    c, sam = s.cast, s.cast.sam.enrolment_id
    topics.arrange(Actor(c.store, c.priya.viewer, c.now), sam, {"1": Placed("covered")}, 0)


def corrects(s: Stage) -> None:
    c = s.cast
    corrections.answer(
        Actor(c.store, c.margaret.viewer, c.now), s.things["wrong"], "corrected", "It is done."
    )


def downloads(s: Stage) -> None:
    export.take_with_him(Actor(s.cast.store, s.cast.sam.viewer, s.cast.now), "json", "")


def counts(s: Stage) -> None:
    count.count(s.cast.store, YEARS_LATER)


def seals(s: Stage) -> None:
    with s.cast.store.writing() as tx:
        audit.seal(tx)
        tx.commit()


def moves_all(s: Stage) -> None:
    c, his = s.cast, s.things["sams"]
    slots = [series.Slot(DAY, HOUR, his.id, his.revision)]
    series.move_following(Actor(c.store, c.priya.viewer, c.now), his.id, slots, "")


Doing = Callable[[Stage], None]

HERE: Final[tuple[Doing, ...]] = (
    *(answers, types, submits, releases, returns, reads, opens_the_brief, raises, tells),
    *(hands_over, hands_over_all, erases, refuses_to_erase, asks_to_be_erased, holds),
    *(books_sam, books_owen, moves_owen_there, moves_all, cancels_sams, meets_there_with_all),
    *(lets_sam_in, loses_owen, sets_for_all, sets_work, marks_on_paper, plans, changes_the_plan),
    *(suggests, reviews_together, writes, writes_back, reads_the_thread, looks, looks_through),
    *(daniel_leaves, priya_leaves, margaret_leaves, ends_early, dies, resets, signs_in),
    *(changes_passphrase, ends_sessions, arrives, chooses_notices, speaks_welsh, delivers, reminds),
    *(notes, marks_a_topic, corrects, downloads),
)
"""The actions that are possible while Sam is in the programme."""
WORRIED: Final[tuple[Doing, ...]] = (
    *(takes, closes, opens_the_concern, escalates, erases, holds, hands_over, tells, raises),
    *(margaret_leaves, releases, submits, dies),
)
"""The actions that are possible while a concern about Sam is open."""
OVER: Final[tuple[Doing, ...]] = (
    *(retains, comes_back, holds, tells, raises, erases, asks_to_be_erased, hands_over, looks),
    *(refuses_to_erase, releases, notes, signs_in, writes),
)
"""The actions that are possible years after Sam's programme was closed."""
SEVERAL: Final = frozenset({delivers})
"""Actions that use several transactions, so that another action can happen in between.

These actions must succeed even if another action runs at the same time, but that action may change their
result.
"""
SITUATIONS: Final = {"here": HERE, "worried": WORRIED, "over": OVER}
