"""How people ask not to be written to again, in seven languages."""

from inbox import optout_more
from inbox.patterns import Alternatives, alternatives, phrases

BLUNT = frozenset(
    phrases("""
    stop, stop it, stop please, please stop, stop emailing me, stop spamming, stop spam, unsubscribe,
    unsubscribe please, please unsubscribe, unsubscribe me, unsub, remove, remove me, please remove,
    please remove me, opt out, opt-out, optout, take me off, not interested; remove me, no more emails,
    no more mails, désinscription, desinscription, désinscrire, désabonner, désabonnement, desabonnement,
    me désinscrire, me désabonner, stop svp, stop merci, stop pub, arrêtez, arretez, désinscrivez-moi,
    desinscrivez-moi, désabonnez-moi, retirez-moi, supprimez-moi, stop mail, stop mails, stop email,
    abmelden, abmeldung, bitte abmelden, austragen, bitte austragen, abbestellen, stopp, bitte löschen,
    keine werbung, keine werbung mehr, keine weiteren mails, keine mails mehr, baja, darme de baja,
    dar de baja, dadme de baja, deme de baja, cancelar suscripción, no más correos, no mas correos,
    cancellami, cancellatemi, cancellazione, rimuovimi, rimuovetemi, disiscrivimi, disiscrivetemi,
    annulla iscrizione, basta, uitschrijven, afmelden, uitschrijven aub, graag uitschrijven,
    geen mails meer, schrijf me uit, meld me af, remover, descadastrar, cancelar subscrição,
    cancelar inscrição, remova-me, parar, pare, sair da lista, remover da lista,
""")
)

