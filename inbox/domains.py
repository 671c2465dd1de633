"""The registrable domain of an address or host (Public Suffix List), from the snapshot that `tldextract`
ships: a lookup must not depend on the network.
"""

from functools import lru_cache

import idna
import tldextract

from inbox.patterns import words

_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

FREE_MAIL = words("""
    gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk live.com live.fr
    msn.com yahoo.com yahoo.fr yahoo.co.uk ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net
    gmx.com web.de t-online.de freenet.de orange.fr wanadoo.fr free.fr sfr.fr laposte.net bbox.fr
    numericable.fr neuf.fr libero.it virgilio.it tiscali.it alice.it tin.it proton.me protonmail.com
    pm.me zoho.com yandex.ru yandex.com mail.ru fastmail.com hey.com tutanota.com ziggo.nl kpnmail.nl
    planet.nl telenet.be skynet.be bluewin.ch sapo.pt terra.es telefonica.net comcast.net verizon.net
    att.net sbcglobal.net cox.net btinternet.com qq.com 163.com 126.com
""")
"""Domains whose users have nothing in common but their provider."""


@lru_cache(maxsize=4096)
def registrable(address_or_host: str) -> str:
    """`shop.example.co.uk` and `a@mail.example.co.uk` -> `example.co.uk`; what has no public suffix comes
    back whole.
    """
    host = _spelt_out(address_or_host.rpartition("@")[2].strip(" .").lower()[:255])
    return _extract(host).top_domain_under_public_suffix or host


def _spelt_out(host: str) -> str:
    """The host as people write it, `müller.de`, where browsers and mail carry `xn--mller-kva.de`: who is
    compared by host alone would be two. One that is no valid international name is left as it is.
    """
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host
