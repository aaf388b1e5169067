"""Run the Nu Html Checker on the pages in a folder: ``python -m tests.tools.html PAGES PLACE``.

``PAGES`` is the folder that contains the pages. The checker is installed in the folder ``PLACE``.

If either npm or Java is unavailable, the exit code is 69. The checker must find the planted fault and no
other fault.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "nu"
JAR = "node_modules/vnu-jar/build/dist/vnu.jar"
NPM = "npm ci --ignore-scripts --no-audit --no-fund --loglevel=error"
CANNOT_BE_HAD = 69
PLANTED = '<!doctype html><html lang="en"><title>Companion</title><p id="a"><b id="a">Twice</b>'
MEANT = (
    # A section is named by its question, with aria-labelledby.
    "Section lacks heading.",
    "Article lacks heading.",
    # Some tests type characters that Unicode hasn't assigned.
    "Document uses the Unicode Private Use Area(s)",
    # The checker wrongly guesses the language of a page with few words.
    "This document appears to be written in",
    # Each printed sheet is a complete document of its own.
    "Consider using the “h1” element as a top-level heading only",
)
"""The first words of the HTML checker's harmless warnings."""
TYPED = "not in Unicode Normalization Form C"
"""Text that occurs in a harmless warning from the HTML checker.

In the tests, words are typed with combining accents, as on some keyboards.
"""


def install(place: Path) -> tuple[str, Path] | None:
    """Install the checker. Return the paths of Java and the checker, or None."""
    java = shutil.which("java")
    if not java and os.geteuid() == 0 and shutil.which("apt-get"):
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        subprocess.run([*apt, "update"], check=False)
        subprocess.run(
            [*apt, "install", "-y", "--no-install-recommends", "default-jre-headless"], check=False
        )
        java = shutil.which("java")
    npm = shutil.which("npm")
    if not java or not npm:
        print(f"There is no {'npm' if java else 'Java'} here.")
        return None
    shutil.copytree(LOCK, place, dirs_exist_ok=True)
    if subprocess.run([npm, *NPM.split()[1:]], cwd=place, check=False).returncode:
        return None
    return java, place / JAR


def checked(java: str, jar: Path, pages: Path) -> list[dict[str, Any]]:
    """Return the checker's messages about every page in the folder."""
    command = [
        java,
        "-Xss8m",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--stdout",
        "--exit-zero-always",
        str(pages),
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = json.loads(said)["messages"]
    return [each for each in told if not each["message"].startswith(MEANT) and TYPED not in each["message"]]


def report(messages: list[dict[str, Any]]) -> None:
    """Print each fault once, with the number of its occurrences and one place where it occurs."""
    found = defaultdict(list)
    for each in messages:
        found[each["message"]].append(f"{Path(each['url']).name}: {each.get('extract', '').strip()!r}")
    for message, places in sorted(found.items(), key=lambda item: -len(item[1])):
        print(f"{len(places)} × {message}\n    {places[0]}")


def main(pages: str, place: str) -> int:
    """Return non-zero if a page has a fault, or if the checker misses a fault that was planted on purpose."""
    installed = install(Path(place))
    if installed is None:
        return CANNOT_BE_HAD
    planted = Path(pages, "planted.html")
    planted.write_text(PLANTED)
    messages = checked(*installed, Path(pages))
    ours = [each for each in messages if not each["url"].endswith(planted.name)]
    print(f"{len(list(Path(pages).glob('*.html'))) - 1} kinds of page, {len(ours)} faults")
    report(ours)
    assert len(ours) < len(messages), "the checker does not find what was planted"
    return 1 if ours else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
