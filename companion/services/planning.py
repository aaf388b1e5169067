"""A participant keeps his plan: adds to it, changes it, takes out, brings back, decides on suggestions."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from companion.domain.answers import Form
from companion.domain.people import Viewer
from companion.domain.plan import Act, Entry, From, Item, Plan, Source
from companion.domain.plan_parts import Part
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.domain.work import Draft, draft_of
from companion.services.acting import acting
from companion.services.working import FIRST
from companion.store import appointments, audit, plan
from companion.store.appointments import Enrolment
from companion.store.base import Store, Transaction
from companion.store.plan import PlanDraftRow, PlanItemRow, PlanVersionRow

FIELDS = ("words", "more", "stage")
"""What a form of the plan holds, and a draft keeps."""


def add(
    store: Store,
    viewer: Viewer,
    new_id: UUID,
    part_id: str,
    typed: Sequence[tuple[str, str, str]],
    source: Source | None,
    now: datetime,
    *,
    place: str = "",
) -> None:
    """Put one or several items (words, more, stage) into a part; doing it again with the same id does nothing.

    ``place`` is where it was typed: what is kept there as a draft goes. Raises ``Rejected``.
    """
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        whole = plan.plan(tx, enrolment.id)
        if whole.item(new_id):
            return
        part = _part(whole, part_id)
        entries = [Entry.typed(part, *each) for each in typed if any(text.strip() for text in each[:2])]
        if not entries:
            raise Rejected(Problem("empty", field="words"))
        whole.room(part.id, len(entries))
        number = next_version(tx, viewer, enrolment, whole, Act.ADDED, now)
        for count, entry in enumerate(entries):
            _put(tx, enrolment, uuid5(new_id, str(count)) if count else new_id, entry, source, number)
        _drop_draft(tx, enrolment, place)
        tx.commit()


def change(
    store: Store,
    viewer: Viewer,
    item_id: UUID,
    seen: int,
    typed: tuple[str, str, str],
    now: datetime,
    *,
    place: str = "",
) -> None:
    """Put an item into other words. ``seen`` is the version since which it stood so on the page.

    Raises ``Rejected``, and ``ChangedElsewhere`` where it says something else by now, or was taken out.
    """
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        whole = plan.plan(tx, enrolment.id)
        item = _item(whole, item_id)
        part = whole.parts.part(item.entry.part)
        if part is None:
            raise NotFound
        entry = Entry.typed(part, *typed)
        if item.until is None and item.entry == entry:
            _drop_draft(tx, enrolment, place)
            tx.commit()
            return
        if item.until is not None or item.since != seen:
            raise ChangedElsewhere
        number = next_version(tx, viewer, enrolment, whole, Act.CHANGED, now)
        _end(tx, enrolment, item_id, number)
        _put(tx, enrolment, item_id, entry, item.source, number)
        _drop_draft(tx, enrolment, place)
        tx.commit()


def take_out(store: Store, viewer: Viewer, item_id: UUID, seen: int, now: datetime) -> None:
    """Take an item out; it stays in the versions before. Doing it again does nothing.

    Raises ``ChangedElsewhere`` where it says something else by now.
    """
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        whole = plan.plan(tx, enrolment.id)
        item = _item(whole, item_id)
        if item.until is not None:
            return
        if item.since != seen:
            raise ChangedElsewhere
        _end(tx, enrolment, item_id, next_version(tx, viewer, enrolment, whole, Act.REMOVED, now))
        tx.commit()


def bring_back(store: Store, viewer: Viewer, item_id: UUID, now: datetime) -> None:
    """Put an item that was taken out into the plan again, as it last stood. Raises ``Rejected`` without room."""
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        whole = plan.plan(tx, enrolment.id)
        item = _item(whole, item_id)
        if item.until is None:
            return
        whole.room(item.entry.part)
        number = next_version(tx, viewer, enrolment, whole, Act.BROUGHT_BACK, now)
        _put(tx, enrolment, item_id, item.entry, item.source, number)
        tx.commit()


def accept(
    store: Store, viewer: Viewer, suggestion_id: UUID, typed: tuple[str, str, str], now: datetime
) -> None:
    """Put a suggestion into the plan, in the words that he typed. Doing it again does nothing.

    Raises ``Rejected``, and ``ChangedElsewhere`` where he declined it in another window.
    """
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        row = plan.suggestion_row(tx, enrolment.id, suggestion_id)
        if row.accepted is not None:
            if row.accepted:
                return
            raise ChangedElsewhere
        whole = plan.plan(tx, enrolment.id)
        part = _part(whole, plan.suggestion(tx, row).entry.part)
        entry = Entry.typed(part, *typed)
        whole.room(part.id)
        number = next_version(tx, viewer, enrolment, whole, Act.ACCEPTED, now)
        _put(tx, enrolment, suggestion_id, entry, Source(From.SUGGESTION), number)
        row.accepted, row.decided_at = True, now
        tx.commit()


def decline(store: Store, viewer: Viewer, suggestion_id: UUID, now: datetime) -> None:
    """Say no to a suggestion. Doing it again, or after it was accepted, does nothing."""
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        row = plan.suggestion_row(tx, enrolment.id, suggestion_id)
        if row.accepted is not None:
            return
        row.accepted, row.decided_at = False, now
        event = audit.Event.PLAN_SUGGESTION_DECLINED
        audit.record(tx, event, now, viewer, subject=row.id, enrolment=enrolment.id)
        tx.commit()


def save_draft(
    store: Store, viewer: Viewer, place: str, form: Form, tab: str, beat: int, seen: int, now: datetime
) -> Draft:
    """Keep what is being typed at one place of the plan.

    Raises ``ChangedElsewhere`` when another page saved something newer there than the draft ``seen``.
    """
    kept = draft_of(form, FIELDS)
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, lock=True)
        row = plan.draft_row(tx, enrolment.id, place)
        before = plan.draft(tx, enrolment.id, place)
        if row and before and (before.typed == kept or (row.tab == tab and beat < row.beat)):
            return before
        if row and row.tab != tab and row.revision != seen:
            raise ChangedElsewhere
        if row is None:
            row = PlanDraftRow(id=uuid4(), enrolment_id=enrolment.id, revision=secrets.randbelow(FIRST))
            row.place = plan.place_of(tx, enrolment.id, place)
            tx.add(row)
        row.tab, row.beat, row.saved_at = tab, beat, now
        row.revision += 1
        row.typed = appointments.record_box(tx, enrolment.id).seal("plan_drafts.typed", row.id, kept)
        tx.commit()
    return Draft(kept, row.revision, now)


def next_version(
    tx: Transaction,
    viewer: Viewer,
    enrolment: Enrolment,
    whole: Plan,
    act: Act,
    now: datetime,
    *,
    together: bool = False,
    next_review: date | None = None,
) -> int:
    """Begin the next version, whoever makes it; its number. The enrolment is locked meanwhile."""
    version = PlanVersionRow(
        id=uuid4(),
        enrolment_id=enrolment.id,
        number=whole.number + 1,
        at=now,
        by_id=viewer.account_id,
        act=act,
        together=together,
        next_review=next_review,
    )
    tx.add(version)
    event = audit.Event.PLAN_REVIEWED if act is Act.REVIEWED else audit.Event.PLAN_CHANGED
    audit.record(tx, event, now, viewer, subject=version.id, enrolment=enrolment.id)
    return version.number


def _part(whole: Plan, part_id: str) -> Part:
    part = whole.parts.part(part_id)
    if part is None or part.retired:
        raise Rejected(Problem("not_offered", field="part"))
    return part


def _item(whole: Plan, item_id: UUID) -> Item:
    item = whole.item(item_id)
    if item is None:
        raise NotFound
    return item


def _put(
    tx: Transaction, enrolment: Enrolment, item_id: UUID, entry: Entry, source: Source | None, number: int
) -> None:
    row = PlanItemRow(id=uuid4(), enrolment_id=enrolment.id, item_id=item_id, since=number)
    row.place = plan.next_place(tx, enrolment.id, number)
    box = appointments.record_box(tx, enrolment.id)
    row.content = box.seal("plan_items.content", row.id, [entry, source])
    tx.add(row)


def _end(tx: Transaction, enrolment: Enrolment, item_id: UUID, number: int) -> None:
    row = plan.item_row(tx, enrolment.id, item_id)
    if row:
        row.until = number


def _drop_draft(tx: Transaction, enrolment: Enrolment, place: str) -> None:
    row = plan.draft_row(tx, enrolment.id, place) if place else None
    if row:
        tx.delete(row)
