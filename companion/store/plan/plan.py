"""The relapse-prevention plan: parts, versions and items."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased, mapped_column

from companion.content import plan_parts
from companion.domain.plan.plan import Act, Item, Plan, PlanEntry, Source, Suggestion, Version
from companion.domain.plan.plan_parts import Parts, with_new_ones
from companion.domain.plan.review import Review
from companion.domain.refusals import NotFound
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.drafts import Drafted, DraftPlace
from companion.store.enrolments.enrolments import Enrolment, record_box
from companion.store.keys import WORDS
from companion.store.plan.attribution import PlanPeople, plan_people
from companion.store.types import UtcDateTime


class PlanPartsRow(Model):
    """A version of the list of parts in every participant's plan.

    Until a lead saves a first version of the parts, every plan uses Companion's built-in parts.
    """

    __tablename__ = "plan_parts"

    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


class PlanVersionRow(Model):
    """A dated version of a participant's plan. After the row is added, only its ``asked_at`` ever changes."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    act: Mapped[str] = mapped_column(String(20))
    together: Mapped[bool] = mapped_column(default=False)
    next_review: Mapped[date | None] = mapped_column(Date, index=True)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the email about the next review was queued."""


class PlanItemRow(Model):
    """The wording of a plan item.

    ``since`` is the plan version in which the item first had this wording. ``until`` is the first plan
    version that no longer contains the item's wording.
    """

    __tablename__ = "plan_items"
    __table_args__ = (UniqueConstraint("item_id", "since"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    item_id: Mapped[UUID]
    since: Mapped[int]
    until: Mapped[int | None]
    place: Mapped[int]
    """The item's position among the items that the version introduced."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PlanSuggestionRow(Model):
    """A practitioner's suggestion for a plan, and the participant's decision."""

    __tablename__ = "plan_suggestions"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    accepted: Mapped[bool | None]
    """True if the participant accepted the suggestion, or None before the decision."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlanReviewRow(Model):
    """A review of a plan.

    ``looked_at`` is encrypted, because it says which plan items the participant confirmed.
    """

    __tablename__ = "plan_reviews"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    began_at: Mapped[int]
    """The plan version under review."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[bytes] = mapped_column(LargeBinary)


