"""Test the benchmark tool, ``./manage bench``."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from companion.domain.activities.conversation import Conversation, Given
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings.appointments import AppointmentRow
from companion.store.work import work
from companion.store.work.rows import AnswerRow, SubmissionRow, WorkRow
from tests.bench import answering, boards, growth, otree, saving, signing_in, starting
from tests.bench.activity import said, set_and_answered, taken_in, walks
from tests.bench.answering import Service, Walking, missing
from tests.bench.boards import open_board
from tests.bench.conversation import open_page
from tests.bench.frame import Bench, Contender, NotMeasured, Results, Row, run, timed
from tests.bench.paced import at_rate, every, waited
from tests.bench.portal import Portal, portal
from tests.bench.report import as_text, report
from tests.bench.saving import PROMPT, require_saved, require_stored, words
from tests.bench.served import Load, Server, served
from tests.bench.signing_in import Coming
from tests.bench.walkers import Walker, walkers
from tests.cast import Cast
from tests.visitor import Visitor

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
MISSING = (answering, growth, saving, signing_in, starting)
"""Benchmarks whose targets can't be met on every machine."""
Reported = Callable[[Results], tuple[int, str, dict[str, Any]]]


def scripted(name: str, *figures: float | None) -> Contender:
    """Return a fake program for a benchmark, which returns these figures as its measurements.

    A benchmark discards a program's first measurement, because the first round only warms up the program. If
    a figure is None, the program raises an error instead of returning a measurement.
    """
    left = iter(figures)

    def measure() -> float:
        figure = next(left)
        if figure is None:
            raise ValueError(f"{name} broke")
        return figure

    return Contender(name, "ms", measure)


def race(*rows: Row, runners: list[Contender], rounds: int = 3) -> Results:
    return run([Bench(runners, rows)], rounds)


@pytest.fixture
def reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reported:
    """Report these benchmark results. Return the exit code, the printed table and the contents of the written
    file.
    """

    def make(results: Results) -> tuple[int, str, dict[str, Any]]:
        file = tmp_path / "bench.json"
        code = report(results, file, NOW)
        return code, capsys.readouterr().out, json.loads(file.read_text())

    return make


def test_a_benchmark_figure_is_the_median_of_its_rounds(reported: Reported) -> None:
    results = race(Row("walk"), runners=[scripted("walk", 900, 30, 10, 12.5)])
    code, table, written = reported(results)
    assert code == 0
    assert table.splitlines()[1].split() == ["walk", "12.5", "ms", "10", "to", "30"]
    [figure] = written["figures"]
    assert (figure["median"], figure["lowest"], figure["highest"]) == (12.5, 10, 30)
    assert figure["values"] == [30, 10, 12.5], "the warming round counts for nothing"


def test_a_benchmark_ratio_is_calculated_within_each_round() -> None:
    walk, run_ = scripted("walk", 1, 2, 30, 8), scripted("run", 1, 1, 10, 2)
    [ratio] = race(Row("walk", against="run"), runners=[walk, run_]).figures
    assert ratio.values == [2, 3, 4] and ratio.median == 3, "not 8 / 2, the ratio of the medians"


def test_a_program_that_cannot_be_benchmarked_on_this_machine_is_reported_as_not_measured(
    reported: Reported,
) -> None:
    def cannot() -> float:
        raise NotMeasured("no npm")

    rows = Row("walk", at_most=20), Row("peer"), Row("walk", "peer", at_most=1)
    code, table, written = reported(
        race(*rows, runners=[scripted("walk", 9, 9, 9, 9), Contender("peer", "ms", cannot)])
    )
    assert code == 1 and not written["met"] and written["errors"] == {"walk": 0, "peer": 0}
    assert [line.endswith("NOT MEASURED") for line in table.splitlines()[1:4]] == [False, True, True]
    assert "NOT MEASURED: peer\n" in table and "3 rounds, 0 missed, 2 not measured, 0 errors" in table


def test_the_programs_in_a_benchmark_take_turns_in_at_least_seven_rounds() -> None:
    order: list[str] = []

    def called(name: str) -> Contender:
        return Contender(name, "ms", lambda: float(order.append(name) or 1))

    results = run([Bench([called("a")], [Row("a")]), Bench([called("b")], [Row("b")])])
    assert results.rounds >= 7 and all(len(figure.values) == results.rounds for figure in results.figures)
    turns = [set(order[at : at + 2]) for at in range(0, len(order), 2)]
    assert turns == [{"a", "b"}] * (results.rounds + 1)
    assert order[:4] == ["b", "a", "a", "b"], "nobody is always the first"


