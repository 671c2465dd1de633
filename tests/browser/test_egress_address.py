"""The judgement of addresses, without a browser."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.egress_address import EgressRefused, check, literal, local_name
from browser.egress_http import closing_response, parse

PRIVATE = ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


@given(st.sampled_from(PRIVATE), st.integers(min_value=0))
def test_a_private_address_is_refused_in_every_spelling(network: str, offset: int) -> None:
    inside = ip_network(network)
    address = inside[offset % inside.num_addresses]
    number = int(address)
    for host in (
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{address}.",
        f"[::ffff:{address}]",
    ):
        found = literal(host)
        assert found is not None
        with pytest.raises(EgressRefused):
            check(found, 80, ())


@given(st.sampled_from(["64:ff9b::", "2002::", "::"]), st.integers(0, 2**32 - 1))
def test_no_address_carries_another_inside(prefix: str, number: int) -> None:
    base = int(IPv6Address(prefix))
    address = IPv6Address(base | (number << 80 if prefix == "2002::" else number))
    with pytest.raises(EgressRefused):
        check(address, 443, ())


@given(st.integers(0, 2**32 - 1))
def test_what_passes_is_global(number: int) -> None:
    address = IPv4Address(number)
    try:
        check(address, 443, ())
    except EgressRefused:
        return
    assert address.is_global
    assert not address.is_multicast


def test_an_allowed_network_allows_its_mapped_spelling_too() -> None:
    check(IPv6Address("::ffff:127.0.0.1"), 8080, [ip_network("127.0.0.0/8")])


def test_names_under_localhost_are_this_machine() -> None:
    assert local_name("a.b.LOCALHOST.")
    assert not local_name("localhost.example")


@given(st.binary(max_size=300))
def test_any_head_is_a_request_or_refused(junk: bytes) -> None:
    try:
        request = parse(junk + b"\r\n\r\n")
    except EgressRefused:
        return
    assert request.host


def test_a_request_is_rewritten_for_its_server() -> None:
    head = (
        b"GET http://exemple.fr/a?b=1 HTTP/1.1\r\nHost: other.fr\r\nProxy-Connection: keep-alive\r\n"
        b"Accept: */*\r\n\r\n"
    )
    request = parse(head)
    assert (request.host, request.port) == ("exemple.fr", 80)
    assert request.head == (
        b"GET /a?b=1 HTTP/1.1\r\nHost: exemple.fr\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )


def test_a_response_never_keeps_the_connection() -> None:
    head = closing_response(
        b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nX-Relance-Egress: private\r\nA: b\r\n\r\n"
    )
    assert head == b"HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n"
