"""Test nginx in front of two machines and one PostgreSQL server."""

import gzip
import http.client
import re
import socket
import ssl
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from companion.store.operations.migrations import MAIN
from tests.bench.activity import set_and_answered, taken_in, walks
from tests.growth.accidents import loses_a_machine
from tests.growth.load import Load, cookies_of, failed
from tests.growth.newer import MARK, NEW_REVISION
from tests.growth.proxy import HOST, SITE, Browser, Proxy, digest_of_style
from tests.growth.service import Service, service
from tests.growth.units import DEPLOY, ROOT
from tests.visitor import NEUTRAL_TITLE

PAGES = DEPLOY / "nginx" / "pages"
NOT_LOGGED = (
    "/help",
    "/cy/help",
    "/leave",
    "/my/plan/today",
    "/my/tell",
    "/my/about-my-practitioner",
    "/calendar/x.ics",
)
AWAY = re.compile(r"[0-9T:+-]{25} 50[24] from [a-z0-9.:, ]+ after [0-9., -]+")
EXIT = "https://www.bbc.co.uk/weather"


@pytest.fixture(scope="module")
def running(newer: Path) -> Iterator[Service]:
    with service(workers=1, migrates=False) as made:
        yield made


@pytest.fixture
def somebody(running: Service) -> Iterator[Browser]:
    made = running.browser()
    yield made
    made.close()


def test_nginx_offers_only_current_tls_versions(running: Service) -> None:
    assert len(re.findall("ssl_protocols TLSv1.2 TLSv1.3;", SITE.read_text())) == 2
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=running.proxy.ca)
        context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection(("127.0.0.1", running.proxy.port)) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as wrapped,
        ):
            assert "GCM" in str(wrapped.cipher()) or "CHACHA20" in str(wrapped.cipher())
    context = ssl.create_default_context(cafile=running.proxy.ca)
    with (
        socket.create_connection(("127.0.0.1", running.proxy.port)) as plain,
        pytest.raises(ssl.SSLError, match="unrecognized name"),
    ):
        context.wrap_socket(plain, server_hostname="elsewhere.example")


def test_nginx_does_not_answer_requests_for_another_host(running: Service) -> None:
    for host in ("elsewhere.example", f"{HOST}.elsewhere.example", "127.0.0.1"):
        with pytest.raises(http.client.RemoteDisconnected):
            Browser(running.proxy, host=host).get("/help")


def test_requests_without_tls_are_redirected(
    running: Service,
) -> None:
    def asks(path: str, method: str = "GET", host: str = HOST) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", running.proxy.plain_port)
        connection.request(method, path, headers={"Host": host})
        return connection.getresponse()

    led = asks("/sign-in?next=/my/")
    assert (led.status, led.headers["Location"]) == (301, f"https://{HOST}/sign-in?next=/my/")
    assert {asks("/calendar/x.ics").status, asks("/help.json").status, asks("/leave", "POST").status} == {403}
    with pytest.raises(http.client.RemoteDisconnected):
        asks("/help", host="elsewhere.example")


def test_nginx_does_not_change_the_help_pages_headers(somebody: Browser, running: Service) -> None:
    for path, words in (("/help", "Get help"), ("/cy/help", "Cael help")):
        answer, small = somebody.get(path), somebody.get(path, Accept_Encoding="gzip")
        assert answer.status == 200 and words in answer.text and answer.headers["Server"] == "nginx"
        assert words in gzip.decompress(small.body).decode()
    raw = http.client.HTTPConnection("127.0.0.1", running.machines[0].port)
    raw.request("GET", "/help")
    own = raw.getresponse()
    own.read()
    given = {name for name, _ in own.getheaders()} - {"Connection", "Date", "Server"}
    assert given <= answer.headers.keys()
    assert {own.headers[name] == answer.headers[name] for name in given if "Policy" in name} == {True}


def test_nginx_compresses_pages_only_for_requests_from_the_same_site(
    somebody: Browser,
) -> None:
    page = somebody.get("/sign-in", Accept_Encoding="gzip")
    assert "Content-Encoding" not in page.headers
    own = somebody.get("/sign-in", Accept_Encoding="gzip", Sec_Fetch_Site="none")
    assert own.headers["Content-Encoding"] == "gzip"
    (style, *_) = re.findall(r'href="(/static/css/[^"]+)"', page.text)
    plain, small = somebody.get(style), somebody.get(style, Accept_Encoding="gzip")
    assert small.headers["Content-Encoding"] == "gzip" and gzip.decompress(small.body) == plain.body
    assert (
        plain.headers["Cache-Control"]
        == small.headers["Cache-Control"]
        == "public, max-age=31536000, immutable"
    )


