"""Telephone, title and company from the signature under a mail."""

import re
from dataclasses import dataclass

from inbox.patterns import any_of
from inbox.quoting import OwnText

_LAST_LINES = 12
_PHONE = re.compile(r"(?<![\w.])(\+?\(?\d[\d\s().\-/]{7,20}\d)(?![\w])")
_NOT_PHONE = re.compile(
    r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|^\d{5}$|siret|siren|rcs|tva|vat|iban|fax", re.IGNORECASE
)
_FAX = re.compile(r"\b(?:fax|télécopie|f\.?\s?:|f\s+\+)", re.IGNORECASE)
_TITLE = re.compile(
    any_of(r"""
        \b(?:c[eftio]o|cmo|coo|cto|directeur|directrice|director|dirigeante?|gérante?|président\w*
            |president|vice[- ]president|vp|head of|responsable|manager|chef de|chargée? de|assistante?
            |assistant|consultante?|consultant|ingénieure?|engineer|founder|co-?founder|fondateur
            |fondatrice|cofondat\w+|associée?|partner|owner|propriétaire|geschäftsführer\w*|leiter\w*
            |inhaber\w*|vertrieb\w*|gerente|director\w*|responsabile|titolare|amministratore|direttore
            |eigenaar|directeur|sales|account|marketing|commerciale?|acheteu\w+|buyer|secrétaire
            |office manager|developer|développeu\w+)\b
    """),
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    any_of(r"""
        \b(?:sarl|s\.a\.r\.l\.?|sas|sasu|eurl|s\.a\.s?\.?|gmbh|ag|kg|ug|ltd|limited|llc|llp|inc|corp|plc|bv
            |b\.v\.|nv|srl|s\.r\.l\.?|spa|s\.p\.a\.?|lda|sl|s\.l\.|oy|ab|aps|a/s)\b\.?
    """),
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    any_of(r"""
        ^\W*(?:(?:best|kind|warm|many)?\s?(?:regards|wishes)|regards|best|thanks|thank you|cheers|sincerely
            |yours (?:\w+)|cordialement|bien (?:cordialement|à vous)|cdlt|cdt|salutations
            |sincères salutations|merci|mit (?:freundlichen|besten|lieben) grüßen|(?:viele|beste|liebe
            |freundliche) grüße|mfg|saludos|un saludo|atentamente|cordiali saluti|distinti saluti|saluti
            |met vriendelijke groet\w*|groet\w*|atenciosamente|cumprimentos|com os melhores cumprimentos
            |abraço)\W*(?:,|!|\.)?\W*$
    """),
    re.IGNORECASE,
)
_SPLITTERS = re.compile(r"\s+[|•·@–—-]\s+|\s+(?:chez|at|bei|presso|bij)\s+|,\s+")


@dataclass(frozen=True, slots=True)
class Contact:
    """What a signature says; empty where it does not. Telephone numbers as written, single spaced."""

    phones: tuple[str, ...] = ()
    title: str = ""
    company: str = ""


def contact(text: OwnText) -> Contact:
    """The details in the signature of a mail; where no mark set one apart, in the lines under the closing
    words.
    """
    lines = [line.strip(" *_|\t") for line in _signature(text) if line.strip(" *_|\t")]
    phones = tuple(dict.fromkeys(number for line in lines for number in _phones(line)))
    at = next((index for index, line in enumerate(lines) if len(line) < 90 and _TITLE.search(line)), None)
    title, company = _title(lines[at]) if at is not None else ("", "")
    return Contact(phones, title, company or _company(lines, at))


def _signature(text: OwnText) -> list[str]:
    if text.signature.strip():
        return text.signature.split("\n")[:_LAST_LINES]
    lines = text.own.split("\n")[-_LAST_LINES:]
    closing = next((at for at, line in enumerate(lines) if len(line) < 60 and _SIGN_OFF.match(line)), None)
    return lines[closing + 1 :] if closing is not None else []


def _phones(line: str) -> list[str]:
    found = []
    for match in _PHONE.finditer(line[:300]):
        number = " ".join(match[1].split())
        digits = sum(character.isdigit() for character in number)
        if (
            8 <= digits <= 15
            and not _NOT_PHONE.search(number)
            and not _FAX.search(line[max(0, match.start() - 8) : match.start()])
        ):
            found.append(number)
    return found


def _title(line: str) -> tuple[str, str]:
    """The title in a line, and the company where the same line names it ("Sales Director, Acme")."""
    pieces = [piece.strip() for piece in _SPLITTERS.split(line) if piece.strip()]
    titled = next((at for at, piece in enumerate(pieces) if _TITLE.search(piece)), 0)
    following = pieces[titled + 1] if titled + 1 < len(pieces) else ""
    return pieces[titled] if pieces else line, following if following and not _phones(following) else ""


def _company(lines: list[str], title_at: int | None) -> str:
    legal = next((line for line in lines if len(line) < 80 and _LEGAL_FORM.search(line)), "")
    if legal or title_at is None or title_at + 1 >= len(lines):
        return legal
    after = lines[title_at + 1]
    plain = (
        len(after) < 60
        and not _phones(after)
        and "@" not in after
        and "." not in after
        and not any(c.isdigit() for c in after)
    )
    return after if plain else ""
