"""Test the advice about who reads answers and what to leave out."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.fields import value_of
from tests.visitor import Page

READS = "Priya will read this after you send it, before you next meet."
DANGER = "If a child is in danger now, call"
REST = "Please leave out sexual detail, descriptions of images, and anything that could identify a child."
FOLDED = "What to leave out, and who else can read it"


@pytest.fixture
def work(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "warning-signs")


def answered(enter: SimpleNamespace, work: UUID, page: Page) -> Page:
    form = {name: value_of(name, page.text) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    reply = enter.sam.client.post(f"/my/work/{work}/answers", data={**form, "beat": 0, "way": "not_sure"})
    assert reply.status_code == 303
    page = enter.sam.get(reply.location)
    assert page.status == 200
    return page


def is_whole(page: Page) -> bool:
    assert READS in page and DANGER in page and REST in page
    return FOLDED not in page


def test_advice_on_what_not_to_write_is_collapsed_after_the_first_time(
    enter: SimpleNamespace, work: UUID
) -> None:
    page = enter.sam.get(f"/my/work/{work}")
    assert is_whole(page)
    while "Question 2" not in (page := answered(enter, work, page)):
        pass
    assert not is_whole(page)
    assert is_whole(enter.sam.get(f"/my/work/{work}"))


def test_the_safety_advice_stays_collapsed_when_an_answer_is_changed(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    free = next(prompt for prompt in cast.sam.work(work).activity.prompts if prompt.free_text)
    while (prompt := cast.sam.work(work).conversation.next_prompt) and prompt.id != free.id:
        cast.sam.answers(work, prompt.id, way="not_sure")
    cast.sam.answers(work, free.id, way="talk")
    assert not is_whole(enter.sam.get(f"/my/work/{work}?change={free.id}"))
