"""What a draft must not say (pure): whatever nobody told it, and whatever was never meant for the reader.

A draft that trips a rule goes to a person with the rule and the words; nothing here repairs it. Facts may
come from the tenant's passages and from the thread. Prices, links and addresses may come only from us: a
prospect who writes one, or smuggles one in, does not get it confirmed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inbox.responders.language import language_of
from inbox.responders.values import Draft, DraftRequest

SHORTEST, LONGEST = 20, 3000
"""Characters of an answer that a person would read."""

SHINGLE = 8
"""Words in a row shared with our instructions that are no coincidence."""

NUMBER = r"\d{1,3}(?:[ \u00a0\u202f'.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,15}(?:[.,]\d{1,2}(?!\d))?"
CURRENCY = r"k?[€$£¥]|\b(?:eur|euros?|usd|gbp|chf|dollars?|pounds?|francs?|cents?|centimes?)\b"
COUNTED = (
    r"one|two|three|four|five|ten|twenty|thirty|forty|fifty|hundred|thousand"
    r"|deux|trois|quatre|cinq|dix|vingt|trente|quarante|cinquante|soixante|cent|mille"
)
PRICE = re.compile(
    rf"(?P<before>{NUMBER})\s?(?:{CURRENCY}|%|percent\b|pour\s?cent\b)|(?:{CURRENCY})\s?(?P<after>{NUMBER})"
    rf"|\b(?P<words>{COUNTED})\s(?:{CURRENCY}|percent\b|pour\s?cent\b)",
    re.IGNORECASE,
)
FIGURE = re.compile(NUMBER)
PHONE = re.compile(r"\+?\d(?:[ \u00a0\u202f./()-]{0,2}\d){7,14}")
PHONE_DIGITS = 8
"""Trailing digits that make two ways of writing a number the same."""
LINK = re.compile(
    r"https?://[^\s<>\"')\]]{1,500}|\bwww\.[^\s<>\"')\]]{1,300}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|\b[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){0,3}\.(?:com|net|org|io|fr|eu|co|uk|de|ch|be|info|biz|me|ly|app|dev)\b"
    r"(?:/[^\s<>\"')\]]{0,300})?",
    re.IGNORECASE,
)
_DAYS = (
    "monday lundi montag lunes lunedì maandag segunda-feira", "tuesday mardi dienstag martes martedì dinsdag",
    "wednesday mercredi mittwoch miércoles mercoledì woensdag", "thursday jeudi donnerstag jueves giovedì",
    "friday vendredi freitag viernes venerdì vrijdag sexta-feira", "saturday samedi samstag sábado sabato",
    "sunday dimanche sonntag domingo domenica zondag", "january janvier januar enero gennaio januari janeiro",
    "february février februar febrero febbraio februari", "april avril abril aprile", "june juin juni junio",
    "july juillet juli julio luglio", "august août agosto augustus", "september septembre septiembre",
    "october octobre oktober octubre ottobre", "november novembre", "december décembre dezember diciembre",
    "today aujourd'hui heute hoy oggi vandaag hoje", "tomorrow demain morgen mañana domani amanhã",
    "noon midi mittags mediodía mezzogiorno",
)  # fmt: skip
DATES = {word: words.split()[0] for words in _DAYS for word in words.split()}
"""Dates in words, and one meaning for all languages. "March", "mars" and "May" mean other things too; as
dates they come with a figure, which is checked.
"""
DATE = re.compile(rf"\b(?:{'|'.join(map(re.escape, DATES))})\b", re.IGNORECASE)

PROMISE = re.compile(
    r"\b(?:guarantee[ds]?|we promise|i promise|free of charge|for free|discount|refund\w*|best price"
    r"|no obligation"
    r"|legally binding|garanti\w*|je (?:vous )?promets|nous (?:vous )?promettons|gratuit\w*|offert\w*"
    r"|remise\w*"
    r"|kostenlos\w*|garantier\w*|rabatt\w*|gratis|garantiz\w*|descuento\w*|sconto|sconti|korting\w*"
    r"|rembours\w+|meilleur prix|sans engagement|rabais|ristourne)\b",
    re.IGNORECASE,
)
NOT_FOR_READERS = re.compile(
    r"\bsystem prompt\b|\bprompt système\b|\bmy instructions\b|\bmes instructions\b|\blanguage model\b"
    r"|\bmodèle de langage\b|\bas an ai\b|\ben tant qu'(?:ia|intelligence)\b|\{\{|\}\}|\{%"
    r"|</?[a-z][^<>]{0,200}>"
    r"|\[(?:your|votre|insert|name|nom|company|prénom)[^\]\n]{0,60}\]|\bpassage \d|\blorem ipsum\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a draft broke and the words that did."""

    rule: str
    found: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """`ours` is what the tenant said: passages, our own turns, the signature. `known` adds what they said."""

    ours: str
    known: str
    instructions: str


