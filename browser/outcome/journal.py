"""What the journalled exchange alone proves, where nobody saw the page: the worker died between the click and
its verdict. Pure.

The rules are those for a live page, told what the response would have shown. Without the page before the
click nobody knows which of its words are new, so that words count only where the answer holds no form to
write into any more, and never against the sender.
"""

from collections.abc import Sequence
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from browser.outcome.generic import NO_PRODUCT, judge
from browser.outcome.lexicon import denies
from browser.outcome.products import PRODUCTS
from browser.outcome.values import Exchange, Product, Proof, Sight, State, Verdict

_UNSEEN = ("script", "style", "noscript", "template", "head", "svg")
_BLOCKS = frozenset({"p", "div", "li", "td", "h1", "h2", "h3", "h4", "section", "span", "form", "br"})
_LINES = 500
_ECHO = 60
"""Characters of our message that tell a page which shows it again."""


def judge_journal(exchange: Exchange, message: str) -> Verdict | None:
    """What the answer to a submit proves; None where a person must look. `message` is what was written.

    A verdict is `sent` where the answer says so, `rejected`, `captcha` or `forbidden` where it refuses.
    """
    if not exchange.done or exchange.failure or exchange.status is None:
        return None
    sight = _redirected(exchange) if 300 <= exchange.status < 400 else _shown(exchange, message)
    verdict = judge(_product(exchange), (exchange,), sight)
    if verdict is None or (verdict.state is not State.SENT and verdict.proof is not Proof.PROVEN):
        return None
    return verdict if verdict.state is not State.UNKNOWN else None


def _product(exchange: Exchange) -> Product:
    return next((one for one in PRODUCTS if one.owns(exchange.method, exchange.url)), NO_PRODUCT)


def _redirected(exchange: Exchange) -> Sight:
    """Where the answer leads to. An address that denies success in its own query shows nothing."""
    url = urljoin(exchange.url, exchange.location)
    if denies(url):
        url = exchange.url
    return Sight(url=url, navigated=True, form="there")


def _shown(exchange: Exchange, message: str) -> Sight:
    """What the answer would show as a page, or as a part of one."""
    is_page = "html" in exchange.content_type and not exchange.json()
    page = _parsed(exchange.body) if is_page else None
    if page is None or page.find(".//textarea") is not None:
        return Sight(url=exchange.url, navigated=False, form="there")
    lines = _lines(page)
    if page.find(".//form") is not None and _echoed(message, lines):
        return Sight(url=exchange.url, navigated=False, form="there")
    return Sight(url=exchange.url, navigated=True, form="gone", lines=lines)


def _parsed(body: str) -> HtmlElement | None:
    try:
        return document_fromstring(body.encode(errors="replace"), parser=HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # nothing but blanks or comments
        return None


def _lines(page: HtmlElement) -> tuple[str, ...]:
    etree.strip_elements(page, *_UNSEEN, etree.Comment, with_tail=False)
    for element in page.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    lines = (" ".join(line.split()) for line in page.text_content().split("\n"))
    return tuple(line for line in lines if line)[:_LINES]


def _echoed(message: str, lines: Sequence[str]) -> bool:
    start = " ".join(message.split())[:_ECHO]
    return bool(start) and start in " ".join(lines)