def test_rate_limits_use_the_clients_real_address(running: Service) -> None:
    guesser = Browser(running.proxy, "127.0.2.1")
    tried = [
        guesser.get(
            f"/calendar/{number}.ics",
            X_Forwarded_For=f"10.9.8.{number}",
            X_Real_IP=f"10.9.8.{number}",
            Forwarded=f"for=10.9.8.{number}",
        )
        for number in range(61)
    ]
    assert [each.status for each in tried] == [404] * 60 + [429]
    assert "Content-Security-Policy" in tried[-1].headers and "nginx" not in tried[-1].text
    assert Browser(running.proxy, "127.0.2.2").get("/calendar/0.ics").status == 404


def test_a_clients_forwarded_headers_are_ignored(somebody: Browser) -> None:
    token = somebody.get("/join").field("csrf_token")
    said = {"X_Forwarded_Host": "elsewhere.example", "X_Forwarded_Proto": "http", "X_Forwarded_Prefix": "/x"}
    assert somebody.post("/join", {"csrf_token": token, "code": "x", "word": "x"}, **said).status == 422
    said["Origin"] = "https://elsewhere.example"
    assert somebody.post("/join", {"csrf_token": token, "code": "x", "word": "x"}, **said).status == 400


def test_an_overlong_request_is_refused_and_never_written_to_disk(
    running: Service, somebody: Browser
) -> None:
    ours = somebody.post("/join", {"code": "x" * 1_500_000})
    assert ours.status == 413 and "Start page" in ours.text and "script-src" in str(ours.headers)
    larger = running.browser().post("/join", {"code": "x" * 2_500_000})
    assert larger.status == 413 and "That's too much at once" in larger.text
    assert larger.text == (PAGES / "too-much.html").read_text()
    assert running.proxy.on_disk() == []


def test_signing_in_once_is_enough_for_both_machines(running: Service, somebody: Browser) -> None:
    sam = running.place.cast.sam
    form = {
        "csrf_token": somebody.get("/sign-in").field("csrf_token"),
        "next": "",
        "sign_in_name": sam.sign_in_name,
    }
    answer = somebody.post("/sign-in", {**form, "passphrase": sam.passphrase})
    assert answer.status == 303 and somebody.cookies.keys() == {"__Host-companion"}
    before = [machine.said().count('"endpoint":"participant.home"') for machine in running.machines]
    assert {somebody.get("/my/").status for _ in range(6)} == {200}
    after = [machine.said().count('"endpoint":"participant.home"') for machine in running.machines]
    assert all(more > less for more, less in zip(after, before, strict=True))
    assert somebody.post("/leave", {}).headers["Location"] == EXIT
    assert somebody.get("/my/").status == 302


def test_an_answer_that_is_sent_twice_is_saved_once(running: Service) -> None:
    """nginx may repeat a request after a broken connection. Companion must save an answer only once."""
    place, activity = running.place, taken_in(running.place, walks(2))
    owen = place.cast.owen
    work_id = set_and_answered(owen, activity)
    browser = Browser(running.proxy, cookies=cookies_of(place, owen))
    page = browser.get(f"/my/work/{work_id}?change=walk-0")
    names = ("csrf_token", "prompt", "seen", "draft_seen")
    form = {**{name: page.field(name) for name in names}, "tab": "one", "beat": 1, "answer": "Only once."}
    for to, fields in (("draft", {"then": "typing"}), ("answers", {})):
        sent = [browser.post(f"/my/work/{work_id}/{to}", {**form, **fields}) for _ in range(2)]
        assert [each.status for each in sent] == [{"draft": 200, "answers": 303}[to]] * 2
    stored = owen.work(work_id).answers["walk-0"]
    assert stored.revision == int(str(form["seen"])) + 1 and "Only once." in str(stored.value)