def test_a_missed_target_gives_exit_code_1(reported: Reported) -> None:
    runners = [scripted("walk", 1, 4, 5, 9), scripted("run", 1, 4, 5, 6)]
    rows = [Row("walk", at_most=4.9, profile="a page"), Row("run", at_most=5), Row("walk", "run", at_most=1)]
    code, table, written = reported(race(*rows, runners=runners))
    assert code == 1
    assert [figure["met"] for figure in written["figures"]] == [False, True, True] and not written["met"]
    assert [line.split()[-1] for line in table.splitlines()[1:4]] == ["MISSED", "met", "met"]
    assert "MISSED: walk; why: a page\n" in table and "3 rounds, 1 missed, 0 not measured, 0 errors" in table


@pytest.mark.parametrize("page", sorted({each.PROFILE for each in MISSING}))
def test_a_benchmark_that_misses_its_target_refers_to_a_document_that_exists(page: str) -> None:
    assert (Path(__file__).parents[2] / page).is_file()


def test_a_benchmark_can_require_a_figure_to_be_at_least_some_value(reported: Reported) -> None:
    runners = [scripted("walk", 1, 4, 5, 9), scripted("run", 1, 4, 5, 6)]
    rows = [Row("walk", at_least=5), Row("run", at_least=5.1), Row("walk", against="run", at_least=0.6)]
    code, table, written = reported(race(*rows, runners=runners))
    assert code == 1 and [figure["met"] for figure in written["figures"]] == [True, False, True]
    assert "at least 5.1 ms" in table


def test_the_rate_and_percentile_of_a_load_benchmark_come_from_the_same_run() -> None:
    done: list[str] = []
    load = Load("walks", [lambda: done.append("a"), lambda: done.append("b")], each=20)
    for first, second in ((load.rate, load.p95), (load.p95, load.rate)):
        done.clear()
        assert first.measure() > 0 and second.measure() > 0
        assert (done.count("a"), done.count("b")) == (20, 20)


def test_one_failing_client_fails_the_whole_load_benchmark() -> None:
    def falls() -> None:
        raise ValueError("fell")

    with pytest.raises(ValueError, match="fell"):
        Load("walks", [list, falls], each=2).rate.measure()


def test_a_benchmark_continues_after_one_of_its_contenders_fails(reported: Reported) -> None:
    runners = [scripted("walk", 1, 2, None, 6), scripted("run", 1, 1, 1, 2)]
    results = race(Row("walk", at_most=10), Row("run"), Row("walk", against="run"), runners=runners)
    code, table, written = reported(results)
    assert code == 1
    assert written["errors"] == {"walk": 1, "run": 0} and not written["met"]
    assert [figure["values"] for figure in written["figures"]] == [[2, 6], [1, 1, 2], [2, 3]]
    assert "FAILED in 1 of 4 rounds, the warming one included: walk" in table


def test_an_error_during_the_warm_up_round_is_counted(reported: Reported) -> None:
    code, _, written = reported(race(Row("walk"), runners=[scripted("walk", None, 1, 1, 1)]))
    assert code == 1 and written["errors"] == {"walk": 1}


def test_a_benchmark_that_measured_nothing_counts_as_missing_its_target(reported: Reported) -> None:
    results = race(Row("walk", at_most=10), runners=[scripted("walk", *[None] * 4)])
    code, table, written = reported(results)
    assert code == 1
    assert table.splitlines()[1].split() == ["walk", "none", "at", "most", "10", "ms", "MISSED"]
    assert written["figures"][0]["median"] is None and not written["figures"][0]["met"]


def test_the_columns_of_the_benchmark_table_are_aligned() -> None:
    runners = [scripted("a long walk", 1, 1234, 1234, 1234), scripted("run", 1, 0.01234, 0.01234, 0.01234)]
    table = as_text(race(Row("a long walk", at_most=1), Row("run"), runners=runners)).splitlines()
    assert table[0].index("Median") == table[1].index("1234 ms") == table[2].index("0.0123 ms")


def test_a_timed_action_is_repeated_as_often_as_requested() -> None:
    done: list[None] = []
    assert timed(lambda: done.append(None), times=5)() > 0
    assert len(done) == 5


def test_every_prompt_of_the_made_up_activity_can_be_answered() -> None:
    activity = walks(12)
    typed = said(activity)
    answers = {each.id: Given("answered", each.parse(typed[each.id]), 1, NOW) for each in activity.prompts}
    conversation = Conversation(activity, answers)
    assert [turn.prompt.id for turn in conversation.turns] == [prompt.id for prompt in activity.prompts]
    assert conversation.next_prompt is None
    assert any(turn.because for turn in conversation.turns), "a branch was taken on the way"


