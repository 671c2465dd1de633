"""What a person would type into each site's form, and where the form sends it."""

from tests.village.programs import Village
from tests.village.scenario import BY_NAME, CAPTCHA_TOKEN, WIDGET_HOST

CF7 = "/wp-json/contact-form-7/v1/contact-forms/12/feedback"
MESSAGE = "Bonjour,\n\nJe vous écris au sujet de vos outils.\nCamille"


def by_person(site: str, email: str) -> dict[str, str]:
    """The fields as a person fills them in who leaves the traps and the marketing opt-in alone."""
    return {
        "boulangerie-martin": {"nom": "Camille Durand", "courriel": email, "tel": "", "message": MESSAGE},
        "atelier-dubois": {
            "your-name": "Camille Durand",
            "your-email": email,
            "your-subject": "Autre",
            "your-message": MESSAGE,
        },
        "harbour-dental": {"full_name": "Camille Durand", "email": email, "enquiry": MESSAGE},
        "studio-lumiere": {"nom": "Camille Durand", "email": email, "ville": "Lyon", "projet": MESSAGE},
        "northwind-cycles": {"customer": "Camille Durand", "email": email, "question": MESSAGE},
        "librairie-du-parc": {
            "contact_nom": "Camille Durand",
            "contact_email": email,
            "contact_objet": "Un outil",
            "contact_message": MESSAGE,
        },
        "garage-petit": {
            "nom": "",
            "gp-7": "",
            "votre_nom": "Camille Durand",
            "votre_email": email,
            "votre_message": MESSAGE,
        },
        "fairway-accounting": {
            "name": "Camille Durand",
            "email": email,
            "business": "",
            "comments": MESSAGE,
            "privacy": "yes",
        },
        "hotel-des-tilleuls": {
            "prenom": "Camille",
            "nom": "Durand",
            "email": email,
            "objet": "Autre demande",
            "message": MESSAGE,
        },
        "fleurs-de-provence": {
            "nom": "Camille Durand",
            "email": email,
            "message": MESSAGE,
            "g-recaptcha-response": CAPTCHA_TOKEN,
        },
        "cabinet-moreau": {
            "nom": "Camille Durand",
            "email": email,
            "objet": "Licenciement",
            "message": MESSAGE,
        },
        "greenleaf-landscapes": {
            "name": "Camille Durand",
            "email": email,
            "postcode": "",
            "message": MESSAGE,
        },
        "old-mill-pottery": {"name": "Camille Durand", "email": email, "message": MESSAGE},
        "optique-clairvue": {
            "prenom": "Camille",
            "nom": "Durand",
            "email": email,
            "email2": email,
            "telephone": "06 39 98 12 34",
            "message": MESSAGE,
        },
        "brightside-physio": {
            "first": "Camille",
            "last": "Durand",
            "mail": email,
            "department": "general",
            "text": MESSAGE,
        },
        "quincaillerie-roux": {"Nom": "Camille Durand", "Email": email, "Message": MESSAGE},
    }[site]


def target(village: Village, name: str) -> str:
    """The address that a site's form posts to."""
    special = {
        "atelier-dubois": village.url(name, CF7),
        "harbour-dental": f"http://{WIDGET_HOST}:{village.port}/embed/{name}",
        "studio-lumiere": village.url(name, "/api/message"),
        "northwind-cycles": village.url(name, "/api/message"),
        "quincaillerie-roux": village.url(name, "/api/message"),
    }
    return special.get(name) or village.url(name, BY_NAME[name].company.contact_page[0])