_EN = r"""
        \bunsubscribe\s+(?:me|us|my|our|this|immediately|asap|now)\b
        \brefrain from (?:\w+ )?(?:sending|contacting|e-?mailing|writing|further|any)\b
        \bcease (?:all |any )?(?:\w+ )?(?:communications?|contact|correspondence|e-?mails?)\b
        \b(?:not|never) (?:to )?(?:be )?contacted (?:again|any ?more|further)\b
        \bremove (?:me|us)\s?(?:immediately|now|asap|please|at once|[.!,]|$)
        \b(?:please|kindly|interested) (?:please )?remove\W*$
        \b(?:do not|don't|never|no) (?:\w+ ){0,3}consent\b
        \brequest (?:the |a )?(?:deletion|erasure|removal) of (?:my|our|all)\b
        \bhow (?:do|can) (?:i|we) (?:unsubscribe|opt out|get off|stop receiving|be removed)\b
        ^\W*(?:hi|hello|dear \w+|sorry)?\W*(?:please|pls|kindly|can you|could you
            |would you)?\W*(?:please )?unsubscribe\W*$
        ^\W*(?:please|pls|kindly)?\W*unsubscribe (?:from )?(?:your|this|the|that|all|any|every|these|future
            |further|such|mailing|email|distribution|contact|its?)\b
        \b(?:i|we)(?:'d| would)? (?:want|like|wish|need|prefer|ask|demand
            |request)\w* (?:\w+ ){0,2}to (?:be )?(?:unsubscribed?|removed|taken off|opted? out)\b
        \b(?:please|pls|kindly|can you|could you|would you)\s+(?:\w+ ){0,2}(?:unsubscribe|opt (?:me
            |us) out)\b
        \b(?:opt (?:me|us) out|i (?:hereby )?opt out|opting out of)\b
        \b(?:removed?|took|take|taken|deleted?|drop|erase|strike|scrub)\s+(?:me|us|my|our|this)\s?(?:e-?mail|address|name
            |details|contact|data|information|personal|company|account|from|off|email address
            |\w+)?\b[^.]{0,40}\b(?:from|off|out of)\b[^.]{0,40}\b(?:list|lists|mailing|database|mailings?
            |system|records?|distribution|crm|contacts?|files?|campaigns?|newsletter|emails?|outreach
            |sequence)\b
        ^\W*(?:please|pls|kindly|can you|could you|would you|just)?\W*(?:please )?(?:remove|delete) (?:me
            |us|my (?:e-?mail|address|details|data|contact)\w*|our (?:e-?mail|address|details|data
            |contact)\w*)\b
        \b(?:delete|erase|remove) (?:all )?(?:of )?(?:my|our) (?:personal )?(?:data|details|information
            |contact details|email(?: address)?)\b
        \btake (?:me|us|my \w+|our \w+) off\b
        \b(?:stop|quit|cease)\s+(?:\w+ing and )?(?:e-?mailing|mailing|contacting|writing|messaging|sending
            |spamming|bothering|soliciting|harassing|pestering|filling|using our)\b
        \bstop (?:these|this|the|your|all) (?:\w+ )?(?:e-?mails?|mails?|messages?|spam|solicitations?
            |mailings?|outreach)\b
        \b(?:do not|don't|dont|never|not to)\s+(?:\w+ ){0,2}(?:contact|e-?mail|mail|write(?: to)?|message
            |solicit|bother|spam)\s+(?:me|us|this|here|my|our)\b
        \b(?:do not|don't|dont|never)\s+(?:\w+ ){0,2}send (?:me|us) (?:any|anything|more|another|further
            |such|these|emails?|mails?|messages?|unsolicited|marketing|spam|this)\b
        \bno (?:more|further) (?:\w+ )?(?:e-?mails?|mails?|messages?|contact|communications?|correspondence
            |solicitations?|outreach)\b
        \b(?:do not|don't|dont|no longer|not)\s+(?:\w+ ){0,2}(?:want|wish|like|care|agree|consent
            |need) (?:\w+ )?to (?:be contacted|receive|get|hear from|be (?:e-?mailed|solicited|on your
            |added))\b
        \b(?:do not|don't|dont) (?:want|wish for|need) (?:any )?(?:\w+ )?(?:more|further|any|your|these
            |such) (?:\w+ )?(?:e-?mails?|mails?|messages|contact|newsletters?|spam|solicitations?)\b
        \bleave (?:me|us) alone\b|\blose (?:my|our) (?:e-?mail|address|number|contact)
        \bcease and desist\b|\b(?:never|not) (?:contact|email|write) (?:me|us) again\b
        \bput (?:me|us) on your (?:do not|suppression)
        \b(?:i|we) (?:object to|withdraw (?:my|our) consent)
        \bright to (?:object|erasure|be forgotten)\b|\btake this as (?:an )?(?:opt[- ]?out|unsubscribe)
    """