def violations(draft: Draft, request: DraftRequest, instructions: str = "") -> tuple[Violation, ...]:
    """Everything wrong with a draft, empty when it may go on. `instructions` are the model's, which must not
    leak.
    """
    facts = _facts(request, instructions)
    body = _plain(draft.body)
    found = [Violation(rule, words) for rule, look in LOOKS.items() for words in look(body, facts)]
    spoken = language_of(body)
    if spoken not in (None, request.language):
        found.append(Violation("language", f"{spoken} instead of {request.language}"))
    if not SHORTEST <= len(draft.body) <= LONGEST:
        found.append(Violation("length", f"{len(draft.body)} characters"))
    return tuple(found)


def _facts(request: DraftRequest, instructions: str) -> _Facts:
    turns = request.thread.turns
    passages = [f"{p.title}\n{p.text}" for p in request.passages]
    signature = [request.sender.name, request.sender.company]
    ours = "\n".join((*passages, *signature, *(t.text for t in turns if t.author == "us")))
    theirs = (request.thread.subject, *(word for t in turns for word in (t.name, t.text)))
    return _Facts(_plain(ours), _plain("\n".join((ours, *theirs))), instructions)


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _prices(text: str, facts: _Facts) -> Iterable[str]:
    stated = {_price(match) for match in PRICE.finditer(facts.ours)}
    return [match[0] for match in PRICE.finditer(text) if _price(match) not in stated]


def _price(match: re.Match[str]) -> str:
    return (match["words"] or _value(match["before"] or match["after"])).casefold()


def _figures(text: str, facts: _Facts) -> Iterable[str]:
    known = {_value(figure) for figure in FIGURE.findall(facts.known)}
    alone = PHONE.sub(" ", text)  # what reads as a telephone number is judged as one
    return [figure for figure in FIGURE.findall(alone) if _value(figure) not in known]


def _value(figure: str) -> str:
    """One spelling for one number: no thousands, no leading zeros, no cents when there are none."""
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", figure, re.DOTALL).groups()  # type: ignore[union-attr]
    digits = re.sub(r"\D", "", whole).lstrip("0") or "0"
    return f"{digits}.{cents.ljust(2, '0')}" if cents and cents.strip("0") else digits


def _phones(text: str, facts: _Facts) -> Iterable[str]:
    known = {_tail(number) for number in PHONE.findall(facts.known)}
    return [number for number in PHONE.findall(text) if _tail(number) not in known]


def _tail(number: str) -> str:
    return re.sub(r"\D", "", number)[-PHONE_DIGITS:]


def _dates(text: str, facts: _Facts) -> Iterable[str]:
    known = {DATES[word.casefold()] for word in DATE.findall(facts.known)}
    return [word for word in DATE.findall(text) if DATES[word.casefold()] not in known]


def _links(text: str, facts: _Facts) -> Iterable[str]:
    ours = {link.casefold().rstrip(".,;:!?/") for link in LINK.findall(facts.ours)}
    return [link for link in LINK.findall(text) if link.casefold().rstrip(".,;:!?/") not in ours]


def _promises(text: str, facts: _Facts) -> Iterable[str]:
    ours = facts.ours.casefold()
    return [words for words in PROMISE.findall(text) if words.casefold() not in ours]


def _leaks(text: str, facts: _Facts) -> Iterable[str]:
    secret = set(_shingles(facts.instructions))
    copied = next((run for run in _shingles(text) if run in secret), None)
    return [*([" ".join(copied)] if copied else []), *(match[0] for match in NOT_FOR_READERS.finditer(text))]


def _shingles(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return [tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]


LOOKS: dict[str, Callable[[str, _Facts], Iterable[str]]] = {
    "price": _prices,
    "figure": _figures,
    "phone": _phones,
    "date": _dates,
    "link": _links,
    "promise": _promises,
    "leak": _leaks,
}
