"""What the inbox engine must reach on the public collections, where they are at hand."""

import os
from pathlib import Path

import pytest

from inbox.measure import Bounces, Replies, measure_bounces, measure_replies
from inbox.understanding import Kind, understand

MAIL = Path(os.environ.get("RELANCE_CORPORA", "../shared/corpora")) / "mail"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not MAIL.is_dir(), reason=f"no collections of mail at {MAIL} (RELANCE_CORPORA names their folder)"
    ),
]


@pytest.fixture(scope="module")
def replies() -> Replies:
    return measure_replies(MAIL)


@pytest.mark.parametrize(
    ("source", "least"),
    [
        ("email_reply_trimmer", 0.80),
        ("crisp_email_reply_parser", 0.80),
        ("talon", 0.85),
        ("quagga/enron/reply_or_forward", 0.75),
        ("quagga/asf/reply_or_forward", 0.92),
    ],
)
def test_own_text_is_exact(replies: Replies, source: str, least: float) -> None:
    assert replies.sets[source].exact >= least


def test_own_text_without_a_quotation_is_left_whole(replies: Replies) -> None:
    sets = [replies.sets["quagga/enron/no_quote"], replies.sets["quagga/asf/no_quote"]]
    assert sum(found.exact * found.cases for found in sets) / sum(found.cases for found in sets) >= 0.98


def test_little_that_is_quoted_leaks(replies: Replies) -> None:
    assert replies.sets["quagga/enron/reply_or_forward"].leaked <= 0.15


def bounces(name: str) -> Bounces:
    return measure_bounces(MAIL / name)


def test_bounces_are_found_and_judged() -> None:
    found = bounces("sisimai_set_of_emails")
    assert found.found >= 0.98
    assert found.hard_soft >= 0.95
    assert found.false == 0


def test_bounces_name_their_recipients() -> None:
    assert bounces("flufl_bounce").recipients >= 0.99


def test_ham_holds_no_bounce() -> None:
    assert bounces("spamassassin_public_corpus").false == 0


def test_no_mail_of_any_collection_raises() -> None:
    paths = sorted(path for path in MAIL.rglob("*") if path.is_file())
    kinds = {understand(path.read_bytes()).kind for path in paths[::3]}
    assert Kind.PERSON in kinds