_FR = r"""
        \b(?:désinscri(?:re|vez|s|ption|r)|desinscri(?:re|vez|s|ption)|désabonn(?:er|ez|e|ement)
            |desabonn(?:er|ez|e|ement))(?:-moi|-nous)\b
        \b(?:me|nous|m')\s?(?:désinscrire|desinscrire|désabonner|desabonner|désinscriviez|retirer|supprimer
            |enlever|rayer|radier|ôter|effacer)\b
        \b(?:veuillez|merci (?:de|d')|pouvez-vous|pourriez-vous|je vous (?:prie|demande|remercie) (?:de|d')
            |prière (?:de|d')|svp|il faut)\s?(?:\w+ ){0,3}(?:nous |me |m')(?:désinscri|desinscri|désabonn
            |desabonn|retirer|supprimer|enlever|rayer|ôter|effacer|radier)\w*
        \b(?:veuillez|merci (?:de|d')|pouvez-vous|pourriez-vous|je vous (?:prie|demande|remercie) (?:de|d')
            |prière (?:de|d')|svp|il faut)\s?(?:\w+ ){0,3}(?:retirer|supprimer|enlever|rayer|ôter|effacer
            |radier)\b[^.]{0,50}\b(?:m[aeo][ns]?|nos|notre|listes?|base|fichiers?|mailing|coordonnées)\b
        \bmerci (?:\w+ ){0,3}(?:retirer|supprimer|enlever|rayer|effacer)\s(?:notre|nos|mon|ma|mes)\b
        \b(?:veuillez|merci (?:de|d')|pouvez-vous|pourriez-vous)\s?(?:\w+ ){0,3}(?:désinscri|desinscri
            |désabonn|desabonn)\w*
        \babstenir de\b[^.]{0,40}\b(?:envoi|contact|sollicitation|mail|message)|\blâchez-(?:moi|nous)\b
        \bne m'(?:écrivez|ecrivez|envoyez|importunez)\s(?:plus|pas|jamais)\b
        \b(?:retirez|supprimez|enlevez|rayez|effacez|radiez|ôtez|sortez)(?:-moi
            |-nous)?\b[^.]{0,50}\b(?:list\w*|base|fichiers?|mailing|diffusion|coordonnées|adresse|données
            |mail|contacts?)\b
        \b(?:retirez|supprimez|enlevez|rayez|radiez)-(?:moi|nous)\b
        \b(?:ne|n')\s?(?:plus\s(?:\w+ ){0,2}
            |pas\s(?:\w+ ){0,2}(?:me |nous |m'))(?:me |nous |m')?(?:contacter|écrire|ecrire|envoyer
            |solliciter|recevoir|démarcher|relancer|mailer|spammer|déranger|importuner)\b
        \bne (?:me|nous) (?:\w+ )?(?:contactez|écrivez|ecrivez|envoyez|sollicitez|démarchez|relancez
            |spammez|dérangez|recontactez)\s(?:plus|pas|jamais)\b
        \b(?:souhait\w*|voul\w*|veux|veut|désir\w*|souhaite) (?:plus|pas) (?:\w+ ){0,2}(?:recevoir
            |être (?:contactée?s?|sollicitée?s?|démarchée?s?|relancée?s?)|que vous)\b
        \b(?:arrêtez|arretez|cessez|stoppez|arrêter|cesser)(?: immédiatement| tout de suite
            | svp)? (?:de |d'|vos |ces |cet |tout|les |l')\s?(?:\w+ ){0,3}(?:m')?(?:contacter|écrire|ecrire
            |envoyer|envois?|solliciter|sollicitations?|spam\w*|démarchage|démarcher|mails?|e-?mails?
            |courriels?|messages?|relances?|publicités?|pubs?|harceler|importuner|contact)\b
        \bplus (?:de|aucun|d')\s?(?:mails?|e-?mails?|messages?|courriels?|sollicitations?|publicités?|pubs?
            |démarchage)\b
        \b(?:laissez|fichez|foutez)-(?:moi|nous) (?:\w+ )?(?:la paix|tranquilles?)\b
        \bstop(?:per)? (?:aux?|les|vos|ces|à) (?:\w+ )?(?:mails?|e-?mails?|spams?|messages?|envois?
            |publicités?|pubs?|sollicitations?)\b
        \b(?:droit d'opposition|droit à l'(?:effacement|oubli)|m'oppose (?:à|au)|nous (?:nous )?opposons
            |opposé au démarchage)
        \b(?:supprime[rz]|efface[rz]) (?:\w+ ){0,2}(?:mes|nos|mon|notre) (?:données|coordonnées|adresse
            |mail|contact)
        \bliste (?:rouge|d'opposition)\b
        \b(?:demande|souhaite|veux|voudrais|aimerais
            |souhaiterais)\s(?:\w+ ){0,2}(?:ma |mon |notre |à être |être )?(?:désinscri\w+|desinscri\w+
            |désabonn\w+|retirée?s? de|supprimée?s? de|retrait|suppression de (?:mes|mon|nos|notre))
    """
