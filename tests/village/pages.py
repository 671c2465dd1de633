"""The sites' pages, rendered from `templates/`."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from tests.village.companies import Language
from tests.village.intake import FRENCH_PHONE
from tests.village.scenario import Site

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True)

PROBLEMS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "required": "Ce champ est obligatoire.",
        "email": "L'adresse e-mail n'est pas valide.",
        "format": "Le format n'est pas reconnu.",
        "choice": "Veuillez choisir une option de la liste.",
        "mismatch": "Les deux adresses e-mail ne sont pas identiques.",
        "consent": "Votre accord est nécessaire.",
        "captcha": "La vérification anti-robot a échoué, veuillez cocher la case.",
    },
    "en": {
        "required": "This field is required.",
        "email": "This is not an email address.",
        "format": "This does not look right.",
        "choice": "Please choose one of the options.",
        "mismatch": "The two addresses are not the same.",
        "consent": "We need your agreement to answer you.",
        "captcha": "Please confirm that you are not a robot.",
    },
}


def page(site: Site, template: str, *, title: str = "", status: int = 200, **more: object) -> web.Response:
    """One page of a site. `values` and `errors` in `more` refill a refused form."""
    context = {
        "site": site,
        "company": site.company,
        "french": site.language == "fr",
        "problems": PROBLEMS[site.language],
        "french_phone": FRENCH_PHONE,
        "title": title,
        "values": {},
    }
    html = _TEMPLATES.get_template(template).render(context | more)
    return web.Response(text=html, content_type="text/html", status=status)