def test_a_benchmark_fails_if_a_conversation_page_misses_answers(app: Flask, cast: Cast) -> None:
    work_id = set_and_answered(cast.sam, taken_in(Portal(app, cast), walks(8)))
    sam = Visitor(app)
    sam.sign_in(cast, cast.sam)
    assert b"Walk 8" in open_page(sam.client, work_id, 8)
    with pytest.raises(ValueError, match="200 and 8 turns"):
        open_page(sam.client, work_id, 9)
    with pytest.raises(ValueError, match="302 and 0 turns"):
        open_page(app.test_client(), work_id, 8)


def test_an_answer_that_is_redirected_to_sign_in_does_not_count_as_saved() -> None:
    work_id = uuid4()
    require_saved(
        303, f"HTTP/1.1 303 SEE OTHER\r\nLocation: /my/work/{work_id}#next\r\n\r\n".encode(), work_id
    )
    for status, reply in ((303, b"HTTP/1.1 303 SEE OTHER\r\nLocation: /sign-in\r\n\r\n"), (409, b"")):
        with pytest.raises(ValueError, match="not called saved"):
            require_saved(status, reply, work_id)


def test_answers_reported_as_saved_are_compared_with_the_stored_answers(app: Flask, cast: Cast) -> None:
    work_id = set_and_answered(cast.sam, taken_in(Portal(app, cast), walks(8)))
    cast.sam.answers(work_id, PROMPT, words(2))
    require_stored(cast.sam, work_id, 2)
    for saved in (1, 3):
        with pytest.raises(ValueError, match="answers were called saved"):
            require_stored(cast.sam, work_id, saved)


def test_a_benchmark_fails_if_a_board_lacks_some_of_its_rows(app: Flask, cast: Cast) -> None:
    assert cast.sam and cast.idris
    margaret = Visitor(app)
    margaret.sign_in(cast, cast.margaret)
    assert b"Participants" in open_board(margaret.client, "/lead/board", 2)
    with pytest.raises(ValueError, match="200 and 2 rows"):
        open_board(margaret.client, "/lead/board")
    with pytest.raises(ValueError, match="302"):
        open_board(app.test_client(), "/lead/board", 2)


def test_participants_in_a_benchmark_have_names_and_submitted_work(app: Flask, cast: Cast) -> None:
    boards.furnish(Portal(app, cast), 60)
    priya, margaret = Visitor(app), Visitor(app)
    priya.sign_in(cast, cast.priya)
    margaret.sign_in(cast, cast.margaret)
    page = open_board(priya.client, "/caseload")
    assert b"Participant 39" in page and b"Participant 40" not in page and b"submitted, not read" in page
    assert b"Page 1 of 2" in open_board(margaret.client, "/lead/board")


def test_a_benchmark_counts_waiting_time_from_when_each_action_was_scheduled() -> None:
    going: list[float] = []

    async def stumbles() -> None:
        going.append(time.monotonic())
        await asyncio.sleep(0.05)

    plan = every(0.1, [stumbles, stumbles], for_seconds=0.3)
    assert len(plan) == 6 and plan == every(0.1, [stumbles, stumbles], for_seconds=0.3), (
        "the same in each run"
    )
    assert len(at_rate(50, [stumbles], for_seconds=2)) == pytest.approx(100, abs=30)
    [took] = waited(plan)
    assert len(going) == 6 and min(took) >= 0.05
    assert waited([(-1.0, stumbles)])[0][0] >= 0.9, "whoever is let wait before he is asked has waited too"


def test_many_people_can_be_simulated_in_a_thread_that_also_drives_a_browser() -> None:
    async def acts() -> None:
        pass

    async def driven() -> int:
        return len(waited([(0.0, acts)])[0])

    assert asyncio.run(driven()) == 1


@pytest.fixture(scope="module")
def at_work() -> Iterator[tuple[Portal, Server, list[Walker]]]:
    """Start a portal with one worker process. Yield the portal, its web server and its participants."""
    with portal() as place, served("wsgi:app", place.environment, workers=1) as server:
        yield place, server, walkers(place, 15)


def test_the_benchmark_loses_no_answers_while_people_sign_in_and_answer(
    at_work: tuple[Portal, Server, list[Walker]],
) -> None:
    place, server, people = at_work
    service = Service(server, people[:8], every_seconds=0.5, seconds=1)
    assert service.p95() > 0
    assert sum(who.saved - 1 for who in people[:8]) == 16 and missing(place, people[:8]) == 0
    ended = Counter[int]()
    waited([(0.0, Coming(server.port, who, ended, [])) for who in people[8:12]])
    assert ended == {303: 4}
    people[1].token = "forged"
    with pytest.raises(ExceptionGroup, match="2 failed"):
        service.p95()