_DE = r"""
        \b(?:nehmen|streichen|entfernen|löschen|loeschen|tragen|nimm|lösch|streich|entferne|lösche
            |trag)\s(?:sie\s)?(?:bitte\s)?(?:mich|uns|meine|unsere|diese)\b
        \b(?:mich|uns|meine \S+|unsere \S+)\s(?:bitte\s)?(?:\w+ ){0,5}(?:aus|von)\s(?:\w+ ){0,4}(?:liste
            |verteiler|datenbank|mailingliste|adressliste|kartei|system)\b
        \b(?:bitte|hiermit)\s(?:\w+ ){0,5}(?:abmelden|abzumelden|austragen|abbestellen|löschen|loeschen
            |streichen|entfernen)\b
        \b(?:melde|melden|meldet)\s(?:ich |wir )?(?:mich|uns|sie mich|sie uns)\s(?:\w+ ){0,4}ab\b
        \b(?:keine|nicht|nie)\s(?:\w+ ){0,4}(?:weiteren?|mehr|werbe\w*|werbung|e-?mails?|mails?|nachrichten
            |newsletter|kontakt\w*|anfragen)\b[^.]{0,40}\b(?:erhalten|bekommen|senden|schicken|zusenden
            |wünsch\w*|wünsche|kontaktieren|kontaktiert|schreiben|anschreiben|mehr|zu)\b
        \b(?:keine|nie wieder)\s(?:weiteren?\s)?(?:e-?mails?|mails?|werbung|werbemails?|nachrichten
            |kontaktaufnahme)\b(?:\s(?:mehr|bitte))?
        \bnicht (?:mehr|weiter|wieder) (?:\w+ )?(?:kontaktier\w*|anschreib\w*|angeschrieben|belästig\w*
            |schreib\w*|anmail\w*|kontaktiert werden)\b
        \b(?:schreiben|kontaktieren|schicken|senden|mailen|belästigen) sie (?:mir|uns
            |mich)\s(?:bitte\s)?(?:\w+ ){0,2}(?:nicht|nie|keine (?:weiteren|mehr|e-?mails?|mails?|werbung
            |nachrichten|newsletter))\b
        \b(?:sehen|sieh)\b[^.]{0,60}\b(?:mails?|e-?mails?|werbung|zusendung\w*|kontakt\w*)\s(?:\w+ )?ab\b
        \b(?:hören|höre) sie (?:bitte )?auf\b|\bunterlassen sie\b|\blassen sie (?:mich|uns) in ruhe\b
        \bwiderspr(?:eche|echen|uch)\b[^.]{0,60}\b(?:nutzung|verarbeitung|verwendung|werbung|daten
            |zusendung|kontakt\w*)\b
        \b(?:meine|unsere) (?:\w+ )?(?:daten|e-?mail-?adresse|adresse
            |kontaktdaten)\s(?:\w+ ){0,4}(?:löschen|loeschen|entfernen|zu löschen)\b
        \blöschen sie (?:\w+ ){0,3}(?:daten|adresse)
    """
