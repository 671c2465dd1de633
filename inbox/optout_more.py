"""Further ways of asking to be left alone: less plain, yet meant as firmly.

By family, the same in each language: never again with any word for writing; a word for stopping or sparing
with any word for mail; off the list in figures of speech; no consent, and the rights of the GDPR, the one to
erasure above all; enough.
"""

EN = r"""
        \b(?:never|not|no longer|don't|didn't) (?:\w+ ){0,5}(?:wrote|write to|email|mail|contact
            |approach|bother
            |pester|solicit)(?:ed)? (?:to )?(?:me|us|this|our|my|here)\b[^.]{0,30}(?:\bagain
            |\bany ?more|\bever|$)
        \b(?:no longer|not|don't) (?:want|wish|care|like) to be (?:\w+ )?(?:approached|contacted
            |emailed|mailed
            |solicited|written to|called)
        \b(?:don't|do not|never) (?:ever )?(?:try|write|email|mail|contact (?:us|me)|fill in th\w+ form
            |use it|bother) again\b
        \b(?:you )?(?:may|must|are) not (?:to |allowed to )?(?:contact|write to
            |email)\b[^.]{0,40}\bagain\b
        \b(?:desist|abstain|refrain) from\b
        \b(?:leave|keep|count) (?:us|me) out (?:of (?:this|these|your|it)|in future|from now)
        \b(?:get|keep|want|be) (?:me |us )?off (?:it|this|that|these|your|the) ?(?:\w+ )?(?:list|lists
            |mailings?
            |database|books)?\W*$
        \b(?:rmv|remov\w+|delete|cross|strike|scratch|take) (?:\w+ ){0,3}(?:from|off) (?:\w+ ){0,2}(?:list
            |lists|mailings?|database|records|books|system)\b
        \b(?:erase|delete|remove|wipe) (?:\w+ ){0,2}(?:everything|all data|all of|anything)
            (?:\w+ ){0,3}(?:hold|have|keep|about|on)\b
        \bask you to (?:erase|delete|remove) (?:my|our)\b
        \b(?:don't|do not|not) want (?:\w+ ){0,2}(?:cold|unsolicited|sales|marketing) (?:e-?mails?
            |messages?
            |approaches|outreach)\b
        \brather not (?:get|receive|have) (?:these|this|such|any|your)\b
        \b(?:don't|do not|not) (?:get|receive|have) any (?:further|more|other) (?:e-?mails?|mails?
            |messages?)\b
        \benough (?:with|of) (?:the |these |your |those )?(?:e-?mails?|messages?|mails?|spam)\b
        \b(?:this|that|it) (?:is |be |was )?the (?:last|final) (?:e-?mail|message|mail
            |time) (?:that )?you\b
        \bblock (?:my|our|this) (?:address|e-?mail|domain)\b
        \bopt (?:\w+ ){1,3}out\b
        ^\W*no more,? (?:please|thanks|thank you)\W*$
        ^\W*(?:go away|get lost|leave (?:me|us) alone|blocked|delete)\W*$
        \bthe (?:second|third|fourth|fifth|\d+(?:nd|rd|th)) (?:one|message|e-?mail
            |time)\b[^!?]{0,60}\benough\b
        ^\W*(?:please )?(?:erase|delete|destroy|remove) (?:it|them|us|me)\W*$
        \b(?:is|that's|it's|bordering on) (?:\w+ )?harassment\b|\b(?:plz|pls|please),? stop\b(?! by)
        ^\W*unsubscribe,? (?:please|pls|thanks|thank you)\b
        \breport(?:ed)? (?:you|to (?:the )?(?:ico|ftc|police|authorit\w+|cyber \w+|abuse))\b
        \b(?:my|our) (?:lawyer|solicitor|attorney)s? will\b|\bsold (?:you|u) (?:my|our) (?:details|data
            |e-?mail)
        \btelling you (?:people |lot )?to stop\b
        \b(?:remove|delete|erase|destroy) (?:my|our) (?:info\w*|details|data|name|number|address
            |e-?mail|record)
        \b(?:delete|erase|remove|wipe) (?:all |any )?(?:of )?(?:the )?(?:personal )?(?:data|details
            |information|records?) (?:that |which )?you (?:\w+ ){0,2}(?:hold|have|store|keep|process)\b
        \b(?:demand|require|request|insist on) (?:the |a )?(?:\w+ )?(?:deletion|erasure|removal) of\b
        ^\W*(?:please )?(?:erase|delete|remove) (?:this|please|pls|thanks|thank you)\W*$
    """
