"""A concern reaches its people, goes from hand to hand, and cannot be overlooked or made away with."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from companion.domain.concerns.concerns import ConcernKind, ConcernState, Passed
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.concerns import handle, report
from companion.services.concerns.escalate import escalate
from companion.services.concerns.handle import Act
from companion.services.concerns.report import Sighting, Source, SourceKind
from companion.services.records import erasure
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.concerns import ConcernRow
from companion.store.keys import CONCERNS, DataKey, participant
from companion.store.outbox import Outgoing
from companion.store.records import erasures
from tests.cast import Cast, Staff
from tests.fixtures import Clock

WORDS = "I am worried about somebody."
FIRST_RULES = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}


@pytest.fixture
def leads(cast: Cast) -> list[Staff]:
    """Margaret is named, and Ruth is her cover."""
    both = [cast.margaret, cast.ruth]
    margaret, ruth = (str(lead.viewer.account_id) for lead in both)
    sets_rules(cast, lead=margaret, cover=ruth)
    return both


def sets_rules(cast: Cast, seen: int = 0, **rules: str) -> None:
    report.set_rules(cast.store, cast.margaret.viewer, FIRST_RULES | rules, seen, cast.now)


def notices(cast: Cast, concern_id: UUID) -> Counter[tuple[str, str]]:
    """The notices about it, by the name of whom they are for."""
    people = {each.viewer.account_id: name for name, each in vars(cast).items() if hasattr(each, "viewer")}
    with cast.store.reading() as tx:
        rows = tx.execute(
            select(Outgoing.account_id, Outgoing.notice).where(Outgoing.subject_id == concern_id)
        ).all()
    return Counter((people[account], notice) for account, notice in rows)


def recorded(cast: Cast, event: Event) -> list[UUID | None]:
    """Who did this, in order."""
    with cast.store.reading() as tx:
        return list(
            tx.scalars(select(AuditEntry.actor_id).where(AuditEntry.event == event).order_by(AuditEntry.at))
        )


def state(cast: Cast, concern_id: UUID) -> ConcernState:
    return cast.margaret.opens(concern_id).line.concern.state


@pytest.mark.usefixtures("leads")
def test_what_sam_tells_reaches_his_practitioner_and_the_lead(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    assert notices(cast, concern) == {("priya", "concern_new"): 1, ("margaret", "concern_new"): 1}
    for reader in (cast.priya, cast.margaret):
        found = reader.opens(concern)
        assert (found.content.words, found.raised_by, found.content.participant) == (WORDS, "Sam", "Sam")
        assert [(step.kind, step.told) for step in found.steps[1:]] in (
            [("told", "Margaret"), ("told", "Priya")],
            [("told", "Priya"), ("told", "Margaret")],
        )
    readers = [cast.priya.viewer.account_id, cast.margaret.viewer.account_id]
    assert sorted(map(str, recorded(cast, Event.CONCERN_READ))) == sorted(map(str, readers))
    assert recorded(cast, Event.CONCERN_RAISED) == [cast.sam.viewer.account_id]


@pytest.mark.usefixtures("leads")
def test_nobody_else_finds_it(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    for outsider in (cast.sam, cast.owen, cast.idris, cast.daniel, cast.alex):
        with pytest.raises(NotFound):
            handle.open_concern(cast.store, outsider.viewer, concern, cast.now)
        with cast.store.reading() as tx:
            assert concerns.lines(tx, outsider.viewer) == []


@pytest.mark.usefixtures("leads")
def test_what_is_about_his_practitioner_goes_to_the_lead_alone(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS, ConcernKind.ABOUT_PRACTITIONER)
    assert notices(cast, concern) == {("margaret", "concern_new"): 1}
    with cast.store.reading() as tx:
        assert concerns.lines(tx, cast.priya.viewer) == []
        assert [line.id for line in concerns.lines(tx, cast.margaret.viewer)] == [concern]
    with pytest.raises(NotFound):
        cast.priya.opens(concern)
    with pytest.raises(NotFound):
        handle.add_note(cast.store, cast.priya.viewer, concern, uuid4(), "I see it.", cast.now)


@pytest.mark.usefixtures("leads")
def test_a_practitioner_raises_one_from_an_answer(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    concern_id, enrolment = uuid4(), cast.sam.enrolment_id
    sighting = Sighting("He sounds very low.", "The duty team", "2026-11-24", "13:30")
    for _ in range(2):  # the form was sent twice
        report.raise_concern(
            cast.store,
            cast.priya.viewer,
            enrolment,
            concern_id,
            sighting,
            Source(submission, "the-week"),
            cast.now,
        )
    found = cast.margaret.opens(concern_id)
    assert found.content.question == "How was this week for you, taken as a whole?"
    assert found.content.passed == Passed("The duty team", cast.now.replace(hour=13, minute=30))
    assert notices(cast, concern_id) == {("margaret", "concern_new"): 1}
    with cast.store.reading() as tx:
        assert len(concerns.lines(tx, cast.priya.viewer)) == 1

    for about, source, who in (
        (cast.owen.enrolment_id, Source(submission, ""), cast.priya),  # another's submission
        (enrolment, Source(submission, "no-such-question"), cast.priya),
        (enrolment, None, cast.daniel),  # not his caseload
        (enrolment, None, cast.margaret),
    ):
        with pytest.raises(NotFound):
            report.raise_concern(cast.store, who.viewer, about, uuid4(), sighting, source, cast.now)


@pytest.mark.usefixtures("leads")
def test_telling_twice_with_one_form_tells_once(cast: Cast) -> None:
    same = uuid4()
    for _ in range(2):
        report.tell(cast.store, cast.sam.viewer, same, ConcernKind.TOLD, WORDS, cast.now)
    with cast.store.reading() as tx:
        assert len(concerns.lines(tx, cast.margaret.viewer)) == 1
    assert recorded(cast, Event.CONCERN_RAISED) == [cast.sam.viewer.account_id]


@pytest.mark.usefixtures("leads")
def test_from_hand_to_hand_until_it_is_closed(cast: Cast, clock: Clock) -> None:
    concern = cast.sam.tells(WORDS)
    with pytest.raises(NotAllowed):
        cast.margaret.passes_on(concern, "The duty team")  # nobody has taken it
    cast.margaret.takes(concern)
    cast.margaret.takes(concern)
    handle.add_note(cast.store, cast.priya.viewer, concern, uuid4(), "He rang me.", cast.now)
    clock.forward(minutes=30)
    cast.margaret.passes_on(concern, "The duty team")
    assert state(cast, concern) is ConcernState.PASSED_ON
    with pytest.raises(Rejected):
        cast.margaret.closes(concern, " ")
    cast.ruth.closes(concern, "The duty team has it.")
    told = cast.margaret.opens(concern).steps
    assert [(step.kind, step.by, step.words) for step in told if not step.told] == [
        ("raised", "Sam", ""),
        ("taken", "Margaret", ""),
        ("note", "Priya", "He rang me."),
        ("passed_on", "Margaret", ""),
        ("closed", "Ruth", "The duty team has it."),
    ]
    for act in (
        lambda: cast.ruth.closes(concern, "Again."),
        lambda: cast.margaret.passes_on(concern, "The police"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(ChangedElsewhere):
        cast.ruth.takes(concern)
    assert state(cast, concern) is ConcernState.CLOSED


@pytest.mark.usefixtures("leads")
def test_a_new_one_can_be_closed_with_a_reason(cast: Cast) -> None:
    concern = cast.priya.raises(cast.sam, "He sounds very low.")
    cast.margaret.closes(concern, "I rang him. He is well, and his sister is with him.")
    assert state(cast, concern) is ConcernState.CLOSED


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("who", ["priya", "sam", "alex"])
def test_only_a_lead_takes_it_passes_it_on_or_closes_it(cast: Cast, who: str) -> None:
    concern = cast.sam.tells(WORDS)
    viewer: Viewer = getattr(cast, who).viewer
    acts: list[Callable[[], None]] = [
        lambda: handle.take(cast.store, viewer, concern, cast.now),
        lambda: handle.close(cast.store, viewer, concern, Act(uuid4(), 1), "No.", cast.now),
        lambda: report.set_rules(cast.store, viewer, FIRST_RULES, 1, cast.now),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert state(cast, concern) is ConcernState.NEW


@pytest.mark.usefixtures("leads")
def test_two_leads_at_once_and_a_page_that_is_behind(cast: Cast) -> None:
    concern, behind = cast.sam.tells(WORDS), Act(uuid4(), 1)

    def takes(lead: Staff) -> str:
        try:
            lead.takes(concern)
        except ChangedElsewhere:
            return "too late"
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(takes, (cast.margaret, cast.ruth))) == ["taken", "too late"]
    assert recorded(cast, Event.CONCERN_TAKEN) and len(recorded(cast, Event.CONCERN_TAKEN)) == 1
    assert cast.ruth.opens(concern).line.taken_by in ("Margaret", "Ruth")
    with pytest.raises(ChangedElsewhere):
        handle.close(cast.store, cast.ruth.viewer, concern, behind, "Nothing to do.", cast.now)


@pytest.mark.usefixtures("leads")
def test_an_act_that_is_sent_twice_is_done_once(cast: Cast) -> None:
    concern, act = cast.sam.tells(WORDS), Act(uuid4(), 1)
    for _ in range(2):
        handle.close(cast.store, cast.ruth.viewer, concern, act, "It is done.", cast.now)
    note = uuid4()
    for _ in range(2):
        handle.add_note(cast.store, cast.ruth.viewer, concern, note, "He rang.", cast.now)
    kinds = [step.kind for step in cast.ruth.opens(concern).steps if not step.told]
    assert kinds == ["raised", "closed", "note"]


@pytest.mark.usefixtures("leads")
def test_what_nobody_takes_goes_to_the_cover_and_to_every_lead(cast: Cast, clock: Clock) -> None:
    clock.forward(days=3, hours=5, minutes=40)  # Friday evening
    concern = cast.sam.tells(WORDS)
    at_once = {("priya", "concern_new"): 1, ("margaret", "concern_new"): 1}
    clock.forward(hours=64, minutes=19)  # Monday, a minute before noon
    assert escalate(cast.store, clock.now) == 0 and notices(cast, concern) == at_once
    clock.forward(minutes=1)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: escalate(cast.store, clock.now), range(2))) == 1
    assert notices(cast, concern) == at_once | {("ruth", "concern_overdue"): 1}
    clock.forward(hours=2)
    assert [escalate(cast.store, clock.now) for _ in range(2)] == [1, 0]
    assert notices(cast, concern)["margaret", "concern_overdue"] == 1
    assert recorded(cast, Event.CONCERN_ESCALATED) == [None, None]

    cast.ruth.takes(concern)
    clock.forward(hours=23)  # Tuesday, an hour after the second limit
    assert escalate(cast.store, clock.now) == 1
    assert notices(cast, concern)["ruth", "concern_overdue"] == 2
    cast.ruth.passes_on(concern, "The duty team")
    clock.forward(days=30)
    assert escalate(cast.store, clock.now) == 0


@pytest.mark.usefixtures("leads")
def test_it_is_told_again_until_somebody_acts(cast: Cast, clock: Clock) -> None:
    """The lead is away from Saturday to Tuesday: limits, the return and four weeks pass, and nobody takes it."""
    margaret, ruth = (str(lead.viewer.account_id) for lead in (cast.margaret, cast.ruth))
    sets_rules(cast, 1, lead=margaret, cover=ruth, away_from="2026-11-28", away_until="2026-12-01")
    clock.forward(days=3, hours=5, minutes=40)  # Friday evening
    concern = cast.sam.tells(WORDS)

    def told(**amount: float) -> list[str]:
        before = notices(cast, concern)
        clock.forward(**amount)
        for _ in range(2):
            escalate(cast.store, clock.now)
        return sorted(name for name, _ in (notices(cast, concern) - before).elements())

    assert told(hours=4, minutes=30) == ["ruth"]  # Saturday: the cover
    assert told(hours=59, minutes=50) == ["ruth"]  # Monday noon: the first limit
    assert told(hours=2) == []  # every lead who is there knows
    assert told(hours=22) == ["ruth"]  # Tuesday noon: the second
    assert told(hours=12) == ["margaret", "ruth"]  # Wednesday: she is back
    assert told(hours=12) == ["margaret", "ruth"]  # its noon
    assert told(days=28) == ["margaret", "ruth"]
    found = cast.margaret.opens(concern)
    assert sum(step.told == "Margaret" for step in found.steps) == 4
    assert all(not step.by for step in found.steps if step.told)
    cast.ruth.takes(concern)
    assert told(minutes=1) == ["margaret", "ruth"]  # it is past its second limit
    cast.ruth.passes_on(concern, "The duty team")
    assert told(days=28) == []


@pytest.mark.usefixtures("leads")
def test_a_change_of_cover_tells_the_new_one(cast: Cast, clock: Clock) -> None:
    concern = cast.sam.tells(WORDS)
    margaret, ruth = (str(lead.viewer.account_id) for lead in (cast.margaret, cast.ruth))
    clock.forward(minutes=5)
    sets_rules(cast, 1, lead=margaret, cover=ruth, hour="11")
    assert escalate(cast.store, clock.now) == 0  # the same people
    sets_rules(cast, 2, lead=ruth, cover=margaret)
    assert escalate(cast.store, clock.now) == 1
    assert notices(cast, concern)["ruth", "concern_new"] == 1


def test_without_rules_it_is_the_first_lead_who_joined(cast: Cast) -> None:
    assert cast.margaret
    concern = cast.sam.tells(WORDS)
    assert notices(cast, concern)["margaret", "concern_new"] == 1


def test_without_any_lead_it_waits_and_the_first_one_who_joins_is_told(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    assert notices(cast, concern) == {("priya", "concern_new"): 1}
    assert cast.margaret
    assert escalate(cast.store, cast.now) == 1
    assert notices(cast, concern)["margaret", "concern_new"] == 1


@pytest.mark.usefixtures("leads")
def test_a_change_of_the_rules_touches_only_what_comes_later(cast: Cast) -> None:
    first = cast.sam.tells(WORDS)
    before = cast.margaret.opens(first).line.concern.limits
    sets_rules(cast, 1, lead=str(cast.ruth.viewer.account_id), cover="", take_days="5", hour="9")
    second = cast.owen.tells(WORDS)
    assert cast.margaret.opens(first).line.concern.limits == before
    assert cast.margaret.opens(second).line.concern.limits.take_by.hour == 9
    with pytest.raises(ChangedElsewhere):
        sets_rules(cast, 1, lead=str(cast.ruth.viewer.account_id))
    with cast.store.reading() as tx:
        assert concern_rules.rules(tx).number == 2 and concern_rules.on_watch(tx, cast.now) == "Ruth"


@pytest.mark.usefixtures("leads")
def test_two_leads_who_set_rules_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    def sets(hour: int) -> str:
        try:
            sets_rules(cast, 1, lead=str(cast.ruth.viewer.account_id), hour=str(hour))
        except ChangedElsewhere:
            return "too late"
        return "set"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sets, (9, 10))) == ["set", "too late"]


@pytest.mark.usefixtures("leads")
def test_an_open_concern_holds_an_erasure_and_he_is_told_the_same(cast: Cast) -> None:
    concern = cast.priya.raises(cast.sam, "He sounds very low.")
    for _ in range(2):
        erasure.ask_for_erasure(cast.store, cast.sam.viewer, cast.now)
    erasure.ask_for_erasure(cast.store, cast.owen.viewer, cast.now)
    assert recorded(cast, Event.ERASURE_ASKED) == [cast.sam.viewer.account_id, cast.owen.viewer.account_id]

    def held() -> list[list[UUID]]:
        with cast.store.reading() as tx:
            return [
                [line.id for line in asked.concerns] for asked in erasures.requests(tx, cast.margaret.viewer)
            ]

    assert sorted(held()) == [[], [concern]]
    cast.margaret.closes(concern, "It is done.")
    assert held() == [[], []]


@pytest.mark.usefixtures("leads")
def test_it_outlives_the_key_of_the_one_it_is_about(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    with cast.store.keys.engine.connect().execution_options(writing=True) as keys:
        keys.execute(delete(DataKey).where(DataKey.owner == participant(cast.sam.viewer.account_id)))
        keys.commit()
    found = cast.margaret.opens(concern)
    assert (found.content.words, found.content.participant, found.steps[0].by) == (WORDS, "Sam", "Sam")
    with cast.store.reading() as tx:
        row = tx.get_one(ConcernRow, concern)
        assert tx.keys.box(CONCERNS).open("concerns.content", row.id, row.content)["words"] == WORDS


def test_no_act_deletes_or_changes_a_step(cast: Cast) -> None:
    """What stands in a concern stays: each act only adds to its steps."""
    concern = cast.sam.tells(WORDS)

    def rows() -> list[str]:
        table = Model.metadata.tables["concern_steps"]
        with cast.store.reading() as tx:
            return [repr(row) for row in tx.execute(select(table).order_by(table.c.number))]

    before = rows()
    acts: list[Callable[[], None]] = [
        lambda: cast.margaret.takes(concern),
        lambda: handle.add_note(cast.store, cast.priya.viewer, concern, uuid4(), "He rang.", cast.now),
        lambda: cast.margaret.passes_on(concern, "The duty team"),
        lambda: cast.margaret.closes(concern, "It is done."),
    ]
    for act in acts:
        act()
        assert rows()[: len(before)] == before and len(rows()) == len(before) + 1
        before = rows()


@pytest.mark.usefixtures("leads")
def test_raised_from_a_message_and_from_a_note(cast: Cast) -> None:
    message, others = cast.sam.writes("I feel very low."), cast.owen.writes("Hello")
    answer, note = cast.priya.writes_to(cast.sam, "I will ring you."), cast.priya.notes_on(cast.sam, "Low.")
    sighting, sam = Sighting("He sounds very low.", "", "", ""), cast.sam.enrolment_id

    def raises(who: Staff, source: Source) -> UUID:
        concern_id = uuid4()
        report.raise_concern(cast.store, who.viewer, sam, concern_id, sighting, source, cast.now)
        return concern_id

    found = cast.margaret.opens(raises(cast.priya, Source(message, kind=SourceKind.MESSAGE))).content
    assert (found.message_id, found.note_id, found.written_at) == (message, None, cast.now)
    found = cast.margaret.opens(raises(cast.priya, Source(note, kind=SourceKind.NOTE))).content
    assert (found.message_id, found.note_id, found.question) == (None, note, "")
    for who, wrong in (
        (cast.priya, Source(others, kind=SourceKind.MESSAGE)),  # another's
        (cast.priya, Source(answer, kind=SourceKind.MESSAGE)),  # not his words
        (cast.priya, Source(message, kind=SourceKind.NOTE)),
        (cast.priya, Source(message)),
        (cast.daniel, Source(message, kind=SourceKind.MESSAGE)),
    ):
        with pytest.raises(NotFound):
            raises(who, wrong)


@pytest.mark.usefixtures("leads")
def test_who_covers_can_raise_what_he_read_in_a_message(cast: Cast) -> None:
    message, note = cast.sam.writes("I feel very low."), cast.priya.notes_on(cast.sam, "Low.")
    assert cast.daniel
    cast.priya.is_away(cast.now.date(), cast.now.date(), cast.daniel)
    sighting, sam, raised = Sighting("He sounds very low.", "", "", ""), cast.sam.enrolment_id, uuid4()
    source = Source(message, kind=SourceKind.MESSAGE)
    report.raise_concern(cast.store, cast.daniel.viewer, sam, raised, sighting, source, cast.now)
    assert cast.margaret.opens(raised).raised_by == "Daniel"
    assert cast.priya.opens(raised).content.practitioner == "Priya"
    with pytest.raises(NotFound):  # he sees nothing else of him
        cast.daniel.opens(raised)
    for wrong in (None, Source(note, kind=SourceKind.NOTE)):
        with pytest.raises(NotFound):
            report.raise_concern(cast.store, cast.daniel.viewer, sam, uuid4(), sighting, wrong, cast.now)
