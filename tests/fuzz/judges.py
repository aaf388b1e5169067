"""Fuzz tests, called judges, for each function that reads input from outside Companion.

A judge is a test function that accepts any bytes. It fails if a function raises an undocumented error, or if
a value doesn't survive being written and read back.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from uuid import UUID

from flask import Flask
from werkzeug.datastructures import MultiDict

from companion import content
from companion.domain import people
from companion.domain.activities import activity
from companion.domain.activities.activity import BadActivity, Finding
from companion.domain.activities.answers import kinds
from companion.domain.activities.checker import check
from companion.domain.activities.conversation import Conversation
from companion.domain.activities.editing import About
from companion.domain.activities.toml_files import written
from companion.domain.activities.toml_guard import Lines
from companion.domain.authoring import new_questions
from companion.domain.authoring.branch_form import new_asks
from companion.domain.authoring.prompt_form import form_of, typed_prompt
from companion.domain.caseloads.board import Show
from companion.domain.caseloads.board_query import asked
from companion.domain.concerns import concern_rules
from companion.domain.concerns.concerns import Passed
from companion.domain.drafts import draft_of
from companion.domain.enrolments import after_programme, pathway
from companion.domain.enrolments.pathway import StepForm
from companion.domain.evaluation.evaluation import Evaluation
from companion.domain.forms import Form, first
from companion.domain.meetings import absence, recurrence
from companion.domain.meetings.appointments import minutes, starts_at
from companion.domain.notices import reminders
from companion.domain.people import Role
from companion.domain.plan.review import review_day
from companion.domain.programme import programme
from companion.domain.programme.programme import BadProgramme
from companion.domain.programme.toml_file import programme_written
from companion.domain.records import data_rights
from companion.domain.refusals import NotAllowed, Rejected
from companion.domain.signposts import signposts
from companion.domain.signposts.form import form_of as signpost_form
from companion.domain.signposts.form import typed_signpost
from companion.domain.signposts.opening_hours import opening_at
from companion.domain.signposts.signposts import BadSignposts
from companion.domain.telephones import number_in
from companion.domain.work import intention, paper
from companion.domain.work.work import Card
from companion.store.keys import hash_of
from companion.web.gate import parked_forms
from companion.web.page import form_fields
from companion.web.page.rendering import TAGS, cleaned, paragraphs
from tests.domain.activities.answers.samples import every_kind

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
EVERY_KIND = every_kind()
TOPICS = [topic.id for topic in content.programme().topics]
SOMEBODY = UUID(int=7)


def form(data: bytes) -> dict[str, list[str]]:
    """Return the form, with invalid UTF-8 decoded as in Werkzeug."""
    return parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)


def sent(fields: Form) -> bytes:
    """Return these fields as a request body, as a browser would send them."""
    return urlencode(fields, doseq=True).encode()


def an_activity(data: bytes) -> None:
    """Check that reading a file gives either an activity or a list of errors with line numbers."""
    findings: list[Finding]
    try:
        read = activity.read(data)
        findings = check(read, TOPICS)
    except BadActivity as bad:
        findings = list(bad.findings)
    else:
        assert activity.read(written(read)) == read
        if all(finding.warning for finding in findings):
            assert Conversation(read, {}).progress.fewest_left >= 1
    _have_their_line(findings, data)


def a_programme(data: bytes) -> None:
    try:
        read = programme.read_programme(data)
    except BadProgramme as bad:
        _have_their_line(list(bad.findings), data)
    else:
        assert programme.read_programme(programme_written(read)) == read


def _have_their_line(findings: list[Finding], data: bytes) -> None:
    lines = Lines(data) if any(finding.at for finding in findings) else None
    for finding in findings:
        assert content.explained(finding).mend
        line = lines.of(finding.at) if lines and finding.at else finding.values.get("line", 1)
        assert 1 <= int(line) <= data.count(b"\n") + 1


def an_answer(data: bytes) -> None:
    """Submit an answer to a question of every kind."""
    typed = form(data)
    for prompt in EVERY_KIND.prompts:
        draft_of(typed, prompt.fields)
        with suppress(Rejected):
            value = prompt.parse(typed)
            assert json.loads(json.dumps(value)) == value
            assert prompt.parse(prompt.fill(value)) == value


def a_question(data: bytes) -> None:
    """Submit a question of every kind, as an author would."""
    typed = form(data)
    for kind in kinds():
        with suppress(Rejected):
            prompt = typed_prompt(kind, typed, EVERY_KIND, None)
            activity = new_questions.added(EVERY_KIND, prompt, "", new_asks(typed), ())
            prompt = activity.prompts[0]
            again = typed_prompt(kind, form_of(prompt), activity, prompt)
            assert again == prompt
    with suppress(Rejected):
        About.typed(typed, TOPICS)


def a_signpost(data: bytes) -> None:
    """Submit the form for a signpost that has opening hours.

    Companion must be able to store and show every signpost that its form accepts.
    """
    with suppress(Rejected):
        read = typed_signpost(form(data), "x", None, NOW.date())
        stored = signposts.Directory(format=1, signposts=(read,))
        assert signposts.from_json(signposts.to_json(stored)) == stored
        assert typed_signpost(signpost_form(read), "x", read, NOW.date()) == read
        opening_at(read.when, NOW)


def a_directory(data: bytes) -> None:
    """Read the help page's signposts from JSON and from TOML."""
    for read in (signposts.from_json, signposts.read):
        with suppress(BadSignposts):
            directory = read(data)
            assert signposts.from_json(signposts.to_json(directory)) == directory
            for each in directory.signposts:
                opening_at(each.when, NOW)


