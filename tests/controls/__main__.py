"""Check that removing any single security control makes a test fail.

``./manage test --controls`` removes each security control in turn, and restores it before removing the next
one. ``./manage test --controls 4 11`` removes only the controls against threats 4 and 11.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from xml.etree import ElementTree

from tests.controls import ROOT, Control, listed

AT_ONCE = 2
PATIENCE_SECONDS = 1800
NOT_COPIED = shutil.ignore_patterns(".*", "instance", "test-results", "__pycache__")


def main(rows: list[str]) -> int:
    controls = [control for control in listed() if not rows or str(control.row) in rows]
    if amiss := [each for control in controls for each in control.amiss()]:
        print("The list does not fit the code any more:", *amiss, sep="\n  ")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(AT_ONCE):
            trees.put(Path(shutil.copytree(ROOT, Path(folder, str(number)), ignore=NOT_COPIED)))
        print("With every control in place …", flush=True)
        every = dict.fromkeys(test for control in controls for test in control.tests)
        if wrong := whole(trees, [*every]):
            print("These tests fail even so, and judge nothing:", *wrong, sep="\n  ")
            return 1
        unnoticed = sum([not noticed for noticed in one_at_a_time(trees, controls)])
    print(
        f"\n{len(controls)} controls taken out, {len(controls) - unnoticed} noticed, {unnoticed} not noticed"
    )
    return 1 if unnoticed else 0


def whole(trees: "SimpleQueue[Path]", tests: list[str]) -> list[str]:
    """Return the tests that fail even with every security control in place."""
    with borrowed(trees) as tree:
        failed, broke = run(tree, ["-n", str(AT_ONCE), "--dist", "loadfile", *tests])
    return failed + broke


def one_at_a_time(trees: "SimpleQueue[Path]", controls: list[Control]) -> Iterator[bool]:
    """Remove each security control in turn and run the control's tests.

    For each control, print the first test that failed, and yield whether any test failed.
    """

    def judge(control: Control) -> tuple[Control, list[str], list[str], float]:
        began = time.monotonic()
        with borrowed(trees) as tree, control.taken_out(tree):
            failed, broke = run(tree, ["--exitfirst", *control.tests])
        return control, failed, broke, time.monotonic() - began

    print(f"\n{'row':>3}  {'control':70}  {'s':>4}  noticed by")
    with ThreadPoolExecutor(AT_ONCE) as places:
        for done in as_completed([places.submit(judge, control) for control in controls]):
            control, failed, broke, seconds = done.result()
            by = failed[0] if failed else f"NOT NOTICED{f' (it broke: {broke[0]})' if broke else ''}"
            print(f"{control.row:>3}  {control.name:70}  {seconds:>4.0f}  {by}", flush=True)
            yield bool(failed)


@contextmanager
def borrowed(trees: "SimpleQueue[Path]") -> Iterator[Path]:
    tree = trees.get()
    try:
        yield tree
    finally:
        trees.put(tree)


def run(tree: Path, arguments: list[str]) -> tuple[list[str], list[str]]:
    """Run pytest in this source tree.

    Return the failed tests, and the tests whose fixtures raised an error.
    """
    report = tree / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    command += ["--database", "sqlite", *arguments]
    bytecode = {"PYTHONPYCACHEPREFIX": str(tree / "bytecode")}
    try:
        subprocess.run(
            command,
            cwd=tree,
            env=os.environ | bytecode,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [], [f"no end within {PATIENCE_SECONDS} s"]
    if not report.exists():
        return [], ["pytest did not begin"]
    cases = ElementTree.parse(report)
    failed, broke = (
        [str(case.get("name")) for case in cases.findall(f".//testcase[{how}]")]
        for how in ("failure", "error")
    )
    return failed, broke


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