@contextmanager
def breaking_off(count: int) -> Iterator[tuple[list[int], list[bytes]]]:
    """Start servers that close every connection, and yield the servers' ports and a list of the requests that
    arrive.
    """
    asked: list[bytes] = []
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]

    def hangs_up(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                asked.append(connection.recv(65_536).partition(b"\r\n")[0])
                connection.close()

    for server in listening:
        threading.Thread(target=hangs_up, args=[server], daemon=True).start()
    yield [server.getsockname()[1] for server in listening], asked
    for server in listening:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_nginx_retries_a_request_on_another_machine_only_if_repeating_does_no_harm(tmp_path: Path) -> None:
    piece = "/my/work/6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    twice = ("/my/", f"{piece}/answers", f"{piece}/draft", "/leave")
    once = ("/my/messages", "/sign-in", f"{piece}/submission", "/join")
    for path in (*twice, *once):
        with breaking_off(2) as (ports, asked):
            proxy = Proxy(tmp_path / path.replace("/", "-"), ports)
            try:
                browser = Browser(proxy)
                answer = browser.get(path) if path == "/my/" else browser.post(path, {"words": "Once."})
            finally:
                proxy.ends()
        assert len(asked) == (2 if path in twice else 1), path
        assert answer.status == (303 if path == "/leave" else 502)


def test_only_clients_that_send_too_many_requests_have_to_wait(running: Service) -> None:
    """An address sends 160 requests at once. nginx allows 80, and 20 more each second."""
    lines = [Browser(running.proxy, "127.0.3.1") for _ in range(160)]
    for each in lines:
        each.connects()
    for each in lines:
        each.sends("/sign-in")
    came = [each.receives() for each in lines]
    waits = [each for each in came if each.status == 429]
    assert len(waits) >= 20 and waits[0].text == (PAGES / "wait.html").read_text()
    assert {each.status for each in came} == {200, 429}
    assert lines[0].post("/leave", {}).status == 303
    assert Browser(running.proxy, "127.0.3.2").get("/sign-in").status == 200


def test_nginxs_own_pages_show_the_right_helpline_and_hours() -> None:
    site, helpline = SITE.read_text(), signposts()["helpline"]
    (number,) = (way for way in helpline["ways"] if way["kind"] == "telephone")
    for path in PAGES.iterdir():
        page = path.read_text()
        assert NEUTRAL_TITLE.search(page) and digest_of_style(page) in site, path
        assert page.count('lang="cy"') == 1 and '<form method="post" action="/leave"><button>' in page
        if path.name != "too-much.html":
            assert page.count(f'<a href="tel:{number["dial"]}">{number["shown"]}</a>') == 2
            hours = [(each["from"], each["until"]) for each in helpline["when"]["hours"]]
            assert hours == [("09:00", "21:00"), ("09:00", "17:00")] and "9am to 9pm" in page
    assert f"return 303 {EXIT};" in site and "form-action 'self' https://www.bbc.co.uk;" in site


def signposts() -> dict[str, dict[str, Any]]:
    """Return the signposts that Companion includes by default."""
    listed = tomllib.loads((ROOT / "companion/content/signposts.toml").read_text())["signposts"]
    return {each["id"]: each for each in listed}


def test_losing_a_machine_loses_no_saved_answer(running: Service) -> None:
    load = Load(running.place, running.proxy, "Loser", people=3, every=0.05)
    load.begins()
    try:
        account = loses_a_machine(running, load, calm=0.2)
    finally:
        load.ends()
    assert load.missing() == [] and sum(each.signed_out for each in load.savers) == 0
    assert failed(load.sent()) == []
    assert all(account.stretches.values())


def test_upgrading_one_machine_under_load_loses_no_answer(running: Service, newer: Path) -> None:
    """With --full, test_at_length.py upgrades all machines and then rolls back."""
    old = running.machines[1]
    load = Load(running.place, running.proxy, "Newcomer", people=3, every=0.05)
    load.begins()
    try:
        load.until(1)
        running.machines[0].restart(newer)
        assert MARK in running.machines[0].asks("/healthz")[1]
        load.until(3)
    finally:
        load.ends()
    assert load.missing() == [] and sum(each.signed_out for each in load.savers) == 0
    assert failed(load.sent()) == []
    with running.place.cast.store._engine.connect() as connection:
        assert MAIN.revision(connection) == NEW_REVISION
    assert MARK not in old.asks("/healthz")[1] and old.asks("/readyz")[0] == 200


def test_nginx_logs_contain_no_path_and_no_client_address(running: Service, somebody: Browser) -> None:
    """When this test runs, the other tests have already caused every kind of error that nginx logs.

    This test kills both machines.
    """
    for path in NOT_LOGGED:
        somebody.get(path)
    assert running.proxy.logged().strip() == ""
    for machine in running.machines:
        machine.is_lost()
    for path in NOT_LOGGED:
        answer = somebody.post(path, {}) if path == "/leave" else somebody.get(path)
        if path == "/leave":
            assert (answer.status, answer.headers["Location"]) == (303, EXIT)
            assert somebody.cookies["__Host-companion"] == ""
        else:
            assert answer.status == 502 and answer.text == (PAGES / "away.html").read_text()
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    time.sleep(0.1)
    lines = running.proxy.logged().split("\n")
    assert len([each for each in lines if each]) >= len(NOT_LOGGED) - 1
    assert [each for each in lines if each and not AWAY.fullmatch(each)] == []
