"""Whose answer is this? From a mail's clues to the submission it answers, with a confidence.

An answer to a contact form is a fresh mail: no header ties it to the submission. So the clues are weighed
together: the token in the address that the form was given, message ids (also those that a bounce returns),
the sender's address, our own words quoted back, and the sender's domain soon after the submission.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from inbox.bounces import Bounce
from inbox.domains import FREE_MAIL, registrable
from inbox.parsing import Mail
from inbox.quoting import OwnText

TOKEN, MESSAGE_ID, ADDRESS, QUOTED_TEXT, DOMAIN_AND_TIME = (
    "token",
    "message_id",
    "address",
    "quoted_text",
    "domain_and_time",
)
_WEIGHTS = {TOKEN: 0.99, MESSAGE_ID: 0.97, ADDRESS: 0.85, QUOTED_TEXT: 0.8, DOMAIN_AND_TIME: 0.7}
"""How often one clue alone is right; judged, not measured: clues are combined as if independent."""
_NEAR = 0.1
"""Contenders closer than this to the best are told apart by a person."""
_LONGEST = timedelta(days=120)
_EARLY = timedelta(days=1)
"""How far a sender's clock may run behind ours."""
_SHINGLE = 5
_LEAST_SHARED = 0.4
_STRIDE = 4
"""A mail is probed at every fourth phrase: who quotes two fifths of a message quotes eight words in a row."""
_TELLING = 20
"""Messages that may share a phrase which still tells them from the others."""
_STAND_INS = 10
"""Messages that stand for all those that share a phrase of most messages: a person is shown no more names."""
_MOST_QUOTED = 100
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MAX_TEXT = 50_000
_Phrases = frozenset[int]
"""Phrases by their hashes: to compare numbers is several times as fast as to compare words."""
_Shared = Callable[[], _Phrases]
"""The phrases of a mail, made when they are first asked for."""
_TOKEN = re.compile(r"^[^+@]+\+([^@]{1,128})@")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submission (or a mail) of ours that an answer may belong to. Ids may carry angle brackets or not."""

    submission_id: str
    lead_id: str
    token: str = ""
    message_ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    domain: str = ""
    message: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail tells of whom it answers. `tokens` are lower case; `text` is all of its text, quotations
    included.
    """

    tokens: tuple[str, ...]
    message_ids: tuple[str, ...]
    addresses: tuple[str, ...]
    domain: str
    text: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The candidate that a mail answers. Where `ambiguous`, `candidate` is None and a person chooses of
    `contenders`.
    """

    candidate: Candidate | None
    confidence: float
    rule: str
    ambiguous: bool = False
    contenders: tuple[Candidate, ...] = ()

    @property
    def possible(self) -> tuple[Candidate, ...]:
        """Whom a person chooses of where the mail is not surely anybody's."""
        return self.contenders or ((self.candidate,) if self.candidate else ())


def clues(mail: Mail, own: OwnText, bounce: Bounce | None = None) -> Clues:
    """The clues of a mail. Of a bounce, the recipients that were not reached stand for the sender."""
    found_tokens = (_TOKEN.match(address) for address in mail.recipients)
    tokens = tuple(dict.fromkeys(match[1] for match in found_tokens if match))
    ids = [*mail.in_reply_to, *mail.references]
    if bounce:
        if bounce.original_message_id:
            ids.append(bounce.original_message_id)
        senders = bounce.recipients
    else:
        senders = tuple(
            dict.fromkeys(item.address for item in (mail.from_, *mail.reply_to, mail.sender) if item)
        )
    domain = registrable(senders[0]) if senders else ""
    text = "\n".join((own.own, own.quoted))[:_MAX_TEXT]
    return Clues(tokens, tuple(dict.fromkeys(ids)), senders, domain, text, mail.date)


