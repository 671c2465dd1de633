"""Which addresses a page may reach. Pure.

Every spelling ends as an address before it is judged, and the judged address is the one that is dialled, so
no spelling and no second answer of a name server can lead elsewhere. `ipaddress.is_global` alone lets the
IPv6 ranges through that carry an IPv4 address inside them (RFC 4291, 3056, 4380, 6052); they are refused by
name.
"""

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from shared.errors import EgressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443})

_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)

_REFUSED: tuple[tuple[str, Network], ...] = tuple(
    (why, ip_network(network))
    for why, network in (
        ("this-network", "0.0.0.0/8"),
        ("private", "10.0.0.0/8"),
        ("shared-address-space", "100.64.0.0/10"),
        ("loopback", "127.0.0.0/8"),
        ("link-local", "169.254.0.0/16"),
        ("private", "172.16.0.0/12"),
        ("private", "192.168.0.0/16"),
        ("6to4-relay", "192.88.99.0/24"),
        ("benchmarking", "198.18.0.0/15"),
        ("multicast", "224.0.0.0/4"),
        ("mapped", "::ffff:0:0/96"),
        ("compatible", "::/96"),
        ("nat64", "64:ff9b::/96"),
        ("nat64", "64:ff9b:1::/48"),
        ("teredo", "2001::/32"),
        ("6to4", "2002::/16"),
        ("unique-local", "fc00::/7"),
        ("link-local", "fe80::/10"),
        ("site-local", "fec0::/10"),
        ("multicast", "ff00::/8"),
    )
)


def literal(host: str) -> Address | None:
    """The address that a host spells as a number, or None for a name.

    Decimal, octal, hexadecimal and short spellings are read as the C library reads them (`inet_aton`).
    """
    bare = host.strip("[]").rstrip(".")
    if ":" in bare:
        return _ipv6(bare)
    if not _NUMERIC.fullmatch(bare):
        return None
    try:
        return IPv4Address(socket.inet_aton(bare))
    except OSError:
        raise EgressRefused("bad-address", f"{host} is not an address") from None


def local_name(host: str) -> bool:
    """`localhost` and every name under it mean this machine (RFC 6761, section 6.3)."""
    bare = host.rstrip(".").lower()
    return bare == "localhost" or bare.endswith(".localhost")


def allowed(address: Address, allow: Sequence[Network]) -> bool:
    """True where the operator named a network that holds this address."""
    plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    return any(plain in network for network in allow)


def check(address: Address, port: int, allow: Sequence[Network]) -> None:
    """Raise EgressRefused unless a page may open a connection to this address and port."""
    if allowed(address, allow):
        return
    for why, network in _REFUSED:
        if address in network:
            raise EgressRefused(why, f"{address} is a {why} address")
    if not address.is_global:
        raise EgressRefused("reserved", f"{address} is a reserved address")
    if port not in WEB_PORTS:
        raise EgressRefused("port", f"port {port} is not a web port")


def _ipv6(text: str) -> Address:
    try:
        return IPv6Address(text.partition("%")[0])
    except ValueError:
        raise EgressRefused("bad-address", f"{text} is not an address") from None
