"""The village as one table: every company site, what must come of writing to it, and what its people answer.

The servers and whoever drives them read the same table. It knows nothing of what visits the village.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from tests.village import companies, letters
from tests.village.companies import Company, Language

State = Literal["sent", "captcha", "forbidden", "no_form", "unreachable"]
Label = Literal["HOT", "WARM", "COLD", "SPAM"]
Intent = Literal[
    "INTERESTED_NOW",
    "REQUEST_PRICE",
    "REQUEST_INFO",
    "INTERESTED_LATER",
    "REFERRAL",
    "POLITE_DECLINE",
    "OPT_OUT",
    "OOO",
    "AUTO_ACK",
    "BOUNCE",
]

MAIL_DOMAIN = "relance-demo.localhost"
"""The visitor's own mail domain, for which the village's mail server keeps an IMAP mailbox."""

WIDGET_HOST = "forms-widget.localhost"
"""The third party that serves embedded forms and the CAPTCHA's frame."""

CLOSED_PORT = 20_999
"""Nothing listens here: unassigned by IANA, below the ephemeral ranges, not among Chromium's unsafe ports."""

CAPTCHA_TOKEN = "03AFcWeA-solved-by-a-person"
"""What the CAPTCHA's frame would hand to a person who solved it; no page ever reveals it."""


class FormKind(StrEnum):
    """How a site takes messages."""

    PLAIN = "plain"
    CONTACT_FORM_7 = "contact_form_7"
    IFRAME = "iframe"
    LATE = "late"
    SHADOW = "shadow"
    CROWDED = "crowded"
    HONEYPOT = "honeypot"
    CONSENT = "consent"
    STEPS = "steps"
    CAPTCHA = "captcha"
    NO_SOLICITATION = "no_solicitation"
    MAILTO = "mailto"
    COOKIE_WALL = "cookie_wall"
    STUDIO_ORDER = "studio_order"
    CONFIRM_EMAIL = "confirm_email"
    PLACEHOLDER = "placeholder"
    HIDDEN_SUCCESS = "hidden_success"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox of their own."""

    first_name: str
    last_name: str
    address: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One mail that follows an accepted form.

    `sender` is None for the site's own contact; `quotes` appends the visitor's text below an attribution.
    """

    kind: Literal["person", "absence", "bounce", "copy"]
    label: Label
    intent: Intent
    subject: str
    body: str = ""
    sender: Person | None = None
    quotes: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must come of writing to a site; `reason` is set where the site forbids it."""

    state: State
    reason: Literal["", "robots", "no_solicitation"] = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One company of the village. Its host is also the domain of its mailboxes."""

    name: str
    company: Company
    contact: Person
    form: FormKind
    outcome: Outcome
    replies: tuple[Reply, ...] = ()
    robots: str = "User-agent: *\nAllow: /\n"

    @property
    def host(self) -> str:
        """The name in the Host header, without a port."""
        return f"{self.name}.localhost"

    @property
    def language(self) -> Language:
        """The language of its pages and people."""
        return self.company.language

    def url(self, port: int) -> str:
        """Its home page where the village listens on `port`; the unreachable site points at a closed port."""
        return f"http://{self.host}:{CLOSED_PORT if self.outcome.state == 'unreachable' else port}/"


SENT = Outcome("sent")


def _person(first_name: str, last_name: str, mailbox: str, site: str) -> Person:
    return Person(first_name, last_name, f"{mailbox}@{site}.localhost")


def _human(label: Label, intent: Intent, subject: str, body: str, *, quotes: bool = False) -> Reply:
    return Reply(kind="person", label=label, intent=intent, subject=subject, body=body, quotes=quotes)


KARINE = _person("Karine", "Schmitt", "k.schmitt", "groupement-clairvue")

