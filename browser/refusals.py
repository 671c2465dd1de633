"""Refusals that a page makes to programs, in its X-Robots-Tag header or its robots meta. Pure.

`noindex` and `nofollow` speak to search engines and stand on many contact pages, so they count only where
they are addressed to Relance by name; `noai` and its like are meant for whatever acts on the page by itself.
"""

import re

AGENT = "relance"
_EVERY = frozenset({"noai", "nobots", "nocontact", "noautomation", "nosolicitation", "nosoliciting"})
_OURS = _EVERY | {"none", "noindex", "nofollow"}
_DIRECTIVE = re.compile(r"(?:([a-z][\w-]{0,40})\s*:\s*)?([a-z]+)", re.IGNORECASE)


def refusal(*said: str) -> str:
    """The directive by which a page refuses, empty where it does not. Each text is one header's or one meta's
    value; an agent's name before a colon holds for the directives up to the next name.
    """
    for text in said:
        agent = ""
        for part in text[:2000].lower().split(","):
            found = _DIRECTIVE.fullmatch(part.strip())
            if not found:
                continue
            agent = found.group(1) or agent
            if _refuses(agent, found.group(2)):
                return part.strip()
    return ""


def _refuses(agent: str, directive: str) -> bool:
    return directive in (_OURS if agent == AGENT else _EVERY if agent in ("", "robots") else ())
