"""Benchmark finding an activity's next question, and showing a page with all questions and answers."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Flask, render_template
from flask.testing import FlaskClient
from jinja2 import DictLoader

from companion.domain.activities.conversation import Conversation, Given
from tests.bench.activity import said, set_and_answered, taken_in, walks
from tests.bench.frame import Bench, Contender, Row, timed
from tests.bench.portal import Portal
from tests.visitor import Visitor

LONG, SHORT = 200, 10
"""The lengths of the long and the short conversation, in prompts."""
BARE_PAGE = "<!doctype html><title>Walks</title>{% for turn in turns %}<p>{{ turn }}</p>{% endfor %}"


def next_prompt() -> Bench:
    """Return the benchmark of finding the next prompt."""
    activity = walks(LONG)
    now = datetime.now(UTC)
    typed = said(activity)
    answers = {
        prompt.id: Given("answered", prompt.parse(typed[prompt.id]), 1, now) for prompt in activity.prompts
    }

    def ask() -> None:
        if Conversation(activity, answers).next_prompt is not None:
            raise ValueError("a prompt is open, but all are answered")

    def look_up() -> None:
        for prompt in activity.prompts:
            answers.get(prompt.id)

    asking = Contender(f"next prompt of {LONG}, all answered", "ms", timed(ask, times=50, scale=1000))
    looking = Contender(f"{LONG} look-ups of an answer", "ms", timed(look_up, times=500, scale=1000))
    return Bench(
        [asking, looking],
        [Row(asking.name, at_most=1), Row(looking.name), Row(asking.name, against=looking.name)],
    )


def page(portal: Portal) -> Bench:
    """Return the benchmark that compares a long conversation's page with simpler pages."""
    sam = Visitor(portal.app)
    sam.sign_in(portal.cast, portal.cast.sam)
    work = {
        prompts: set_and_answered(portal.cast.sam, taken_in(portal, walks(prompts)))
        for prompts in (LONG, SHORT)
    }
    size = len(open_page(sam.client, work[LONG], LONG))
    bare = _bare_app(size).test_client()

    def opening(prompts: int) -> Contender:
        act = timed(lambda: open_page(sam.client, work[prompts], prompts), times=10, scale=1000)
        return Contender(f"page of {prompts} answers", "ms", act)

    def open_bare() -> None:
        response = bare.get("/")
        if response.status_code != 200 or abs(len(response.data) - size) > size / 50:
            raise ValueError(f"a bare page of {response.status_code} and {len(response.data)} bytes")

    long, short = opening(LONG), opening(SHORT)
    floor = Contender(f"bare page of {size // 1000} KB", "ms", timed(open_bare, times=20, scale=1000))
    own = [Row(contender.name) for contender in (long, short, floor)]
    ratios = [
        Row(long.name, against=short.name, at_most=3),
        Row(long.name, against=floor.name),
    ]
    return Bench([long, short, floor], [*own, *ratios])


def open_page(client: FlaskClient, work_id: UUID, turns: int) -> bytes:
    """Return the page of a conversation. Raise ``ValueError`` unless the page shows this many questions and
    answers.
    """
    response = client.get(f"/my/work/{work_id}")
    shown = response.data.count(b'class="turn"')
    if response.status_code != 200 or shown != turns:
        raise ValueError(f"a page of {turns} answers came back with {response.status_code} and {shown} turns")
    return response.data


def _bare_app(size: int) -> Flask:
    """Return a Flask application whose page has roughly this many bytes."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"walks.html": BARE_PAGE})
    turns = ["a" * (size // LONG - len("<p></p>"))] * LONG
    app.add_url_rule("/", view_func=lambda: render_template("walks.html", turns=turns))
    return app
