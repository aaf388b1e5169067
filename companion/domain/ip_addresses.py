"""Reduce IP addresses to networks, because rate limits apply to each network."""

from ipaddress import IPv4Address, IPv6Address, ip_address

OWN_NETWORK = 64
"""The number of bits of an IPv6 address that identify its network. A household or an office usually has a
whole network (RFC 6177).
"""


def network(address: str) -> str:
    """Return the part of an IP address that a client can't change.

    Return an IPv4 address whole, an IPv6 address as its network, and any other string unchanged.
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
