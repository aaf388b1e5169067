"""The security controls against each threat.

controls.toml says how to remove each security control, and which tests must then fail.
"""

import ast
import functools
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("controls.toml")
ROWS = (*range(1, 19), 20)
"""The numbers of the threats in docs/threat-model.md that have controls in controls.toml."""


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A security control's code, and the code that replaces it to switch the control off."""

    row: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def amiss(self, root: Path = ROOT) -> list[str]:
        """Return the mistakes in this entry of controls.toml, such as a nonexistent test."""
        said = []
        file = root / self.file
        times = file.read_text().count(self.old) if file.is_file() else 0
        if times != 1 or self.old == self.new:
            said.append(f"“{self.old}” stands {times} times in {self.file}")
        if not self.tests:
            said.append("no test is named")
        said += [f"there is no test {each}" for each in self.tests if not _exists(root, each)]
        return [f"{self.row} {self.name}: {each}" for each in said]

    @contextmanager
    def taken_out(self, root: Path) -> Iterator[None]:
        """Remove the security control from the source code in ``root`` while this context lasts."""
        file = root / self.file
        text = file.read_text()
        file.write_text(text.replace(self.old, self.new))
        try:
            yield
        finally:
            file.write_text(text)


def listed() -> list[Control]:
    """Return every control, sorted by threat number."""
    found = msgspec.convert(tomllib.loads(LIST.read_text())["control"], list[Control])
    return sorted(found, key=lambda control: control.row)


def _exists(root: Path, test: str) -> bool:
    path, _, name = test.partition("::")
    return name.partition("[")[0] in _functions(root / path)


@functools.cache
def _functions(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
