"""Participants who keep saving answers through the proxy, and remember the saved answers."""

import http.client
import itertools
import re
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from companion.store.audit import AuditEntry, Event
from tests.bench.activity import set_and_answered, taken_in, walks
from tests.bench.portal import Portal
from tests.growth.proxy import Answer, Browser, Proxy
from tests.people import Participant
from tests.visitor import Visitor

PROMPT = "walk-0"
TURNS = 8


@dataclass(frozen=True)
class Sent:
    """A request, with its purpose, time, duration in seconds and status.

    The status is 0 if there was no response.
    """

    what: str
    at: float
    seconds: float
    status: int


@dataclass
class Saver:
    """A participant who repeatedly saves a draft, saves the answer and opens the page. Rounds start at least
    ``every`` seconds apart.
    """

    participant: Participant
    work_id: UUID
    browser: Browser
    every: float
    sent: list[Sent] = field(default_factory=list)
    acknowledged: int = 0
    """The number of answers that were reported as saved."""
    newest: int = 0
    """The number in the client's latest saved answer, such as 7 in “Walk number 7.”"""
    signed_out: int = 0
    missing: list[str] = field(default_factory=list)
    """Answers that Companion said it saved but lost, and any error that stopped further saving."""
    stopped: bool = False

    def goes_on(self) -> None:
        """Save until stopped."""
        try:
            self._goes_on()
        except Exception as error:
            self.missing.append(f"he saves no more: {error!r}")

    def _goes_on(self) -> None:
        """Save repeatedly. After any failed request, open the page again, as a person would."""
        numbers = itertools.count(1)
        looked = self._looks()
        while not self.stopped:
            begun = time.monotonic()
            if looked or (looked := self._looks()):
                looked = self._saves(next(numbers)) and self._looks()
            time.sleep(max(0, self.every - (time.monotonic() - begun)))

    def _looks(self) -> bool:
        answer = self._asks("page", "GET", f"/my/work/{self.work_id}?change={PROMPT}")
        if answer is None or answer.status != 200:
            return False
        shown = [int(each) for each in re.findall(r"Walk number (\d+)\.", answer.text)]
        if max(shown, default=0) < self.newest:
            self.missing.append(f"{self.newest} was called saved, and the page shows {shown}")
        self._fields = {name: answer.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen")}
        return True

    def _saves(self, number: int) -> bool:
        words = {**self._fields, "tab": "one", "beat": number, "answer": f"Walk number {number}."}
        to = f"/my/work/{self.work_id}"
        kept = self._asks("draft", "POST", f"{to}/draft", {**words, "then": "typing"})
        if kept is None or kept.status != 200:
            return False
        answer = self._asks("answer", "POST", f"{to}/answers", words)
        if answer is None or answer.status != 303:
            if answer is not None and answer.status == 409:
                self.missing.append(f"the revision that was seen before {number} is not there any more")
            return False
        self.acknowledged += 1
        self.newest = number
        return True

    def _asks(
        self, what: str, method: str, path: str, form: dict[str, object] | None = None
    ) -> Answer | None:
        at, start, answer = time.monotonic(), time.perf_counter(), None
        try:
            answer = self.browser.get(path) if form is None else self.browser.post(path, form)
        except (OSError, http.client.HTTPException):
            self.sent.append(Sent(what, at, time.perf_counter() - start, 0))
            return None
        self.sent.append(Sent(what, at, time.perf_counter() - start, answer.status))
        self.signed_out += answer.status == 401 or "/sign-in" in answer.headers.get("Location", "")
        return answer


class Load:
    """Many participants who save at the same time."""

    def __init__(self, place: Portal, proxy: Proxy, name: str, people: int, every: float) -> None:
        activity = taken_in(place, walks(TURNS))
        self.savers = []
        self._place = place
        for number in range(people):
            participant = place.cast.another(f"{name} {number}")
            browser = Browser(proxy, f"127.0.1.{number + 1}", cookies_of(place, participant))
            self.savers.append(Saver(participant, set_and_answered(participant, activity), browser, every))
        self._before = {each.work_id: self._recorded(each) for each in self.savers}
        self._threads = [threading.Thread(target=each.goes_on) for each in self.savers]

    def begins(self) -> None:
        """Start every participant in a separate thread."""
        for thread in self._threads:
            thread.start()

    def ends(self) -> None:
        """Stop all simulated participants, and wait until each has received their last response."""
        for each in self.savers:
            each.stopped = True
        for thread in self._threads:
            thread.join()

    def until(self, more: int, patience: float = 60) -> None:
        """Wait until Companion has reported this many more saved answers for each participant."""
        before = [each.acknowledged for each in self.savers]
        deadline = time.monotonic() + patience
        while any(each.acknowledged < least + more for each, least in zip(self.savers, before, strict=True)):
            missing = [each for saver in self.savers for each in saver.missing]
            assert not missing, "\n".join(missing)
            assert time.monotonic() < deadline, [each.acknowledged for each in self.savers]
            time.sleep(0.01)

    def sent(self, since: float = 0, until: float = float("inf")) -> list[Sent]:
        """Return every request that was sent between these two values of ``time.monotonic``."""
        return [each for saver in self.savers for each in saver.sent if since <= each.at < until]

    def missing(self) -> list[str]:
        """Return the answers that were reported as saved, but are missing from pages or databases."""
        found = [each for saver in self.savers for each in saver.missing]
        for saver in self.savers:
            stored = saver.participant.work(saver.work_id).answers[PROMPT]
            number = int(re.findall(r"Walk number (\d+)\.", str(stored.value))[0])
            recorded = self._recorded(saver) - self._before[saver.work_id]
            if number < saver.newest or not saver.acknowledged <= recorded <= number:
                found.append(
                    f"{saver.acknowledged} were called saved, the last was {saver.newest}; "
                    f"{recorded} are on record, and {number} is stored"
                )
        return found

    def _recorded(self, saver: Saver) -> int:
        """Return the number of audit entries about saving an answer to this work."""
        with self._place.cast.store.reading() as tx:
            those = select(func.count()).where(
                AuditEntry.event == Event.ANSWER_SAVED, AuditEntry.subject_id == saver.work_id
            )
            return tx.scalar(those) or 0


def cookies_of(place: Portal, participant: Participant) -> dict[str, str]:
    """Return a signed-in participant's cookies, under the names used over HTTPS."""
    visitor = Visitor(place.app)
    visitor.sign_in(place.cast, participant)
    return {f"__Host-{each.key}": each.value for each in visitor.client._cookies.values()}


def failed(sent: Sequence[Sent]) -> list[Sent]:
    """Return the failed requests that a person would have noticed."""
    return [each for each in sent if each.status == 0 or each.status >= 400]


def p95(sent: Sequence[Sent], what: str = "answer") -> float:
    """Return the 95th percentile of these requests' durations, in milliseconds."""
    took = sorted(each.seconds for each in sent if each.what == what)
    return took[int(len(took) * 0.95)] * 1000 if took else float("nan")


def median(sent: Sequence[Sent], what: str = "answer") -> float:
    """Return the median of these requests' durations, in milliseconds."""
    return statistics.median(each.seconds for each in sent if each.what == what) * 1000
