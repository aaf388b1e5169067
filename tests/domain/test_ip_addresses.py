"""Test that rate limits treat a whole network as one address."""

import pytest

from companion.domain.ip_addresses import network
from tests.networks import SAME


def test_all_addresses_in_one_network_count_as_one_client() -> None:
    counted = {who: {network(address) for address in addresses} for who, addresses in SAME.items()}
    assert all(len(each) == 1 for each in counted.values()), counted
    assert len(set.union(*counted.values())) == len(SAME)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
        ("2001:db8::1::2", "2001:db8::1::2"),
    ],
)
def test_rate_limits_count_ipv6_clients_by_network_and_others_by_address(address: str, counted: str) -> None:
    assert network(address) == counted
