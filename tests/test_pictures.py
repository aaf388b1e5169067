"""The documents' pictures: all are made by `./manage screenshots`, all are used, and none is large."""

import re
from pathlib import Path

from tests.pictures import LARGEST, PICTURES
from tests.test_documents import DOCUMENTS

FOLDER = Path(__file__).parents[1] / "docs/pictures"
SHOWN = re.compile(r'(?:src="|!\[[^]]*\]\()([^")\s]+)')


def test_every_picture_is_made_by_the_command_and_shown() -> None:
    made = {FOLDER / f"{picture.name}.webp" for picture in PICTURES}
    shown = {
        (document.parent / path).resolve()
        for document in DOCUMENTS
        for path in SHOWN.findall(document.read_text())
    }
    assert set(FOLDER.iterdir()) == made == shown


def test_no_picture_is_heavy_or_something_else() -> None:
    for file in FOLDER.iterdir():
        data = file.read_bytes()
        assert len(data) <= LARGEST and data[:4] == b"RIFF" and data[8:12] == b"WEBP", file.name


def test_every_picture_is_described_where_it_is_shown() -> None:
    for document in DOCUMENTS:
        for tag in re.findall(r"<img [^>]*>", document.read_text()):
            assert re.search(r'alt="[^"]{20,}"', tag), tag