class Phrases:
    """Finds which of our messages a text may quote, at the same cost for one of them and for hundreds."""

    def __init__(self, messages: Sequence[str]) -> None:
        self._places: dict[int, list[int]] = defaultdict(list)
        for place, message in enumerate(messages):
            for phrase in _shingles(message):
                self._places[phrase].append(place)

    def quoted(self, text: str) -> list[int]:
        """The places of the messages that share a telling phrase with `text`, ascending.

        A phrase of most messages, as those of one campaign are, tells nothing; where the text holds no other,
        the first few messages stand for all that it may quote.
        """
        found = [self._places[phrase] for phrase in _hashes(text, _STRIDE) if phrase in self._places]
        telling = {place for places in found if len(places) <= _TELLING for place in places}
        return sorted(telling or {place for places in found for place in places[:_STAND_INS]})[:_MOST_QUOTED]


def attribute(clues: Clues, candidates: Sequence[Candidate]) -> Attribution:
    """The candidate that the clues point to; of several submissions to one lead, the latest."""
    shared = cache(lambda: _shingles(clues.text))
    scored = sorted(
        ((*_score(clues, candidate, shared), candidate) for candidate in candidates),
        key=lambda item: (item[0], item[2].sent_at or _LONG_AGO),
        reverse=True,
    )
    if not scored or not scored[0][0]:
        return Attribution(None, 0.0, "")
    confidence, rule, best = scored[0]
    near = [candidate for score, _, candidate in scored if score > confidence - _NEAR]
    if any(candidate.lead_id != best.lead_id for candidate in near):
        return Attribution(
            None, round(confidence / len({item.lead_id for item in near}), 3), rule, True, tuple(near[:20])
        )
    return Attribution(best, round(confidence, 3), rule)


def _score(clues: Clues, candidate: Candidate, shared: _Shared) -> tuple[float, str]:
    weights = _evidence(clues, candidate, shared)
    doubt = 1.0
    for weight in weights.values():
        doubt *= 1 - weight
    return 1 - doubt, max(weights, key=lambda rule: weights[rule], default="")


def _evidence(clues: Clues, candidate: Candidate, shared: _Shared) -> dict[str, float]:
    found: dict[str, float] = {}
    if candidate.token and candidate.token.lower() in clues.tokens:
        found[TOKEN] = _WEIGHTS[TOKEN]
    if any(item.strip("<> ") in clues.message_ids for item in candidate.message_ids):
        found[MESSAGE_ID] = _WEIGHTS[MESSAGE_ID]
    nearness = _nearness(clues.date, candidate.sent_at)
    if found or not nearness:  # who is named needs no weaker clue
        return found
    if any(address.lower() in clues.addresses for address in candidate.addresses):
        found[ADDRESS] = _WEIGHTS[ADDRESS]
    if clues.domain and clues.domain not in FREE_MAIL and clues.domain == registrable(candidate.domain):
        found[DOMAIN_AND_TIME] = _WEIGHTS[DOMAIN_AND_TIME] * nearness
    fraction = _fraction(candidate.message, shared)
    if fraction >= _LEAST_SHARED:
        found[QUOTED_TEXT] = _WEIGHTS[QUOTED_TEXT] * min(1.0, fraction + 0.2)
    return found


def _nearness(answered: datetime | None, sent: datetime | None) -> float:
    """1 for an answer of the same day, falling to a half at the longest; 0 for one that came before or too
    late.
    """
    if answered is None or sent is None:
        return 0.5
    waited = answered - sent
    if waited < -_EARLY or waited > _LONGEST:
        return 0.0
    return 1.0 - 0.5 * max(waited, timedelta()) / _LONGEST


def _fraction(message: str, shared: _Shared) -> float:
    ours = _ours(message)
    return len(ours & shared()) / len(ours) if ours else 0.0


def _hashes(text: str, stride: int = 1) -> Iterator[int]:
    words = _words(text)
    return map(hash, zip(*(words[at::stride] for at in range(_SHINGLE)), strict=False))


@lru_cache(maxsize=2)
def _words(text: str) -> list[str]:
    """Kept for a moment, as a text is first probed and then compared."""
    return _WORD.findall(text[:_MAX_TEXT].lower())


def _shingles(text: str) -> _Phrases:
    return frozenset(_hashes(text))


_ours = lru_cache(maxsize=1024)(_shingles)
"""Of our own messages, which are compared with many mails."""