FR = r"""
        \b(?:oubliez|d'oublier|oublier) (?:\w+ )?(?:adresse|coordonnées|contact)\b
        \bne plus (?:\w+ ){0,2}(?:me |m'|nous |vous |être |avoir |utiliser )(?:\w+ ){0,3}(?:adresser
            |courrier
            |contactée?s?|sollicitée?s?|démarchée?s?|relancée?s?|nouvelles|adresse)
        \bne (?:veut|veux|voulons|souhait\w+) plus (?:\w+ ){0,2}(?:avoir|entendre|être|recevoir)
        \binutile de (?:me |nous )(?:relancer|recontacter|réécrire|insister|rappeler)
        \bça suffit\b
        \bsortez(?:-| )(?:moi|nous) (?:de|d')\b
        \b(?:refuse|refusons|n'accept\w+ pas|n'autoris\w+ pas) (?:que|l'|toute?|la|le|les
            |votre)\b[^.]{0,60}(?:données
            |adresse|mail|démarch\w+|prospect\w+|sollicit\w+|écrire)
        \bautoris\w+ (?:pas|plus) à (?:m'|nous |me )?\s?(?:écrire|contacter|recontacter|relancer|envoyer)
        \bplus autorisée?s? à (?:\w+ )?(?:contacter|écrire|utiliser)
        \b(?:demande|exige|réclame|requiers) l'(?:effacement|oubli|opposition|annulation)
        \b(?:arrêtiez|cessiez|stoppiez) (?:de |d'|vos |tout)
        \b(?:ôtez|otez|enlevez|retirez|supprimez|effacez|radiez|rayez)(?: |-)(?:moi|nous|cette adresse
            |mon mail|mon adresse|notre adresse|ce mail)\b
        \b(?:évitez|éviter|abstenez-vous) (?:de |d')(?:me |nous |m')\s?(?:recontacter|contacter|écrire
            |relancer
            |solliciter|envoyer|démarcher)
        \b(?:aucune?|plus de|pas de) (?:\w+ )?(?:prospection|démarchage|sollicitation|publicité)\b
        \b(?:ne pas|n'|de ne plus) insist\w+
        \bne (?:remplissez|utilisez) plus\b
        \bne l'utilisez plus\b
        ^\W*(?:supprimez|dégagez|bloquée?|effacez|désabonnez)\W*$
        \b(?:est|relève) (?:du |de l'|un )?harcèlement\b|\bvous signale\w* (?:à|comme)\b|\b(?:mon|notre
            |nos) avocats?\b[^.]{0,30}\b(?:contact|saisi|écri)
        \boubliez(?:-| )(?:moi|nous)\b|\b(?:prière|merci|veuillez|prie) (?:de )?cesser\b
        ^\W*(?:effacez|supprimez|retirez|enlevez)-(?:les|la|le|moi|nous)\W*$
        ^\W*(?:désabonnement|désinscription|désabonner|désinscrire),? (?:svp|merci|stp|s'il)
        \b(?:ôtez|otez|retirez|enlevez|rayez|effacez|supprimez) (?:mon|notre|le) nom\b
        \b(?:demand|exig|réclam|sollicit|requ)\w* (?:\w+ ){0,2}(?:l'|la |le )(?:effacement|suppression
            |retrait)\b[^.]{0,40}\b(?:données|coordonnées|informations|adresses?|contacts?|fiche|nom)\b
        ^\W*(?:merci de |veuillez |à )?(?:supprime[rz]|efface[rz]|retire[rz])(?: tout| ça
            | cela)?\W*(?:svp|stp|merci|s'il vous plaît)?\W*$
    """
