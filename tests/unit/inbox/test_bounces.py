"""Bounces: found by form or by a mail system's words, with whom, why and which mail of ours."""

import pytest

from inbox import bounces
from inbox.bounces_reason import judge
from inbox.parsing import parse
from inbox.understanding import Kind, understand

REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: us+token@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

<bob@example.com>: host mx.example.com said: {said} (in reply to RCPT TO command)
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; bob@example.com
Original-Recipient: rfc822; robert@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
--b
Content-Type: message/rfc822

From: us@example.org
To: robert@example.com
Message-ID: <ours.1@example.org>
Subject: Hello

Hello
--b--
"""


def report(said: str = "550 5.1.1 User unknown", status: str = "5.1.1", action: str = "failed") -> bytes:
    return REPORT.format(said=said, status=status, action=action).encode()


def test_a_report_tells_who_was_meant_why_and_which_mail() -> None:
    found = understand(report()).bounce
    assert found is not None
    assert found.recipients == ("robert@example.com",)
    assert (found.hard, found.reason, found.status) == (True, "unknown_user", "5.1.1")
    assert found.original_message_id == "ours.1@example.org"
    assert found.rule == "delivery_report"


def test_a_full_mailbox_may_be_emptied() -> None:
    found = bounces.detect(parse(report("552 5.2.2 Mailbox full", "5.2.2")))
    assert found is not None
    assert (found.hard, found.reason) == (False, "mailbox_full")


def test_a_delay_is_not_final() -> None:
    found = bounces.detect(parse(report("451 4.4.1 Connection timed out", "4.4.1", "delayed")))
    assert found is not None
    assert not found.hard


def test_a_report_of_success_is_no_bounce() -> None:
    assert understand(report("250 OK", "2.0.0", "delivered")).kind is Kind.AUTOMATIC


PROSE = [
    (
        "MAILER-DAEMON@mx.example.net",
        "failure notice",
        (
            "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't "
            "able to deliver your message.\n\n<bob@example.com>:\nSorry, no mailbox here "
            "by that name. (#5.1.1)\n\n--- Below this line is a copy of the "
            "message.\n\nMessage-ID: <ours.1@example.org>\nTo: bob@example.com\n"
        ),
    ),
    (
        ("Mail Delivery System <Mailer-Daemon@mx.example.net>"),
        ("Mail delivery failed: returning message to sender"),
        (
            "A message that you sent could not be delivered to one or more of its "
            "recipients. The following address(es) failed:\n\n  bob@example.com\n    SMTP "
            "error from remote mail server after RCPT TO:<bob@example.com>:\n    550 "
            "unknown user\n\n------ This is a copy of the message, including all the "
            "headers. ------\n\nMessage-ID: <ours.1@example.org>\n"
        ),
    ),
    (
        "System Administrator <postmaster@example.net>",
        "Undeliverable: Hello",
        (
            "Your message\n\n  To:      sales@example.com\n  Subject: Hello\n\ndid not "
            "reach the following recipient(s):\n\nbob@example.com on Thu, 29 Apr 2010\n   "
            " The recipient name is not recognized\n\nMessage-ID: <ours.1@example.org>\n"
        ),
    ),
]


@pytest.mark.parametrize(("sender", "subject", "body"), PROSE)
def test_a_bounce_in_prose_tells_the_same(sender: str, subject: str, body: str) -> None:
    raw = f"From: {sender}\nTo: us@example.org\nSubject: {subject}\n\n{body}".encode()
    found = bounces.detect(parse(raw))
    assert found is not None
    assert found.recipients == ("bob@example.com",)
    assert (found.hard, found.reason, found.original_message_id) == (
        True,
        "unknown_user",
        "ours.1@example.org",
    )


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        (
            "Ann <ann@example.com>",
            "Re: your mail",
            ("My last mail to bob@example.com bounced: 550 user unknown. Any other address?"),
        ),
        (
            "Ann <ann@example.com>",
            "Fwd: failure notice",
            ("See below.\n\nI wasn't able to deliver your message.\n<bob@example.com>: 550"),
        ),
        ("Postmaster <postmaster@example.com>", "Your offer", "Yes, we are interested. Please call me."),
    ],
)
def test_a_person_who_writes_of_a_bounce_is_none(sender: str, subject: str, body: str) -> None:
    raw = f"From: {sender}\nTo: us@example.org\nSubject: {subject}\n\n{body}".encode()
    assert bounces.detect(parse(raw)) is None


@pytest.mark.parametrize(
    ("words", "status", "reason", "hard"),
    [
        ("550 5.1.1 <a@b.c>... User unknown", "", "unknown_user", True),
        ("smtp; 550 User unknown", "5.0.0", "filtered", False),
        ("smtp; 550 User unknown (in reply to RCPT TO command)", "5.0.0", "unknown_user", True),
        ("452 4.2.2 Over quota", "", "mailbox_full", False),
        ("550 5.7.1 Message rejected as spam", "", "spam", False),
        ("554 5.7.26 Unauthenticated email is not accepted due to DMARC policy", "", "authentication", False),
        ("Host or domain name not found", "5.4.4", "unknown_host", True),
        ("DNS timeout: host not found", "4.4.3", "unknown_host", False),
        ("552 message size exceeds fixed maximum", "5.3.4", "too_large", False),
        ("450 4.2.0 Greylisted, try again later", "", "greylisted", False),
        ("delivery time expired", "4.4.7", "expired", False),
        ("", "5.2.1", "suspended", False),
    ],
)
def test_words_and_code_give_the_reason(words: str, status: str, reason: str, hard: bool) -> None:
    verdict = judge(words, status)
    assert (verdict.reason, verdict.hard) == (reason, hard)


NAMED = """\
From: MAILER-DAEMON@mr2.campus.example.edu
To: us@example.org
Subject: Returned mail - nameserver error report

 --------Message not delivered to the following:

 jdoe    No matches to nameserver query

 If no lookup tools are available, try finger NAME@lookup.example.edu{more}

 --------Unsent Message below:

"""


def test_a_bare_name_is_completed_as_the_report_explains_its_addresses() -> None:
    more = ", or write to NAME@example.edu or NAME@cs.example.edu; joe.bloggs@example.edu did."
    bounce = bounces.detect(parse(NAMED.format(more=more).encode()))
    assert bounce is not None
    assert set(bounce.recipients) == {"jdoe@example.edu", "jdoe@cs.example.edu"}


def test_a_bare_name_without_an_explanation_is_the_reporting_servers_own() -> None:
    bounce = bounces.detect(parse(NAMED.format(more=".").encode()))
    assert bounce is not None
    assert bounce.recipients == ("jdoe@mr2.campus.example.edu",)
