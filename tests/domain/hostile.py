"""Make files that try to break or slow down the activity parser."""

from companion import content
from companion.domain.activities.activity import BadActivity, Finding, read
from companion.domain.activities.checker import check
from companion.domain.activities.toml_guard import Lines
from tests.domain.planted import SOUND

BRANCHES = '[[prompts.branches]]\nto = "again"\nwhen = { at_least = %d }\n'
OPTIONS = "options = [" + '{id="a",label="b"},' * 3000 + "]"
HOSTILE = {
    "nothing": b"",
    "no TOML": b"Dear friend,\nI walked.",
    "another format": b"<activity><prompt>Where?</prompt></activity>",
    "brackets": b"[" * 1_000_000,
    "brackets that fit": b"x = " + b"[" * 190_000,
    "tables": b"x = " + b"{a=" * 60_000,
    "many keys": "".join(f"k{number} = 1\n" for number in range(16_000)).encode(),
    "many headings": "".join(f"[k{number}]\n" for number in range(20_000)).encode(),
    "many tables": b"[[prompts]]\n" * 16_000,
    "many values": b"x = [" + b"1," * 95_000 + b"]",
    "a dotted key": b"a" + b".a" * 99_000 + b" = 1",
    "a dotted key of strings": b'"a" . ' * 30_000 + b"a = 1",
    "a dotted heading": b"[a" + b".a" * 99_000 + b"]",
    "dotted keys in a table": b"x = {" + b"'a'." * 40_000 + b"a = 1}",
    "many dotted keys": "".join(f"k{number}.b.c.d.e.f.g.h = 1\n" for number in range(8_000)).encode(),
    "a huge number": b"minutes = " + b"9" * 190_000,
    "a huge number in sixteens": b"format = 0x" + b"f" * 190_000,
    "a huge number with lines": b"format = 1" + b"_1" * 90_000,
    "a huge power": b"minutes = 1e999999999",
    "not a number": b"minutes = nan",
    "a date": b"format = 2026-11-24T19:42:00Z",
    "NUL": b"format = 1\0",
    "NUL in a text": b'title = "a\0b"',
    "no UTF-8": b'title = "\xff\xfe"',
    "UTF-16": SOUND.encode("utf-16"),
    "a lone surrogate": rb'title = "\ud800"',
    "old line ends": SOUND.replace("\n", "\r").encode(),
    "a text without an end": b'title = """' + b"a\n" * 90_000,
    "texts without ends": b'"""\n' + b'\\"""\n' * 39_000,
    "escapes": b'title = "' + rb"\n" * 95_000 + b'"',
    "a long word": b"x = " + b"a" * 190_000,
    "comments": b"#\n" * 99_000,
    "many branches": SOUND.replace(
        "[[prompts.branches]]", "".join(BRANCHES % n for n in range(3_000)) + "[[prompts.branches]]", 1
    ).encode(),
    "many branches over many options": b"".join(
        [
            SOUND.partition("[[")[0].encode(),
            b'[[prompts]]\nkind = "one_choice"\nid = "p"\nask = "Which?"\n' + OPTIONS.encode(),
            b"\nbranches = [" + b'{to="p",when={one_of=["z"]}},' * 4000 + b"]",
        ]
    ),
    "many accepted": (SOUND + '[[accepted]]\nwarning = "a"\nreason = "b"\n' * 4_000).encode(),
    "a long hard word": SOUND.replace("one walk", "w" * 1900 + " a" * 40).encode(),
    "keys that look like places": SOUND.replace("minutes", '"x` - at `$.prompts[99]" = 1\nminutes').encode(),
}


def findings(data: bytes) -> list[Finding]:
    """Return the findings from reading and checking this file.

    ``BadActivity`` is the only error that a file may cause.
    """
    try:
        return check(read(data))
    except BadActivity as bad:
        return list(bad.findings)


def explained(data: bytes) -> list[Finding]:
    """Check that each error in the file has an explanation and a line number, and return the errors."""
    found = findings(data)
    lines = Lines(data) if any(each.at for each in found) else None
    for each in found:
        assert content.explained(each).wrong
        assert "line" in each.values or lines is None or lines.of(each.at) >= 1
    return found
