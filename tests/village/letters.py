"""What the villagers write. `{name}` is the visitor's name as it was typed into the form."""

BAKER_MEETS = """Bonjour {name},

Votre message tombe bien : nous cherchons justement une solution de ce genre pour la boutique.
Pouvez-vous m'appeler mardi ou jeudi après 14 h, une fois la fournée terminée ? Sinon passez à la
boulangerie vendredi à 15 h, je vous offre le café et nous regardons cela ensemble.

Bonne journée,
Marie Martin
Boulangerie Martin - 04 65 71 10 14
"""

JOINER_ASKS_PRICE = """Bonjour,

Merci de nous avoir écrit. Avant d'aller plus loin : combien cela coûte-t-il pour une équipe de huit
personnes, installation comprise ? Pouvez-vous m'envoyer votre grille tarifaire ?

Cordialement,
Julien Dubois
Atelier Dubois, menuiserie et agencement
"""

DENTIST_MEETS = """Hi {name},

Thanks for getting in touch. Yes, we would like to see how this works. Could you do a call next
Wednesday at 1 pm, when the surgery closes for lunch? Send me an invitation and I will bring our
practice manager along.

Best wishes,
Emma Clarke
Practice owner, Harbour Dental Practice
"""

PHOTOGRAPHER_LATER = """Bonjour {name},

L'idée m'intéresse mais je suis en pleine saison des mariages et je n'ai pas une minute avant
octobre. Recontactez-moi à la rentrée, vers la fin septembre, nous en parlerons au calme.

Bien à vous,
Inès Caron
"""

CYCLES_ASKS_MORE = """Hello,

Sounds interesting. Before we talk, could you send me some documentation? I would like to know
whether it works with the till software we already use, and who else in retail has it.

Cheers,
Sam Fletcher
Northwind Cycles
"""

BOOKSELLER_DECLINES = """Bonjour,

Merci pour votre proposition, mais nous ne sommes pas intéressés : nous venons de signer pour trois
ans avec un autre prestataire et nous en sommes contents.

Bonne continuation,
Sophie Lambert
Librairie du Parc
"""

GARAGE_AWAY = """Bonjour,

Je suis absent du bureau jusqu'au 24 août inclus et je ne consulte pas mes messages.
En cas d'urgence, vous pouvez joindre l'atelier au 02 61 91 35 18.

Cordialement,
Bruno Petit

Ceci est une réponse automatique, merci de ne pas y répondre.
"""

ACCOUNTANT_OPTS_OUT = """Please remove me from your list and do not contact us again.

Priya Shah
Fairway Accounting
"""

HOTEL_COPY = """Bonjour {name},

Nous avons bien reçu votre demande et vous répondrons dans les meilleurs délais.
Voici une copie du message que vous nous avez adressé par notre formulaire :

{message}

Ce message a été envoyé automatiquement, merci de ne pas y répondre.
Hôtel des Tilleuls
"""

HOTEL_MEETS = """Bonjour {name},

Nous en parlions la semaine dernière avec Thomas, donc oui, cela nous intéresse. Je vous propose une
visioconférence lundi prochain à 10 h 30. Cela vous convient-il ?

Élodie Favre
Hôtel des Tilleuls
"""

OPTICIAN_REFERS = """Bonjour {name},

Ce n'est pas moi qui décide de ces sujets, ils sont gérés par le groupement. Je transmets votre
message à ma collègue Karine Schmitt, qui s'occupe des achats ; voyez directement avec elle.

Claire Weber
Optique Clairvue
"""

COLLEAGUE_ASKS_MORE = """Bonjour,

Claire Weber, d'Optique Clairvue à Strasbourg, m'a transmis votre message. Pourriez-vous m'envoyer
une présentation et me préciser comment se passe la reprise des données existantes ?

Karine Schmitt
Achats, Groupement Clairvue
"""

PHYSIO_ASKS_PRICE = """Hi there,

How much would this be for a clinic with five practitioners? Is it per month or per seat, and is
there a set-up fee?

Gareth Lloyd
Brightside Physio
"""
