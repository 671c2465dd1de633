"""Whose mail it is, by domain."""

import pytest

from inbox.domains import registrable


@pytest.mark.parametrize("address", ["info@xn--mller-kva.de", "info@shop.XN--MLLER-KVA.de", "info@müller.de"])
def test_a_domain_has_one_spelling_however_the_mail_carries_it(address: str) -> None:
    assert registrable(address) == "müller.de"
