"""Somebody at a locked page sends draft answers and compares the replies, to guess what was typed there.

Companion's response must not reveal whether a guess matches the hidden text.
"""

from tests.attacks.acts import time_passes, work_of
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
DRAFT = "I told nobody about the second telephone."
WRONG = "I told my sister about the other telephone."
IDLE_MINUTES = 17


def attack(place: Place) -> Seen:
    """Check that no response reveals whether somebody has guessed the text of a draft."""
    told = []
    for then in ("typing", "", "help", "tell"):
        owen = place.signs_in("Owen")
        work = work_of(owen, "A week of choices")
        page = owen.get(work)
        prompt, token = page.field("prompt"), page.field("csrf_token")
        _sends(owen, work, prompt, token, DRAFT, "owner", then="typing", seen=page.field("draft_seen"))
        time_passes(place, owen, minutes=IDLE_MINUTES)
        answers = [
            _sends(owen, work, prompt, token, words, "guess", then=then) for words in (WRONG, DRAFT, WRONG)
        ]
        if _told(answers[0]) != _told(answers[1]):
            told.append(
                f"then={then!r}: {_told(answers[0])} to a wrong guess, {_told(answers[1])} to the right one"
            )
    return Seen(not told, "; ".join(told) or "the right guess and a wrong one were answered alike")


def _sends(
    owen: Browser, work: str, prompt: str, token: str, words: str, tab: str, *, then: str, seen: str = "1"
) -> Answer:
    form = {
        "prompt": prompt,
        "seen": "0",
        "draft_seen": seen,
        "tab": tab,
        "beat": "1",
        "answer": words,
        "then": then,
    }
    return owen.copy().post(f"{work}/draft", form, token=token, follow=False)


def _told(answer: Answer) -> tuple[int, str]:
    """Return the parts of the response that could reveal a right guess."""
    if answer.headers.get("Content-Type") == "application/json":
        return answer.status, ", ".join(
            sorted(part.partition(":")[0] for part in answer.text.strip("{} \n").split(","))
        )
    return answer.status, answer.headers.get("Location", "")
