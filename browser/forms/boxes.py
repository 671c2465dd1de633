"""What boxes to tick, and questions answered by yes or no, agree to: terms, or to be sent news and offers."""

import re

from browser.forms.features import words_of
from browser.forms.fields import Field, choice_text
from browser.forms.values import Meaning
from browser.forms.vocabulary import normal
from browser.snapshot import Option

_MARKETING = re.compile(
    r"newsletter|news letter|mailing ?list|marketing|promotion|special offer|offres? (commerciale|"
    r"promotionnelle|speciale)|"
    r"\bnews\b|actualites|infolettre|subscri|abonn|boletin|novedades|ofertas|\bofferte\b|novita|suscri|"
    r"nieuwsbrief|aanbiedingen|novidades|promoc|promozion|werbung|angebote|notify me|keep me (informed|"
    r"updated|posted)|"
    r"receive (e ?mails?|updates|information|offers)|iscriv|commercial|publicit|hirlevel|рассылк|nyhetsbrev|"
    r"bulten|zpravodaj|メールマガジン|メルマガ|partner (offers|companies)|partenaires|publicidad|\bcomercia|"
    r"commercie[el]|\bwerb(e|lich)|\breclame\b|nouveautes|prospection|bons plans|lettre d information|"
    r"liste de diffusion|sollicite|\boffres\b|\boffers\b|\bupdates\b|mailings?\b|stay in touch|evenements|"
    r"(tenue?|tenir|tenez|reste[rz]?)( \w+)? (informe|au courant)|neuigkeiten|\bnieuws\b|"
    r"(contacted|informed|hear)( \w+){0,4} about( \w+){0,3} (products?|services?|events?)"
)
_RECEIVES = re.compile(
    r"\b(receive|recevoir|recoive|erhalten|empfangen|zusenden|zuschicken|recibir|recibire|reciba|ricevere|"
    r"ricevero|ontvang(en)?|toesturen|receber|contact me (about|with)|text messages?|sms)\b"
)
_ANSWER = re.compile(
    r"answer|repl(y|ies)|response|cop(y|ie|ia)\b|repons|antwort|rueckmeldung|ruckmeldung|kopie|respuest|"
    r"rispost|antwoord|respost|confirm"
)
"""What a letter's own answer is called: to have that sent is no marketing."""
_CONSENT = re.compile(
    r"privacy|datenschutz|confidentialit|rgpd|gdpr|dsgvo|lgpd|\bavg\b|privacid|terms|conditions|condiciones|"
    r"condizioni|termos|termini|voorwaarden|\bagb\b|nutzungsbedingung|donnees (personnelles|soient)|"
    r"personal data|"
    r"datos personales|dati personali|personenbezogen|persoonsgegevens|dados pessoais|guidelines|"
    r"\b(i|you) (agree|consent|accept)|agree to|j accepte|je consens|ich (stimme|willige)|einverstanden|"
    r"acepto|"
    r"acconsento|accetto|consenso|akkoord|aceito|concordo|согласен|zgod|souhlas|elfogad|godkann|同意"
)
_LIST = re.compile(
    r"news ?letter|mailing ?list|infolettre|lettre d information|nieuwsbrief|boletin|marketing|"
    r"subscri|abonn|suscri|iscriv"
)
"""What a box's name or the question over it says only where the box is about news."""
_OBJECTS = re.compile(
    r"\b(do not|don t|not) (wish|want|like|send|subscribe|contact|receive|e ?mail|add|agree)|"
    r"\b(rather|prefer) not\b|opt(ing)? ?out|\bunsubscribe|m oppose|\brefuse|"
    r"\bne (souhaite|desire|veu[xt]|voudrai)\w* (pas|plus)|\bne (pas|plus) (recevoir|etre|m )|"
    r"\bkein\w* (newsletter|werbung|informationen|angebote)|nicht (erhalten|wunsche)|widersprech|"
    r"\bno (deseo|quiero|acepto)|\bnon (desidero|voglio|acconsento)|"
    r"\b(geen|niet) \w+ ?(ontvangen|nieuwsbrief)|\bnao (quero|desejo|aceito)"
)
_CLEAR = re.compile(
    r"\bun(tick|check|select)|\bdeselect|\bdecoch|\bhaken entf|\babwahl|\bdesmarc|\bdesele[cz]|\bdeseleziona|"
    r"\buitvink|\buncheck"
)
"""To untick a box "if you do not wish to receive" is to object, so the box itself is an opt-in."""
_NO = re.compile(r"^(no|non|nein|nee|nao)\b")
_QUESTION = 120
"""Characters of a question over a box; what is longer is no question."""


def by_wording(field: Field) -> tuple[Meaning, str]:
    """Marketing beats consent: a box that wants both is left alone. One that objects to news stays as it is,
    for to clear it would be to subscribe.
    """
    text = normal(" ".join([choice_text(field.control), field.control.label]))
    if is_marketing(text) or _about_a_list(field):
        if _OBJECTS.search(text) and not _CLEAR.search(text):
            return Meaning.OTHER, "objects to news or offers"
        return Meaning.MARKETING, "speaks of news or offers"
    if not field.is_group and _CONSENT.search(text):
        return Meaning.CONSENT, "agrees to terms or to the handling of data"
    return Meaning.OTHER, "a box that speaks of neither terms nor news"


def is_marketing(text: str) -> bool:
    """True for words by which one agrees to be sent things; what a letter's own answer is called is none."""
    said = normal(text)
    return bool(_MARKETING.search(said) or (_RECEIVES.search(said) and not _ANSWER.search(said)))


def may_decline(field: Field) -> bool:
    """True for a question about news or offers that has a "no" among its answers."""
    asked = f"{field.label} {words_of(field.control.name)}"
    return is_marketing(asked) and refusal(field.options) is not None


def refusal(options: tuple[Option, ...]) -> Option | None:
    """The answer that says no, or None."""
    return next((one for one in options if not one.disabled and _NO.search(normal(one.text))), None)


def _about_a_list(field: Field) -> bool:
    asked = field.control.labels.get("legend", "")[:_QUESTION]
    return bool(_LIST.search(normal(f"{words_of(field.control.name)} {asked}")))