def a_day(data: bytes) -> None:
    """Submit the fuzzer's input as days, times, durations and reasons to every form that asks for them."""
    texts = [*data.decode("utf-8", "replace").split("\n"), "", ""]
    day, clock, other = texts[:3]
    for read in (
        lambda: starts_at(day, clock, NOW),
        lambda: Passed.typed(other, day, clock, NOW),
        lambda: minutes(clock, 45, 120),
        lambda: absence.typed(day, clock, other, [SOMEBODY], NOW),
        lambda: pathway.move(
            pathway.PathwayState.IN_PROGRAMME,
            StepForm(pathway.PathwayState.IN_PROGRAMME, other, day, clock),
            NOW.date(),
            NOW,
        ),
        lambda: paper.handed_in(day, other, NOW, NOW),
        lambda: review_day(day, NOW),
        lambda: data_rights.new_hold(other, clock, day, NOW),
        lambda: Card.typed(other, clock),
        lambda: intention.checked(intention.TypedIntention(day, clock, other, other), NOW, None),
        lambda: recurrence.rhythm(recurrence.DAYS, clock),
    ):
        with suppress(Rejected, NotAllowed):
            read()


def rules(data: bytes) -> None:
    """Parse the input as three forms: an evaluation, a lead's rules for concerns, and a lead's rules for
    access after the programme.
    """
    typed = form(data)
    with suppress(Rejected):
        concern_rules.typed({name: first(typed, name) for name in typed}, [SOMEBODY], 1)
    with suppress(Rejected):
        after_programme.typed({name: first(typed, name) for name in typed}, 1)
    with suppress(Rejected):
        Evaluation.typed(content.evaluation_questions(), typed)


def an_address_of_mail(data: bytes) -> None:
    """Submit an email address.

    The email's header must contain an accepted address unchanged, and no other address.
    """
    with suppress(Rejected):
        choice = reminders.chosen(Role.PARTICIPANT, "email", data.decode("utf-8", "replace"), ["1"], "")
        letter = EmailMessage()
        letter["To"] = choice.address
        assert message_from_bytes(bytes(letter), policy=default).items() == [("To", choice.address)]


def a_code(data: bytes) -> None:
    """Submit codes, tokens, references, sign-in names and phone numbers."""
    text = data.decode("utf-8", "replace")
    for read in (people.typed_code, people.folded):
        once = read(text)
        assert read(once) == once or len(once) > people.TYPED_MOST
    assert people.typed_reference(people.typed_reference(text)) == people.typed_reference(text)
    assert len(hash_of(text)) == 32
    number_in(text)
    assert form_fields.whole_number(text) >= -1
    form_fields.uuid(text)
    with suppress(Rejected):
        people.typed_sign_in_name(text)


def a_passphrase(data: bytes) -> None:
    with suppress(Rejected):
        text = data.decode("utf-8", "replace")
        assert people.typed_passphrase(text, ["sam"]) == text


def a_way_on(data: bytes) -> None:
    """Check two things: that signing in never redirects to another site, and that page numbers are valid."""
    text = data.decode("utf-8", "replace")
    there = form_fields.local_path(text)
    assert urlsplit(urljoin("http://localhost/sign-in", there.replace("\\", "/"))).netloc == "localhost"
    args = {name: texts[0] for name, texts in form(data).items()}
    page = asked(args, [*Show])
    assert page.page >= 1 and page.states


APP = Flask("companion")
APP.secret_key = b"of nobody"


def a_cookie(data: bytes) -> None:
    """Read a cookie that Companion didn't sign, and check that the session is empty."""
    cookie = data.decode("latin-1").replace("\r", "").replace("\n", "")
    with APP.test_request_context("/", headers={"Cookie": cookie}) as at:
        assert not at.session


def a_held_form(data: bytes) -> None:
    """Store a form that somebody sent after their session had locked. Check that Companion stores no
    passphrase, code or other secret from the form.
    """
    sent = MultiDict((name, text) for name, texts in form(data).items() for text in texts)
    typed = parked_forms.without_secrets(sent).to_dict(flat=False)
    assert not parked_forms.NEVER_HELD & set(typed)
    assert json.loads(json.dumps(typed)) == typed


class Tags(HTMLParser):
    """The tags and attributes in a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def a_text(data: bytes) -> None:
    """Show text on a page.

    Authors' text may contain only a few allowed tags. Only authors' text may contain tags other than
    paragraphs and line breaks.
    """
    text = data.decode("utf-8", "replace")
    assert Tags(cleaned(text)).found <= TAGS
    assert Tags(paragraphs(text)).found <= {"p", "br", "dir"}