DE = r"""
        \bvergessen sie (?:\w+ )?(?:adresse|kontakt|uns|mich)\b
        \b(?:nichts|nie) (?:mehr|wieder) (?:\w+ ){0,3}(?:hören|lesen|bekommen|erhalten|sehen)\b
        \bvon (?:\w+ ){0,2}(?:mails?|e-mails?|anfragen|nachrichten|werbung|zusendungen
            |kontakt\w*)\b[^.]{0,20}\babsehen\b
        \bsehen sie\b[^.]{0,40}\b(?:anfragen|mails?|nachrichten|werbung)\s(?:\w+ )?ab\b
        \b(?:lassen|lass|lasst) (?:sie )?(?:uns|mich) (?:bitte )?(?:\w+ )?in (?:ruhe|frieden)
        \b(?:verschonen|ersparen) sie (?:uns|mich|mir)\b
        \bnehm\w* (?:sie )?(?:mich|uns) (?:\w+ )?(?:raus|heraus|runter)\b
        \b(?:verlange|fordere|beantrage|bitte um) (?:\w+ ){0,2}(?:die )?(?:sofortige )?löschung\b
        \b(?:es reicht|reicht (?:jetzt|langsam))\b[^.]{0,30}(?:mails?|nachrichten|werbung|$)
        \bkeine (?:weiteren )?(?:zusendungen?|mails?|nachrichten|anfragen) (?:mehr )?(?:an|von)\b
        \b(?:adresse|mailadresse|e-mail-adresse)\b[^.]{0,20}\bnicht (?:mehr|weiter) (?:verwenden|nutzen
            |benutzen|anschreiben)
        \b(?:sperren|löschen|entfernen|streichen) sie (?:\w+ ){0,2}(?:adresse|e-?mail\S*|kontakt\w*|daten)
        \bnicht (?:wieder|mehr|erneut|nochmals) (?:melden|schreiben|kontaktieren|anschreiben|anrufen)\b
        \b(?:solche|derartige|diese) (?:anfragen|mails?|werbung|nachrichten) nicht (?:mehr\s
            |länger\s)?(?:bekommen
            |erhalten|haben|empfangen)
        ^\W*(?:austragen|abmelden|löschen|streichen)(?: bitte)?(?:,? danke)?\W*$
        \b(?:verlang|forder|beantrag|ersuch|bitte)\w*\b.{1,60}\b(?:löschung
            |sperrung)\b[^.]{0,60}\b(?:daten|adressen?|angaben|kontakt\w*|einträge?)\b
        \b(?:von|auf) (?:weiteren?|jede[rn]?|jegliche[rn]?|künftigen?) (?:\w+ )?(?:zusendungen?|zuschriften?
            |e-?mails?|nachrichten?|anschreiben|werbung|kontaktaufnahmen?|anfragen?)\b[^.]{0,30}\b(?:abzusehen
            |absehen|verzichten)
    """
