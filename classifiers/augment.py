"""Variation that real replies show and writers forget: typing slips, residue of quotes and signatures, no
greeting.
"""

import random
from collections.abc import Callable

BEFORE = (
    "Bonjour,",
    "Bonjour Madame,",
    "Bonjour Monsieur,",
    "Bonsoir,",
    "Hello,",
    "Hi,",
    "Hi there,",
    "Dear Sir or Madam,",
    "Good morning,",
    "Salut,",
    "Guten Tag,",
    "Hola,",
    "Buongiorno,",
    "Goedendag,",
    "Olá,",
    "Re:",
    "TR:",
    "RE: votre message",
    "Fwd:",
    "Sehr geehrte Damen und Herren,",
    "Bom dia,",
    "Buenos días,",
    "Beste,",
    "Salve,",
)
AFTER = (
    "Cordialement",
    "Bien à vous",
    "Cdt",
    "Bonne journée",
    "Best regards",
    "Kind regards",
    "Thanks",
    "Cheers",
    "Regards",
    "Envoyé de mon iPhone",
    "Sent from my iPhone",
    "Sent from Outlook for Android",
    "Envoyé depuis mon mobile",
    "Best",
    "Mit freundlichen Grüßen",
    "Un saludo",
    "Cordiali saluti",
    "Met vriendelijke groet",
    "Com os melhores cumprimentos",
    "Le lun. 12 mai à 09:14, a écrit :",
    "On Tue, 3 Jun at 14:02 wrote:",
    "--",
    "Von meinem iPhone gesendet",
    "Ce message est confidentiel.",
    "This email is confidential and intended for the addressee only.",
    "Pensez à l'environnement avant d'imprimer ce mail.",
    "Tél. 01 23 45 67 89",
    "Inviato da iPhone",
)


def vary(text: str, chance: random.Random) -> str:
    """The text with each variation applied now and then; often unchanged."""
    for likelihood, change in CHANGES:
        if chance.random() < likelihood:
            text = change(text, chance)
    return text


def _slip(text: str, chance: random.Random) -> str:
    """Swap, drop or double one letter in about every forty, inside words."""
    letters = list(text)
    for _ in range(1 + len(letters) // 40):
        at = chance.randrange(len(letters)) if letters else 0
        if not text[at : at + 2].isalpha() or at + 1 >= len(letters):
            continue
        kind = chance.randrange(3)
        letters[at : at + 2] = (
            [letters[at + 1], letters[at]],
            [letters[at]],
            [letters[at], *letters[at : at + 2]],
        )[kind]
        text = "".join(letters)
    return text


def _unpunctuated(text: str, _: random.Random) -> str:
    return "".join(c for c in text if c not in ".,;:!'’\"")


def _begun(text: str, chance: random.Random) -> str:
    return f"{chance.choice(BEFORE)} {text}"


def _ended(text: str, chance: random.Random) -> str:
    return f"{text} {chance.choice(AFTER)}"


def _headless(text: str, _: random.Random) -> str:
    """Without the greeting: what stands before an early comma or line end."""
    head, mark, rest = text.partition(",")
    return rest.strip() if mark and len(head) < 25 and len(rest) > 30 else text


CHANGES: tuple[tuple[float, Callable[[str, random.Random], str]], ...] = (
    (0.15, _headless),
    (0.15, _begun),
    (0.15, _ended),
    (0.15, _slip),
    (0.10, _unpunctuated),
)