SITES: tuple[Site, ...] = (
    Site(
        "boulangerie-martin",
        companies.BOULANGERIE,
        _person("Marie", "Martin", "marie", "boulangerie-martin"),
        FormKind.PLAIN,
        SENT,
        (_human("HOT", "INTERESTED_NOW", "Votre message", letters.BAKER_MEETS, quotes=True),),
    ),
    Site(
        "atelier-dubois",
        companies.ATELIER,
        _person("Julien", "Dubois", "julien.dubois", "atelier-dubois"),
        FormKind.CONTACT_FORM_7,
        SENT,
        (_human("HOT", "REQUEST_PRICE", "Re: Atelier Dubois : votre demande", letters.JOINER_ASKS_PRICE),),
    ),
    Site(
        "harbour-dental",
        companies.DENTAL,
        _person("Emma", "Clarke", "emma.clarke", "harbour-dental"),
        FormKind.IFRAME,
        SENT,
        (_human("HOT", "INTERESTED_NOW", "Re: Website enquiry", letters.DENTIST_MEETS, quotes=True),),
    ),
    Site(
        "studio-lumiere",
        companies.STUDIO,
        _person("Inès", "Caron", "bonjour", "studio-lumiere"),
        FormKind.LATE,
        SENT,
        (_human("WARM", "INTERESTED_LATER", "À la rentrée ?", letters.PHOTOGRAPHER_LATER),),
    ),
    Site(
        "northwind-cycles",
        companies.CYCLES,
        _person("Sam", "Fletcher", "sam", "northwind-cycles"),
        FormKind.SHADOW,
        SENT,
        (_human("WARM", "REQUEST_INFO", "Your enquiry", letters.CYCLES_ASKS_MORE, quotes=True),),
    ),
    Site(
        "librairie-du-parc",
        companies.LIBRAIRIE,
        _person("Sophie", "Lambert", "contact", "librairie-du-parc"),
        FormKind.CROWDED,
        SENT,
        (_human("COLD", "POLITE_DECLINE", "Votre proposition", letters.BOOKSELLER_DECLINES, quotes=True),),
    ),
    Site(
        "garage-petit",
        companies.GARAGE,
        _person("Bruno", "Petit", "bruno.petit", "garage-petit"),
        FormKind.HONEYPOT,
        SENT,
        (
            Reply(
                kind="absence",
                label="SPAM",
                intent="OOO",
                subject="Absence : votre message",
                body=letters.GARAGE_AWAY,
            ),
        ),
    ),
    Site(
        "fairway-accounting",
        companies.ACCOUNTING,
        _person("Priya", "Shah", "priya", "fairway-accounting"),
        FormKind.CONSENT,
        SENT,
        (_human("COLD", "OPT_OUT", "Re: your message", letters.ACCOUNTANT_OPTS_OUT, quotes=True),),
    ),
    Site(
        "hotel-des-tilleuls",
        companies.HOTEL,
        _person("Élodie", "Favre", "elodie.favre", "hotel-des-tilleuls"),
        FormKind.STEPS,
        SENT,
        (
            Reply(
                kind="copy",
                label="SPAM",
                intent="AUTO_ACK",
                subject="Copie de votre demande",
                body=letters.HOTEL_COPY,
                sender=_person("Hôtel", "des Tilleuls", "no-reply", "hotel-des-tilleuls"),
            ),
            _human("HOT", "INTERESTED_NOW", "Votre demande", letters.HOTEL_MEETS),
        ),
    ),
    Site(
        "fleurs-de-provence",
        companies.FLEURS,
        _person("Nadia", "Benali", "nadia", "fleurs-de-provence"),
        FormKind.CAPTCHA,
        Outcome("captcha"),
    ),
    Site(
        "cabinet-moreau",
        companies.CABINET,
        _person("Hélène", "Moreau", "h.moreau", "cabinet-moreau"),
        FormKind.NO_SOLICITATION,
        Outcome("forbidden", "no_solicitation"),
    ),
    Site(
        "ferme-des-charmes",
        companies.FERME,
        _person("Lucie", "Garnier", "paniers", "ferme-des-charmes"),
        FormKind.MAILTO,
        Outcome("no_form"),
    ),
    Site(
        "greenleaf-landscapes",
        companies.LANDSCAPES,
        _person("Owen", "Hughes", "owen", "greenleaf-landscapes"),
        FormKind.COOKIE_WALL,
        SENT,
        (Reply(kind="bounce", label="SPAM", intent="BOUNCE", subject="Undelivered Mail Returned to Sender"),),
    ),
    Site(
        "old-mill-pottery",
        companies.POTTERY,
        _person("Ruth", "Pryce", "ruth", "old-mill-pottery"),
        FormKind.STUDIO_ORDER,
        Outcome("forbidden", "robots"),
        robots="User-agent: *\nDisallow: /\n",
    ),
    Site(
        "transports-legrand",
        companies.TRANSPORTS,
        _person("Michel", "Legrand", "m.legrand", "transports-legrand"),
        FormKind.PLAIN,
        Outcome("unreachable"),
    ),
    Site(
        "optique-clairvue",
        companies.OPTICIEN,
        _person("Claire", "Weber", "claire", "optique-clairvue"),
        FormKind.CONFIRM_EMAIL,
        SENT,
        (
            _human("WARM", "REFERRAL", "Votre message", letters.OPTICIAN_REFERS, quotes=True),
            Reply(
                kind="person",
                label="WARM",
                intent="REQUEST_INFO",
                subject="TR: Votre message à Optique Clairvue",
                body=letters.COLLEAGUE_ASKS_MORE,
                sender=KARINE,
            ),
        ),
    ),
    Site(
        "brightside-physio",
        companies.PHYSIO,
        _person("Gareth", "Lloyd", "gareth", "brightside-physio"),
        FormKind.PLACEHOLDER,
        SENT,
        (_human("HOT", "REQUEST_PRICE", "Your message", letters.PHYSIO_ASKS_PRICE, quotes=True),),
    ),
    Site(
        "quincaillerie-roux",
        companies.QUINCAILLERIE,
        _person("Antoine", "Roux", "antoine", "quincaillerie-roux"),
        FormKind.HIDDEN_SUCCESS,
        SENT,
    ),
)

