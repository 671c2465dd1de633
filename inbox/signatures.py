"""Signatures, disclaimers and banners: what stands around a person's text without being it."""

import re

from inbox.patterns import Alternatives, any_of
from inbox.quoting_words import MOBILE

OWN, QUOTED, SIGNATURE, DISCLAIMER, BANNER = range(5)

_DELIMITER = re.compile(r"^\s?(?:--|__|_{5,}|-{5,}|={5,}|\*{5,})\s*$")
_ORNAMENT = re.compile(r"^[\s\-_=*~#+.ᐧ—–]*$")
_DISCLAIMER = Alternatives(
    r"""
        confidential|intended (?:recipient|solely|only|for the)|privileged|not the addressee
        unauthori[sz]ed|confidentiel|destinataire (?:prévu|désigné|de ce)|destiné exclusivement
        vertraulich|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)|irrtümlich erhalten
        irrtuemlich erhalten|confidencial|destinatario|riservat[oaei]|esclusivamente|vertrouwelijk
        uitsluitend bestemd|destinatário
    """
)
_BANNER = re.compile(
    any_of(r"""
        ^\W{0,6}(?:\[?(?:external|externe|extern|ext|esterno|externo)(?: e?-?mail| sender| message)?\]?\W*$
            |(?:\W*caution|warning|attention|achtung|external e?-?mail|this (?:e-?mail
            |message) (?:originated|came|was sent) from outside|you don't often get email
            |vous n'obtenez pas souvent|sie erhalten nicht (?:oft|häufig)|ce (?:mail|message
            |courriel) provient (?:de l'extérieur|d'un))\b.*(?:outside|external|extern|links?|often|souvent
            |häufig|extérieur|expéditeur|learn why|organi[sz]ation))
    """),
    re.IGNORECASE,
)
_MAX_SIGNATURE_LINES = 16
_MAX_LINES_BELOW = 40
"""What follows a mark under a quotation is not where people write."""
_MAX_SIGNATURE_LINE = 300


def label(lines: list[str], labels: list[int]) -> None:
    """Relabel the lines of `labels` that are signature, disclaimer or banner."""
    start = 0
    while start < len(lines):
        if labels[start] != OWN:
            start += 1
            continue
        end = start
        while end < len(lines) and labels[end] == OWN:
            end += 1
        _stretch(lines, labels, start, end)
        start = end


def _stretch(lines: list[str], labels: list[int], start: int, end: int) -> None:
    _banner(lines, labels, start, end)
    last = _disclaimer(lines, labels, start, end)
    below_a_quotation = start > 0 and labels[start - 1] == QUOTED
    longest = _MAX_LINES_BELOW if below_a_quotation else _MAX_SIGNATURE_LINES
    for at in range(max(start, last - longest), last):
        if _DELIMITER.match(lines[at][:40]) and all(
            len(line) <= _MAX_SIGNATURE_LINE for line in lines[at:last]
        ):
            labels[at:end] = [SIGNATURE if label == OWN else label for label in labels[at:end]]
            last = _last_text(lines, start, at)
            break
    while last > start:
        text = lines[last - 1].strip()
        if mobile(text) or _ORNAMENT.match(text):
            _set(labels, last - 1, last, SIGNATURE)
            last = _last_text(lines, start, last - 1)
        else:
            return


def _banner(lines: list[str], labels: list[int], start: int, end: int) -> None:
    """What a mail gateway puts on top: the first paragraph, where it warns of a stranger."""
    while start < end and not lines[start].strip():
        start += 1
    if start < end and _BANNER.match(" ".join(lines[start : start + 3])[:400]):
        stop = next((at for at in range(start, end) if not lines[at].strip()), end)
        if stop < end:
            _set(labels, start, stop, BANNER)


def _disclaimer(lines: list[str], labels: list[int], start: int, end: int) -> int:
    """Label the last paragraphs that speak like lawyers; answers where the text above them ends."""
    last = _last_text(lines, start, end)
    while last > start:
        top = last
        while top > start and lines[top - 1].strip():
            top -= 1
        paragraph = " ".join(lines[max(top, last - 40) : last])[:4000]
        if len(paragraph) < 120 or len({word.lower()[:9] for word in _DISCLAIMER.findall(paragraph)}) < 2:
            break
        _set(labels, top, last, DISCLAIMER)
        last = _last_text(lines, start, top)
    return last


def mobile(text: str) -> bool:
    """Whether a line is what a telephone or an app adds."""
    folded = text.lower()
    return len(text) < 120 and bool(MOBILE.match(folded)) and len(text.split()) <= 8 and "," not in text


def _last_text(lines: list[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _set(labels: list[int], start: int, end: int, value: int) -> None:
    labels[start:end] = [value] * (end - start)
