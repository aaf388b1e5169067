"""Test that `./manage screenshots` makes all pictures in the documents. Test that every picture is used and
small.
"""

import re
from pathlib import Path

from tests.pictures import LARGEST, PICTURES
from tests.test_documents import DOCUMENTS

FOLDER = Path(__file__).parents[1] / "docs/pictures"
SHOWN = re.compile(r'(?:src="|!\[[^]]*\]\()([^")\s]+)')


def test_every_picture_is_made_by_a_command_and_shown_in_a_document() -> None:
    made = {FOLDER / f"{picture.name}.webp" for picture in PICTURES}
    shown = {
        (document.parent / path).resolve()
        for document in DOCUMENTS
        for path in SHOWN.findall(document.read_text())
    }
    assert set(FOLDER.iterdir()) == made == shown


def test_every_picture_is_a_small_webp_file() -> None:
    for file in FOLDER.iterdir():
        data = file.read_bytes()
        assert len(data) <= LARGEST and data[:4] == b"RIFF" and data[8:12] == b"WEBP", file.name


def test_every_picture_has_a_description_in_its_document() -> None:
    for document in DOCUMENTS:
        for tag in re.findall(r"<img [^>]*>", document.read_text()):
            assert re.search(r'alt="[^"]{20,}"', tag), tag
