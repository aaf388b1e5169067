"""Find or install the programs that the selected tests need."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
"""The browsers that tests can use.

Tests prefer Chromium's headless browser, which needs half as much processor time as the full browser.
"""
SERVERS = {"nginx": "nginx", "systemd-analyze": "systemd"}
"""The programs that tests of docs/deploy need, with their Debian packages."""
FONTS = {"dejavu": "fonts-dejavu-core", "liberation": "fonts-liberation", "noto": "fonts-noto-core"}
"""Folders in /usr/share/fonts/truetype, each with the font's Debian package."""
NEEDS_BROWSER, NEEDS_SERVERS = "tests/trips", "tests/growth"


def find_what_they_need(arguments: Sequence[str]) -> None:
    """Find the external programs, such as browsers, that the selected tests need."""
    paths = [each.partition("::")[0].rstrip("/") for each in arguments if each.startswith("tests")]
    if not paths or any(_meet(each, NEEDS_BROWSER) for each in paths):
        os.environ["CHROMIUM"] = find_browser()
        find_fonts()
    if not paths or any(_meet(each, NEEDS_SERVERS) for each in paths):
        find_servers()


def find_browser(*, alone: bool = False) -> str:
    """Return the path of a browser for tests.

    If ``alone`` is true, try to install a headless browser even if another browser is already installed.
    """
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named) or sys.exit(f"$CHROMIUM is “{named}”, which is no program.")
    if not any(map(shutil.which, BROWSERS[:1] if alone else BROWSERS)):
        _install_one_of(*BROWSERS[:2])
    for program in BROWSERS:
        if path := shutil.which(program):
            return path
    sys.exit(f"No browser ({', '.join(BROWSERS)}): apt-get install chromium, or name one in $CHROMIUM.")


def find_servers() -> None:
    """Find nginx, and the program with which systemd checks units."""
    # only root has nginx's folder on the PATH
    os.environ["PATH"] += ":/usr/sbin"
    for program, package in SERVERS.items():
        if not shutil.which(program):
            _install_one_of(package)
        if not shutil.which(program):
            sys.exit(f"No {program}: apt-get install {package}")


def find_fonts() -> None:
    """Find the three sets of fonts that pages are tested with."""
    for name, package in FONTS.items():
        folder = Path("/usr/share/fonts/truetype", name)
        if not any(folder.glob("*")):
            _install_one_of(package)
        if not any(folder.glob("*")):
            sys.exit(f"No fonts in {folder}: apt-get install {package}")


def _meet(one: str, other: str) -> bool:
    """Return whether two paths are equal, or one contains the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _install_one_of(*packages: str) -> None:
    """On Debian, as root, install the first of these packages that is available."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {packages[0]} …", flush=True)
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    subprocess.run([*apt, "update"], check=False)
    for package in packages:
        command = [*apt, "install", "-y", "--no-install-recommends", "--no-upgrade", package]
        if subprocess.run(command, check=False).returncode == 0:
            return