BY_NAME = {site.name: site for site in SITES}
LISTED_ADDRESSES = frozenset({"harbour-dental", "garage-petit", "ferme-des-charmes"})
"""The sites whose mailbox the operator already knows."""

COLUMNS = ("company", "website", "first_name", "last_name", "email", "language", "city")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that an import must refuse, and why."""

    reason: Literal["missing website", "broken address", "duplicate", "unknown language"]
    row: tuple[str, ...]


def bad_rows(port: int) -> tuple[BadRow, ...]:
    """The last four rows of the CSV, in order. The duplicate spells the first row's host in another way."""
    return (
        BadRow("missing website", ("Café Sans Toile", "", "Léo", "Blanc", "", "fr", "Tours")),
        BadRow(
            "broken address",
            (
                "Pressing Mercier",
                f"http://pressing-mercier.localhost:{port}/",
                "Anne",
                "Mercier",
                "anne.mercier@@pressing",
                "fr",
                "Metz",
            ),
        ),
        BadRow(
            "duplicate",
            (
                "BOULANGERIE MARTIN",
                f"http://Boulangerie-Martin.localhost:{port}",
                "Marie",
                "Martin",
                "",
                "fr",
                "Lyon",
            ),
        ),
        BadRow(
            "unknown language",
            (
                "Qapla' Imports",
                f"http://qapla-imports.localhost:{port}/",
                "Worf",
                "Rozhenko",
                "",
                "tlh",
                "London",
            ),
        ),
    )


def _row(site: Site, port: int) -> tuple[str, ...]:
    who = site.contact
    email = who.address if site.name in LISTED_ADDRESSES else ""
    return (
        site.company.name,
        site.url(port),
        who.first_name,
        who.last_name,
        email,
        site.language,
        site.company.city,
    )


def write_leads_csv(path: Path, port: int) -> None:
    """Write the CSV (UTF-8, commas) that an operator would import: every site, then the bad rows.

    Args:
        path: where the file goes; what was there is replaced.
        port: where the village's sites listen.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(site, port) for site in SITES)
        writer.writerows(bad.row for bad in bad_rows(port))
