"""Test that ``/metrics`` serves counters without personal data, on an address of its own."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask

from companion.cli.background import metrics
from companion.cli.background.gauges import Measures, waiting
from companion.config import BadSetting, Settings
from companion.domain.operations.metrics import FAMILIES, series, written
from companion.store import outbox
from companion.store.operations import counters
from companion.store.operations.counters import Counters, gathered
from companion.store.outbox import Notice
from companion.web.log_lines import Lines
from tests.cast import Cast
from tests.fixtures import Clock
from tests.ports import free_port
from tests.visitor import Visitor

ROOT = Path(__file__).parents[3]
SAMPLE = re.compile(
    r'(?P<name>companion_[a-z_]+)(\{(?P<labels>[a-z]+="[A-Za-z0-9_.+]*"(,[a-z]+="[A-Za-z0-9_.+]*")*)\})? [0-9.e+-]+'
)
LABELS = {"endpoint", "status", "le", "said", "database", "job"}


def asked(address: tuple[str, int], path: str = "/metrics", method: str = "GET") -> tuple[int, str]:
    with closing(http.client.HTTPConnection(*address, timeout=5)) as connection:
        connection.request(method, path)
        reply = connection.getresponse()
        assert "Python" not in str(reply.getheader("Server"))
        return reply.status, reply.read().decode()


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"no {name} in {text}"
    return float(found[1])


def test_metrics_include_counters_of_the_portal_and_of_the_background_loop(
    app: Flask, cast: Cast, enter: SimpleNamespace, visitor: Visitor, settings: Settings, clock: Clock
) -> None:
    address = ("127.0.0.1", free_port())
    metrics.serve(replace(settings, metrics_address=address))
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    for _ in range(3):
        enter.sam.get(f"/my/work/{work}")
    visitor.get("/nowhere")
    for _ in range(6):
        enter.sam.post("/my/held/download", {"form": "json"}, of="/my/held")
    app.extensions["counters"].keep(at_once=True)
    clock.forward(minutes=2)
    measures = Measures(settings)
    measures.failed("escalate")
    measures.done(clock.now)
    measures.keep(cast.store, clock.now)

    status, text = asked(address)
    assert status == 200
    for line in text.splitlines():
        found = SAMPLE.fullmatch(line)
        assert found or re.fullmatch(r"# (HELP|TYPE) companion_\w+ .+", line), line
        if found and found["labels"]:
            assert set(re.findall(r'([a-z]+)="', found["labels"])) <= LABELS, line
    assert value(text, 'companion_requests_total{endpoint="participant.work",status="2xx"}') == 3
    assert value(text, 'companion_requests_total{endpoint="none",status="4xx"}') == 1
    assert value(text, 'companion_request_seconds_bucket{endpoint="participant.work",le="+Inf"}') == 3
    assert value(text, 'companion_request_seconds_count{endpoint="participant.work"}') == 3
    assert value(text, 'companion_limits_hit_total{endpoint="participant.download"}') == 1
    assert value(text, 'companion_database_up{database="keys"}') == 1
    assert value(text, "companion_audit_unsealed") > 5
    assert value(text, "companion_audit_unsealed_oldest_seconds") >= 120
    assert value(text, 'companion_background_failed_total{job="escalate"}') == 1
    assert value(text, "companion_background_round_timestamp_seconds") == clock.now.timestamp()
    names = {found["name"] for line in text.splitlines() if (found := SAMPLE.fullmatch(line))}
    assert {re.sub("_(bucket|sum|count)$", "", name) for name in names} <= FAMILIES.keys()
    for path in ("/", "/metrics/", "/metrics?x", "/healthz"):
        assert asked(address, path)[0] == 404
    assert asked(address, method="POST")[0] == 501


def test_the_portal_itself_does_not_serve_metrics(enter: SimpleNamespace, visitor: Visitor) -> None:
    for browser in (visitor, enter.sam, enter.priya, enter.margaret, enter.alex):
        assert browser.get("/metrics").status == 404


def test_metrics_show_the_number_of_waiting_notices_and_the_oldest_notices_age(
    cast: Cast, clock: Clock
) -> None:
    now, sam = clock.now, cast.sam.viewer
    with cast.store.writing(now) as tx:
        before = outbox.waiting(tx, now).count
        for due in (now - timedelta(hours=3), now - timedelta(minutes=1), now + timedelta(days=1)):
            outbox.notify_once(tx, sam.account_id, Notice.WORK_SET, uuid4(), f"{due:%d %H:%M}", due)
        tx.commit()
    numbers = waiting(cast.store, now)
    assert numbers["companion_outbox_pending"] == before + 2
    assert numbers["companion_outbox_oldest_seconds"] == 3 * 3600


def test_each_metric_is_the_sum_of_the_counters_in_all_processes(tmp_path: Path) -> None:
    count = (
        "import sys; from pathlib import Path; from companion.store.operations.counters import Counters; "
        "c = Counters(Path(sys.argv[1])); [c.add('companion_faults_total') for _ in range(int(sys.argv[2]))]; "
        "c.keep(at_once=True)"
    )
    counters.write(tmp_path / "web-1-7.json", {"companion_faults_total": 100.0})
    for many in ("2", "3"):
        subprocess.run([sys.executable, "-c", count, str(tmp_path), many], cwd=ROOT, check=True)
    assert gathered(tmp_path) == {"companion_faults_total": 5.0}
    assert all(path.stat().st_mode & 0o77 == 0 for path in tmp_path.iterdir())
    assert value(written(gathered(tmp_path)), "companion_faults_total") == 5


def test_a_damaged_metrics_file_breaks_nothing(tmp_path: Path) -> None:
    full = Counters(tmp_path / "missing" / "no-folder")
    (tmp_path / "missing").write_text("a file stands in the folder's place")
    full.add("companion_faults_total")
    full.keep(at_once=True)
    (tmp_path / "web-1-1.json").write_bytes(b"\xff damaged")
    (tmp_path / "web-1-2.json").write_text('{"companion_faults_total": "x"}')
    assert gathered(tmp_path) == {} and written({}) == "\n"


def test_metrics_report_a_database_that_is_down(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    gone = replace(settings, database_url=f"sqlite:///{tmp_path}/nowhere.db")
    Measures(gone).keep(cast.store, cast.now)
    text = written(gathered(settings.home / "metrics"))
    assert value(text, 'companion_database_up{database="data"}') == 0
    assert value(text, 'companion_database_up{database="keys"}') == 1
    assert "outbox" not in text and "unsealed" not in text


@pytest.mark.parametrize(
    "address", ["127.0.0.1:9464", "10.1.2.3:80", "192.168.1.9:9464", "[::1]:9464", "[fd00::2]:1"]
)
def test_the_metrics_address_can_be_in_a_private_network(address: str) -> None:
    found = Settings.from_environment({"COMPANION_METRICS_ADDRESS": address}).metrics_address
    assert found and address.endswith(f":{found[1]}")


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0:9464", "[::]:9464", "8.8.8.8:9464", "[2a00::1]:9464", "172.32.0.1:1", "169.254.0.1:1"),
        *("localhost:9464", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", ":9464", "9464", "127.0.0.1:٣"),
    ],
)
def test_a_metrics_address_must_be_a_private_ip_address_with_a_port(address: str) -> None:
    with pytest.raises(BadSetting, match="COMPANION_METRICS_ADDRESS must be"):
        Settings.from_environment({"COMPANION_METRICS_ADDRESS": address})


def test_metrics_are_served_on_loopback_by_default() -> None:
    assert Settings.from_environment({}).metrics_address == ("127.0.0.1", 9464)
    assert Settings.from_environment({"COMPANION_METRICS_ADDRESS": ""}).metrics_address is None
    assert Settings.from_environment({"COMPANION_MODE": "demo"}).metrics_address is None


def test_a_silent_client_does_not_block_other_metrics_requests(settings: Settings) -> None:
    address = ("127.0.0.1", free_port())
    metrics.serve(replace(settings, metrics_address=address))
    with closing(socket.create_connection(address)):
        assert asked(address)[0] == 200


def test_a_metrics_address_already_in_use_is_logged_but_raises_no_error(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        metrics.serve(replace(settings, metrics_address=taken.getsockname()))
    said = "".join(map(Lines().format, caplog.records))
    assert "in use or not allowed" in said and '"code":"EADDRINUSE"' in said


def test_the_background_loop_serves_metrics(cast: Cast, settings: Settings) -> None:
    outside = {name: each for name, each in os.environ.items() if not name.startswith("COMPANION_")}
    address = ("127.0.0.1", free_port())
    ours = {
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
        "COMPANION_METRICS_ADDRESS": f"{address[0]}:{address[1]}",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "background"]
    done = series("companion_background_round_timestamp_seconds")
    with subprocess.Popen(command, cwd=ROOT, env=outside | ours, stderr=subprocess.DEVNULL) as loop:
        for _ in range(600):
            if done in gathered(settings.home / "metrics"):
                break
            signal.sigtimedwait([], 0.1)
        text = asked(address)[1]
        loop.send_signal(signal.SIGTERM)
        assert loop.wait(60) == 0
    assert value(text, 'companion_database_up{database="data"}') == 1 and done in text
