"""Walls that stand before a page, recognised so that the visit stops: none is climbed and none is walked
around.
"""

import re
from collections.abc import Mapping

_TITLES = (
    (
        "cloudflare",
        r"^just a moment|attention required! \| cloudflare|^un instant|^nur einen moment|^un momento",
    ),
    ("ddos-guard", r"^ddos-guard"),
    ("datadome", r"^(?:access|verification) (?:blocked|required).*datadome"),
    ("vercel", r"^vercel security checkpoint"),
    ("imperva", r"^pardon our interruption|_incapsula_resource"),
    ("perimeterx", r"^access to this page has been denied"),
    ("sucuri", r"^sucuri website firewall"),
    ("generic", r"^(?:are you (?:a )?(?:human|robot)|robot or human|human verification|security check)\b"),
)
_HEADERS = (("cf-mitigated", "cloudflare"), ("x-datadome", "datadome"), ("x-vercel-mitigated", "vercel"))


def wall(status: int, headers: Mapping[str, str], title: str, text: str) -> str:
    """The product that blocks this page, empty where none does. `headers` have lower-case names."""
    if status in (401, 403, 429, 503):
        named = next((product for header, product in _HEADERS if header in headers), "")
        if named:
            return named
    start = f"{title}\n".lower()
    if status >= 400 or len(text) < 1500:
        return next((product for product, pattern in _TITLES if re.search(pattern, start)), "")
    return ""
