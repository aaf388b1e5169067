"""Test the programme's file, and the content of the confidentiality statement."""

import re
import tomllib
from pathlib import Path

import msgspec
import phonenumbers
import pytest

from companion.cli.file_arguments import located
from companion.content import explained
from companion.domain.accounts import statement
from companion.domain.activities.toml_guard import LARGEST_FILE
from companion.domain.programme.programme import BadProgramme, Length, read_programme
from companion.domain.programme.toml_file import programme_written

CONTENT = Path(__file__).parents[2] / "companion" / "content"
SHIPPED = (CONTENT / "programme.toml").read_bytes()
STATEMENT_FILE = CONTENT / "confidentiality.en.toml"
STATEMENT = tomllib.loads(STATEMENT_FILE.read_text())
WHOLE = statement.read_statement(STATEMENT_FILE.read_bytes())
GIVES_AWAY = r"abuse|child|offen|sex|groom|lucy|faithfull|stop it|rehabilit|protect"


def test_the_programme_has_five_two_hour_meetings_after_an_initial_meeting() -> None:
    programme = read_programme(SHIPPED)
    assert [meeting.minutes for meeting in programme.meetings] == [120] * 5
    assert programme.initial_meeting == Length(least=60, most=90)
    assert [len(meeting.topics) for meeting in programme.meetings] == [6, 3, 4, 2, 4]


def test_the_programmes_topics_and_sites_are_found_by_id() -> None:
    programme = read_programme(SHIPPED)
    assert [site.name for site in programme.sites] == ["Epsom", "Bromsgrove"]
    topic, site = programme.topic("control-continuum"), programme.site("epsom")
    assert topic and topic.title == "Control continuum"
    assert site and site.name == "Epsom"
    assert programme.topic("no-such-topic") is None
    assert programme.site("no-such-site") is None


def test_the_titles_of_the_programme_and_confidentiality_statement_are_neutral() -> None:
    for title in (read_programme(SHIPPED).title, STATEMENT["title"]):
        assert not re.search(GIVES_AWAY, title, re.IGNORECASE)


def shipped_but(old: bytes, new: bytes) -> bytes:
    assert old in SHIPPED
    return SHIPPED.replace(old, new)


@pytest.mark.parametrize(
    ("data", "key", "line"),
    [
        (b"\xff\x00", "not_utf8", 1),
        (b"format = ", "bad_syntax", 1),
        (b"a = " + b"[" * 50_000, "too_deep", 1),
        (b"#" * (LARGEST_FILE + 1), "file_too_large", 1),
        (b"", "missing_key", 1),
        (shipped_but(b"format = 1", b"format = 2"), "unknown_value", 4),
        (shipped_but(b"version = 1", b"version = 1\nsurprise = 1"), "unknown_key", 7),
        (shipped_but(b"version = 1", b"version = 0"), "number_too_low", 6),
        (shipped_but(b"minutes = 120", b'minutes = "120"'), "wants_number", 26),
        (shipped_but(b'dial = "+44', b'dial = "44'), "bad_dial", 14),
        (shipped_but(b"contact@lucy", b"contact.lucy"), "bad_email", 15),
        (shipped_but(b"least = 60", b"least = 91"), "length_ends", 8),
        (shipped_but(b'id = "cyberhex"', b'id = "disclosure"'), "topic_twice", 64),
        (shipped_but(b'id = "bromsgrove"', b'id = "epsom"'), "site_twice", 22),
        (shipped_but(b'"Cyberhex"', b'"Cyber\\u0007hex"'), "hidden_characters", 50),
        (shipped_but(b'"Cyberhex"', b'" "'), "empty_text", 50),
        (shipped_but(b'name = "Epsom"', b'name = ""'), "empty_text", 19),
    ],
)
def test_a_bad_programme_file_is_refused_with_the_line_of_the_error(data: bytes, key: str, line: int) -> None:
    with pytest.raises(BadProgramme) as refused:
        read_programme(data)
    found = located(data, refused.value.findings)
    assert (line, key) in [(at, finding.key) for at, finding in found]
    assert all(explained(finding).mend for _, finding in found)


def test_all_errors_in_a_programme_file_are_reported_at_once() -> None:
    data = shipped_but(b"minutes = 120", b"minutes = 0").replace(b'name = "Epsom"', b'name = ""')
    with pytest.raises(BadProgramme) as refused:
        read_programme(data.replace(b'title = "The five-session programme"\n', b""))
    keys = sorted(finding.key for finding in refused.value.findings)
    assert keys == ["empty_text", "missing_key", *["number_too_low"] * 5]


def test_a_programme_written_to_a_file_and_read_back_is_the_same() -> None:
    programme = read_programme(SHIPPED)
    assert read_programme(programme_written(programme)) == programme
    ended = msgspec.structs.replace(programme, offered=False, version=2)
    assert (
        b"offered = false" in programme_written(ended) and read_programme(programme_written(ended)) == ended
    )


def test_the_confidentiality_statement_is_marked_as_a_draft() -> None:
    assert STATEMENT_FILE.read_text().startswith(
        "# starter text, to be approved by the service's clinical lead"
    )
    assert STATEMENT.keys() == {"version", "language", "title", "must_pass_on", "body"}
    assert (STATEMENT["version"], STATEMENT["language"]) == (5, "en")
    assert "draft wording" in STATEMENT["body"]


@pytest.mark.parametrize(
    "said",
    [
        r"practitioner\W+ reads the work and the messages you send",
        r"clinical and safeguarding lead.*for 30 minutes, with a reason.*reason is written down",
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
def test_the_confidentiality_statement_says_what_people_must_know_before_joining(said: str) -> None:
    assert re.search(said, WHOLE.text, re.DOTALL)


def test_the_list_of_what_staff_must_disclose_is_written_only_once() -> None:
    assert WHOLE.must_pass_on.strip() in WHOLE.text and "must_pass_on" not in WHOLE.text
    assert "Anything that shows who a child is" not in STATEMENT["body"]
    lost = STATEMENT_FILE.read_text().replace("{must_pass_on}", "").encode()
    with pytest.raises(msgspec.ValidationError):
        statement.read_statement(lost)


def test_the_programme_file_has_the_organisations_contact_details() -> None:
    contact = read_programme(SHIPPED).contact
    number = phonenumbers.parse(contact.telephone, "GB")
    assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == contact.dial
    assert phonenumbers.is_valid_number(number) and "KT17 1HQ" in contact.address
