"""Let a practitioner set an activity version as work.

The practitioner chooses the appointment before which the work is due. The practitioner also tells the
participant why the work was set.
"""

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
"""The maximum number of activities that are suggested as the next work."""


@dataclass(frozen=True)
class Due:
    """The id of the new work, the appointment before which the work is due, and the practitioner's
    explanation.
    """

    new_id: UUID
    appointment: str
    card: Card


def may_set(tx: Transaction, *, unapproved_too: bool) -> list[Version]:
    """Return the latest approved version of each library activity. Leave out retired activities.

    The demo sets ``unapproved_too``: versions that are still waiting for approval then count as approved.
    """
    return library.checked_versions(tx) if unapproved_too else library.approved_versions(tx)


@dataclass(frozen=True)
class Offer:
    """A library activity that can be set as work, with its versions in all languages.

    ``version`` is the activity's English version, or another language version if no English version is
    offered.
    """

    version: Version
    others: tuple[Version, ...]

    @property
    def versions(self) -> tuple[Version, ...]:
        """Return the activity's versions in all languages, English first."""
        return (self.version, *self.others)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that the activity is available in."""
        return tuple(each.activity.language for each in self.versions)

    def spoken(self, language: str) -> Version:
        """Return the activity's version in the participant's language, if possible."""
        return next((each for each in self.others if each.activity.language == language), self.version)


def offers(versions: Sequence[Version]) -> list[Offer]:
    """Return these versions' activities, in the versions' order."""
    found: dict[str, list[Version]] = {}
    for each in sorted(versions, key=lambda version: version.activity.language != ENGLISH):
        found.setdefault(each.activity.id, []).append(each)
    offered = [Offer(first, tuple(others)) for first, *others in found.values()]
    return sorted(offered, key=lambda offer: versions.index(offer.version))


def by_session(offered: Iterable[Offer], plan: TopicPlan) -> list[tuple[int, list[Offer]]]:
    """Group activities by the session in which their topic is planned. Sessions are numbered from 1.

    Activities that don't belong to a particular session come last, with number 0.
    """
    places = {each.topic.id: number for number, session in enumerate(plan.sessions, 1) for each in session}
    found: dict[int, list[Offer]] = {number: [] for number in (*sorted({*places.values()}), 0)}
    for each in offered:
        found[places.get(each.version.activity.topic or "", 0)].append(each)
    return [(number, offers) for number, offers in found.items() if offers]


def fitting(offered: Iterable[Offer], plan: TopicPlan, were_set: Collection[str]) -> list[Offer]:
    """Return at most ``FITTING`` activities to suggest as the participant's next work.

    Don't suggest activities that this participant has already been set. Suggest only activities on topics
    that haven't been covered yet. Topics that need more time come first, then started topics, then all
    others.
    """
    places = {each.topic.id: place for place, each in enumerate(plan.left)}
    new = [each for each in offered if each.version.activity.id not in were_set]
    fits = [each for each in new if each.version.activity.topic in places]
    return sorted(fits, key=lambda each: places[each.version.activity.topic or ""])[:FITTING]


def made_for(tx: Transaction, viewer: Viewer, enrolment_id: UUID) -> list[Version]:
    """Return the latest version of each activity that was made for the participant. Activities for one
    participant need no approval.

    Raise ``NotFound`` if the viewer may not see the enrolment.
    """
    enrolments.enrolment(tx, viewer, enrolment_id)
    return library.own_versions(tx, enrolment_id)


def set_work(actor: Actor, enrolment_id: UUID, version_id: UUID, due: Due, *, unapproved_too: bool) -> None:
    """Set work, in the participant's language if possible. Repeating the call with the same id does nothing.

    Raise ``Rejected`` for an appointment that isn't one of the enrolment's future appointments, or for a
    version that can't be set as work. Raise ``NotAllowed`` for an activity with an error, or if the
    enrolment's state allows no new work.
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
    """Return the chosen activity's version in the participant's language, if possible.

    Raise ``Rejected`` if the chosen activity version can't be set as work. Raise ``NotAllowed`` if the
    activity version contains an error.
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
    """Questions that a practitioner typed, with a new line for each question."""

    title: str
    introduction: str
    questions: str

    def activity(self, minutes: int) -> Activity:
        """Create an activity that asks these questions. Raise ``Rejected`` for a mistake in the form."""
        slug = f"own-{uuid4().hex[:12]}"
        return editing.quick(self.title, self.introduction, self.questions, minutes, slug)


def quickly_set(actor: Actor, enrolment_id: UUID, typed: QuickWork, due: Due) -> None:
    """Create a piece of work from a practitioner's own questions, and set it for one participant.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a mistake in the form. Raise
    ``NotAllowed`` if the enrolment's state allows no new work.
    """
    activity = typed.activity(due.card.minutes)
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if tx.get(WorkRow, due.new_id) is not None:
            return
        set_questions(tx, enrolment, activity, due)
        tx.commit()


def set_questions(tx: Transaction, enrolment: Enrolment, activity: Activity, due: Due) -> None:
    """Give the participant work that consists of a practitioner's own questions. The caller opens the
    transaction.

    Raise ``NotAllowed`` if the enrolment's state allows no new work. Raise ``Rejected`` for an appointment
    that isn't one of the participant's future appointments.
    """
    row = activities.add_activity(tx, activity, uuid4(), enrolment.id)
    set_within(tx, enrolment, row.id, activity, due)


def set_within(tx: Transaction, enrolment: Enrolment, version_id: UUID, activity: Activity, due: Due) -> None:
    """Set the chosen activity version as work for the participant. The caller opens the transaction.

    Raise the same errors as ``set_questions``.
    """
    if enrolment.state not in EXPECTS_WORK:
        raise NotAllowed("no_new_work")
    to_come = {str(each.id): each for each in appointments.to_come(tx, enrolment.id, tx.now)}
    if due.appointment not in to_come:
        raise Rejected(Problem("not_offered", field="due"))
    deadline = Deadline(due.new_id, to_come[due.appointment].id, due.card)
    add_work(tx, enrolment, version_id, activity, deadline)


@dataclass(frozen=True)
class Deadline:
    """The id, appointment and explanation of new work, after validation."""

    work_id: UUID
    appointment_id: UUID
    card: Card


def add_work(
    tx: Transaction, enrolment: Enrolment, version_id: UUID, activity: Activity, due: Deadline
) -> None:
    """Give the participant new work. The caller opens the transaction. The form has already been checked."""
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
