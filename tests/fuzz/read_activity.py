"""A fuzzer of what reads an activity's file: an activity or findings, within a second, and never another error.

``./manage test --full`` runs it in a venv of its own: ``read_activity.py RUNS CORPUS``, where CORPUS is an empty
folder. An input that breaks something is left in ``test-results/``; to try it again, name it in CORPUS's place.
"""

import random
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["companion", "tomllib"]):
    from companion import content
    from companion.domain.activity import BadActivity, Finding, read
    from companion.domain.checking import check
    from companion.domain.conversation import Conversation
    from companion.domain.files import written
    from companion.domain.parsing import Lines

from tests.domain.planted import PLANTED

SECOND = 1.0
LONGEST = 10_000
"""Bytes of an input; a file can be longer, and what is long by itself has tests of its own."""
SEEDS = [*(file.read_bytes() for file in content.starter_files()), *(each.data for each in PLANTED)]
SEED_LINES = sorted({line for seed in SEEDS for line in seed.splitlines() if len(line) < 500})
TOPICS = [topic.id for topic in content.programme().topics]


def judge(data: bytes) -> None:
    """One execution."""
    started = time.process_time()
    findings: list[Finding]
    try:
        activity = read(data)
        findings = check(activity, TOPICS)
    except BadActivity as bad:
        findings = list(bad.findings)
    else:
        assert read(written(activity)) == activity
        if all(finding.warning for finding in findings):
            assert Conversation(activity, {}).progress.fewest_left >= 1
    lines = Lines(data) if any(finding.at for finding in findings) else None
    for finding in findings:
        assert content.explained(finding).mend
        line = lines.of(finding.at) if lines and finding.at else finding.values.get("line", 1)
        assert 1 <= int(line) <= data.count(b"\n") + 1
    assert time.process_time() - started < SECOND


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Bytes as they come, or whole lines of other files: those get past the parser."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return bytes(atheris.Mutate(data, most))
    lines = data.split(b"\n")
    place = chance.randrange(len(lines) + 1)
    lines[place : place + chance.randint(0, 2)] = chance.choices(SEED_LINES, k=chance.randint(0, 2))
    return b"\n".join(lines)[:most]


def main(runs: str, corpus: str) -> None:
    """Begin with the library and every planted fault."""
    check(read(SEEDS[0]))  # what is imported late is not what is measured
    for number, seed in enumerate(SEEDS if Path(corpus).is_dir() else []):
        Path(corpus, f"{number}.toml").write_bytes(seed)
    Path("test-results").mkdir(exist_ok=True)
    options = [f"-runs={runs}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=2048", "-verbosity=0"]
    options += ["-artifact_prefix=test-results/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, corpus], judge, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
