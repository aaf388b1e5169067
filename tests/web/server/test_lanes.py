"""Test which group of threads (lane) handles a request."""

import ast
import inspect
import itertools
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, request
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.errors import InvalidRequestMethod
from werkzeug.routing import Rule

from companion.web.gate import access
from companion.web.gate.current import NotMarked, hasher
from companion.web.server.lanes import Lane, lane_of
from companion.web.server.request_reader import Arriving
from tests.visitor import Visitor

VALUES = {"language": "en", "filename": "css/companion.css"}
CLIENT, SERVER, CONFIG = ("203.0.113.7", 4000), ("127.0.0.1", 8000), Config()
WITHOUT_A_DATABASE = {
    *("static", "public.help", "public.help_json", "public.accessibility", "public.leave", "public.healthz"),
}


class Socket:
    """A connection that raises an error if anything is sent."""

    def send(self, said: bytes) -> None:
        raise AssertionError(said)


def environ_of(asked: str) -> dict[str, Any]:
    """Return the WSGI environment that gunicorn creates for a raw request."""
    arriving = Arriving(CONFIG, CLIENT)
    arriving.add(f"{asked}\r\nHost: localhost\r\n\r\n".encode())
    assert arriving.whole(), asked
    _, environ = wsgi.create(arriving.request(), Socket(), CLIENT, SERVER, CONFIG)
    return environ


def lane(app: Flask, asked: str) -> Lane:
    """Return the lane (group of threads) for this raw request."""
    return lane_of(app, environ_of(asked))


def paths(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield each of the application's URL rules, with a path that matches the rule."""
    for rule in app.url_map.iter_rules():
        values: dict[str, Any] = {name: VALUES.get(name, uuid4()) for name in rule.arguments}
        for name, converter in rule._converters.items():
            if name not in VALUES and type(converter).__name__ != "UUIDConverter":
                values[name] = 7 if "Integer" in type(converter).__name__ else "x"
        built = rule.build(values, append_unknown=False)
        if built:
            yield rule, built[1].partition("?")[0]


def spellings(path: str) -> Iterator[str]:
    """Yield every way to write this path in a URL."""
    letter = next((at for at, sign in enumerate(path) if sign.isalpha()), None)
    coded = "".join(f"%{ord(sign):02x}" if sign != "/" else sign for sign in path)
    yield from (path, coded, coded.upper().replace("%2F", "/"), path.replace("-", "%2D"))
    if letter is not None:
        yield f"{path[:letter]}%{ord(path[letter]):02X}{path[letter + 1 :]}"
    yield from (f"{path}?", f"{path}?next=/help", f"{path}#help")
    yield f"http://elsewhere.example{path}"


def expected(app: Flask, endpoint: str, method: str) -> Lane:
    rule = app.view_functions[endpoint].rule  # type: ignore[attr-defined]
    if rule.hashes and method == "POST":
        return Lane.HASHING
    return Lane.APART if rule.apart else Lane.PAGES


def test_every_request_is_handled_by_the_threads_that_its_view_requires(
    app: Flask,
) -> None:
    seen = set()
    for rule, path in paths(app):
        for method, spelt, version in itertools.product(
            sorted((rule.methods or set()) & {"GET", "POST"}), spellings(path), ("1.1", "1.0")
        ):
            asked = f"{method} {spelt} HTTP/{version}"
            assert lane(app, asked) == expected(app, rule.endpoint, method), asked
            seen.add(expected(app, rule.endpoint, method))
    assert seen == set(Lane)


@pytest.mark.parametrize(
    "path",
    ["//sign-in", "/sign-in/", "/x/../sign-in", "/./sign-in", "/sign-in%2f", "/SIGN-IN", "/sign-in;x"],
)
def test_an_oddly_spelled_url_still_goes_to_the_right_threads(app: Flask, path: str) -> None:
    asked = f"POST {path} HTTP/1.1"
    with app.request_context(environ_of(asked)):
        endpoint = request.endpoint
    assert lane(app, asked) is (expected(app, endpoint, "POST") if endpoint else Lane.PAGES)


@pytest.mark.parametrize("method", ["post", "Post"])
def test_a_request_with_a_lower_case_http_method_is_refused(method: str) -> None:
    arriving = Arriving(CONFIG, CLIENT)
    arriving.add(f"{method} /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert arriving.whole() and arriving.request() is None
    with pytest.raises(InvalidRequestMethod):
        next(arriving)


def test_a_path_prefix_does_not_change_which_threads_handle_a_request(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPT_NAME", "/portal")
    assert lane(app, "POST /portal/sign%2Din HTTP/1.1") is Lane.HASHING
    assert lane(app, "GET /portal/h%65lp HTTP/1.1") is Lane.APART


def calls(view: FunctionType) -> set[str]:
    """Return the names of all functions in ``companion.web`` that a view can call."""
    found, waiting = set(), [view]
    while waiting:
        function = waiting.pop()
        where = f"{function.__module__}.{function.__qualname__}"
        if where in found:
            continue
        found.add(where)
        names = vars(sys.modules[function.__module__])
        source = inspect.getsource(function)
        for node in ast.walk(ast.parse("class C:\n" + source if source[0] == " " else source)):
            called: object = None
            if isinstance(node, ast.Name):
                called = names.get(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = (
                    vars(names[node.value.id]).get(node.attr) if is_module(names, node.value.id) else None
                )
            if isinstance(called, FunctionType) and called.__module__.startswith("companion.web"):
                waiting.append(called)
    return found


def is_module(names: dict[str, object], name: str) -> bool:
    return isinstance(names.get(name), ModuleType)


def test_the_hashing_threads_run_exactly_the_views_that_can_hash_a_passphrase(
    app: Flask,
) -> None:
    marked = 0
    for endpoint, view in app.view_functions.items():
        function = inspect.unwrap(getattr(view, "__func__", view))
        hashes = "companion.web.gate.current.hasher" in calls(function)
        assert view.rule.hashes == hashes, endpoint  # type: ignore[attr-defined]
        marked += hashes
    assert marked > 10


def test_web_code_can_reach_the_passphrase_hasher_only_through_one_module() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("companion.web.") and name != "companion.web.application":
            source = inspect.getsource(module)
            assert source.count('extensions["hasher"]') == (name == "companion.web.gate.current"), name


def test_views_can_hash_a_passphrase_only_if_they_are_marked_for_it(app: Flask, visitor: Visitor) -> None:
    met: list[str] = []

    def unmarked() -> str:
        with pytest.raises(NotMarked) as stopped:
            hasher()
        met.append(str(stopped.value))
        return ""

    marked = access.hashes(access.public(lambda: unmarked()))
    app.add_url_rule("/meets/unmarked", "unmarked", access.public(unmarked))
    app.add_url_rule("/meets/marked", "marked", marked)
    visitor.client.get("/meets/unmarked")
    visitor.client.get("/meets/marked")  # even a view that is marked for hashing may hash only on POST
    assert [each.split()[0] for each in met] == ["unmarked", "marked"]


def test_exactly_the_views_that_need_no_database_run_in_the_separate_group_of_threads(app: Flask) -> None:
    apart = {name for name, view in app.view_functions.items() if view.rule.apart}  # type: ignore[attr-defined]
    assert apart == WITHOUT_A_DATABASE


def test_page_threads_handle_requests_for_unknown_wsgi_applications() -> None:
    assert lane_of(SimpleNamespace(), {}) is Lane.PAGES
