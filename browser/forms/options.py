"""Which option of a select or radio group to take: what is true, else what claims nothing."""

import re
from collections.abc import Sequence

from browser.forms.boxes import is_marketing
from browser.forms.values import Letter, Meaning
from browser.forms.vocabulary import normal
from browser.snapshot import Option

_PROMPT = re.compile(
    r"^$|^(please )?(select|choose|pick)|^(bitte |veuillez )|^(wahlen|auswahlen|choisi|selectionne|"
    r"sel[ei]cc?ion|elegir|"
    r"elija|elige|scegli|kies|maak|escolh|seleci)|^choix\b|^\W*$|^(n a|none|aucun|keine|ninguno)$"
)
_NEUTRAL = (
    (
        r"^(general|allgemein|generale?s?|algemeen|geral)\b|\bgeneral (enquir|inquir|question|info|contact)|"
        r"(question|demande|renseignements?|informations?) general|allgemeine (anfrage|frage)|"
        r"consulta general|"
        r"informa\w+ general|richiesta generica|informazioni generali|algemene vraag|(duvida|assunto)s? gera"
    ),
    (
        r"^(other|autres?|sonstige\w*|andere[rs]?|anders|otr[oa]s?|altr[oi]|altre|outr[oa]s?|divers|overig\w*|"
        r"else)\b|"
        r"\b(other|autre|sonstiges|otro|altro|outro)$"
    ),
    (
        r"^(information|info|contact|kontakt|contacto|contatto|contato|renseignement|question|frage|vraag|"
        r"message)\w*\b"
    ),
    r"partner|parcerias?|alianza|cooperation|zusammenarbeit|collabora|samenwerk",
    (
        r"not sure|don t know|ne sais pas|weiss nicht|no lo se|non so|weet (ik )?niet|nao sei|prefer not|"
        r"undecided|a definir|"
        r"to be (defined|discussed)|a determiner|noch offen|keine angabe"
    ),
)
"""From the best to the last; each claims nothing of the sender that a greeting would not."""
LISTED = frozenset(
    {
        Meaning.COUNTRY,
        Meaning.REGION,
        Meaning.SALUTATION,
        Meaning.DEPARTMENT,
        Meaning.BUDGET,
        Meaning.HOW_HEARD,
        Meaning.OTHER,
    }
)
"""Meanings for which what a list does not name is no answer; a city or a company may be missing from one."""
_DIAL = re.compile(r"\+\s?(\d{1,4})\b")
_MISTER = r"^(mr|m|monsieur|herr|senor|sr|sig|signor|dhr|de heer|heer)$"
_MISSUS = r"^(mrs|ms|mme|madame|frau|senora|sra|sig ra|signora|mevr|mevrouw|miss|mlle)$"


def choices(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options that say something: not disabled, and no "please choose"."""
    return tuple(
        one for one in options if not one.disabled and (one.value or one.text) and not _is_prompt(one)
    )


def _is_prompt(option: Option) -> bool:
    return not option.text.strip() or bool(_PROMPT.search(normal(option.text)))


def choose(options: Sequence[Option], meaning: Meaning, letter: Letter) -> tuple[Option, str] | None:
    """The option to take and why, or None where every choice would be a guess or a false claim."""
    real = choices(options)
    if is_dial_codes(options):
        return _dial_code(real, letter)
    if meaning is Meaning.COUNTRY and letter.country:
        return _same(real, frozenset(spellings(meaning, letter.country)), "the sender's country")
    if meaning is Meaning.SALUTATION:
        return _salutation(real, letter)
    if meaning in {Meaning.REGION, Meaning.CITY}:
        return _same(
            real, frozenset({normal(letter.region), normal(letter.city)} - {""}), "where the sender is"
        )
    return _neutral([one for one in real if not is_marketing(one.text)])


def is_dial_codes(options: Sequence[Option]) -> bool:
    """True for the countries' prefixes that stand before a telephone number."""
    real = choices(options)
    return len(real) > 1 and 2 * sum(bool(_DIAL.search(one.text)) for one in real) > len(real)


def _dial_code(options: Sequence[Option], letter: Letter) -> tuple[Option, str] | None:
    """The prefix of the sender's own number; the longest, for +1 begins +1684 too."""
    number = re.sub(r"[^+\d]", "", letter.phone)
    codes = [(match.group(1), one) for one in options if (match := _DIAL.search(one.text))]
    fits = [(len(code), one) for code, one in codes if number.startswith(f"+{code}")]
    return (max(fits, key=lambda fit: fit[0])[1], "the prefix of the sender's number") if fits else None


def _same(options: Sequence[Option], wanted: frozenset[str], why: str) -> tuple[Option, str] | None:
    names = {normal(one) for one in wanted}
    for one in options:
        if names & {normal(one.text), normal(one.value)} - {""}:
            return one, why
    return None


def _salutation(options: Sequence[Option], letter: Letter) -> tuple[Option, str] | None:
    said = normal(letter.salutation)
    for pattern in (_MISTER, _MISSUS):
        if said and re.search(pattern, said):
            fits = [one for one in options if re.search(pattern, normal(one.text))]
            return (fits[0], "the sender's salutation") if fits else None
    return _same(options, frozenset({said} - {""}), "the sender's salutation")


def _neutral(options: Sequence[Option]) -> tuple[Option, str] | None:
    for pattern in _NEUTRAL:
        for one in options:
            if re.search(pattern, normal(one.text)):
                return one, "claims nothing in particular"
    return None


_COUNTRIES = """
    france frankreich francia frankrijk franca fr fra | germany allemagne deutschland alemania germania
    duitsland alemanha de deu | united_kingdom royaume_uni vereinigtes_konigreich reino_unido
    regno_unito verenigd_koninkrijk great_britain uk gb gbr | spain espagne spanien espana spagna spanje
    espanha es esp | italy italie italien italia it ita | netherlands pays_bas niederlande paises_bajos
    paesi_bassi nederland the_netherlands holland nl nld | belgium belgique belgien belgica belgio
    belgie be bel | switzerland suisse schweiz suiza svizzera zwitserland suica ch che | austria
    autriche osterreich oostenrijk at aut | portugal portogallo pt prt | luxembourg luxemburg luxemburgo
    lussemburgo lu lux | ireland irlande irland irlanda ierland ie irl | canada kanada ca can |
    united_states etats_unis vereinigte_staaten estados_unidos stati_uniti verenigde_staten usa
    united_states_of_america us"""


def spellings(meaning: Meaning, text: str) -> tuple[str, ...]:
    """How a text may be written in a list: as it stands; a country also in the languages of the forms, and by
    its codes.
    """
    said = normal(text)
    for row in _COUNTRIES.split("|") if meaning is Meaning.COUNTRY else ():
        names = [name.replace("_", " ") for name in row.split()]
        if said in names:
            return (text, *sorted((name for name in names if name != said), key=len, reverse=True))
    return (text,)
