"""Run modules, as ``python -m`` does, in processes that have already imported the application.

The processes are forked from a process that imported the application once. Importing the application takes
more than a second of processor time.
"""

import ctypes
import os
import runpy
import signal
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORTED = ["companion.web.server.preload", "flask.cli", "gunicorn.app.wsgiapp", "companion.web.worker"]
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([*IMPORTED, __name__])
libc = ctypes.CDLL(None)


def start(command: list[str], environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """Start a module in a new process group, and append output to the log."""
    arguments = (command, environment, log)
    process = CONTEXT.Process(target=_run, args=arguments, daemon=True)
    process.start()
    return process


def _run(command: list[str], environment: Mapping[str, str], log: Path) -> None:
    os.setsid()
    _end_with_the_tests()
    with log.open("ab") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    # Close every inherited file except standard input, output and error, because other processes use these
    # files.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = command[1:]
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def _end_with_the_tests() -> None:
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        libc.prctl(pr_set_pdeathsig, signal.SIGTERM)
