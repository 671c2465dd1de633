"""Which server a site is on, so that visits to the many sites of one server are counted together."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit


def server_of(url: str) -> str:
    """The first address of the site's host, empty where there is none or it is no public one.

    Only for counting: what is dialled is resolved and checked by the egress proxy.
    """
    host = urlsplit(url).hostname or ""
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ""
    address = ip_address(str(rows[0][4][0]).partition("%")[0])
    return str(address) if address.is_global else ""
