"""Conversations from Message-ID, References and In-Reply-To: Jamie Zawinski's algorithm
(https://www.jwz.org/doc/threading.html).

Without its last step, the gathering by subject: two prospects who answer "Re: Question" share no
conversation. That is what IMAP calls REFS. Linear in the ids.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Threaded(Generic[Key]):
    """A message to thread: any key of the caller's, its id (None where missing), what it refers to, oldest
    first.
    """

    key: Key
    message_id: str | None
    references: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class _Container(Generic[Key]):
    key: Key | None = None
    filled: bool = False
    parent: "_Container[Key] | None" = None
    children: "list[_Container[Key]]" = field(default_factory=list)


def thread(messages: Iterable[Threaded[Key]]) -> list[tuple[Key, ...]]:
    """The conversations, each with its keys from the first message on, depth first; in order of first
    appearance.

    A second message with an id already seen (forged or doubled) stands beside the first under the same
    parent.
    """
    table: dict[str, _Container[Key]] = {}
    order: list[_Container[Key]] = []
    for message in messages:
        container = _place(message, table)
        order.append(container)
        _link(message, container, table)
    roots = dict.fromkeys(_root(container) for container in order)
    return [tuple(_keys(root)) for root in roots]


def _place(message: Threaded[Key], table: dict[str, _Container[Key]]) -> _Container[Key]:
    known = table.get(message.message_id) if message.message_id else None
    if known is None or known.filled:
        fresh = _Container[Key]()
        if message.message_id and known is None:
            table[message.message_id] = fresh
        known = fresh
    known.key, known.filled = message.key, True
    return known


def _link(message: Threaded[Key], container: _Container[Key], table: dict[str, _Container[Key]]) -> None:
    parent: _Container[Key] | None = None
    for reference in message.references or message.in_reply_to[:1]:
        referred = table.setdefault(reference, _Container[Key]())
        if parent is not None and referred.parent is None and not _above(parent, referred):
            _adopt(parent, referred)
        parent = referred
    if parent is not None and parent is not container and not _above(parent, container):
        _adopt(parent, container)


def _adopt(parent: _Container[Key], child: _Container[Key]) -> None:
    if child.parent is not None:
        child.parent.children.remove(child)
    child.parent = parent
    parent.children.append(child)


def _above(container: _Container[Key], wanted: _Container[Key]) -> bool:
    """Whether `wanted` is `container` or an ancestor of it: linking them would close a loop."""
    step: _Container[Key] | None = container
    while step is not None:
        if step is wanted:
            return True
        step = step.parent
    return False


def _root(container: _Container[Key]) -> _Container[Key]:
    while container.parent is not None:
        container = container.parent
    return container


def _keys(root: _Container[Key]) -> Iterable[Key]:
    stack = [root]
    while stack:
        container = stack.pop()
        if container.filled and container.key is not None:
            yield container.key
        stack.extend(reversed(container.children))
