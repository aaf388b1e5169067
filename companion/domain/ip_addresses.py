"""Internet addresses, as limits count them."""

from ipaddress import IPv4Address, IPv6Address, ip_address

OWN_NETWORK = 64
"""Bits of an IPv6 address that name its network: a household or an office has every address within it (RFC 6177)."""


def network(address: str) -> str:
    """Whoever can choose this address can choose each that gives the same: IPv4 whole, of IPv6 the network.

    Anything else, such as nothing at all, is given back as it is.
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