ES = r"""
        \b(?:olvíd\w+|olvid\w+se) (?:\w+ )?(?:de )?(?:esta|nuestra|mi) (?:dirección|cuenta|correo)
        \bno (?:me |nos |se )?vuelv\w+ a (?:\w+ ){0,3}(?:contact\w*|escrib\w*|poner\w*|envi\w*|mand\w*)
        \b(?:sáqu|saqu|quít|quit|bórr|borr|elimín|elimin|retír|retir)\w+(?:me|nos)\b(?!\s(?:la|el|los
            |las|un|una)\s(?!lista))
        \bno (?:quiero|queremos|deseo|deseamos) (?:\w+ )?(?:saber|recibir|volver|ser contactad\w+|que)\b
        \bbasta (?:ya )?de (?:correos|mensajes|mails|emails|spam|publicidad)
        \b(?:abstén|absten)\w+ de\b
        \bno insist\w+\b
        \b(?:dejaran|dejasen|dejen|cesen|cesaran|paren) (?:de |los |las |sus )(?:\w+ )?(?:envi\w+
            |mand\w+|escrib\w+
            |correos|mensajes|molest\w+|contact\w+)
        \bno autoriz\w+\b[^.]{0,40}\b(?:correo|datos|dirección|email|uso)
        \bretir\w+ (?:este|mi|nuestro) (?:correo|email|contacto)
        \b(?:me opongo|nos oponemos)\b[^.]{0,60}\b(?:datos|tratamiento|uso|comercial)
        \b(?:déjen|déja|dejen|deja)(?:nos|me|n?os) (?:ya )?(?:en paz|tranquil\w+)
        \bevit\w+ (?:contactar|escribir|volver)\w*
        \b(?:ni un|ningún) (?:correo|mensaje|mail)\w* más\b
        \bdesuscri\w+
        \b(?:pido|ruego|solicito|exijo) que (?:no |dejen|eliminen|borren|cesen)\b
        \b(?:solicit|exij|exig|pid|requier|reclam)\w* (?:\w+ ){0,2}(?:supresión|eliminación|borrado
            |cancelación)\b[^.]{0,40}\b(?:datos|contactos?|correo|dirección|información)\b
        \b(?:borre|elimine|quite|suprima|borra|elimina|quita|suprime)n? (?:mi|mis|nuestro|nuestra|nuestros
            |nuestras|este|esta) (?:contacto|datos|correo|email|dirección|número|teléfono)
    """
IT = r"""
        \bdimentica\w* (?:\w+ )?(?:questo|il nostro|il mio|nostro) (?:indirizzo|contatto)
        \bevita\w+ di (?:\w+ )?(?:ri)?(?:contatta|scrive|invia|manda)\w*
        \bmi tolga\b|\bci tolga\b|\b(?:mi|ci) (?:cancelli|rimuova|elimini)\b
        \blascia\w*(?:ci|mi|teci|temi) (?:\w+ )?in pace
        \bnon (?:\w+ ){0,2}(?:contattare|scrivere|inviare|disturbare|mandare) (?:più|oltre|ulteriormente)
        \b(?:cessare|cessate|interrompere|interrompete|astenetevi
            |astenersi)\b[^.]{0,40}\b(?:comunicazion\w+|invi\w+
            |mail|email|contatt\w+|propost\w+|messagg\w+)
        \b(?:eliminate|cancellate|rimuovete|togliete|elimini|cancelli) (?:il |la |i )?(?:mio|mia|nostro
            |nostra|miei
            |nostri) (?:\w+ )?(?:contatto|mail|email|indirizzo|dati|nominativo)
        \b(?:essere|venire) (?:rimoss\w|cancellat\w|tolt\w|eliminat\w|disiscritt\w)\b
        \bdisiscri\w+
        \bnon gradi\w+ (?:\w+ ){0,3}(?:email|mail|messagg\w+|comunicazion\w+)
        \bnon essere (?:più |ulteriormente )(?:disturbat\w|contattat\w)
        \bnon autorizz\w+\b[^.]{0,40}\b(?:mail|email|dati|indirizzo)
        \b(?:chied|richied|esig|pretend)\w* (?:\w+ ){0,2}(?:cancellazione|rimozione
            |eliminazione)\b[^.]{0,40}\b(?:dat\w|contatt\w|indirizz\w|nominativ\w)\b
        \b(?:cancell|elimin|rimuov)(?:i|a|ate|ete|ino|ano)? (?:il mio|la mia|i miei|il nostro|la nostra
            |i nostri) (?:contatt\w|dat\w|indirizz\w|e-?mail|numer\w|nominativ\w)
    """
