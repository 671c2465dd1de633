"""How machines announce themselves: headers, sender names and sentences in seven languages."""

import re

from inbox.patterns import Alternatives, any_of

ABSENCE_SUBJECT = Alternatives(
    r"""
        out of (?:the )?office|out-of-office|\booo\b|automatic reply
        auto(?:matic)?[- ]?(?:reply|response|respon)|réponse automatique|absence (?:du bureau|prolongée)
        \babsen[ct]e?s?\b.{0,20}\b(?:du|jusqu|until|from)|message d'absence|abwesenheit
        automatische antwort|nicht im (?:büro|hause)|respuesta automática|fuera de (?:la )?oficina
        risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig|resposta automática
        ausência|fora do escritório|autosvar|frånvaro|automaattinen
        on (?:annual |parental |maternity )?(?:leave|vacation|holiday)|en congés?|vacances\b|im urlaub
        de vacaciones|in ferie|met vakantie|de férias
    """
)
ABSENCE = Alternatives(
    r"""
        \b(?:i am|i'm|i’m|i will be|i'll be|am)\s(?:\w+\s){0,3}(?:out of (?:the )?(?:office|town)|away
            |on (?:\w+ )?(?:leave|vacation|holidays?)|unavailable|travell?ing)
        \b(?:out of (?:the )?office|currently (?:away|out|on leave|unavailable))\b
        no longer (?:works?|employed|with)|has left the (?:company|organi[sz]ation)
        je (?:suis|serai|ne suis pas)\s(?:\w+\s){0,3}(?:absente?|en congés?|en vacances|en déplacement
            |indisponible|au bureau|joignable)
        actuellement (?:absente?|en congés?|en déplacement)
        (?:n'est|ne fait) plus (?:partie|dans|au sein)|ne travaille plus
        a quitté (?:la société|l'entreprise|nos)
        ich bin\s(?:\w+\s){0,6}?(?:nicht (?:im|erreichbar|am)|abwesend|im urlaub|außer haus|verreist)
        bin ich\s(?:\w+\s){0,3}(?:nicht|wieder|abwesend)|befinde mich\s(?:\w+\s){0,3}urlaub
        (?:estoy|estaré|me encuentro)\s(?:\w+\s){0,3}(?:fuera|ausente|de vacaciones|de baja)
        (?:sono|sarò)\s(?:\w+\s){0,3}(?:assente|fuori (?:sede|ufficio)|in ferie)
        (?:ik ben)\s(?:\w+\s){0,4}(?:afwezig|niet (?:aanwezig|bereikbaar|op kantoor)|op vakantie
            |met vakantie|met verlof|vrij)
        (?:estou|estarei|encontro-me)\s(?:\w+\s){0,3}(?:ausente|fora|de férias|de licença)
    """
)
ABSENCE_MORE = Alternatives(
    r"""
        limited access|no access to (?:my )?e?-?mail
        (?:reply|respond|answer)\w* (?:\w+ ){0,4}(?:upon|on|when) my return|(?:upon|on) my return
        (?:for|if) (?:\w+ ){0,4}urgent|urgent (?:matters?|issues?|requests?|inquir)|in my absence
        i (?:will|shall) (?:be back|return)|be back (?:on|in)|return(?:ing)? (?:on|to)|please contact
        en mon absence|de retour (?:le|au|à partir)|accès limité|dès mon retour|à mon retour
        cas d'urgence|en cas d|urgence|merci de contacter|vous pouvez contacter|jusqu'au|contacter
        dringend|in meiner abwesenheit|meine vertretung|wieder (?:erreichbar|im büro|da)
        nicht weitergeleitet|wenden sie sich|bis (?:zum|einschließlich)|urgenci?as?|urgente
        en mi ausencia|a mi regreso|in mia assenza|al mio (?:rientro|ritorno)|contattare
        mijn afwezigheid|terugkomst|dringende|na minha ausência|ao meu regresso|contacte|contactar
    """
)
TICKET_SUBJECT = Alternatives(
    r"""
        \[?(?:ticket|case|request|incident|demande|dossier|anfrage|vorgang|zaak|caso|solicitud|richiesta
            |pedido|ref(?:erence)?)\W{0,3}(?:n[°o.]{0,2}|#|id|nr\.?|number)?\W{0,3}[a-z]{0,5}-?\d{3,}
        \[#[a-z]{0,6}-?\d{3,}\]|\[[A-Z]{2,8}-\d{2,}\]|##\s?\d+
    """
)
TICKET = Alternatives(
    r"""
        (?:ticket|case|request|reference|incident) (?:number|id|no|#)
        (?:a |your |new )?(?:support )?(?:ticket|case) (?:\w+ ){0,4}(?:created|opened|received|logged
            |registered|assigned)
        (?:numéro|référence) (?:de |du )?(?:ticket|demande|dossier|suivi)
        (?:ticket|demande|dossier) (?:\w+ ){0,5}(?:créée?|ouverte?|enregistrée?|reçue?|prise? en)
        ticketnummer|vorgangsnummer|ticket-?(?:nr|id)|bearbeitungsnummer
        número de (?:ticket|caso|solicitud|pedido)|numero (?:di )?(?:ticket|richiesta|pratica)
        zaaknummer|\[ticket|ticket\s?#\s?\d+|case\s?#\s?\d+
    """
)
TICKET_HEADERS = (
    "x-zendesk-from-account-id",
    "x-otrs-loop",
    "x-rt-loop-prevention",
    "x-jira-fingerprint",
    "x-freshdesk-ticket-id",
    "x-fd-ticket-id",
    "x-helpscout-conversation-id",
    "x-gorgias-ticket-id",
)
THANKS = Alternatives(
    r"""
        (?:we|has|have) (?:\w+ )?(?:successfully )?(?:received|got) your (?:\w+ ){0,2}(?:message|e?-?mail
            |enquiry|inquiry|request|submission)
        your (?:\w+ )?(?:message|e?-?mail|enquiry|inquiry|request|submission) (?:\(?#?\w+\)? )?(?:has been
            |was) (?:\w+ )?(?:received|sent|submitted)
        thank(?:s| you) for (?:contacting|getting in touch|reaching out|your (?:\w+ ){0,2}(?:message
            |e?-?mail|enquiry|inquiry|interest|submission|request)|writing)
        copy of (?:the |your )(?:\w+ )?message|(?:nous avons|avons) bien reçu votre
        votre (?:message|demande|mail|e-?mail|courriel) (?:a (?:bien )?été|nous est bien|est bien)
        merci (?:de|d') ?(?:nous avoir|avoir pris|votre (?:message|demande|intérêt))
        merci pour votre (?:message|demande|mail)|copie de votre (?:message|demande)
        (?:vielen |herzlichen )?dank für (?:ihre|deine) (?:\w+ )?(?:nachricht|anfrage|kontakt|e-?mail
            |mitteilung)
        ihre (?:nachricht|anfrage|e-?mail) (?:ist|wurde|haben wir)
        haben ihre (?:nachricht|anfrage) erhalten
        gracias por (?:contactar|ponerse|escribir|su (?:mensaje|consulta)|tu (?:mensaje|consulta))
        hemos recibido (?:su|tu)|su (?:mensaje|consulta) ha sido
        grazie per (?:averci|il (?:tuo|suo) messaggio|aver)|abbiamo ricevuto (?:la|il)
        il (?:tuo|suo) messaggio è stato|bedankt voor (?:uw|je|het)
        (?:wij|we) hebben (?:uw|je) (?:bericht|aanvraag|e-?mail)|uw (?:bericht|aanvraag) is
        obrigad[oa] (?:por|pelo)|recebemos (?:a sua|o seu|sua|seu)|a sua mensagem foi
    """
)
LATER = Alternatives(
    r"""
        (?:will|'ll|shall) (?:\w+ ){0,3}(?:get back|be in touch|respond|reply|contact you|answer|review)
        as soon as possible|within (?:\d+|one|two|the next) (?:\w+ )?(?:hours?|days?|working|business)
        do not (?:reply|respond)|please don't reply|automat(?:ic|ed|ically|ique|isch|ico|ica|ático|isk)
        auto-?generated|dans les (?:plus brefs|meilleurs) délais
        (?:vous )?(?:répondr|recontacter|contacter)ons|sera traitée?|ne pas répondre|sous \d+ ?h
        reviendrons vers vous|reviens vers vous
        (?:so )?(?:schnell|bald)\w* (?:wie möglich|als möglich|bei ihnen)|schnellstmöglich|umgehend
        nicht (?:auf diese|antworten)|kümmern uns|melden uns|lo antes posible|(?:a la )?mayor brevedad
        pondremos en contacto|responderemos|no responda|il prima possibile|ricontatter
        risponder(?:e|emo)|non rispondere|zo (?:snel|spoedig) mogelijk|nemen (?:\w+ ){0,3}contact
        niet (?:te )?(?:beantwoorden|reageren)|o mais (?:breve|rápido)|entraremos em contacto?
        não responda
    """
)
CHALLENGE = Alternatives(
    r"""
        (?:confirm|verify|prove|authenticate|authentif\w+|bestätigen
            |confirmer)[^.\n]{0,60}(?:you are (?:a )?(?:human|person|real|not)|your (?:e-?mail|message
            |address|identity) (?:to|so|before|in order)|not a robot|vous n'êtes pas un robot|kein roboter
            |que vous êtes)
        (?:message|e-?mail|mail|courriel)[^.\n]{0,60}(?:held|pending|on hold|quarantin|en attente
            |mis en attente|zurückgehalten)[^.\n]{0,80}(?:confirm|verif|click|reply|approv|authentif|cliqu)
        spam ?arrest|boxbe|mailinblack|\btmda\b|challenge[- ]response
        sender (?:verification|confirmation)|waiting list|guest list
    """
)
NO_REPLY = re.compile(
    any_of(r"""
        ^(?:(?:do[-_.]?)?no?t?[-_.]?reply|noreply|ne[-_.]?pas[-_.]?repondre|nepasrepondre
            |keine?[-_.]?antwort|wordpress|www-data|apache|nobody|mailer|notifications?|notify
            |auto(?:mat\w*|[-_.]?re\w*)?|form(?:s|ulaire|ular)?|website|webmaster|system)[@+._-]
    """),
    re.IGNORECASE,
)
LISTS = ("list-id", "list-post", "x-mailman-version", "x-listname", "x-mailing-list")
AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-autogenerated",
    "x-vacation",
    "x-amavis-auto-reply",
    "x-autoreply-from",
    "x-ms-exchange-inbox-rules-loop",
    "x-mdautoresponder",
)
