"""The same difficulties in the languages of the forms: a refusal of unasked offers above the form, a box that
swears off selling, and boxes of consent and of marketing, one of these ticked beforehand.
"""

from dataclasses import dataclass

_FORM = (
    '<form method="post" action="/"><p><label>{name} <input name="name" required></label></p>'
    '<p><label>{mail} <input type="email" name="email" required></label></p>'
    '<p><label>{message} <textarea name="message" required></textarea></label></p>{boxes}'
    "<p><button>{send}</button></p></form>"
)
_BOX = '<p><label><input type="checkbox" name="{}" value="1"{}> {}</label></p>'


@dataclass(frozen=True)
class Words:
    """What a form of one language says."""

    form: tuple[str, str, str, str]
    notice: str
    no_sales: str
    consent: str
    news: str
    partners: str


LANGUAGES = {
    "fr": Words(
        ("Votre nom", "Votre e-mail", "Votre message", "Envoyer"),
        "Merci de ne pas nous démarcher : toute prospection commerciale reste sans suite.",
        "Je certifie que ma demande n'est pas une offre commerciale",
        "J'ai lu la politique de confidentialité et j'accepte le traitement de mes données",
        "Tenez-moi au courant de vos actualités et de vos promotions",
        "Je veux bien recevoir les offres de vos partenaires",
    ),
    "en": Words(
        ("Your name", "Your e-mail", "Your message", "Send"),
        "We do not respond to sales pitches or other unsolicited offers sent through this form.",
        "I confirm that this is not a sales or marketing message",
        "I have read the privacy notice and agree that my details are used to answer me",
        "Keep me posted with news and special offers",
        "Yes, selected partners may send me marketing e-mails",
    ),
    "de": Words(
        ("Ihr Name", "Ihre E-Mail", "Ihre Nachricht", "Absenden"),
        "Bitte keine Werbung und keine Akquise über dieses Formular.",
        "Ich bestätige, dass dies keine Werbung ist",
        "Ich habe die Datenschutzerklärung gelesen und stimme der Verarbeitung meiner Daten zu",
        "Ja, ich möchte Neuigkeiten und Angebote per Newsletter erhalten",
        "Ich bin mit Werbung ausgewählter Partner einverstanden",
    ),
    "es": Words(
        ("Su nombre", "Su correo electrónico", "Su mensaje", "Enviar"),
        "Este formulario no admite ofertas comerciales; las propuestas comerciales no serán respondidas.",
        "Declaro que esto no es un mensaje comercial",
        "He leído y acepto la política de privacidad",
        "Quiero recibir novedades y promociones",
        "Autorizo el envío de publicidad de sus socios",
    ),
    "it": Words(
        ("Il tuo nome", "La tua e-mail", "Il tuo messaggio", "Invia"),
        "Non si accettano proposte commerciali tramite questo modulo.",
        "Dichiaro che questa non è una proposta commerciale",
        "Ho letto l'informativa sulla privacy e acconsento al trattamento dei dati personali",
        "Desidero ricevere novità e offerte promozionali",
        "Acconsento a ricevere comunicazioni commerciali dai vostri partner",
    ),
    "nl": Words(
        ("Uw naam", "Uw e-mail", "Uw bericht", "Versturen"),
        "Acquisitie via dit formulier wordt niet op prijs gesteld.",
        "Ik bevestig dat dit geen acquisitie of reclame is",
        "Ik heb de privacyverklaring gelezen en ga akkoord met de verwerking van mijn gegevens",
        "Ik ontvang graag de nieuwsbrief en aanbiedingen",
        "Partners mogen mij commerciële berichten sturen",
    ),
    "pt": Words(
        ("O seu nome", "O seu e-mail", "A sua mensagem", "Enviar"),
        "Não aceitamos propostas comerciais através deste formulário.",
        "Confirmo que esta não é uma mensagem comercial",
        "Li e aceito a política de privacidade e o tratamento dos meus dados pessoais",
        "Quero receber novidades e promoções",
        "Aceito receber publicidade de parceiros",
    ),
}
KINDS = ("notice", "notice-box", "consent")


def names() -> list[str]:
    """Each kind in each language: `consent-de`."""
    return [f"{kind}-{language}" for kind in KINDS for language in LANGUAGES]


def rules(name: str) -> dict[str, object]:
    """What a visit to the page must end in."""
    kind, _, language = name.rpartition("-")
    if kind != "consent":
        return {"state": "forbidden", "lang": language}
    arrives = {"email": "anna+k7x2@atelier-martin.fr", "agrees": "1"}
    return {"state": "sent", "fields": arrives, "empty": ["news", "partners"], "lang": language}


def body(name: str) -> str:
    """The page's own part."""
    kind, _, language = name.rpartition("-")
    words = LANGUAGES[language]
    boxes = {
        "notice": "",
        "notice-box": _BOX.format("nosales", " required", words.no_sales),
        "consent": _BOX.format("agrees", " required", words.consent)
        + _BOX.format("news", "", words.news)
        + _BOX.format("partners", " checked", words.partners),
    }[kind]
    own, mail, message, send = words.form
    above = f"<p>{words.notice}</p>" if kind == "notice" else ""
    return above + _FORM.format(name=own, mail=mail, message=message, send=send, boxes=boxes)
