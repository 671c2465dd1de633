"""What passes between deciding, ranking, writing and guarding."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """One contribution to a conversation: `text` is a person's own words, without quotes."""

    author: Literal["us", "them"]
    text: str
    at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with one contact, oldest turn first; the last turn is the one to answer."""

    subject: str
    turns: tuple[Turn, ...]

    @property
    def question(self) -> str:
        """The words to answer."""
        return self.turns[-1].text


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of what the tenant says about itself; `id` is how a draft cites it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The real person who signs."""

    name: str
    company: str


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """All that a responder may lean on. `passages` come ranked, best first; `language` is ISO 639-1."""

    thread: Thread
    label: str
    intent: str
    language: str
    sender: Identity
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What writing a draft took. `cost` is in US dollars, None for a model whose price is not known."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that was proposed. It names no recipient: that is fixed by the mail that it answers.

    `passages` are the ids of those that it leans on. `needs_person` keeps it from going out by itself
    whatever the tenant's policy says, for the reason given.
    """

    subject: str
    body: str
    language: str
    passages: tuple[str, ...] = ()
    usage: Usage = field(default_factory=lambda: Usage("none"))
    needs_person: str = ""


class Responder(Protocol):
    """Writes drafts. It has no tools and no memory: what it may use is in the request."""

    name: str

    def draft(self, request: DraftRequest) -> Draft:
        """Propose an answer to the last turn. Raises `ResponderFailed` when there is none to propose."""


def reply_subject(subject: str) -> str:
    """The subject of an answer: "Re: " once, in front of what they wrote."""
    bare = " ".join(subject.split())
    return bare if bare.casefold().startswith("re:") else f"Re: {bare}".rstrip()
