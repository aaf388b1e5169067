"""IP addresses, as rate limits count them."""

from ipaddress import IPv4Address, IPv6Address, ip_address

OWN_NETWORK = 64
"""Bits of an IPv6 address that name its network: a household or office owns every address within it (RFC 6177)."""


def network(address: str) -> str:
    """Return what one client can't vary: the whole IPv4 address, or the network of an IPv6 address.

    Anything else, such as an empty text, is returned as it is.
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
