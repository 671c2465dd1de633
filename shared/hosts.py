"""The one spelling of a host's name. Browsers and mail carry `xn--mller-kva.de`, people write `müller.de`:
who is compared by host alone would be two.
"""

import idna


def spelt_out(host: str) -> str:
    """The host as people write it; one that is no valid international name is left as it is."""
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host
