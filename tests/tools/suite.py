"""Run every check and every test:

``python -m tests.tools.suite [--full | --controls | --attacks | PYTEST ARGUMENTS]``. ``--quick`` runs
linters, type checks, import checks and the tests in ``tests/domain``. Use ``--quick`` before a commit.
"""

import os
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

from tests.browser import FONTS
from tests.tools.programs import find_browser, find_fonts, find_servers, find_what_they_need

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv"
ON_BOTH_DATABASES = [
    *("store", "walks", "security", "cli"),
    *(
        f"services/{name}"
        for name in ("operations", "records", "caseloads", "evaluation", "test_main_trip.py")
    ),
    "web/test_hostile_requests.py::test_no_hostile_value_in_any_field_causes_an_internal_error",
]
LEFT_TO_SQLITE = [
    f"{folder}/test_{name}.py"
    for folder, names in {
        "security": "headers what_stays_open handed_over fresh fresh_list backups gates methods places "
        "is_he_a_participant ids_of_others insider passkeys sessions own_sessions what_ends logs costs bound "
        "bound_later sealed locked_drafts codes keys clock_jumps",
        "walks": "limits sessions signing_in",
        "cli": "activities bench commands programmes policies installed_files key_copies damaged_activity wrong_clock",
        "cli/background": "mail",
    }.items()
    for name in names.split()
]
"""Tests that always run on SQLite, and with ``--full`` also on PostgreSQL. The tests' results hardly depend
on the database.
"""
BY_FILES = ["--dist", "loadfile", "--no-loadscope-reorder"]
AT_ONCE, TRIPS_AT_ONCE = 2, 3
"""The number of tests that run at once on two cores. ``TRIPS_AT_ONCE`` is the number of browser tests that
run at once.

A browser test spends a quarter of its time waiting.
"""
UNUSED_BY_THE_DOMAIN = ["-p", "no:playwright", "-p", "no:base_url", "-p", "no:xdist"]
"""Options that switch off pytest plugins. Tests of ``companion/domain`` don't need these pytest plugins."""
PAGES = VENV / "pages"
"""With ``--full``, tests keep pages in this folder for the Nu Html Checker."""
FUZZED = 100_000
"""The number of inputs on which the fuzzer runs each parser."""
TOOLS = {"sqlmap": (3, 11), "wapiti": (3, 12)}
"""The tools that attack the demo, and the Python version that each tool needs."""
CANNOT_BE_HAD = 69
"""The exit code if a tool isn't available on this machine."""
PIP_OPTIONS = [
    "--require-hashes",
    "--no-deps",
    "--only-binary=:all:",
    "--quiet",
    "--no-input",
    "--no-compile",
]
PYTHONS = ["python3.12", "python3.13", "python3.14", "/usr/bin/python3", "python3"]
"""Commands that may start a Python new enough for the tools."""
STARTED = float(os.environ.pop("COMPANION_STARTED", 0)) or time.monotonic()


def main(options: list[str]) -> int:
    os.environ["COMPANION_MODE"] = "test"
    os.chdir(ROOT)
    if options == ["--quick"]:
        return quick()
    if options in ([], ["--full"]):
        return whole(options)
    if options[0] in ("--controls", "--attacks"):
        find_what_they_need([])
        return run(f"tests.{options[0].removeprefix('--')}", *options[1:])
    if all(each.startswith("tests/domain") for each in options):
        return run("pytest", *UNUSED_BY_THE_DOMAIN, *options)
    find_what_they_need(options)
    return run("pytest", "--database", "sqlite", *options)


def quick() -> int:
    lint()
    check("pytest", "tests/domain", "-q", "-n", str(AT_ONCE), *BY_FILES)
    return 0


def whole(options: list[str]) -> int:
    os.environ["CHROMIUM"] = find_browser(alone=True)
    find_fonts()
    find_servers()
    if options:
        keep_pages()
        check("flask", "--app", "wsgi", "translations", "check")
    lint()
    check("bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", "companion")
    rest = ["tests", "--ignore", "tests/trips"]
    passed = check_suite(*rest, "--database", "sqlite", *options)
    if not options:
        rest = [f"tests/{name}" for name in ON_BOTH_DATABASES]
        rest += [f"--ignore=tests/{name}" for name in LEFT_TO_SQLITE]
    passed += check_suite(*rest, "-m", "database", "--database", "postgresql", *options)
    for fonts in FONTS if options else FONTS[:1]:
        trips = ["tests/trips", "--database", "sqlite", "--fonts", fonts]
        passed += check_suite(*trips, *options, at_once=TRIPS_AT_ONCE)
    not_run = []
    if options:
        not_run = ["the Nu Html Checker"] * (not validate())
        not_run += ["the fuzzer"] * (not fuzz()) + [tool for tool in TOOLS if not attack(tool)]
    minutes, seconds = divmod(round(time.monotonic() - STARTED), 60)
    print(f"\n{passed} tests ran and none was skipped, in {minutes} min {seconds} s from start to end.")
    print(f"{passed} passed, 0 failed")
    for name in not_run:
        print(f"NOT RUN: {name}, since it cannot be had here; the reason stands above.")
    return 1 if not_run else 0


