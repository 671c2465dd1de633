"""Annotated pages on disk, in the two layouts that are measured and learned from, as what each control means.

Formasaurus: `index.json` maps a page to its URL, the type of each `<form>` and the code of each named control
(codes: https://github.com/scrapinghub/Formasaurus, `formasaurus/data/config.json`). Common Crawl contact
forms: `data-moz-autofill-type` on the controls. Formasaurus' codes are coarser than our meanings in places,
so a code names every meaning that is right for it; the first is the one to learn.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from lxml import html

from browser.forms.values import Meaning
from browser.snapshot import Control, Form, PageSnapshot
from shared.errors import BadInput

_CHOICE = (Meaning.OTHER, Meaning.DEPARTMENT, Meaning.BUDGET, Meaning.HOW_HEARD, Meaning.SALUTATION)
FORMASAURUS: Mapping[str, tuple[Meaning, ...]] = {
    "e1": (Meaning.EMAIL,),
    "e2": (Meaning.CONFIRM_EMAIL,),
    "ca": (Meaning.CAPTCHA,),
    "hp": (Meaning.HONEYPOT,),
    "tC": (Meaning.CONSENT,),
    "eC": (Meaning.MARKETING,),
    "n1": (Meaning.FIRST_NAME,),
    "n3": (Meaning.LAST_NAME,),
    "nf": (Meaning.FULL_NAME,),
    "ns": (Meaning.FULL_NAME,),
    "ch": (Meaning.FULL_NAME,),
    "no": (Meaning.COMPANY,),
    "ge": (Meaning.SALUTATION,),
    "Co": (Meaning.COUNTRY,),
    "Ci": (Meaning.CITY,),
    "St": (Meaning.REGION,),
    "Zi": (Meaning.POSTCODE,),
    "ws": (Meaning.WEBSITE,),
    "CC": (Meaning.MESSAGE,),
    "CT": (Meaning.SUBJECT, Meaning.DEPARTMENT),
    **dict.fromkeys(("Ad", "Sa", "Sn", "S#", "A#", "A1", "A2", "PO", "cA"), (Meaning.STREET,)),
    **dict.fromkeys(("ph", "P0", "P1", "P2", "P3"), (Meaning.PHONE,)),
    **dict.fromkeys(("bd", "bm", "by", "bD", "cm", "cy", "OD", "Od", "Om", "Oy"), (Meaning.DATE,)),
    **dict.fromkeys(("OU", "av"), (Meaning.FILE,)),
    **dict.fromkeys(("OS", "OM"), _CHOICE),
    "OT": (Meaning.OTHER, Meaning.JOB_TITLE, Meaning.BUDGET, Meaning.HOW_HEARD),
    **dict.fromkeys(
        ("us", "p1", "p2", "ue", "in", "pi", "rC", "aC", "n2", "tz", "ds", "fa", "oi", "am", "c#", "cs"),
        (Meaning.OTHER,),
    ),
    **dict.fromkeys(
        ("sq", "sa", "qq", "qc", "qt", "nv", "st", "sp", "ON", "oC", "OR", "OO"), (Meaning.OTHER,)
    ),
}
"""What each field code allows. There is no code for a job title, a budget or a department: they are other
text and other choices there."""
PRESSED = frozenset({"submit", "button", "image", "reset"})
BUTTONS = frozenset({"Bs", "Bc", "Br", "Bo"})
SKIPPED = frozenset({"X", "-"})

MOZILLA: Mapping[str, Meaning] = {
    "name": Meaning.FULL_NAME,
    "cc-name": Meaning.FULL_NAME,
    "given-name": Meaning.FIRST_NAME,
    "family-name": Meaning.LAST_NAME,
    "honorific-prefix": Meaning.SALUTATION,
    "email": Meaning.EMAIL,
    "organization": Meaning.COMPANY,
    "organization-title": Meaning.JOB_TITLE,
    "postal-code": Meaning.POSTCODE,
    "address-level2": Meaning.CITY,
    "address-level1": Meaning.REGION,
    "country": Meaning.COUNTRY,
    "bday": Meaning.DATE,
    **dict.fromkeys(
        ("tel", "tel-local", "tel-national", "tel-country-code", "tel-area-code", "tel-extension"),
        Meaning.PHONE,
    ),
    **dict.fromkeys(
        (
            "street-address",
            "address-line1",
            "address-line2",
            "address-line3",
            "address-streetname",
            "address-housenumber",
            "address-extra",
            "apartment",
            "floor",
        ),
        Meaning.STREET,
    ),
}
TYPES = (
    Meaning.FULL_NAME,
    Meaning.FIRST_NAME,
    Meaning.LAST_NAME,
    Meaning.SALUTATION,
    Meaning.EMAIL,
    Meaning.PHONE,
    Meaning.COMPANY,
    Meaning.STREET,
    Meaning.POSTCODE,
    Meaning.CITY,
    Meaning.REGION,
    Meaning.COUNTRY,
    Meaning.DATE,
)
"""The 13 types over which micro F1 is taken; of dates, birth dates alone."""
_TRAPS = re.compile(r"gform_validation_container|gfield--type-honeypot|wpforms\[hp\]|wpforms-field-hp")
"""Traps by the names that two builders give them: the labels of these, made by a model, take the bait."""
_MARK = "data-moz-autofill-type"
_WHOLE_NAME = re.compile(r"(your[-_ ]?)?(full[-_ ]?)?name", re.IGNORECASE)


Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class GoldForm:
    """One annotated `<form>`: its type code, and the codes of its named controls."""

    type: str
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return bool(self.codes) and "XX" not in self.codes.values()


@dataclass(frozen=True, slots=True)
class GoldPage:
    """One page. `forms` is Formasaurus' annotation, `controls` Common Crawl's: tag, name, id and meaning."""

    path: Path
    url: str
    forms: tuple[GoldForm, ...] = ()
    controls: tuple[tuple[Key, Meaning | None], ...] = ()

    @property
    def group(self) -> str:
        """What must not be split between training and measuring: the registered domain, roughly."""
        host = urlsplit(self.url).hostname or self.path.name
        parts = host.split(".")
        size = 3 if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3 else 2
        return ".".join(parts[-size:])


def read_pages(folder: Path) -> Iterator[GoldPage]:
    """The annotated pages of a folder in either layout, as far as they are there; else raises BadInput."""
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{folder} holds no readable index.json.") from error
    if isinstance(index, dict):
        yield from (
            _formasaurus(folder / path, entry) for path, entry in index.items() if (folder / path).is_file()
        )
    else:
        files = (folder / "html" / entry["file"] for entry in index)
        yield from (_common_crawl(file) for file in files if file.is_file())


def _formasaurus(path: Path, entry: Mapping[str, object]) -> GoldPage:
    types, codes = entry["forms"], entry["visible_html_fields"]
    if not isinstance(types, list) or not isinstance(codes, list):
        raise BadInput(f"{path.name} is not annotated as Formasaurus annotates pages.")
    return GoldPage(path, str(entry["url"]), tuple(GoldForm(*one) for one in zip(types, codes, strict=True)))


def _common_crawl(path: Path) -> GoldPage:
    tree = html.fromstring(path.read_bytes())
    host = tree.findtext(".//h3") or path.stem
    found = [
        one for one in tree.iter("input", "textarea", "select") if one.get("type", "").lower() not in PRESSED
    ]
    keys = [(str(one.tag), _squeezed(one.get("name")), _squeezed(one.get("id"))) for one in found]
    marks = ["trap" if _is_trap(one) else one.get(_MARK, "") for one in found]
    meanings = _corrected(marks, [name for _, name, _ in keys])
    return GoldPage(path, f"https://{_hostname(host)}/", controls=tuple(zip(keys, meanings, strict=True)))


def _is_trap(element: html.HtmlElement) -> bool:
    above = [one.get("class", "") for one in islice(element.iterancestors(), 4)]
    return bool(_TRAPS.search(" ".join([element.get("name", ""), *above])))


def _squeezed(text: str | None) -> str:
    """An attribute as a snapshot holds it."""
    return " ".join((text or "").split())[:200]


def _hostname(text: str) -> str:
    return re.sub(r"[^a-z0-9.-]", "", text.lower()) or "page.invalid"


def _corrected(marks: Sequence[str], names: Sequence[str]) -> Iterator[Meaning | None]:
    """The labels; a given name without a family name, and an unlabelled "your-name", are the full name."""
    alone = "family-name" not in marks
    named = bool({"name", "given-name"} & set(marks))
    for mark, name in zip(marks, names, strict=True):
        if mark == "trap":
            yield Meaning.HONEYPOT
        elif (mark == "given-name" and alone) or (not mark and not named and _WHOLE_NAME.fullmatch(name)):
            yield Meaning.FULL_NAME
        elif mark in MOZILLA:
            yield MOZILLA[mark]
        else:
            yield Meaning.OTHER if mark else None


def aligned_forms(page: GoldPage, snapshot: PageSnapshot) -> Iterator[tuple[GoldForm, Form]]:
    """Each annotated `<form>` with Chromium's: by order, or by the names where the counts differ."""
    forms = [form for form in snapshot.forms if form.tag == "form" and form.frame == 0]
    if len(forms) == len(page.forms):
        yield from zip(page.forms, forms, strict=True)
        return
    for gold in page.forms:
        fits = [form for form in forms if gold.codes and gold.codes.keys() <= _names(snapshot, form)]
        if fits:
            forms.remove(fits[0])
            yield gold, fits[0]


def _names(snapshot: PageSnapshot, form: Form) -> set[str]:
    controls = {one.name for one in snapshot.controls if one.form == form.ref}
    return controls | {one.name for one in snapshot.buttons if one.form == form.ref}


def aligned_controls(page: GoldPage, snapshot: PageSnapshot) -> Iterator[tuple[Meaning | None, Control]]:
    """Each control of a Common Crawl page that Chromium found too, with its label."""
    found = [
        one for one in snapshot.controls if one.tag in {"input", "textarea", "select"} and one.frame == 0
    ]
    ours = [(one.tag, one.name, one.id) for one in found]
    matcher = SequenceMatcher(None, [key for key, _ in page.controls], ours, autojunk=False)
    for theirs, here, size in matcher.get_matching_blocks():
        for step in range(size):
            yield page.controls[theirs + step][1], found[here + step]
