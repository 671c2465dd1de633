"""Mail that no person wrote: absences, acknowledgements, receipts, invitations, challenges, lists.

Asked after bounces and before anything reads the text as a person's. Headers come first, yet few tell (2 of 5 real
vacation mails carry Auto-Submitted), so words decide as well; and people write about absences too, so words alone must
say two different things that only a machine says together.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inbox import absence
from inbox.domains import registrable
from inbox.headers import find_addresses
from inbox.parsing import Mail

MAX_CHARS = 3000


class Kind(StrEnum):
    """What sort of machine wrote."""

    ABSENCE = "absence"
    TICKET = "ticket"
    FORM_COPY = "form_copy"
    READ_RECEIPT = "read_receipt"
    CALENDAR = "calendar"
    CHALLENGE = "challenge"
    MAILING_LIST = "mailing_list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Automatic:
    """An automatic mail and the rule that knew it. `returns` and `substitute` are those of an absence, where told."""

    kind: Kind
    rule: str
    returns: date | None = None
    substitute: str | None = None


_ABSENCE_SUBJECT = re.compile(
    r"out of (?:the )?office|out-of-office|\booo\b|automatic reply|auto(?:matic)?[- ]?(?:reply|response|respon)|réponse automatique|absence (?:du bureau|prolongée)|"
    r"\babsen[ct]e?s?\b.{0,20}\b(?:du|jusqu|until|from)|message d'absence|abwesenheit|automatische antwort|nicht im (?:büro|hause)|respuesta automática|fuera de (?:la )?oficina|"
    r"risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig|resposta automática|ausência|fora do escritório|autosvar|frånvaro|automaattinen|"
    r"on (?:annual |parental |maternity )?(?:leave|vacation|holiday)|en congés?|vacances\b|im urlaub|de vacaciones|in ferie|met vakantie|de férias",
    re.IGNORECASE,
)
_ABSENCE = re.compile(
    r"\b(?:i am|i'm|i’m|i will be|i'll be|am)\s(?:\w+\s){0,3}(?:out of (?:the )?(?:office|town)|away|on (?:\w+ )?(?:leave|vacation|holidays?)|unavailable|travell?ing)|"
    r"\b(?:out of (?:the )?office|currently (?:away|out|on leave|unavailable))\b|no longer (?:works?|employed|with)|has left the (?:company|organi[sz]ation)|"
    r"je (?:suis|serai|ne suis pas)\s(?:\w+\s){0,3}(?:absente?|en congés?|en vacances|en déplacement|indisponible|au bureau|joignable)|actuellement (?:absente?|en congés?|en déplacement)|"
    r"(?:n'est|ne fait) plus (?:partie|dans|au sein)|ne travaille plus|a quitté (?:la société|l'entreprise|nos)|"
    r"ich bin\s(?:\w+\s){0,6}?(?:nicht (?:im|erreichbar|am)|abwesend|im urlaub|außer haus|verreist)|bin ich\s(?:\w+\s){0,3}(?:nicht|wieder|abwesend)|befinde mich\s(?:\w+\s){0,3}urlaub|"
    r"(?:estoy|estaré|me encuentro)\s(?:\w+\s){0,3}(?:fuera|ausente|de vacaciones|de baja)|"
    r"(?:sono|sarò)\s(?:\w+\s){0,3}(?:assente|fuori (?:sede|ufficio)|in ferie)|"
    r"(?:ik ben)\s(?:\w+\s){0,4}(?:afwezig|niet (?:aanwezig|bereikbaar|op kantoor)|op vakantie|met vakantie|met verlof|vrij)|"
    r"(?:estou|estarei|encontro-me)\s(?:\w+\s){0,3}(?:ausente|fora|de férias|de licença)",
    re.IGNORECASE,
)
_ABSENCE_MORE = re.compile(
    r"limited access|no access to (?:my )?e?-?mail|(?:reply|respond|answer)\w* (?:\w+ ){0,4}(?:upon|on|when) my return|(?:upon|on) my return|(?:for|if) (?:\w+ ){0,4}urgent|"
    r"urgent (?:matters?|issues?|requests?|inquir)|in my absence|i (?:will|shall) (?:be back|return)|be back (?:on|in)|return(?:ing)? (?:on|to)|please contact|"
    r"en mon absence|de retour (?:le|au|à partir)|accès limité|dès mon retour|à mon retour|cas d'urgence|en cas d|urgence|merci de contacter|vous pouvez contacter|jusqu'au|contacter|"
    r"dringend|in meiner abwesenheit|meine vertretung|wieder (?:erreichbar|im büro|da)|nicht weitergeleitet|wenden sie sich|bis (?:zum|einschließlich)|"
    r"urgenci?as?|urgente|en mi ausencia|a mi regreso|in mia assenza|al mio (?:rientro|ritorno)|contattare|mijn afwezigheid|terugkomst|dringende|na minha ausência|ao meu regresso|contacte|contactar",
    re.IGNORECASE,
)
_TICKET_SUBJECT = re.compile(
    r"\[?(?:ticket|case|request|incident|demande|dossier|anfrage|vorgang|zaak|caso|solicitud|richiesta|pedido|ref(?:erence)?)\W{0,3}(?:n[°o.]{0,2}|#|id|nr\.?|number)?\W{0,3}[a-z]{0,5}-?\d{3,}|\[#[a-z]{0,6}-?\d{3,}\]|"
    r"\[[A-Z]{2,8}-\d{2,}\]|##\s?\d+",
    re.IGNORECASE,
)
_TICKET = re.compile(
    r"(?:ticket|case|request|reference|incident) (?:number|id|no|#)|(?:a |your |new )?(?:support )?(?:ticket|case) (?:\w+ ){0,4}(?:created|opened|received|logged|registered|assigned)|"
    r"(?:numéro|référence) (?:de |du )?(?:ticket|demande|dossier|suivi)|(?:ticket|demande|dossier) (?:\w+ ){0,5}(?:créée?|ouverte?|enregistrée?|reçue?|prise? en)|"
    r"ticketnummer|vorgangsnummer|ticket-?(?:nr|id)|bearbeitungsnummer|número de (?:ticket|caso|solicitud|pedido)|numero (?:di )?(?:ticket|richiesta|pratica)|zaaknummer|"
    r"\[ticket|ticket\s?#\s?\d+|case\s?#\s?\d+",
    re.IGNORECASE,
)
_TICKET_HEADERS = ("x-zendesk-from-account-id", "x-otrs-loop", "x-rt-loop-prevention", "x-jira-fingerprint", "x-freshdesk-ticket-id", "x-fd-ticket-id", "x-helpscout-conversation-id", "x-gorgias-ticket-id")
_ABSENCE_GATE = (
    "office", "town", " away", "leave", "vacation", "holiday", "unavailable", "travel", "no longer", "has left", "absen", "congé", "vacances", "déplacement", "indisponible", "bureau", "joignable", "n'est plus", "ne fait plus", "travaille plus",
    "a quitté", "büro", "erreichbar", "abwesen", "urlaub", "außer haus", "verreist", "bin ich", "fuera", "ausente", "de baja", "assente", "fuori", "ferie", "afwezig", "aanwezig", "bereikbaar", "kantoor", "vakantie", "verlof", "fora", "férias", "licença",
)
_THANKS_GATE = (
    "received", "got your", "your message", "your e", "your enquiry", "your inquiry", "your request", "thanks for", "thank you for", "copy of", "reçu votre", "votre ", "merci", "copie", "dank", "ihre", "nachricht", "anfrage", "gracias por", "recibido",
    "su mensaje", "su consulta", "grazie per", "ricevuto", "messaggio", "bedankt", "uw ", "hebben", "obrigad", "recebemos", "sua mensagem",
)
_TICKET_GATE = ("ticket", "case", "request", "incident", "reference", "référence", "demande", "dossier", "vorgang", "bearbeitung", "caso", "solicitud", "pedido", "richiesta", "pratica", "zaak")
_CHALLENGE_GATE = ("confirm", "verif", "prove", "authent", "bestätig", "approv", "spamarrest", "spam arrest", "boxbe", "mailinblack", "tmda", "challenge", "waiting list", "guest list", "reply", "click", "cliqu")
"""Words without which a pattern cannot match: looking for them costs a hundredth of the pattern."""
_THANKS = re.compile(
    r"(?:we|has|have) (?:\w+ )?(?:successfully )?(?:received|got) your (?:\w+ ){0,2}(?:message|e?-?mail|enquiry|inquiry|request|submission)|your (?:\w+ )?(?:message|e?-?mail|enquiry|inquiry|request|submission) (?:has been|was) (?:\w+ )?(?:received|sent|submitted)|"
    r"thank(?:s| you) for (?:contacting|getting in touch|reaching out|your (?:\w+ ){0,2}(?:message|e?-?mail|enquiry|inquiry|interest|submission|request)|writing)|copy of (?:the |your )(?:\w+ )?message|"
    r"(?:nous avons|avons) bien reçu votre|votre (?:message|demande|mail|e-?mail|courriel) (?:a (?:bien )?été|nous est bien|est bien)|merci (?:de|d') ?(?:nous avoir|avoir pris|votre (?:message|demande|intérêt))|merci pour votre (?:message|demande|mail)|copie de votre (?:message|demande)|"
    r"(?:vielen |herzlichen )?dank für (?:ihre|deine) (?:\w+ )?(?:nachricht|anfrage|kontakt|e-?mail|mitteilung)|ihre (?:nachricht|anfrage|e-?mail) (?:ist|wurde|haben wir)|haben ihre (?:nachricht|anfrage) erhalten|"
    r"gracias por (?:contactar|ponerse|escribir|su (?:mensaje|consulta)|tu (?:mensaje|consulta))|hemos recibido (?:su|tu)|su (?:mensaje|consulta) ha sido|"
    r"grazie per (?:averci|il (?:tuo|suo) messaggio|aver)|abbiamo ricevuto (?:la|il)|il (?:tuo|suo) messaggio è stato|"
    r"bedankt voor (?:uw|je|het)|(?:wij|we) hebben (?:uw|je) (?:bericht|aanvraag|e-?mail)|uw (?:bericht|aanvraag) is|"
    r"obrigad[oa] (?:por|pelo)|recebemos (?:a sua|o seu|sua|seu)|a sua mensagem foi",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"(?:will|'ll|shall) (?:\w+ ){0,3}(?:get back|be in touch|respond|reply|contact you|answer|review)|as soon as possible|within (?:\d+|one|two|the next) (?:\w+ )?(?:hours?|days?|working|business)|"
    r"do not (?:reply|respond)|please don't reply|automat(?:ic|ed|ically|ique|isch|ico|ica|ático|isk)|auto-?generated|"
    r"dans les (?:plus brefs|meilleurs) délais|(?:vous )?(?:répondr|recontacter|contacter)ons|sera traitée?|ne pas répondre|sous \d+ ?h|reviendrons vers vous|reviens vers vous|"
    r"(?:so )?(?:schnell|bald)\w* (?:wie möglich|als möglich|bei ihnen)|schnellstmöglich|umgehend|nicht (?:auf diese|antworten)|kümmern uns|melden uns|"
    r"lo antes posible|(?:a la )?mayor brevedad|pondremos en contacto|responderemos|no responda|il prima possibile|ricontatter|risponder(?:e|emo)|non rispondere|"
    r"zo (?:snel|spoedig) mogelijk|nemen (?:\w+ ){0,3}contact|niet (?:te )?(?:beantwoorden|reageren)|o mais (?:breve|rápido)|entraremos em contacto?|não responda",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(?:confirm|verify|prove|authenticate|authentif\w+|bestätigen|confirmer)[^.\n]{0,60}(?:you are (?:a )?(?:human|person|real|not)|your (?:e-?mail|message|address|identity) (?:to|so|before|in order)|not a robot|vous n'êtes pas un robot|kein roboter|que vous êtes)|"
    r"(?:message|e-?mail|mail|courriel)[^.\n]{0,60}(?:held|pending|on hold|quarantin|en attente|mis en attente|zurückgehalten)[^.\n]{0,80}(?:confirm|verif|click|reply|approv|authentif|cliqu)|"
    r"spam ?arrest|boxbe|mailinblack|\btmda\b|challenge[- ]response|sender (?:verification|confirmation)|waiting list|guest list",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(r"^(?:(?:do[-_.]?)?no?t?[-_.]?reply|noreply|ne[-_.]?pas[-_.]?repondre|nepasrepondre|keine?[-_.]?antwort|wordpress|www-data|apache|nobody|mailer|notifications?|notify|auto(?:mat\w*|[-_.]?re\w*)?|form(?:s|ulaire|ular)?|website|webmaster|system)[@+._-]", re.IGNORECASE)
_LISTS = ("list-id", "list-post", "x-mailman-version", "x-listname", "x-mailing-list")
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply", "x-autogenerated", "x-vacation", "x-amavis-auto-reply", "x-autoreply-from", "x-ms-exchange-inbox-rules-loop", "x-mdautoresponder")


def detect(mail: Mail, own: str) -> Automatic | None:
    """The automatic mail in `mail`, whose own text is `own`, or None where a person may have written it."""
    return by_form(mail) or by_words(mail, own)


def by_form(mail: Mail) -> Automatic | None:
    """Automatic mail that is known without reading its text: reports, receipts, invitations, lists."""
    return _report(mail) or (None if _declared(mail) else _list(mail))


def by_words(mail: Mail, own: str) -> Automatic | None:
    """Automatic mail that its words give away, or a header that says so and no more."""
    text = own[:MAX_CHARS]
    declared = _declared(mail)
    if declared or len(own) <= MAX_CHARS or _machine_address(mail):
        for kind, rule in _BY_WORDS:
            fired = rule(mail, text, declared)
            if fired:
                return _automatic(kind, fired, mail, text)
    return _list(mail) or (Automatic(Kind.OTHER, declared) if declared else None)


def _list(mail: Mail) -> Automatic | None:
    listed = any(name in mail.headers for name in _LISTS)
    if not listed and mail.header("precedence").strip().lower() not in ("list", "bulk", "junk"):
        return None
    if any("+" in address for address in mail.recipients) or _our_group(mail):
        return None
    return Automatic(Kind.MAILING_LIST, "list_headers")


def _our_group(mail: Mail) -> bool:
    """A mailbox that is itself a group of our own gets every mail with that group's list headers."""
    home = registrable(mail.header("list-id").strip(" <>"))
    last = find_addresses(mail.header("delivered-to") or mail.header("x-original-to"))
    return bool(home and last) and home == registrable(last[0])


