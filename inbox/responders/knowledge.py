"""Which of the tenant's passages bear on a question (pure).

BM25 (Robertson and Zaragoza, 2009) over a few hundred passages at most, so nothing is indexed. French and
English meet in a small table of the concepts that prospects ask about, because the question and the passage
may not share a language.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from inbox.responders.values import Passage

K1, B = 1.2, 0.75
"""The usual constants of BM25: how soon a repeated word stops counting, and how much long passages pay."""

TITLE_WEIGHT = 2

QUESTION_WORDS = 400
"""Words of a question that are looked at; the rest of a very long mail asks nothing new."""

WORD = re.compile(r"[a-z0-9]+")

STOPWORDS = frozenset(
    WORD.findall(
        """
        a an and any are as at be but by can could do does for from had has have how i if in is it its me my
        of on or our please so some that the their them there they this to up us was we were what when which
        who will with would you your hello hi thanks thank regards dear alors au aux avec avez bien bonjour ce
        ces cela cet cette comme comment cordialement dans de des donc du elle en est et etre ils il je la le
        les leur lui ma mais me merci mes mon ne nos notre nous ont ou par pas plus pour que quel quelle
        quelles quels qui quoi sa se ses si son sont sur ta te tes toi ton tu un une vos votre vous y madame
        monsieur
        """
    )
)

_CONCEPTS = {
    "price": "price prices pricing cost costs fee fees rate rates quote quotation budget invoice billing"
    " prix tarif tarifs cout couts devis combien montant facture facturation",
    "delay": "delay delays deadline lead time turnaround weeks delai delais duree semaines",
    "delivery": "delivery deliver shipping ship livraison livrer expedition",
    "contract": "contract commitment duration termination cancel cancellation engagement contrat resiliation",
    "trial": "trial demo demonstration demonstrations test pilot essai maquette pilote",
    "support": "support help assistance maintenance helpdesk sav aide",
    "security": "security privacy gdpr secure hosting data rgpd securite confidentialite hebergement donnees",
    "integration": "integration integrate api connector connect compatible integrer connecteur",
    "reference": "reference references customer customers client clients cases avis temoignage temoignages",
    "training": "training onboarding formation former accompagnement",
    "location": "location area region address office where zone secteur adresse bureau bureaux",
    "payment": "payment pay card paiement payer reglement carte virement",
}
CONCEPTS = {word: concept for concept, words in _CONCEPTS.items() for word in words.split()}


ENDINGS = "ations ation ements ement ments ment ings ing ees ee es s e".split()  # noqa: SIM905 - reads better


def rank(question: str, passages: Sequence[Passage], limit: int) -> tuple[Passage, ...]:
    """At most `limit` passages that share something with the question, best first. Equal ones keep their
    order.
    """
    wanted = set(_terms(question)[:QUESTION_WORDS])
    bags = [Counter(_terms(p.title) * TITLE_WEIGHT + _terms(p.text)) for p in passages]
    rarity = _rarity(wanted, bags)
    usual = sum(bag.total() for bag in bags) / len(bags) if bags else 0.0
    scores = [_score(bag, rarity, usual) for bag in bags]
    best = sorted(range(len(bags)), key=lambda i: -scores[i])
    return tuple(passages[i] for i in best[:limit] if scores[i] > 0)


def _rarity(wanted: set[str], bags: Sequence[Counter[str]]) -> dict[str, float]:
    holding = {term: sum(term in bag for bag in bags) for term in wanted}
    return {term: math.log(1 + (len(bags) - n + 0.5) / (n + 0.5)) for term, n in holding.items() if n}


def _score(bag: Counter[str], rarity: dict[str, float], usual: float) -> float:
    length = K1 * (1 - B + B * bag.total() / usual) if usual else K1
    return sum(weight * bag[term] * (K1 + 1) / (bag[term] + length) for term, weight in rarity.items())


def _terms(text: str) -> list[str]:
    """Stems, without accents; words of one concept become that concept."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return [CONCEPTS.get(word) or _stem(word) for word in WORD.findall(plain) if word not in STOPWORDS]


def _stem(word: str) -> str:
    """Plurals and the commonest endings of both languages off; what is left is compared, never shown."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
