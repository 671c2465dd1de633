"""HTML -> text, with the places marked where mail programs begin a quotation.

lxml reads anything in linear time, but its tree is as deep as its input says; it is walked without recursion.
Marks are characters of Unicode's private use area, taken out of the input first, so no sender can forge them.
"""

import re
from html import unescape
from typing import NamedTuple

from lxml import etree
from lxml import html as lxml_html

from inbox.patterns import Alternatives

MAX_HTML_CHARS = 2_000_000
ATTRIBUTION = "\ue001"
"""Begins a line that announces a quotation."""
CUT = "\ue002"
"""Begins a line behind which everything is quoted."""

_MARKS = re.compile("[\ue001\ue002]")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"])
_BREAKING = _BLOCKS | _SPACED | {"br"}
_SKIPPED = frozenset(["script", "style", "head", "title", "template", "noscript", "object", "svg"])
_QUOTE_SIGNS = Alternatives(
    r"""
        gmail_quote
        gmail_attr
        divRplyFwdMsg
        appendonsend
        OLK_SRC_BODY
        stopSpelling
        type=["']?cite
        yahoo_quoted
        moz-cite-prefix
        protonmail_quote
        zmail_extra
        <blockquote
        reply-intro
        border-top: ?solid #(?:E1E1E1|B5C4DF)
        mail-editor-reference
        quoted-?text
        tutanota_quote
        ms-outlook-mobile-reference
    """
)
_CUT_IDS = frozenset(
    {
        "divrplyfwdmsg",
        "x_divrplyfwdmsg",
        "appendonsend",
        "x_appendonsend",
        "olk_src_body_section",
        "stopspelling",
        "x_stopspelling",
        "mail-editor-reference-message-container",
        "ms-outlook-mobile-reference-message",
        "reply-intro",
    }
)
_QUOTED_CLASSES = frozenset(
    {
        "yahoo_quoted",
        "protonmail_quote",
        "zmail_extra",
        "tutanota_quote",
        "quotedtext",
        "quoted-text",
        "yahoo-quoted-begin",
    }
)
_ATTRIBUTION_CLASSES = frozenset({"gmail_attr", "moz-cite-prefix", "moz-email-headers-table"})
_OUTLOOK_BORDER = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#?(?:e1e1e1|b5c4df)", re.IGNORECASE)
_MAX_DEPTH = 12
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")


class _Signs(NamedTuple):
    """What an element says of quotations."""

    cuts: bool = False
    announces: bool = False
    quotes: bool = False


_NOTHING, _QUOTES = _Signs(), _Signs(quotes=True)


def to_text(html: str) -> str:
    """The text that a reader of `html` sees, a block a line."""
    return "\n".join(_lines(html, marked=False)).strip()


def to_marked_text(html: str) -> str:
    """The same with quotations marked: `> ` before what is in a quotation, and the marks of this module."""
    return "\n".join(_lines(html, marked=True)).strip("\n")


def marks_a_quotation(html: str) -> bool:
    """Whether the source holds a sign of any known mail program's quotation; cheap, and may be wrong."""
    return bool(_QUOTE_SIGNS.search(html[:MAX_HTML_CHARS]))


def marked(text: str) -> bool:
    """Whether `text` holds a character that this module marks with."""
    return ATTRIBUTION in text or CUT in text


def without_marks(text: str) -> str:
    """`text` without the characters that this module marks with."""
    return text if text.isascii() else _MARKS.sub("", text)


def _parse(source: str) -> etree._Element | None:
    if not source.strip():
        return None
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


class _Writer:
    """Collects words into lines; a line carries the quote depth and mark under which it began."""

    def __init__(self, marked: bool) -> None:
        self.lines: list[str] = []
        self.marked = marked
        self.depth = 0
        self.announcing = 0
        self._words: list[str] = []

    def text(self, words: str | None, preformatted: int) -> None:
        if not words:
            return
        if preformatted:
            for at, line in enumerate(words.replace("\r\n", "\n").split("\n")):
                if at:
                    self.end(forced=True)
                self._words.append(line)
        else:
            self._words.append(_SPACE.sub(" ", words))

    def end(self, forced: bool = False) -> None:
        line = "".join(self._words).strip(" ")
        self._words.clear()
        if line or forced:
            self.lines.append(self._prefix() + line)

    def blank(self) -> None:
        self.end()
        if self.lines and self.lines[-1].strip(" >"):
            self.lines.append(self._prefix())

    def cut(self) -> None:
        self.end()
        if self.marked:
            self.lines.append(CUT)

    def _prefix(self) -> str:
        if not self.marked:
            return ""
        return ATTRIBUTION if self.announcing and not self.depth else "> " * min(self.depth, _MAX_DEPTH)


def _lines(source: str, marked: bool) -> list[str]:
    source = without_marks(source[:MAX_HTML_CHARS])
    root = _parse(source)
    if root is None:  # empty, or nested deeper than libxml2 goes
        return unescape(_TAG.sub(" ", source)).split("\n")
    writer = _Writer(marked)
    _walk(root, writer)
    writer.end()
    return writer.lines


def _walk(root: etree._Element, writer: _Writer) -> None:
    walker = etree.iterwalk(root, events=("start", "end"))
    preformatted = 0
    opened: list[_Signs] = []
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if not isinstance(tag, str) or tag in _SKIPPED:
                walker.skip_subtree()
                continue
            signs = _signs(element, tag) if writer.marked else _NOTHING
            opened.append(signs)
            _open(tag, writer, signs)
            preformatted += tag == "pre"
            writer.text(element.text, preformatted)
        else:
            if isinstance(tag, str) and tag not in _SKIPPED:
                preformatted -= tag == "pre"
                _close(tag, writer, opened.pop())
            writer.text(element.tail, preformatted)


def _open(tag: str, writer: _Writer, signs: _Signs) -> None:
    if tag in _BREAKING:
        _break(tag, writer)
    if tag == "li":
        writer.text("- ", preformatted=True)
    elif tag in ("td", "th"):
        writer.text(" ", preformatted=False)
    if signs.cuts:
        writer.cut()
    writer.announcing += signs.announces
    writer.depth += signs.quotes


def _break(tag: str, writer: _Writer) -> None:
    if tag == "br":
        writer.end(forced=True)
    elif tag in _SPACED:
        writer.blank()
    elif tag in _BLOCKS:
        writer.end()


def _close(tag: str, writer: _Writer, signs: _Signs) -> None:
    if tag in _BREAKING and tag != "br":
        _break(tag, writer)
    if signs.announces or signs.quotes:
        writer.end()
        writer.announcing -= signs.announces
        writer.depth -= signs.quotes


def _signs(element: etree._Element, tag: str) -> _Signs:
    """How mail programs mark that an element begins a quotation, announces one, or cuts everything off."""
    quotes = tag == "blockquote"
    if not element.attrib:
        return _QUOTES if quotes else _NOTHING
    names = element.get("class")
    classes = names.lower().replace("x_", "").split() if names else ()
    return _Signs(
        _cuts(element),
        not _ATTRIBUTION_CLASSES.isdisjoint(classes),
        quotes or not _QUOTED_CLASSES.isdisjoint(classes),
    )


def _cuts(element: etree._Element) -> bool:
    if (element.get("id") or "").lower() in _CUT_IDS:
        return True
    style = element.get("style")
    return bool(style and "border-top" in style and _OUTLOOK_BORDER.search(style))
