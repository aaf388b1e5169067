"""Reduce IP addresses to networks for rate limits."""

from ipaddress import IPv4Address, IPv6Address, ip_address

OWN_NETWORK = 64
"""The number of bits of an IPv6 address that identify its network (RFC 6177)."""


def network(address: str) -> str:
    """Return the network of an IPv6 address. If the IPv6 address stands for an IPv4 address
    (``::ffff:192.0.2.1``), return the IPv4 address. If the text isn't an IPv6 address, return the text
    unchanged.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    host_bits = parsed.max_prefixlen - OWN_NETWORK
    return f"{IPv6Address(int(parsed) >> host_bits << host_bits)}/{OWN_NETWORK}"
