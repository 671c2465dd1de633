"""Conversations as Dovecot sees them: its THREAD=REFS over real mail is the oracle for ours."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from inbox.parsing import parse
from inbox.threading import Threaded, thread
from tests.conftest import corpus
from tests.integration.mail.servers import ImapServer

MAILS = 600


@pytest.mark.slow
def test_conversations_are_those_of_dovecot(dovecot: ImapServer) -> None:
    raws = _mails(corpus("mail") / "spamassassin_public_corpus")
    for raw in raws:
        dovecot.deliver(raw)
    dovecot.client.select_folder("INBOX", readonly=True)
    theirs = {frozenset(_numbers(one)) for one in dovecot.client.thread("REFS")}
    parsed = [(at, parse(raw)) for at, raw in enumerate(raws, 1)]
    ours = {
        frozenset(keys)
        for keys in thread(
            Threaded(at, mail.message_id, mail.references, mail.in_reply_to) for at, mail in parsed
        )
    }
    together, wanted = _pairs(ours), _pairs(theirs)
    agreed = len(together & wanted) / len(together | wanted)
    print(  # noqa: T201
        f"\n{len(raws)} mails, {len(theirs)} conversations of Dovecot, {len(ours)} of ours: "
        f"{len(ours & theirs)} the same, {agreed:.1%} of pairs agreed"
    )
    assert len(ours & theirs) / len(theirs) >= 0.98
    assert agreed >= 0.98


def _mails(folder: Path) -> list[bytes]:
    """Mail of lists, in which people answer each other; whole threads, so in the order of the archive."""
    paths = sorted(path for path in folder.rglob("*") if "easy-ham" in str(path.parent) and path.is_file())
    return [path.read_bytes() for path in paths if path.stat().st_size < 50_000][:MAILS]


def _numbers(tree: object) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(tree))]


def _pairs(conversations: set[frozenset[int]]) -> set[tuple[int, int]]:
    return {pair for one in conversations for pair in combinations(sorted(one), 2)}
