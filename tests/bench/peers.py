"""For comparison with Companion: one-question-at-a-time pages built with other libraries.

There is one web page for each library, and every page asks the questions of the same example activity. Each
JavaScript library is served in its smallest form.
"""

import functools
import os
import re
import shutil
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import brotli
import msgspec
from flask import Flask, Response, render_template_string

from tests.bench.activity import walks
from tests.bench.served import Server, served

LOCK = Path(__file__).parent / "peers"
NPM = "npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error"
QUESTIONS = 10
VIEWER = "@typebot.io/js/dist/web.js"
NAMES = {"conversational-form": "conversational-form", "surveyjs": "SurveyJS"}
"""The name of each compared library, keyed by the path of the library's test page."""
BOXES = {"conversational-form": "cf-input textarea, cf-input input", "surveyjs": "#place textarea"}
"""The CSS selector of each compared library's text field."""
KINDS = {".js": "text/javascript", ".css": "text/css"}
FORM = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Some walks</title>
<link rel="stylesheet" href="/files/conversational-form/dist/conversational-form.min.css">
<form id="form">
{%- for prompt in questions %}
{%- if prompt.kind == "scale" %}
<fieldset cf-questions="{{ prompt.ask }}">{% for number in range(11) %}
<input type="radio" name="{{ prompt.id }}" value="{{ number }}" cf-label="{{ number }}">{% endfor %}</fieldset>
{%- elif prompt.kind == "one_choice" %}
<fieldset cf-questions="{{ prompt.ask }}">{% for option in prompt.options %}
<input type="radio" name="{{ prompt.id }}" value="{{ option.id }}" cf-label="{{ option.label }}">{% endfor %}</fieldset>
{%- else %}
<textarea name="{{ prompt.id }}" cf-questions="{{ prompt.ask }}"></textarea>
{%- endif %}
{%- endfor %}
</form><div id="place" style="height:100vh"></div>
<script src="/files/conversational-form/dist/conversational-form.min.js"></script>
<script>new cf.ConversationalForm({formEl: document.getElementById("form"), context: document.getElementById("place"),
loadExternalStyleSheet: false, userInterfaceOptions: {controlElementsInAnimationDelay: 0,
robot: {robotResponseTime: 0, chainedResponseTime: 0}, user: {showThinking: false, showThumb: false}}})</script>"""
SURVEY = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Some walks</title>
<link rel="stylesheet" href="/files/survey-core/survey-core.fontless.min.css">
<script src="/files/survey-core/survey.core.min.js"></script>
<script src="/files/survey-js-ui/survey-js-ui.min.js"></script>
<div id="place"></div>
<script>new Survey.Model({{ survey|tojson }}).render(document.getElementById("place"))</script>"""


def installed(place: Path) -> Path | None:
    """Install the libraries, and return their folder, or None if the installation fails."""
    npm = shutil.which("npm")
    shutil.copytree(LOCK, place, dirs_exist_ok=True)
    modules = place / "node_modules"
    if not npm or subprocess.run([npm, *NPM.split()[1:]], cwd=place, check=False).returncode:
        return None
    return modules


def served_from(modules: Path) -> AbstractContextManager[Server]:
    return served("tests.bench.peers:make_app()", {"PEERS": str(modules)}, workers=1)


def packed(file: Path) -> bytes:
    """Return the file's contents, compressed for the network."""
    return bytes(brotli.compress(file.read_bytes(), mode=brotli.MODE_TEXT))


def make_app() -> Flask:
    """Return a Flask app that serves the pages built with other libraries. The environment variable ``PEERS``
    names the folder in which npm has installed the libraries to compare with Companion.
    """
    modules = Path(os.environ["PEERS"])
    app = Flask("peers", static_folder=None)
    pack = functools.cache(packed)

    @app.get("/files/<path:name>")
    def file(name: str) -> Response:
        path = modules / name
        return Response(pack(path), mimetype=KINDS[path.suffix], headers={"Content-Encoding": "br"})

    @app.get("/conversational-form")
    def conversational_form() -> Response:
        return _page(render_template_string(FORM, questions=questions()))

    @app.get("/surveyjs")
    def surveyjs() -> Response:
        survey = {
            "elements": [_element(each) for each in questions()],
            "questionsOnPageMode": "questionPerPage",
        }
        return _page(render_template_string(SURVEY, survey=survey))

    return app


def questions() -> list[dict[str, Any]]:
    """Return the ten questions of the example activity, without the asterisks that mark formatting."""
    asked = []
    for prompt in walks(QUESTIONS).prompts:
        plain = msgspec.to_builtins(prompt)
        asked.append({**plain, "ask": re.sub(r"\*+", "", plain["ask"])})
    return asked


def _element(question: dict[str, Any]) -> dict[str, Any]:
    asked = {"name": question["id"], "title": question["ask"]}
    if question["kind"] == "scale":
        ends = {"minRateDescription": question["low_label"], "maxRateDescription": question["high_label"]}
        return {**asked, "type": "rating", "rateMin": 0, "rateMax": 10, **ends}
    if question["kind"] == "one_choice":
        choices = [{"value": each["id"], "text": each["label"]} for each in question["options"]]
        return {**asked, "type": "radiogroup", "choices": choices}
    return {**asked, "type": "comment"}


def _page(page: str) -> Response:
    body = brotli.compress(page.encode(), mode=brotli.MODE_TEXT, quality=5)
    return Response(body, mimetype="text/html", headers={"Content-Encoding": "br"})