_ES = r"""
        \b(?:d(?:ar|en|é|e|ad|adme|eme|énme|arme|arnos|enme|ame|adnos|éme))\s?(?:me|nos)?\s?de baja\b
        \bbaja de (?:su|sus|la|esta|vuestra) (?:lista|base|newsletter|correo)
        \b(?:causar|solicito|quiero|deseo|quisiera|pido) (?:\w+ ){0,3}baja\b
        \bno (?:me |nos )?vuelv\w+ a (?:contactar|escribir|enviar|mandar|llamar)\w*
        \b(?:no|nunca)\s(?:\w+ ){0,3}(?:me|nos)?\s?(?:envíen|envien|envíe|envie|envíes|manden|mande|mandes
            |escriban|escriba|escribas|contacten|contacte|contactes|molesten|moleste|contactéis|enviéis
            |escribáis)\b
        \bno (?:quiero|queremos|deseo|deseamos|quisiera|me interesa) (?:\w+ ){0,2}(?:recibir|que me|que nos
            |seguir recibiendo|más (?:correos|mensajes|emails))\b
        \bno (?:más|mas) (?:correos|mensajes|e-?mails|mails|publicidad|spam)\b
        \b(?:dejen|deje|deja|dejad|paren|pare|cesen)\s(?:ya\s)?de\s(?:enviar\w*|mandar\w*|escribir\w*
            |contactar\w*|molestar\w*)
        \b(?:elimin\w+|borr\w+|quit\w+|retir\w+|supr[ií]m\w+|sáquenme|saquenme
            |sácame)\b[^.]{0,40}\b(?:lista|listas|base de datos|mis datos|mi correo|mi email|mi dirección
            |nuestros datos|nuestra dirección)
        \b(?:elimínenme|eliminenme|elimíneme|bórrenme|borrenme|quítenme|quitenme|quíteme|bórrame|elimíname
            |quítame)\b(?!\s(?:la|el|los|las|un|una)\s(?!lista))
        \bcancel\w+ (?:mi|la|nuestra) suscripción|\bdarme de baja|\bderecho de (?:oposición|supresión)
    """
_IT = r"""
        \bnon (?:contattar|scriver|inviar|mandar|disturbar)(?:ci|mi)\b
        \bcancellazione (?:dei|dai|dalla|della|del) (?:miei|nostri|mio|vostr\w+|mia|nostro|lista|database)
        \b(?:cancell|rimuov|elimin|toglie|togl|disiscriv)\w*(?:mi|temi|ci|teci|rmi|rci|emi|etemi|etimi|imi
            |ami|atemi)\b
        \b(?:cancella\w*|rimuov\w+|elimina(?:re|te|ta|to)?|togli\w+)\b[^.]{0,40}\b(?:lista|liste|database
            |indirizzo|miei dati|nostri dati|mia mail|mia email|contatti|elenco)
        \bnon (?:\w+ ){0,3}(?:voglio|vogliamo|desidero|desideriamo|intendo|vorrei|gradisco
            |gradiamo) (?:più )?(?:\w+ ){0,2}(?:ricevere|essere contattat\w+|che mi|comunicazioni|vostre)
        \bnon (?:mi|ci) (?:contatt\w+|scriv\w+|invi\w+|mand\w+|disturb\w+)\s?(?:più|mai)?
        \bnon (?:contattate|contattatemi|contattateci|scrivetemi|scriveteci|inviatemi|inviateci|mandatemi
            |scrivermi|contattarmi|inviarmi)\b
        \b(?:smett\w+|basta|cessate|finitela)\s(?:di|con|le|queste)\b[^.]{0,30}\b(?:scriver\w*|inviar\w*
            |mandar\w*|contattar\w*|mail|email|messaggi|spam)
        \b(?:nessun'altra|niente più|basta) (?:mail|e-?mail|comunicazion\w+|messaggi\w*)\b
        \bannull\w+ (?:la (?:mia )?)?iscrizione|\bdiritto di opposizione|\bmi oppongo
    """
