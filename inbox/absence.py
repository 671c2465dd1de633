"""When someone is back and who stands in, from the text of an absence notice."""

import re
from datetime import date, timedelta

from inbox.headers import find_addresses
from inbox.patterns import any_of

_MONTHS = {
    1: "january januar janvier enero gennaio januari janeiro jan janv ene gen",
    2: "february februar février fevrier febrero febbraio februari fevereiro feb févr fev",
    3: "march märz maerz mars marzo maart março marco mar mrz mrt",
    4: "april avril abril aprile apr avr abr",
    5: "may mai mayo maggio mei maio mag",
    6: "june juni juin junio giugno junho jun giu",
    7: "july juli juillet julio luglio julho jul juil lug",
    8: "august août aout agosto augustus aug ago",
    9: "september septembre septiembre settembre setembro sep sept set",
    10: "october oktober octobre octubre ottobre outubro oct okt ott out",
    11: "november novembre noviembre nov",
    12: "december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic",
}
_MONTH = {name: number for number, names in _MONTHS.items() for name in names.split()}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?(?P<year>20\d\d))?"
_DATES = (
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"),
    re.compile(rf"\b{_DAY}\s*(?:of\s+|de\s+)?(?P<name>{_NAMES})\b\.?{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_NAMES})\b\.?\s+{_DAY}\b{_YEAR}", re.IGNORECASE),
    re.compile(r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})(?:[/.](?P<year>(?:20)?\d\d))?\b"),
)
_RETURN = re.compile(
    any_of(r"""
        \b(?:until|till|til|back|return(?:ing)?|through|jusqu|de retour|retour|reprise|reviens|reprendrai
            |bis|ab dem|zurück|wieder|hasta|regreso|vuelta|fino|rientr\w+|ritorno|torner\w+|tot|terug|até
            |regresso|volto|retorno|au)\b[^.!?\n]{0,60}
    """),
    re.IGNORECASE,
)
_STAND_IN = re.compile(
    any_of(r"""
        contact|urgent|urgence|dringend|wenden|urgenc|urgen|reach|joindre|adress|kontakt|vertret
        colleague|collègue|kolleg|sustitu|sostitu|vervang|substitu|in my absence|en mon absence
    """),
    re.IGNORECASE,
)


def returns(text: str, written: date | None) -> date | None:
    """The day that an absence ends, or None. Without a year it is the next such day after `written`."""
    text = text[:4000]
    for stretch in (*(match[0] for match in _RETURN.finditer(text)), text):
        days = [day for day in (_resolved(match, written) for match in _matches(stretch)) if day]
        if days:
            return max(days) if stretch is text else days[-1]
    return None


def _matches(text: str) -> list[re.Match[str]]:
    return next((found for pattern in _DATES if (found := list(pattern.finditer(text))[:10])), [])


def _resolved(match: re.Match[str], written: date | None) -> date | None:
    parts = match.groupdict()
    day = int(parts["day"])
    month = _MONTH[parts["name"].lower()] if parts.get("name") else int(parts["month"])
    year = int(parts["year"]) % 100 + 2000 if parts.get("year") else None
    options = [found for found in (_day(year, month, day, written), _swapped(parts, year, written)) if found]
    if written and len(options) == 2:
        return min(options, key=lambda found: (found < written, abs((found - written).days)))
    return options[0] if options else None


def _swapped(parts: dict[str, str], year: int | None, written: date | None) -> date | None:
    """`8/3` may be the third of August, as Americans write it."""
    return (
        None
        if parts.get("name") or "month" not in parts
        else _day(year, int(parts["day"]), int(parts["month"]), written)
    )


def _day(year: int | None, month: int, day: int, written: date | None) -> date | None:
    if year is None and written is None:
        return None
    try:
        if year is not None:
            return date(year, month, day)
        found = date((written or date.min).year, month, day)
        return (
            found if written and found >= written - timedelta(days=30) else found.replace(year=found.year + 1)
        )
    except ValueError:
        return None


def stand_in(text: str, not_these: set[str]) -> str | None:
    """The address of who answers meanwhile: named in a sentence about reaching someone, and neither of
    `not_these`.
    """
    for sentence in re.split(r"(?<=[.!?])\s+|\n\s*\n", text[:4000]):
        if _STAND_IN.search(sentence):
            found = [address for address in find_addresses(sentence) if address not in not_these]
            if found:
                return found[0]
    return None
