"""The programme's file and its reader, and what the confidentiality statement must say."""

import re
import tomllib
from pathlib import Path

import msgspec
import phonenumbers
import pytest

from companion.domain import confidentiality
from companion.domain.programme import LARGEST_FILE, BadProgramme, Length, read

CONTENT = Path(__file__).parents[2] / "companion" / "content"
SHIPPED = (CONTENT / "programme.toml").read_bytes()
STATEMENT_FILE = CONTENT / "confidentiality.en.toml"
STATEMENT = tomllib.loads(STATEMENT_FILE.read_text())
WHOLE = confidentiality.read(STATEMENT_FILE.read_bytes())
GIVES_AWAY = r"abuse|child|offen|sex|groom|lucy|faithfull|stop it|rehabilit|protect"


def test_it_is_five_meetings_of_two_hours_after_an_initial_one() -> None:
    programme = read(SHIPPED)
    assert [meeting.minutes for meeting in programme.meetings] == [120] * 5
    assert programme.initial_meeting == Length(least=60, most=90)
    assert [len(meeting.topics) for meeting in programme.meetings] == [6, 3, 4, 2, 4]


def test_topics_and_sites_are_found_by_id() -> None:
    programme = read(SHIPPED)
    assert [site.name for site in programme.sites] == ["Epsom", "Bromsgrove"]
    topic, site = programme.topic("control-continuum"), programme.site("epsom")
    assert topic and topic.title == "Control continuum"
    assert site and site.name == "Epsom"
    assert programme.topic("no-such-topic") is None
    assert programme.site("no-such-site") is None


def test_titles_are_neutral() -> None:
    for title in (read(SHIPPED).title, STATEMENT["title"]):
        assert not re.search(GIVES_AWAY, title, re.IGNORECASE)


def shipped_but(old: bytes, new: bytes) -> bytes:
    assert old in SHIPPED
    return SHIPPED.replace(old, new)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\xff\x00", "bad_syntax"),
        (b"format = ", "bad_syntax"),
        (b"a = " + b"[" * 50_000, "bad_syntax"),
        (b"#" * (LARGEST_FILE + 1), "file_too_large"),
        (b"", "bad_file"),
        (shipped_but(b"format = 1", b"format = 2"), "bad_file"),
        (shipped_but(b"version = 1", b"version = 1\nsurprise = 1"), "bad_file"),
        (shipped_but(b"minutes = 120", b'minutes = "120"'), "bad_file"),
        (shipped_but(b"least = 60", b"least = 91"), "length_ends"),
        (shipped_but(b'id = "cyberhex"', b'id = "disclosure"'), "topic_twice"),
        (shipped_but(b'id = "bromsgrove"', b'id = "epsom"'), "site_twice"),
    ],
)
def test_a_bad_file_is_refused_with_the_fault(data: bytes, key: str) -> None:
    with pytest.raises(BadProgramme) as refused:
        read(data)
    assert refused.value.key == key


def test_the_statement_is_marked_as_a_draft() -> None:
    assert STATEMENT_FILE.read_text().startswith(
        "# starter text, to be approved by the service's clinical lead"
    )
    assert STATEMENT.keys() == {"version", "language", "title", "must_pass_on", "body"}
    assert (STATEMENT["version"], STATEMENT["language"]) == (3, "en")
    assert "draft wording" in STATEMENT["body"]


@pytest.mark.parametrize(
    "said",
    [
        r"practitioner\W+ reads what you submit",
        r"clinical and safeguarding lead.*set cases.*reason is written down",
        r"Administrators.*never read your words",
        r"Operators.*technical way to read",
        r"what it must pass on",
        r"shows who a child is",
        r"another person is at risk of harm",
        r"details of any crime",
        r"police or a court may also require",
        r"software that records what is typed.*court may have ordered it",
        r"does not hide that you visited",
        r"never ask you to hide or delete",
        r"not for emergencies",
        r"before your next session",
        r"life is at risk.*call \*\*999\*\*.*\*\*0808 1000 900\*\*",
        r"cannot be taken back",
    ],
)
def test_the_statement_says_what_must_be_known_before_joining(said: str) -> None:
    assert re.search(said, WHOLE.text, re.DOTALL)


def test_what_must_be_passed_on_has_one_source() -> None:
    assert WHOLE.must_pass_on.strip() in WHOLE.text and "must_pass_on" not in WHOLE.text
    assert "Anything that shows who a child is" not in STATEMENT["body"]
    lost = STATEMENT_FILE.read_text().replace("{must_pass_on}", "").encode()
    with pytest.raises(msgspec.ValidationError):
        confidentiality.read(lost)


def test_the_organisation_can_be_reached() -> None:
    contact = read(SHIPPED).contact
    number = phonenumbers.parse(contact.telephone, "GB")
    assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == contact.dial
    assert phonenumbers.is_valid_number(number) and "KT17 1HQ" in contact.address
