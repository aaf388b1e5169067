"""Run a command with the socket and the kernel limits that a systemd unit defines.

python -m tests.growth.sandbox UNIT DESCRIPTOR -- COMMAND …

``DESCRIPTOR`` is the file descriptor of an open listening socket, or -1 if there is none. The sandbox doesn't
simulate systemd's name spaces, control groups and accounts.
"""

import ctypes
import errno
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

from tests.growth.units import Unit

NO_NEW_PRIVILEGES, REFUSE_EXECUTE_GAIN = (38, 1), (65, 1)
"""Options for ``prctl``: ``PR_SET_NO_NEW_PRIVS`` forbids new privileges, and ``PR_SET_MDWE`` forbids making
memory executable.

``PR_SET_MDWE`` needs Linux 6.3 or newer.
"""
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
"""libseccomp's ``SCMP_ACT_ALLOW`` and ``SCMP_ACT_ERRNO``."""
UNKNOWN = -1
"""libseccomp's value for a system call that this machine doesn't have."""


def confine(unit: Unit) -> None:
    """Apply the systemd unit's limits to this process and to its child processes."""
    os.umask(int(unit.value("UMask"), 8))
    core = int(unit.value("LimitCORE"))
    resource.setrlimit(resource.RLIMIT_CORE, (core, core))
    libc = ctypes.CDLL(None, use_errno=True)
    for name, (option, value) in {
        "NoNewPrivileges": NO_NEW_PRIVILEGES,
        "MemoryDenyWriteExecute": REFUSE_EXECUTE_GAIN,
    }.items():
        if unit.value(name) == "yes" and libc.prctl(option, value, 0, 0, 0):
            raise OSError(ctypes.get_errno(), f"the kernel does not take {name}")
    _filter_calls(allowed(unit.every("SystemCallFilter")), unit.value("SystemCallErrorNumber"))


def allowed(lines: list[str]) -> set[str]:
    """Return the system calls that these lines of a systemd unit allow."""
    groups = _groups()
    left: set[str] = set()
    for line in lines:
        named = {each for word in line.removeprefix("~").split() for each in _resolved(word, groups)}
        left = left - named if line.startswith("~") else left | named
    return left


def _groups() -> dict[str, list[str]]:
    said = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", re.sub(r"\x1b\[[0-9;]*m", "", said.stdout)):
        name, *lines = block.splitlines()
        found[name.strip()] = [line.strip() for line in lines if line.strip() and "#" not in line]
    return found


def _resolved(word: str, groups: dict[str, list[str]]) -> set[str]:
    if not word.startswith("@"):
        return {word}
    return {each for member in groups[word] for each in _resolved(member, groups)}


def _filter_calls(names: set[str], otherwise: str) -> None:
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(ERRNO | getattr(errno, otherwise))))
    for name in names:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number > UNKNOWN:
            seccomp.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), ctypes.c_int(number), ctypes.c_uint(0))
    if failed := seccomp.seccomp_load(context):
        raise OSError(-failed, "the kernel does not take the filter of calls")


def main(unit: str, descriptor: str, command: list[str]) -> None:
    if int(descriptor) >= 0:
        os.dup2(int(descriptor), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    confine(Unit(Path(unit)))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[4:])
