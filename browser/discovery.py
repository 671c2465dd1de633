"""From a site's home page to the page with its contact form: which links to try, in which order, and why.
Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

import tldextract

COMMON_PATHS = (
    "/contact",
    "/contact/",
    "/contact-us",
    "/nous-contacter",
    "/kontakt",
    "/contacto",
    "/contatti",
    "/contato",
    "/contact.html",
)
"""Where contact pages are when no link leads to one; tried last."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page. `place` is "nav", "footer" or empty."""

    url: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that may hold the contact form."""

    url: str
    score: float
    why: str


_TEXT = (
    (6.0, r"^(?:nous |nous-|me )?contact(?:er|ez)?(?:[ -]?(?:nous|us|form|formulier|formular|page))?$"),
    (
        6.0,
        r"^(?:contactez|écrivez)[ -]nous$|^formulaire de contact$|^contact form$|^kontaktformular$|^kontakt$",
    ),
    (
        6.0,
        (
            r"^cont[aá]ct[ea](?:nos|r|o|ci|ti)?$|^contatt(?:i|o|aci)$|^contatos?$|^fale conosco$"
            r"|^neem contact op$"
        ),
    ),
    (4.0, r"\b(?:contact|kontakt|contacto|contatt[oi]|contactos?|contato)\b"),
    (
        4.0,
        (
            r"\b(?:get in touch|write to us|schreiben sie uns|escr[ií]benos|scrivici|schrijf ons|"
            r"entre em contato)\b"
        ),
    ),
    (
        3.0,
        (
            r"\b(?:nous écrire|envoyez-nous|message us|send (?:us )?a message|nachricht|anfrage|richiesta|"
            r"demande|solicitud|aanvraag|pedido)\b"
        ),
    ),
    (2.0, r"\b(?:devis|quote|angebot|presupuesto|preventivo|offerte|orçamento|enquir|inquir)"),
    (
        1.5,
        (
            r"\b(?:about|à propos|qui sommes|über uns|impressum|mentions légales|chi siamo|over ons|"
            r"sobre|quiénes)\b"
        ),
    ),
    (1.0, r"\b(?:help|aide|hilfe|ayuda|aiuto|support|ajuda)\b"),
)
_URL = (
    (
        5.0,
        r"(?:^|[/_.-])(?:contact(?:ez)?(?:[-_]?(?:us|nous|form))?|kontakt(?:formular)?|contacto|contatti|contato)(?:$|[/_.?#-])",
    ),
    (3.0, r"nous-(?:contacter|ecrire)|get-in-touch|fale-conosco|ecrivez|neem-contact"),
    (
        1.0,
        r"(?:^|[/_.-])(?:about|a-propos|impressum|ueber-uns|chi-siamo|over-ons|sobre|quienes-somos)(?:$|[/_.-])",
    ),
)
_AVOID = (
    (-6.0, r"\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|webp|mp4|vcf)(?:$|\?)"),
    (-5.0, r"log[-_]?in|sign[-_]?(?:in|up)|connexion|anmelden|account|compte|cart|panier|warenkorb|checkout"),
    (
        -4.0,
        (
            r"contact[-_ ]?lens|lentille|contactless|sans[-_ ]contact|newsletter|"
            r"presse?(?:$|[/_-])|careers?|emplois?|recrutement|jobs?(?:$|[/_-])"
        ),
    ),
    (-3.0, r"/(?:blog|news|actualites?|tag|category|produits?|products?|shop)/"),
)


def rank(links: Iterable[Link], base: str) -> tuple[Candidate, ...]:
    """The links of `base` that may lead to the contact form, best first, one a page of the same site."""
    best: dict[str, Candidate] = {}
    for link in links:
        candidate = _score(link, base)
        if candidate and candidate.score > best.get(candidate.url, Candidate("", 0.0, "")).score:
            best[candidate.url] = candidate
    return tuple(sorted(best.values(), key=lambda one: (-one.score, len(one.url), one.url)))


def common(base: str) -> tuple[Candidate, ...]:
    """The pages to try when no link helped."""
    return tuple(Candidate(urljoin(base, path), 0.5, f"common path {path}") for path in COMMON_PATHS)


def same_site(one: str, other: str) -> bool:
    """True if both addresses have the same registrable domain; hosts without one must be equal."""
    a, b = (urlsplit(url).hostname or "" for url in (one, other))
    return a == b or (bool(_registrable(a)) and _registrable(a) == _registrable(b))


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    """The public suffix list that comes with the package: nothing is fetched, nothing is written."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    return _suffixes()(host).top_domain_under_public_suffix


def _score(link: Link, base: str) -> Candidate | None:
    url = _absolute(link.url, base)
    if not url or url == _absolute(base, base) or not same_site(url, base):
        return None
    text = re.sub(r"\s+", " ", link.text).strip().lower()[:80]
    path = urlsplit(url).path.lower()
    words, said = _best(_TEXT, text)
    address, found = _best(_URL, path)
    worse = sum(points for points, pattern in _AVOID if re.search(pattern, path) or re.search(pattern, text))
    score = words + address + worse + (0.5 if link.place else 0.0) - 0.1 * path.count("/")
    if score < 1.0:
        return None
    why = ", ".join(filter(None, (said and f'text "{said}"', found and f'address "{found}"', link.place)))
    return Candidate(url, round(score, 2), why)


def _best(table: tuple[tuple[float, str], ...], text: str) -> tuple[float, str]:
    for points, pattern in table:
        if match := re.search(pattern, text):
            return points, match.group().strip("/")
    return 0.0, ""


def _absolute(url: str, base: str) -> str:
    """The address without its fragment, empty where it is not one of the web."""
    try:
        parts = urlsplit(urljoin(base, url[:2000]))
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))