def lint() -> None:
    check("ruff", "check", ".")
    check("ruff", "format", "--check", ".")
    check("mypy")
    print("\n— lint-imports", flush=True)
    if subprocess.run([Path(sys.executable).with_name("lint-imports"), "--no-cache"], check=False).returncode:
        sys.exit("\nFailed: lint-imports")


def keep_pages() -> None:
    """Tell the tests to save one page for each distinct HTML structure, for the Nu Html Checker."""
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir(parents=True)
    os.environ["COMPANION_TEST_PAGES"] = str(PAGES)


def validate() -> bool:
    """Check every saved page with the Nu Html Checker. Return False if the Nu Html Checker isn't available."""
    print("\n— the Nu Html Checker", flush=True)
    code = run("tests.tools.html", str(PAGES), str(VENV / "nu"))
    if code not in (0, CANNOT_BE_HAD):
        sys.exit("\nFailed: the Nu Html Checker; what it found stands above.")
    return code == 0


def fuzz() -> bool:
    """Fuzz every parser. Return False if the fuzzer's packages aren't available."""
    print(f"\n— fuzzing, {FUZZED:,} executions of each parser", flush=True)
    python = apart("fuzz", "tests/fuzz/requirements.txt")
    if python is None:
        return False
    packages = os.pathsep.join([str(ROOT), *site.getsitepackages()])
    command = [python, "-m", "tests.fuzz", str(FUZZED)]
    if subprocess.run(command, env={**os.environ, "PYTHONPATH": packages}, check=False).returncode:
        sys.exit("\nFailed: the fuzzer; what it found lies in test-results/")
    return True


def attack(tool: str) -> bool:
    """Run a tool on the demo, and return False if the tool isn't available."""
    print(f"\n— {tool}", flush=True)
    python = apart(tool, f"tests/tools/{tool}.txt", TOOLS[tool])
    if python:
        check("tests.tools", tool, python)
    return python is not None


def apart(name: str, lock: str, needed: tuple[int, int] = (3, 11)) -> str | None:
    """Install these packages in a separate venv. Return the path of the venv's Python, or None if the
    installation fails.
    """
    base, python = new_enough(needed), str(VENV / name / "bin/python")
    if base is None:
        print(f"It needs Python {needed[0]}.{needed[1]} or newer, with venv.", flush=True)
        return None
    pip = [python, "-m", "pip", "install", *PIP_OPTIONS, "-r", str(ROOT / lock)]
    for command in ([base, "-m", "venv", "--clear", str(VENV / name)], pip):
        if subprocess.run(command, check=False).returncode:
            return None
    return python


def new_enough(needed: tuple[int, int]) -> str | None:
    """Return a Python that is new enough, preferably the current Python.

    A program that is called python may exist but fail to start.
    """
    asked = f"import ensurepip, sys, venv; sys.exit(sys.version_info < {needed})"
    for python in (getattr(sys, "_base_executable", sys.executable), *PYTHONS):
        with suppress(OSError):
            if subprocess.run([python, "-c", asked], capture_output=True, check=False).returncode == 0:
                return python
    return None


def check(module: str, *arguments: str) -> None:
    print(f"\n— {module} {' '.join(arguments)}", flush=True)
    if run(module, *arguments):
        sys.exit(f"\nFailed: {module} {' '.join(arguments)}")


def check_suite(*arguments: str, at_once: int = AT_ONCE) -> int:
    """Run pytest, and return how many tests passed.

    Fail if pytest finds no tests or skips a test.
    """
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        check("pytest", *arguments, "-n", str(at_once), *BY_FILES, "--durations=20", f"--junitxml={results}")
        report = ElementTree.parse(results)
    skipped = [
        f"{case.get('classname')}.{case.get('name')}" for case in report.findall(".//testcase[skipped]")
    ]
    if skipped:
        sys.exit(f"\nFailed: no test may be skipped, and these were: {', '.join(skipped)}")
    return len(report.findall(".//testcase"))


def run(module: str, *arguments: str) -> int:
    """Run a Python module and return its exit code. If this process is interrupted, it waits until the Python
    module that it runs has finished.
    """
    child = subprocess.Popen([sys.executable, "-m", module, *arguments])
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        child.wait()
        raise


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