NL = r"""
        \bvergeet (?:\w+ )?(?:ons|mijn|dit) (?:\w+ )?adres
        \b(?:schrijf|mail|benader|contacteer|stuur|bel) (?:ons|mij|me) (?:niet|niets|nooit) (?:meer
            |langer)
        \b(?:niets|nooit) meer (?:van|over) (?:u|jullie|je)\b[^.]{0,20}\b(?:horen|ontvangen|lezen|krijgen)
        \bwil (?:hier|er|daar) ?van ?af\b|\bhaal (?:me|ons|mij) (?:er ?af|eruit|weg)\b
        \bmaak\w* bezwaar\b|\bbezwaar tegen\b
        \b(?:nu is het|het is|is) (?:nu )?genoeg\b
        \b(?:adres|mailadres|e-mailadres)\b[^.]{0,20}\bniet (?:meer|langer|verder) (?:te )?(?:gebruiken
            |mailen|aanschrijven)
        \b(?:adres|gegevens|naam)\b[^.]{0,20}\b(?:schrappen|verwijderen|wissen)\b
        \bbespaar (?:ons|mij|me)\b
        \bzwarte lijst\b
        \bwil(?:len)? (?:\w+ )?geen (?:\w+ )?(?:berichten|mails?|e-mails?|reclame|post)\b
        \b(?:houd|hou|houdt) (?:\w+ )?op (?:met|ons)\b
        \b(?:verzoek|eis|vraag|verlang)\w* (?:\w+ ){0,3}(?:verwijdering
            |wissing)\b[^.]{0,40}\b(?:gegevens|adres\w*|contact\w*)\b
        \bverwijder (?:mij|me|ons)\b
    """
PT = r"""
        \besque[çc]\w+ (?:\w+ )?(?:este|nosso|meu|o nosso|o meu) (?:endereço|contacto|contato|e-?mail)
        \bnão (?:\w+ ){0,2}(?:voltar|voltem|volte) a (?:\w+ ){0,2}(?:ouvir|receber|contac?t\w+
            |escrev\w+|envi\w+)
        \bnão insist\w+
        \b(?:deixem?|deixa)-(?:nos|me) (?:\w+ )?em paz
        \bnão autoriz\w+\b[^.]{0,40}\b(?:e-?mail|dados|uso|contac?to|endereço)
        \b(?:oponho-me|me oponho|opomo-nos)\b
        \babst(?:enh|er|ém)\w*(?:-se)? de\b
        \bevit\w+ (?:novos|mais|futuros|contactar|contatar|enviar)
        \bsair d(?:a|essa|esta|sua|vossa) (?:lista|mailing)
        \b(?:removam|remova|retirem|retire|apaguem|apague|eliminem|elimine) (?:o |a |os )?(?:nosso
            |nossa|meu|minha
            |nossos|meus)\b
        \bnunca mais (?:me|nos) (?:\w+)
        \bnão receber (?:mais|nada)
        \b(?:cessem|cesse|cessar|parem|suspendam) (?:de |os |as |com )?(?:\w+ )?(?:envi\w+|contac?t\w+
            |mensagens
            |e-?mails)
        \b(?:solicit|exij|exig|requer|peç|pedim)\w* (?:\w+ ){0,2}(?:exclusão|eliminação|remoção
            |apagamento)\b[^.]{0,40}\b(?:dados|contac?tos?|e-?mails?|informações|cadastro)\b
        \b(?:exclu[aií]|apagu?[ea]|tir[ea]|delet[ea])m? (?:o |os |a )?(?:meus?|minhas?|nossos?
            |nossas?) (?:contac?tos?|e-?mails?|números?|dados|nome|telefones?)
        ^\W*(?:exclu[ai]|apag(?:a|ue)|tira|remov[ae]|delet[ae])m?\W*(?:por favor|pf|pfv
            |obrigad[oa])\W*$
    """
