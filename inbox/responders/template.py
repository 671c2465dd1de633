"""Answers from fixed prose: without a key, without a model, and always for a person to finish.

It states no price, date or delay of its own: what it says about the offer is a passage of the tenant, word
for word.
"""

from inbox.responders.language import language_of
from inbox.responders.values import Draft, DraftRequest, Usage, reply_subject
from shared.errors import ResponderFailed

NEEDS_PERSON = "it was written from a template"

GREETING = {"en": "Hello{name},", "fr": "Bonjour{name},"}
CLOSING = {"en": "Kind regards,", "fr": "Bien cordialement,"}

PROSE: dict[str, dict[str, str]] = {
    "INTERESTED_NOW": {
        "en": "Thank you for your answer, I am glad that this speaks to you.\n\n"
        "When would suit you for a short call? I will arrange myself around your times.",
        "fr": "Merci pour votre retour, cela me fait plaisir que le sujet vous parle.\n\n"
        "Quand seriez-vous disponible pour un court échange ? Je m'adapterai à vos horaires.",
    },
    "REQUEST_PRICE": {
        "en": "Thank you for your interest.\n\n"
        "So that I can give you figures that fit, could you tell me a little more about what you need and"
        " how many people it is for? I will come back to you with a written proposal.",
        "fr": "Merci pour votre intérêt.\n\n"
        "Pour vous donner des chiffres justes, pourriez-vous m'en dire un peu plus sur votre besoin et sur"
        " le nombre de personnes concernées ? Je reviendrai vers vous avec une proposition écrite.",
    },
    "REQUEST_INFO": {
        "en": "Thank you for your question.",
        "fr": "Merci pour votre question.",
    },
    "INTERESTED_LATER": {
        "en": "Thank you for telling me, I understand that this is not the right moment.\n\n"
        "I will come back to you at the time that you name.",
        "fr": "Merci de me l'avoir dit, je comprends que ce n'est pas le bon moment.\n\n"
        "Je reviendrai vers vous à la période que vous indiquez.",
    },
    "OBJECTION_PRICE": {
        "en": "Thank you for being open about it.\n\n"
        "Could you tell me which part weighs most for you? I would like to see with you what is really needed"
        " before we speak of figures again.",
        "fr": "Merci pour votre franchise.\n\n"
        "Pourriez-vous me dire ce qui pèse le plus pour vous ? J'aimerais voir avec vous ce qui est vraiment"
        " utile avant de reparler de chiffres.",
    },
    "REFERRAL": {
        "en": "Thank you for pointing me to the right person.\n\nMay I say that I am writing on your advice?",
        "fr": "Merci de m'orienter vers la bonne personne.\n\n"
        "Puis-je lui dire que je lui écris de votre part ?",
    },
}

INFORMING = frozenset({"REQUEST_INFO", "REQUEST_PRICE", "INTERESTED_NOW"})
"""Intents where what the tenant says about itself helps."""

ASKING = {
    "en": "Does this answer your question? I am glad to tell you more.",
    "fr": "Cela répond-il à votre question ? Je vous en dirai volontiers davantage.",
}
LOOKING = {
    "en": "I will look into it and come back to you.",
    "fr": "Je me renseigne et je reviens vers vous.",
}


class TemplateResponder:
    """`Responder` without a model. It knows French and English; to anyone else it writes English."""

    name = "template"

    def draft(self, request: DraftRequest) -> Draft:
        if request.intent not in PROSE:
            raise ResponderFailed(f"There is no template for {request.intent}.")
        language = request.language if request.language in GREETING else "en"
        cited = [p for p in request.passages[:1] if language_of(p.text) in (language, None)]
        facts = cited if request.intent in INFORMING else []
        parts = [
            _greeting(request, language),
            PROSE[request.intent][language],
            *(p.text.strip() for p in facts),
        ]
        if request.intent == "REQUEST_INFO":
            parts.append((ASKING if facts else LOOKING)[language])
        parts.append(f"{CLOSING[language]}\n{request.sender.name}\n{request.sender.company}")
        return Draft(
            subject=reply_subject(request.thread.subject),
            body="\n\n".join(parts),
            language=language,
            passages=tuple(p.id for p in facts),
            usage=Usage("none"),
            needs_person=NEEDS_PERSON,
        )


def _greeting(request: DraftRequest, language: str) -> str:
    name = request.thread.turns[-1].name.strip()
    return GREETING[language].format(name=f" {name}" if name else "")
