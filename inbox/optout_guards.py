"""What turns words of opting out into something else."""

import re

from inbox.patterns import any_of

GUARDS = re.compile(
    any_of(r"""
        \bclick|\bcliqu|\bklick|\bhaga clic|\bfai clic|\bclicca|\bklik\b|\bclique\b|\bthis link\b
        \bce lien\b|\bif you (?:\w+ ){0,3}(?:do not|don't|no longer|wish|want|would|prefer)
        \bsi vous (?:ne |n'|souhait|voul|désir)|\bwenn sie\b|\bfalls sie\b|\bsi (?:no )?(?:desea|quiere)
        \bse (?:non )?(?:desideri|desidera|vuoi|vuole|volete)
        \b(?:those|anyone|anybody|people|someone|everyone|persons?|any person) (?:who|that|to receive
            |not wishing)\b
        \bhow to (?:unsubscribe|opt)
        (?:^\W*to be|\bwill be|\bway to be|\bbe (?:immediately|promptly)) (?:removed|eliminated
            |deleted)\b[^.]{0,40}(?:mailings?|lists?|please|send|reply|click)
        \bals u\b|\bindien u\b|\bse (?:não )?(?:deseja|pretende|quiser)|\byou can (?:unsubscribe|opt)
        \bto (?:unsubscribe|opt out|stop receiving)\b[^.]{0,40}(?:,|:|reply|visit|send|use|follow|go to
            |please (?:click|visit|reply|follow))
        \bpour (?:vous|se) (?:désinscrire|désabonner)\b
        \b(?:do not|don't|dont|please don't|never|not) (?:want to |wish to |need to )?(?:unsubscribe
            |remove (?:me|us)|stop (?:emailing|writing|sending)|opt (?:me|us) out|be (?:removed
            |unsubscribed))
        \bne (?:me|nous) (?:désinscri|désabonn|retir|supprim|enlev)\w+ (?:pas|surtout)
        \bn'arrêtez (?:pas|surtout)
        \bne (?:veux|souhaite|voulons|souhaitons) pas (?:\w+ )?(?:me |nous )?(?:désinscri|désabonn
            |être (?:désinscrit|retiré|supprimé))
        \bnicht (?:abmelden|austragen|löschen|abbestellen|streichen)\b
        \bno (?:me|nos) (?:den|dé|des|borre\w*|elimin\w*|quit\w*) (?:de baja)?
        \bnon (?:cancell|rimuov|elimin)\w+|\bniet (?:uitschrijven|afmelden|verwijderen)\b
        \bnão (?:me )?(?:remov|retir|elimin)\w+|\b(?:by|via|on|over the) (?:tele)?phone\b
        \bpar téléphone\b|\btelefonisch\b|\bpor teléfono\b|\bper telefono\b|\bpor telefone\b
        \b(?:before|until|till|avant|jusqu'|vor (?:dem|mitte|ende|september|oktober)|bis (?:zum|ende
            |september)|antes de|hasta|prima (?:di|del)|fino a|voor (?:september|oktober|eind)|até)\b
        \bhesitate\b|\bhésitez\b|\bzögern\b|\bdud[ea]\b|\besit\w+\b|\baarzel\w*\b|\bhesite\b
        \b(?:did|do|does|have|has) (?:you|we|they|anyone|our \w+|your \w+) (?:ever )?(?:unsubscribe|stop)
        \b(?:customers?|clients?|subscribers?|users?|people|kunden|utilisateurs?
            |abonnés) (?:\w+ ){0,3}(?:unsubscribe|opt|who|se désabonn|qui|die)
    """),
    re.IGNORECASE,
)
"""What makes the same words something else: instructions, conditions, negations, another channel, a date,
other people.
"""

ELSEWHERE = re.compile(
    any_of(r"""
        (?:unsubscribed?|désinscri\w+|désabonn\w+|abmeld\w+|uitschrijven|removed?) (?:me |us )?(?:from
            |de l[ae']|du|des|von|van|de)\s(?:netflix|spotify|linkedin|facebook|amazon|google|our (?:own )?
            |my (?:own )?|another|other|someone|competitors?|notre|nos|mon|ma|unser\w*|meine\w*|onze|mijn
            |nuestr\w+|nostr\w+|noss\w+)
    """),
    re.IGNORECASE,
)
"""A list that is not the writer's to leave here: their own, or some other company's."""
