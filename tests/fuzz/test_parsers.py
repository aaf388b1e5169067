"""Try every parser with the fuzzer's seeds and with inputs that once broke a parser."""

import random
from pathlib import Path

import pytest

from tests.fuzz.parsers import PARSERS

FOUND = sorted((Path(__file__).parent / "found").glob("*"))
"""Files with inputs that once broke a parser. Each file is tried with every parser."""
ODD = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"&=&==",
    b"%",
    b"\n" * 9,
    b"[" * 99,
    "\u202e٣½\ufdd0".encode(),
    b"a=%ed%a0%80",
]


@pytest.mark.parametrize("name", PARSERS)
def test_no_input_makes_a_parser_fail(name: str) -> None:
    chance = random.Random(name)
    parser = PARSERS[name]
    for data in [*parser.seeds, *ODD, *(file.read_bytes() for file in FOUND)]:
        parser.judge(data)
    for _ in range(30):
        data = bytearray(chance.choice(parser.seeds))
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        parser.judge(bytes(data))
