"""A practitioner sets work: an activity's version and a setting card, due before an appointment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.checker import faults
from companion.domain.activities.conversation import Conversation
from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.people import Viewer
from companion.domain.programme.topics import TopicPlan
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.work.work import Card
from companion.services.act import Actor, acting
from companion.store import audit, outbox, people
from companion.store.activities import activities, library
from companion.store.activities.library import Version
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.work import work
from companion.store.work.rows import WorkRow

ENGLISH = "en"
FITTING = 2
"""How many activities are offered first."""


@dataclass(frozen=True)
class Due:
    """The work's own id (so that setting it twice sets it once), the appointment it is due before, and its card."""

    new_id: UUID
    appointment: str
    card: Card


def may_set(tx: Transaction, *, unapproved_too: bool) -> list[Version]:
    """Return the library's versions that can be set: the latest approved ones; in the demo, the
    latest checked ones.
    """
    return library.checked_versions(tx) if unapproved_too else library.approved_versions(tx)


@dataclass(frozen=True)
class Offer:
    """A library activity that can be set, in each of its languages; ``version`` is the English one
    if there is one.
    """

    version: Version
    others: tuple[Version, ...]

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every language's version, English first."""
        return (self.version, *self.others)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language it can be set in."""
        return tuple(each.activity.language for each in self.versions)

    def spoken(self, language: str) -> Version:
        """Return the version for a participant with this language."""
        return next((each for each in self.others if each.activity.language == language), self.version)


def offers(versions: Sequence[Version]) -> list[Offer]:
    """Return what can be set, each activity once, in the versions' order."""
    found: dict[str, list[Version]] = {}
    for each in sorted(versions, key=lambda version: version.activity.language != ENGLISH):
        found.setdefault(each.activity.id, []).append(each)
    offered = [Offer(first, tuple(others)) for first, *others in found.values()]
    return sorted(offered, key=lambda offer: versions.index(offer.version))


def by_session(offered: Iterable[Offer], plan: TopicPlan) -> list[tuple[int, list[Offer]]]:
    """Return what can be set by the session its topic is planned for, from 1; at 0, last, what fits any time."""
    places = {each.topic.id: number for number, session in enumerate(plan.sessions, 1) for each in session}
    found: dict[int, list[Offer]] = {number: [] for number in (*sorted({*places.values()}), 0)}
    for each in offered:
        found[places.get(each.version.activity.topic or "", 0)].append(each)
    return [(number, offers) for number, offers in found.items() if offers]


FITTING = 2
"""How many activities are offered as what fits next."""


def fitting(offered: Iterable[Offer], plan: TopicPlan, were_set: Collection[str]) -> list[Offer]:
    """The first of these that fit next: of topics that aren't covered, begun topics first, and not set before."""
    places = {each.topic.id: place for place, each in enumerate(plan.left)}
    new = [each for each in offered if each.version.activity.id not in were_set]
    fits = [each for each in new if each.version.activity.topic in places]
    return sorted(fits, key=lambda each: places[each.version.activity.topic or ""])[:FITTING]


def made_for(tx: Transaction, viewer: Viewer, enrolment_id: UUID) -> list[Version]:
    """Return what the practitioner made for this participant only. It needs no approval (content rules)."""
    enrolments.enrolment(tx, viewer, enrolment_id)
    return library.own_versions(tx, enrolment_id)


def set_work(actor: Actor, enrolment_id: UUID, version_id: UUID, due: Due, *, unapproved_too: bool) -> None:
    """Set the work, in the participant's language if possible; repeating it with the same id does nothing.

    Raise ``Rejected`` for an appointment that is over or another enrolment's, and ``NotAllowed`` for an own activity
    in which the checker finds an error.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if tx.get(WorkRow, due.new_id) is not None:
            return
        activities.hold_still(tx, actor.viewer, version_id)
        offered = may_set(tx, unapproved_too=unapproved_too) + made_for(tx, actor.viewer, enrolment_id)
        version = chosen(offered, version_id, people.account(tx, enrolment.participant_id).language)
        set_within(tx, enrolment, version.id, version.activity, due)
        tx.commit()


def chosen(offered: Sequence[Version], version_id: UUID, language: str) -> Version:
    """Return this version, or the same activity's version in this language.

    Raise ``Rejected`` if it isn't offered, ``NotAllowed`` for an error in it.
    """
    version = next((each for each in offered if each.id == version_id), None)
    if version is None:
        raise Rejected(Problem("not_offered", field="activity"))
    same = offers([each for each in offered if each.activity.id == version.activity.id])
    spoken = same[0].spoken(language)
    if faults(spoken.activity):
        raise NotAllowed("not_checked")
    return spoken


@dataclass(frozen=True)
class QuickWork:
    """Questions that a practitioner typed, one per line."""

    title: str
    introduction: str
    questions: str

    def activity(self, minutes: int) -> Activity:
        """Return the activity that asks them. Raise ``Rejected``."""
        slug = f"own-{uuid4().hex[:12]}"
        return editing.quick(self.title, self.introduction, self.questions, minutes, slug)


def quickly_set(actor: Actor, enrolment_id: UUID, typed: QuickWork, due: Due) -> None:
    """Set questions that the practitioner typed, for this participant only.

    Repeating it with the same id does nothing. Raise ``Rejected``.
    """
    activity = typed.activity(due.card.minutes)
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if tx.get(WorkRow, due.new_id) is not None:
            return
        set_questions(tx, enrolment, activity, due)
        tx.commit()


def set_questions(tx: Transaction, enrolment: Enrolment, activity: Activity, due: Due) -> None:
    """Set questions that a practitioner typed, within a running act. Raise as ``quickly_set`` does."""
    row = activities.add_activity(tx, activity, uuid4(), enrolment.id)
    set_within(tx, enrolment, row.id, activity, due)


def set_within(tx: Transaction, enrolment: Enrolment, version_id: UUID, activity: Activity, due: Due) -> None:
    """Set a version that was chosen, within a running act. Raise as ``set_work`` does."""
    if enrolment.state not in EXPECTS_WORK:
        raise NotAllowed("no_new_work")
    to_come = {str(each.id): each for each in appointments.to_come(tx, enrolment.id, tx.now)}
    if due.appointment not in to_come:
        raise Rejected(Problem("not_offered", field="due"))
    deadline = Deadline(due.new_id, to_come[due.appointment].id, due.card)
    add_work(tx, enrolment, version_id, activity, deadline)


@dataclass(frozen=True)
class Deadline:
    """The enrolment's appointment that the work with this id is due before: a checked ``Due``."""

    work_id: UUID
    appointment_id: UUID
    card: Card


def add_work(
    tx: Transaction, enrolment: Enrolment, version_id: UUID, activity: Activity, due: Deadline
) -> None:
    """Set checked work within a running act."""
    ahead = Conversation(activity, {}).progress
    row = WorkRow(
        id=due.work_id,
        enrolment_id=enrolment.id,
        version_id=version_id,
        due_id=due.appointment_id,
        set_at=tx.now,
        set_by=tx.viewer.account_id,
        fewest_left=ahead.fewest_left,
        most_left=ahead.most_left,
    )
    work.add(tx, row, due.card)
    outbox.notify(tx, enrolment.participant_id, outbox.Notice.WORK_SET, row.id)
    audit.record(tx, audit.Event.WORK_SET, subject=row.id, enrolment=enrolment.id)