def test_a_lost_answer_fails_the_benchmark(
    at_work: tuple[Portal, Server, list[Walker]],
) -> None:
    place, server, people = at_work
    who = people[12]
    saves = [(0.0, Walking(server.port, who))]
    waited(saves)
    with place.cast.store.reading() as tx:
        his = AnswerRow.place == work.place_of(tx, who.work_id, PROMPT)
        before = tx.execute(select(AnswerRow.value, AnswerRow.revision).where(his)).mappings().one()
    waited(saves)
    assert missing(place, [who]) == 0
    with place.cast.store.writing() as tx:
        tx.execute(update(AnswerRow).where(his).values(**before))
        tx.commit()
    called_saved = iter([2, 2, 3, 2])

    def lost() -> float:
        who.saved = next(called_saved)
        return missing(place, [who])

    results = race(Row("lost", at_most=0), runners=[Contender("lost", "answers", lost)])
    assert results.errors == {"lost": 1} and not results.met
    who.saved = 3
    with pytest.raises(ExceptionGroup, match="1 failed"):
        waited(saves)


@contextmanager
def growing() -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process whose child reads a line, allocates 64 MB, and prints a line."""
    child = "sys.stdin.readline(); held = b'x' * (64 << 20); print(flush=True); sys.stdin.readline()"
    code = f"import os, sys\nif os.fork():\n    os.wait()\nelse:\n    print(flush=True); {child}"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process


def test_a_benchmark_shows_how_much_a_workers_memory_has_grown_since_the_first_round(
    at_work: tuple[Portal, Server, list[Walker]],
) -> None:
    _, server, people = at_work
    with growing() as process:
        assert process.stdin and process.stdout
        process.stdout.readline()
        seen = Server(server.port, process.pid)
        service = Service(seen, people[13:], every_seconds=0.5, seconds=1)
        with pytest.raises(ValueError, match="nobody has answered yet"):
            service.grown()
        service.p95()
        assert service.grown() == 1
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.readline()
        assert service.grown() > 2


def test_memory_growth_is_measured_only_after_participants_have_answered(
    at_work: tuple[Portal, Server, list[Walker]], monkeypatch: pytest.MonkeyPatch
) -> None:

    async def inserts() -> None:
        pass

    place, server, people = at_work
    service = Service(server, people[13:], every_seconds=0.5, seconds=1)
    monkeypatch.setattr(answering, "EVERY", 0.5)
    monkeypatch.setattr(answering, "FLOOR_SECONDS", 1)
    results = run([answering.beside([inserts], service, place, people[13:], "two")], rounds=0)
    assert results.errors == dict.fromkeys(results.errors, 0) and len(results.errors) == 4


def test_an_application_that_pip_cannot_install_is_reported_as_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otree, "PLACE", tmp_path / "otree")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "bytecode"))
    with saving._otree("postgresql+psycopg://nowhere") as [pages], pytest.raises(NotMeasured):
        pages.measure()
    with saving._otree("") as peers:
        assert peers == []


def test_submissions_copied_for_a_benchmark_belong_to_the_copied_enrolments(app: Flask, cast: Cast) -> None:
    hers = cast.priya.viewer.account_id
    with pytest.raises(ValueError, match="0 submissions are there, and 3 were asked for"):
        growth.copy(cast.store, 3, hers)
    boards.furnish(Portal(app, cast), 45)
    with cast.store.reading() as tx:
        before = tx.scalar(select(func.count()).select_from(SubmissionRow)) or 0
        his = tx.scalar(select(func.count()).where(Enrolment.practitioner_id == hers)) or 0
    growth.copy(cast.store, before + 30, hers)
    with cast.store.reading() as tx:
        assert (tx.scalar(select(func.count()).select_from(SubmissionRow)) or 0) >= before + 30
        assert tx.scalar(select(func.count()).where(Enrolment.practitioner_id == hers)) == his
        strange = select(WorkRow.id).join(AppointmentRow, AppointmentRow.id == WorkRow.due_id)
        assert tx.scalars(strange.where(AppointmentRow.enrolment_id != WorkRow.enrolment_id)).all() == []
    growth.end_copies(cast.store, cast.now)
    margaret = Visitor(app)
    margaret.sign_in(cast, cast.margaret)
    assert b"Page 1 of 2" in open_board(margaret.client, "/lead/board"), "whoever is over is hidden"