class PlanDraftRow(Drafted):
    """A draft of the text for a part or item of a plan."""

    __tablename__ = "plan_drafts"
    __table_args__ = (UniqueConstraint("enrolment_id", "place"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)


def parts(tx: Transaction) -> tuple[int, Parts]:
    """Return the newest version of the standard plan parts, with its number.

    Companion's built-in parts have the version number 0.
    """
    row = tx.scalar(select(PlanPartsRow).order_by(PlanPartsRow.number.desc()).limit(1))
    if row is None:
        return 0, plan_parts()
    return row.number, opened_parts(tx, row)


def opened_parts(tx: Transaction, row: PlanPartsRow) -> Parts:
    """Return the decrypted parts of the plan from ``row``. Add any of Companion's built-in parts of the plan
    that are missing from this version.
    """
    content = tx.keys.box(WORDS).open("plan_parts.content", row.id, row.content)
    return with_new_ones(msgspec.convert(content, Parts), plan_parts())


def _none(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return cast(null(), column.type).label(column.key)


ITEM, SUGGESTED = PlanItemRow, PlanSuggestionRow
ITEMS_AND_SUGGESTIONS = union_all(
    select(
        literal("item").label("what"),
        *(ITEM.id, ITEM.enrolment_id, ITEM.content, ITEM.item_id, ITEM.since, ITEM.until, ITEM.place),
        *(_none(SUGGESTED.by_id), _none(SUGGESTED.at), _none(SUGGESTED.accepted)),
    ).where(ITEM.enrolment_id == bindparam("enrolment_id")),
    select(
        literal("suggestion"),
        *(SUGGESTED.id, SUGGESTED.enrolment_id, SUGGESTED.content),
        *(_none(ITEM.item_id), _none(ITEM.since), _none(ITEM.until), _none(ITEM.place)),
        *(SUGGESTED.by_id, SUGGESTED.at, SUGGESTED.accepted),
    ).where(SUGGESTED.enrolment_id == bindparam("enrolment_id")),
).order_by("since", "place", "at")
"""The query for a plan's items and suggestions.

The plan's items are sorted by version, then by position. The suggestions for the plan are sorted by time.
"""


class Suggested(Protocol):
    """The columns of a suggestion's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def enrolment_id(self) -> UUID: ...
    @property
    def content(self) -> bytes: ...
    @property
    def at(self) -> datetime: ...


def plan_of(tx: Transaction, enrolment_id: UUID) -> Plan:
    """Return an enrolment's plan, with all current and former items and the undecided suggestions.

    The caller must have checked that the viewer may see the enrolment.
    """
    box = record_box(tx, enrolment_id)
    versions = tx.scalars(
        select(PlanVersionRow)
        .where(PlanVersionRow.enrolment_id == enrolment_id)
        .order_by(PlanVersionRow.number)
    ).all()
    newest = versions[-1].number if versions else 0  # leave out items of versions added after this query
    stored = tx.rows(ITEMS_AND_SUGGESTIONS, {"enrolment_id": enrolment_id}).all()
    rows = [row for row in stored if row.what == "item" and row.since <= newest]
    suggested = [row for row in stored if row.what == "suggestion"]
    began = {row.item_id: place for place, row in reversed(list(enumerate(rows)))}
    who = plan_people(
        tx, enrolment_id, {row.id: row.by_id for row in suggested}, {row.by_id for row in versions}
    )
    made_at = {row.number: row.at for row in versions}
    items = []
    for row in sorted(rows, key=lambda row: (began[row.item_id], row.since)):
        entry, source = box.open("plan_items.content", row.id, row.content)
        source = msgspec.convert(source, Source | None)
        by = who.said(row.item_id, source, made_at[row.since])
        items.append(Item(row.item_id, _entry(entry), source, row.since, row.until, by))
    return Plan(
        parts=parts(tx)[1],
        versions=tuple(_version(row, items, who) for row in versions),
        items=tuple(items),
        suggestions=tuple(
            suggestion(tx, row, who.suggested(row.id)) for row in suggested if row.accepted is None
        ),
    )


def _version(row: PlanVersionRow, items: list[Item], who: PlanPeople) -> Version:
    taken_in = [item.by for item in items if item.since == row.number] if row.act == Act.ACCEPTED else []
    practitioner = next(iter(taken_in), "") or who.called(row.by_id) or who.then(row.at)
    return Version(row.number, row.at, row.by_id, Act(row.act), row.together, row.next_review, practitioner)


def suggestion(tx: Transaction, row: Suggested, by: str = "") -> Suggestion:
    """Decrypt a suggestion. ``by`` is the name of the person who made the suggestion."""
    box = record_box(tx, row.enrolment_id)
    content = _entry(box.open("plan_suggestions.content", row.id, row.content))
    return Suggestion(row.id, content, row.at, by)


def suggestion_row(tx: Transaction, enrolment_id: UUID, suggestion_id: UUID) -> PlanSuggestionRow:
    """Return a suggestion for this enrolment's plan. Raise ``NotFound`` if the suggestion doesn't exist."""
    row = tx.scalar(
        select(PlanSuggestionRow).where(
            PlanSuggestionRow.enrolment_id == enrolment_id, PlanSuggestionRow.id == suggestion_id
        )
    )
    if row is None:
        raise NotFound
    return row


def item_row(tx: Transaction, enrolment_id: UUID, item_id: UUID) -> PlanItemRow | None:
    """Return the latest wording of an item of the enrolment's plan, or None."""
    return tx.scalar(
        select(PlanItemRow)
        .where(PlanItemRow.enrolment_id == enrolment_id, PlanItemRow.item_id == item_id)
        .order_by(PlanItemRow.since.desc())
        .limit(1)
    )


def next_place(tx: Transaction, enrolment_id: UUID, since: int) -> int:
    """Return the position for the next new item in a version of the plan."""
    those = select(func.count()).where(PlanItemRow.enrolment_id == enrolment_id, PlanItemRow.since == since)
    return tx.scalar(those) or 0


def open_review(tx: Transaction, enrolment_id: UUID) -> Review | None:
    """Return the plan's open review, or None."""
    row = open_review_row(tx, enrolment_id)
    if row is None:
        return None
    looked_at = record_box(tx, enrolment_id).open("plan_reviews.looked_at", row.id, row.looked_at)
    return Review(row.id, row.started_at, row.began_at, frozenset(map(UUID, looked_at)))


def open_review_row(tx: Transaction, enrolment_id: UUID) -> PlanReviewRow | None:
    """Return the row of the plan's open review, or None."""
    return tx.scalar(
        select(PlanReviewRow).where(
            PlanReviewRow.enrolment_id == enrolment_id, PlanReviewRow.ended_at.is_(None)
        )
    )


def keep_looked_at(tx: Transaction, row: PlanReviewRow, looked_at: frozenset[UUID]) -> None:
    """Save which items the participant has decided about in the review."""
    box = record_box(tx, row.enrolment_id)
    row.looked_at = box.seal("plan_reviews.looked_at", row.id, sorted(map(str, looked_at)))


def add_item(tx: Transaction, enrolment_id: UUID, item: Item) -> None:
    """Add an item to a plan, below the other items that were added in the same version of the plan."""
    row = PlanItemRow(id=uuid4(), enrolment_id=enrolment_id, item_id=item.id, since=item.since)
    row.place = next_place(tx, enrolment_id, item.since)
    row.content = record_box(tx, enrolment_id).seal("plan_items.content", row.id, [item.entry, item.source])
    tx.add(row)


def add_suggestion(tx: Transaction, new_id: UUID, enrolment_id: UUID, entry: PlanEntry) -> None:
    """Add the viewer's suggestion for a plan."""
    row = PlanSuggestionRow(id=new_id, enrolment_id=enrolment_id, by_id=tx.viewer.account_id, at=tx.now)
    row.content = record_box(tx, enrolment_id).seal("plan_suggestions.content", row.id, entry)
    tx.add(row)


def add_parts(tx: Transaction, number: int, content: Parts) -> UUID:
    """Add the next version of the plan's parts, and return the version's id.

    Raise ``IntegrityError`` if another lead has just added the version.
    """
    row = PlanPartsRow(id=uuid4(), number=number, made_at=tx.now, made_by=tx.viewer.account_id)
    row.content = tx.keys.box(WORDS).seal("plan_parts.content", row.id, content)
    tx.add(row)
    tx.flush()
    return row.id


def draft_place(tx: Transaction, enrolment_id: UUID, place: str) -> DraftPlace:
    """Return the key for finding a participant's draft for a part or item of the plan.

    The draft's lookup key hashes the name of the plan's part. If the part's name weren't hashed, it
    would reveal what the draft is about.
    """
    hashed = tx.keys.lookup("plan place", f"{enrolment_id}\n{place}")
    return DraftPlace(PlanDraftRow.enrolment_id, enrolment_id, hashed, record_box(tx, enrolment_id))


def reviews_due(tx: Transaction, today: date) -> list[PlanVersionRow]:
    """Lock and return the plan versions that are due for review, if no email has said so yet.

    Return a plan version only if the plan hasn't been reviewed since that version was saved.
    """
    later = aliased(PlanVersionRow)
    reviewed_since = exists().where(
        later.enrolment_id == PlanVersionRow.enrolment_id,
        later.number > PlanVersionRow.number,
        later.act == Act.REVIEWED,
    )
    due = select(PlanVersionRow).where(
        PlanVersionRow.next_review <= today, PlanVersionRow.asked_at.is_(None), ~reviewed_since
    )
    theirs = {row.enrolment_id for row in tx.scalars(due)}
    locks.lock(tx, select(Enrolment).where(Enrolment.id.in_(theirs)))
    return list(locks.lock(tx, due.where(PlanVersionRow.enrolment_id.in_(theirs))))


def _entry(plain: Any) -> PlanEntry:
    return msgspec.convert(plain, PlanEntry)
