"""Signatures, disclaimers and banners: what stands around a person's text without being it."""

import re

from inbox.quoting_words import MOBILE

OWN, QUOTED, SIGNATURE, DISCLAIMER, BANNER = range(5)

_DELIMITER = re.compile(r"^\s?(?:--|__|_{5,}|-{5,}|={5,}|\*{5,})\s*$")
_ORNAMENT = re.compile(r"^[\s\-_=*~#+.ᐧ—–]*$")
_MAX_SIGNATURE_LINES = 16
_MAX_SIGNATURE_LINE = 200


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
    last = _last_text(lines, start, end)
    for at in range(max(start, last - _MAX_SIGNATURE_LINES), last):
        if _DELIMITER.match(lines[at][:40]) and all(len(line) <= _MAX_SIGNATURE_LINE for line in lines[at:last]):
            _set(labels, at, end, SIGNATURE)
            last = _last_text(lines, start, at)
            break
    while last > start:
        text = lines[last - 1].strip()
        if mobile(text) or _ORNAMENT.match(text):
            _set(labels, last - 1, last, SIGNATURE)
            last = _last_text(lines, start, last - 1)
        else:
            return


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