def _automatic(kind: Kind, rule: str, mail: Mail, text: str) -> Automatic:
    if kind is not Kind.ABSENCE:
        return Automatic(kind, rule)
    sender = {mail.from_.address} if mail.from_ else set[str]()
    written = mail.date.date() if mail.date else None
    return Automatic(kind, rule, absence.returns(text, written), absence.stand_in(text, sender | set(mail.recipients)))


def _report(mail: Mail) -> Automatic | None:
    kinds = {part.type for part in mail.parts}
    report = mail.parameters.get("report-type", "").lower()
    if report == "disposition-notification" or "message/disposition-notification" in kinds:
        return Automatic(Kind.READ_RECEIPT, "disposition_notification")
    if report == "delivery-status" or "message/delivery-status" in kinds:
        return Automatic(Kind.READ_RECEIPT, "delivery_receipt")
    if report == "feedback-report" or "message/feedback-report" in kinds:
        return Automatic(Kind.OTHER, "feedback_report")
    if any(part.type == "text/calendar" and "method:" in (part.text or "")[:2000].lower() for part in mail.parts):
        return Automatic(Kind.CALENDAR, "calendar_method")
    return None


def _declared(mail: Mail) -> str:
    """Which header says that a machine sent this, or an empty string."""
    submitted = mail.header("auto-submitted").strip().lower()
    if submitted.startswith("auto-"):
        return "auto_submitted"
    if mail.header("precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return "precedence"
    if any(name in mail.headers for name in _AUTO_HEADERS):
        return "autoreply_header"
    return "null_sender" if mail.return_path == "" else ""


def _absence(mail: Mail, text: str, declared: str) -> str:
    subject = _ABSENCE_SUBJECT.search(mail.subject)
    lowered = text.lower()
    said = _ABSENCE.search(text) if any(word in lowered for word in _ABSENCE_GATE) else None
    if not said and not subject:
        return ""
    more = len({match.lower() for match in _ABSENCE_MORE.findall(text)})
    if said and (declared or subject):
        return "absence_declared" if declared else "absence_subject"
    if subject and (declared or more):
        return "absence_subject"
    early = said is not None and said.start() < 250
    return "absence_words" if early and more >= 2 and not _converses(text) else ""


def _converses(text: str) -> bool:
    """A question or an offer to meet is what people write, not their absence notices."""
    return "?" in text or len(text) > 1500


def _ticket(mail: Mail, text: str, declared: str) -> str:
    lowered = text.lower()
    if not any(word in lowered for word in _TICKET_GATE) and not _TICKET_SUBJECT.search(mail.subject):
        return ""
    if any(name in mail.headers for name in _TICKET_HEADERS) and (_THANKS.search(text) or _TICKET.search(text)):
        return "ticket_system_header"
    numbered = _TICKET.search(text) or _TICKET_SUBJECT.search(mail.subject)
    received = _THANKS.search(text) or _THANKS.search(mail.subject)
    if numbered and (declared or _machine_address(mail) or (received and _LATER.search(text))):
        return "ticket_number"
    return ""


def _form_copy(mail: Mail, text: str, declared: str) -> str:
    opening = f"{mail.subject}\n{text[:1000]}"
    lowered = opening.lower()
    thanks = any(word in lowered for word in _THANKS_GATE) and _THANKS.search(opening)
    if not thanks:
        return ""
    if declared or _machine_address(mail):
        return "thanks_from_a_machine"
    return "thanks_and_later" if _LATER.search(text) and not mail.in_reply_to and not _converses(text) else ""


def _challenge(mail: Mail, text: str, declared: str) -> str:
    lowered = f"{mail.subject} {text}".lower()
    if not any(word in lowered for word in _CHALLENGE_GATE):
        return ""
    found = _CHALLENGE.search(f"{mail.subject}\n{text}")
    return "challenge_words" if found and (declared or "http" in text or _machine_address(mail)) and len(text) < 3000 else ""


def _machine_address(mail: Mail) -> bool:
    return mail.from_ is not None and bool(_NO_REPLY.match(mail.from_.address))


_BY_WORDS: tuple[tuple[Kind, Callable[[Mail, str, str], str]], ...] = (
    (Kind.CHALLENGE, _challenge),
    (Kind.ABSENCE, _absence),
    (Kind.TICKET, _ticket),
    (Kind.FORM_COPY, _form_copy),
)
"""Asked in this order; each answers with the name of the rule that fired, or an empty string."""
