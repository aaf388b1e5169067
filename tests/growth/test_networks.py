"""Test that nginx and Companion assign each client to the same network."""

import http.client
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.growth.proxy import SITE, program
from tests.networks import SAME
from tests.ports import free_port

CONF = """
pid {folder}/pid;
error_log {folder}/errors;
events {{ }}
http {{
    access_log off;
    {map}
    set_real_ip_from 127.0.0.1;
    real_ip_header X-From;
    {places}
    server {{
        listen 127.0.0.1:{port};
        return 200 $companion_client;
    }}
}}
"""
"""An nginx configuration whose every response is the client's network address. ``map`` is the part of our
nginx configuration that works out a client's network from its address.
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    found = re.search(r"^map \$binary_remote_addr .*?^}$", SITE.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    port = free_port()
    places = " ".join(
        f"{name}_temp_path {tmp_path}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "conf").write_text(CONF.format(folder=tmp_path, map=found[0], places=places, port=port))
    nginx = subprocess.Popen([program(), "-c", str(tmp_path / "conf"), "-g", "daemon off;"])
    yield port
    nginx.terminate()
    nginx.wait()


def counted(port: int, address: str) -> bytes:
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", "/", headers={"X-From": address})
            return connection.getresponse().read()
        signal.sigtimedwait([], 0.1)
    raise AssertionError("nginx does not answer")


def test_nginx_counts_all_addresses_of_one_network_as_one_client(port: int) -> None:
    found = {who: {counted(port, address) for address in addresses} for who, addresses in SAME.items()}
    assert all(len(each) == 1 for each in found.values()), found
    assert len(set.union(*found.values())) == len(SAME)
    assert {len(each) for which in found.values() for each in which} == {4, 8}


def test_limits_in_our_nginx_configuration_apply_to_networks_and_not_to_single_addresses() -> None:
    zones = re.findall(r"^limit_(?:req|conn)_zone (\S+) ", SITE.read_text(), re.MULTILINE)
    assert zones == ["$companion_client"] * 2