_NL = r"""
        \b(?:mij|me|ons)\b[^.]{0,40}\b(?:uit|van)\b[^.]{0,40}\b(?:verwijderen|halen|schrappen)\b
        \b(?:schrijf|schrijft|meld|meldt|haal|haalt|verwijder|verwijdert|schrap) (?:\w+ )?(?:me|mij|ons
            |mijn|onze)\b[^.]{0,50}\b(?:uit|af|van|lijst\w*|bestand|mailing\w*|verzendlijst|database)\b
        \b(?:verwijder|verwijderen|wissen|schrappen)\b[^.]{0,40}\b(?:mijn|onze|ons|mij
            |me) (?:\w+ )?(?:gegevens|adres|e-?mail\w*|mailadres|uit|van)
        \b(?:mijn|onze) (?:\w+ )?(?:gegevens|adres|e-?mail\w*|mailadres)\s(?:\w+ ){0,5}(?:verwijderen
            |wissen|te verwijderen)
        \b(?:graag|wil|willen|gelieve|verzoek|aub|wens|kunt u|kan je
            |kunnen jullie)\s(?:\w+ ){0,6}(?:uitschrijven|afmelden|uitgeschreven|afgemeld|uit te schrijven
            |af te melden)\b
        \b(?:uitschrijven|afmelden) (?:aub|graag|voor|van|alstublieft)\b
        \b(?:geen)\s(?:\w+ ){0,2}(?:e-?mails?|mails?|berichten|reclame|contact|nieuwsbrie\w+
            |post)\s(?:\w+ ){0,3}(?:meer|sturen|ontvangen|toesturen|op(?:nemen|te nemen))\b
        \bgeen prijs (?:meer )?op\b
        \bniet (?:meer|langer) (?:\w+ ){0,3}(?:contact\w*|benader\w*|mailen|gemaild|schrijven|lastig
            |aanschrijven|ontvangen)\b
        \b(?:stop|stopt|hou|houdt) (?:\w+ )?(?:met|op met)\s(?:\w+ ){0,3}(?:mailen|sturen|schrijven|spammen
            |contact|e-?mails?)
        \blaat (?:me|mij|ons) met rust
        \bwens (?:geen|niet)\b[^.]{0,40}\b(?:mail|e-?mail|contact|ontvangen|benaderd)
    """
_PT = r"""
        \b(?:remoção|eliminação|apagamento) d[oae]s? (?:meus?|minhas?|nossos?|nossas?)\b
        \b(?:remov|retir|elimin|apag|exclu|tir)\w*(?:-me|-nos|m-me)\b
        \b(?:me|nos) (?:remov|retir|exclu|descadastr|tir)\w+
        \b(?:remov(?:a|am|er|ido|ida|e)|retir(?:e|em|ar|ado)|elimin(?:e|em|ar)|apagu?\w+|exclu(?:a|am|ir
            |ído)|tir(?:e|em|ar)|cancel(?:e|em|ar))\b[^.]{0,40}\b(?:lista|listas|base de dados
            |meu (?:e-?mail|contacto|contato|endereço|nome|cadastro)|minha inscrição|minha subscrição
            |meus dados|nossos dados|subscrição)
        \b(?:descadastr|desinscrev|desinscrição)\w*
        \bnão (?:\w+ ){0,2}(?:quero|queremos|desejo|desejamos|pretendo|pretendemos
            |gostaria de) (?:\w+ ){0,3}(?:receber|ser contactad\w+|ser contatad\w+|mais|que me)
        \bnão (?:me|nos)? ?(?:\w+ )?(?:envi\w+|mand\w+|escrev\w+|contact\w+|contat\w+|incomod\w+
            |volte\w* a)\b
        \b(?:parem|pare|deixem|deixe|parar) (?:já )?de (?:\w+ )?(?:enviar|mandar|escrever|contactar
            |contatar|incomodar)
        \bnão (?:me )?envie\w* mais
        \b(?:chega|sem mais|mais nenhum) (?:de )?(?:e-?mails?|mensagens|spam)|\bdireito de oposição
    """

_LANGUAGES = {
    "en": _EN + optout_more.EN,
    "fr": _FR + optout_more.FR,
    "de": _DE + optout_more.DE,
    "es": _ES + optout_more.ES,
    "it": _IT + optout_more.IT,
    "nl": _NL + optout_more.NL,
    "pt": _PT + optout_more.PT,
}

ASKS = Alternatives("".join(_LANGUAGES.values()))
"""Ways of asking in any language, tried one sentence at a time."""

_SPOKEN = [language for language, asks in _LANGUAGES.items() for _ in alternatives(asks)]

LANGUAGE_OF = dict(zip(ASKS.each, _SPOKEN, strict=True))
