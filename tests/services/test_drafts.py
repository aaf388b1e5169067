"""Test that all kinds of draft follow the same rules."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from companion.domain.drafts import Draft
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.services.evaluation import give
from companion.services.evaluation.give import EvaluationForm
from companion.services.messages import threads
from companion.services.messages.threads import MessageForm
from companion.services.plan import drafts as plan_drafts
from companion.services.plan.drafts import PlanForm
from companion.services.work import answer_drafts, review
from companion.services.work.answer_drafts import AnswerForm
from companion.services.work.review import Feedback
from companion.store.accounts.passphrases import Hasher
from companion.store.evaluation import evaluation
from companion.store.messages import message_drafts
from companion.store.plan import plan
from tests.cast import Cast
from tests.leavers import Leavers

Save = Callable[[str, str, int, int], Draft]
"""A function that saves text from a browser tab."""


@dataclass(frozen=True)
class Composer:
    """A page or form in which people type.

    The function ``save`` saves a draft, and the function ``there`` returns the text of the saved draft.
    """

    save: Save
    there: Callable[[], str]


def answer(cast: Cast, _: Hasher) -> Composer:
    piece, prompt = cast.priya.sets(cast.sam, "a-week-of-choices"), "told-yourself"

    def save(words: str, tab: str, beat: int, seen: int) -> Draft:
        form = AnswerForm(prompt, 0, seen, tab, {"answer": [words]}, beat)
        return answer_drafts.save_draft(cast.sam.actor, piece, form)

    return Composer(save, lambda: first(cast.sam.work(piece).drafts[prompt].typed))


def message(cast: Cast, _: Hasher) -> Composer:
    def save(words: str, tab: str, beat: int, seen: int) -> Draft:
        return threads.save_draft(cast.sam.actor, None, MessageForm(seen, tab, {"words": [words]}, beat))

    def there() -> str:
        with cast.store.reading() as tx:
            place = message_drafts.draft_place(tx, cast.sam.enrolment_id, cast.sam.viewer)
            return first(kept(place.draft(tx)).typed)

    return Composer(save, there)


def of_the_plan(cast: Cast, _: Hasher) -> Composer:
    place = "build/good"

    def save(words: str, tab: str, beat: int, seen: int) -> Draft:
        return plan_drafts.save(cast.sam.actor, PlanForm(place, seen, tab, {"words": [words]}, beat))

    def there() -> str:
        with cast.store.reading() as tx:
            return first(kept(plan.draft_place(tx, cast.sam.enrolment_id, place).draft(tx)).typed)

    return Composer(save, there)


def of_the_evaluation(cast: Cast, hasher: Hasher) -> Composer:
    leavers = Leavers(cast, hasher)
    who = leavers.leaves(leavers.arrives())

    def save(words: str, tab: str, beat: int, seen: int) -> Draft:
        form = EvaluationForm(0, seen, tab, {"answer-better": [words]}, beat)
        return give.save(who.actor, form, unapproved_too=True)

    def there() -> str:
        with cast.store.reading() as tx:
            return first(kept(evaluation.draft_place(tx, who.enrolment_id).draft(tx)).typed)

    return Composer(save, there)


def submitted(cast: Cast) -> UUID:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    return cast.sam.submits(piece)


def feedback(cast: Cast, _: Hasher) -> Composer:
    submission = submitted(cast)

    def save(words: str, tab: str, beat: int, seen: int) -> Draft:
        said = Feedback({"the-week": words}, "", seen, tab, beat)
        return review.save_feedback(cast.priya.actor, submission, said)

    return Composer(save, lambda: cast.priya.reads(submission).submission.comments["the-week"])


def kept(draft: Draft | None) -> Draft:
    assert draft
    return draft


def first(typed: Form) -> str:
    return next(iter(typed.values()))[0]


@pytest.fixture(params=[answer, message, of_the_plan, of_the_evaluation, feedback])
def composer(request: pytest.FixtureRequest, cast: Cast, hasher: Hasher) -> Composer:
    made: Composer = request.param(cast, hasher)
    return made


def test_a_tab_cannot_overwrite_a_draft_that_it_has_not_shown(composer: Composer) -> None:
    seen = composer.save("From the first", "one", 1, 0).revision
    with pytest.raises(ChangedElsewhere):
        composer.save("From the second", "two", 1, 0)
    assert composer.there() == "From the first"
    composer.save("From the second", "two", 2, seen)
    with pytest.raises(ChangedElsewhere):
        composer.save("From the first, later", "one", 2, seen)
    assert composer.there() == "From the second"


def test_a_draft_that_arrives_after_a_newer_draft_changes_nothing(composer: Composer) -> None:
    composer.save("I wanted", "one", 1, 0)
    composer.save("I wanted to ask", "one", 3, 0)
    # an older draft from the same page causes no error
    assert composer.save("I wanted to", "one", 2, 0).typed != {}
    assert composer.there() == "I wanted to ask"


def test_a_draft_can_be_saved_again_if_the_response_to_the_last_save_was_lost(composer: Composer) -> None:
    composer.save("Once", "one", 1, 0)
    composer.save("Once more", "one", 2, 0)
    assert composer.there() == "Once more"


def test_pages_without_a_tab_id_cannot_overwrite_each_others_drafts(
    composer: Composer,
) -> None:
    composer.save("From the first", "", 0, 0)
    with pytest.raises(ChangedElsewhere):
        composer.save("From the second", "", 0, 0)
    assert composer.there() == "From the first"


def test_a_draft_of_feedback_is_refused_after_another_tab_has_sent_the_feedback(cast: Cast) -> None:
    submission, priya = submitted(cast), cast.priya.actor
    seen = review.save_feedback(priya, submission, Feedback({"": "Thank"}, "", 0, "one", 1)).revision
    review.release(priya, submission, Feedback({"": "Thank you."}, "", seen, "two", 0))
    for late in (Feedback({"": "Thank you so"}, "", 0, "one", 2), Feedback({"": "Thank"}, "", 0, "one", 1)):
        with pytest.raises(NotAllowed, match="feedback_sent"):
            review.save_feedback(priya, submission, late)
        with pytest.raises(NotAllowed, match="feedback_sent"):
            review.release(priya, submission, late)
    assert cast.priya.reads(submission).submission.comments == {"": "Thank you."}


def test_feedback_cannot_be_sent_from_an_outdated_page(cast: Cast) -> None:
    submission, priya = submitted(cast), cast.priya.actor
    review.save_feedback(priya, submission, Feedback({"": "A long text"}, "", 0, "one", 1))
    with pytest.raises(ChangedElsewhere):
        review.release(priya, submission, Feedback({"": "Short."}, "", 0, "two", 0))
    found = cast.priya.reads(submission).submission
    assert (found.comments, found.outcome) == ({"": "A long text"}, None)
    review.release(priya, submission, Feedback({"": "A long text, ended."}, "", 0, "one", 1))
    assert cast.priya.reads(submission).submission.comments == {"": "A long text, ended."}
