"""Create any number of people who have reached the end of the programme."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from uuid import uuid4

from companion.cli.demo.people import WORD, a_session
from companion.domain.enrolments.pathway import PathwayState, StepForm
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.caseloads import pathway_steps
from companion.services.caseloads.add_participant import add_participant
from companion.services.evaluation import give
from companion.services.evaluation.give import EvaluationForm
from companion.store import people
from companion.store.accounts.passphrases import Hasher
from companion.store.enrolments.enrolments import Enrolment
from tests.cast import Cast
from tests.people import Participant, Staff

ADULTS = (
    "Callum",
    "Ewan",
    "Rhys",
    "Dylan",
    "Marcus",
    "Leon",
    "Tariq",
    "Piotr",
    "Gareth",
    "Anil",
    "Joe",
    "Ross",
)


class Leavers:
    """Participants who join a practitioner's caseload one by one, and leave the programme."""

    def __init__(self, cast: Cast, hasher: Hasher) -> None:
        self.cast, self._hasher, self._number = cast, hasher, count()

    def arrives(self, practitioner: Staff | None = None, site: int = 0) -> Participant:
        """Add a participant in the programme, with an appointment in three days."""
        cast, name = self.cast, ADULTS[next(self._number) % len(ADULTS)]
        when = a_session(cast.now + timedelta(days=3), site)
        staff = (practitioner or cast.priya).viewer
        added = add_participant(Actor(cast.store, staff, cast.now), self._hasher, uuid4(), name, WORD, when)
        with cast.store.reading() as tx:
            account = people.account(tx, tx.get_one(Enrolment, added.enrolment_id).participant_id)
            viewer = people.viewer(tx, account)
        return Participant(cast, viewer, name.lower(), "", enrolment_id=added.enrolment_id)

    def leaves(self, who: Participant, to: PathwayState = PathwayState.COMPLETED) -> Participant:
        """Record, as the practitioner, that the participant's programme ended today."""
        cast = self.cast
        today = cast.now.astimezone(LONDON).date().isoformat()
        with cast.store.reading() as tx:
            row = tx.get_one(Enrolment, who.enrolment_id)
            staff = people.viewer(tx, people.account(tx, row.practitioner_id))
            state = row.state
        pathway_steps.move_on(
            Actor(cast.store, staff, cast.now), row.id, StepForm(state, to, today, "It is over.")
        )
        return who

    def says(self, who: Participant, **answers: object) -> None:
        """Submit an evaluation with these answers, keyed by question id. Keyword arguments can't contain
        ``-``, so write ``_`` for each ``-`` in a question's id.
        """
        form = {f"answer-{name.replace('_', '-')}": [str(said)] for name, said in answers.items()}
        store, now = self.cast.store, self.cast.now
        with store.reading() as tx:
            standing = give.standing(tx, who.viewer, unapproved_too=True)
        seen = standing.draft.revision if standing.draft else 0
        typed = EvaluationForm(standing.number, seen, "one", form)
        saved = give.save(Actor(store, who.viewer, now), typed, unapproved_too=True)
        give.give(Actor(store, who.viewer, now), standing.number, saved.revision, unapproved_too=True)

    def many(self, number: int) -> Iterator[Participant]:
        """Yield this many participants who have completed the programme."""
        for _ in range(number):
            yield self.leaves(self.arrives())
