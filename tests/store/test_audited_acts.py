"""Test that the audit records refusals, failures and the reading of records, but no typed text."""

import re
from collections.abc import Callable

import pytest

from companion.domain.people import Viewer
from companion.domain.refusals import NotAllowed, NotFound
from companion.services.authoring import approval
from companion.services.work import answer_drafts, submissions
from companion.store import audit
from companion.store.base import Store
from companion.store.records import erasures
from tests.cast import Cast
from tests.fixtures import Clock
from tests.store.chain import checked, lines


def test_an_audit_entrys_detail_can_never_contain_typed_text(store: Store, clock: Clock) -> None:
    with store.writing(clock.now) as tx:
        for words in ("I walked", "I walked home.", "a\nb", "x" * 61, "caf\u00e9", "what?"):
            with pytest.raises(ValueError, match="never a text"):
                audit.record(tx, audit.Event.SIGNED_IN, detail=words)


def test_an_audit_entry_without_a_time_is_refused(cast: Cast) -> None:
    with cast.store.writing() as tx, pytest.raises(RuntimeError, match="without a moment"):
        audit.record(tx, audit.Event.SIGNED_IN)
    with cast.store.writing(cast.now) as tx, pytest.raises(RuntimeError, match="for nobody"):
        erasures.ask(tx)


def test_audit_entries_for_companions_own_actions_name_nobody(cast: Cast) -> None:
    priya = cast.priya.viewer
    with cast.store.writing(cast.now, priya) as tx:
        with tx.unattended():
            audit.record(tx, audit.Event.FIGURES_COUNTED)
        audit.record(tx, audit.Event.NOTES_READ)
        tx.commit()
    by = {line.event: (line.actor_id, line.actor_role) for line in lines(cast.store)}
    assert by["figures_counted"] == (None, None)
    assert by["notes_read"] == (priya.account_id, "practitioner")


def acts(cast: Cast) -> list[tuple[Callable[[], object], type[Exception], Viewer, str]]:
    """Return refused actions, with each action's error, person and reason."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    idris, daniel, alex = cast.idris.viewer, cast.daniel.viewer, cast.alex.viewer
    typed = cast.sam.typing(piece, "the-week", "1")
    return [
        (lambda: cast.sam.submits(piece), NotAllowed, cast.sam.viewer, "already_submitted"),
        (lambda: cast.sam.answers(piece, "the-week", "1"), NotAllowed, cast.sam.viewer, "already_submitted"),
        (
            lambda: answer_drafts.save_draft(cast.idris.actor, piece, typed),
            NotFound,
            idris,
            "NotFound",
        ),
        (lambda: cast.daniel.reads(submission), NotFound, daniel, "NotFound"),
        (lambda: approval.approve(cast.alex.actor, piece, 1), NotFound, alex, "NotFound"),
    ]


def test_a_refused_action_is_audited_after_its_rollback(cast: Cast, clock: Clock) -> None:
    for act, refusal, viewer, detail in acts(cast):
        clock.forward(seconds=1)
        before = lines(cast.store)
        with pytest.raises(refusal):
            act()
        (line,) = (each for each in lines(cast.store) if each.id not in {old.id for old in before})
        assert (line.event, line.actor_id, line.detail) == ("refused", viewer.account_id, detail)
        assert line.at == clock.now
    assert checked(cast.store).broken_at is None


def test_a_failed_action_is_audited_after_its_rollback(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece, before = cast.priya.sets(cast.sam, "a-week-of-choices"), {line.id for line in lines(cast.store)}

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the words of somebody")

    with monkeypatch.context() as patch:
        patch.setattr(submissions.outbox, "notify", breaks)
        cast.sam.finishes(piece)
        with pytest.raises(ZeroDivisionError):
            cast.sam.submits(piece)
    (line,) = (each for each in lines(cast.store) if each.id not in before and each.event != "answer_saved")
    assert (line.event, line.actor_id, line.detail) == (
        "failed",
        cast.sam.viewer.account_id,
        "ZeroDivisionError",
    )
    assert checked(cast.store).broken_at is None


def test_every_reading_of_a_submission_is_audited(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    for _ in range(2):
        cast.priya.reads(submission)
    read = [line for line in lines(cast.store) if line.event == "submission_read"]
    assert [(line.actor_id, line.actor_role, line.subject_id, line.enrolment_id) for line in read] == [
        (cast.priya.viewer.account_id, "practitioner", submission, cast.sam.enrolment_id)
    ] * 2


def test_no_audit_entry_contains_a_typed_word(cast: Cast) -> None:
    for act, refusal, _, _ in acts(cast):
        with pytest.raises(refusal):
            act()
    events = {event.value for event in audit.Event}
    for line in lines(cast.store):
        assert line.event in events
        assert re.fullmatch(r"[A-Za-z_0-9]*", line.detail), line.detail
        assert line.actor_role in (None, "participant", "practitioner", "lead", "administrator")
