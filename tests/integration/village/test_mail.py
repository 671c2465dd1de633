"""The villagers answer by real mail, and their server keeps the rules of mail."""

import re
import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]
from imapclient.exceptions import LoginError  # type: ignore[import-untyped]

from tests.integration.village.visits import (
    PASSWORD,
    USER,
    answers,
    by_smtp,
    eventually,
    inbox,
    send,
    text_of,
)
from tests.village import spool
from tests.village.programs import Village, free_port, running_mail
from tests.village.running import LOOPBACK
from tests.village.scenario import BY_NAME, MAIL_DOMAIN, SITES
from tests.village.visitor import MESSAGE, by_person

ANSWERING = [site.name for site in SITES if site.replies]


@pytest.mark.parametrize("name", ANSWERING)
async def test_the_villagers_write_to_the_address_that_was_typed(
    web: aiohttp.ClientSession, village: Village, email: str, name: str
) -> None:
    await send(web, village, name, by_person(name, email))
    site = BY_NAME[name]
    mails = await eventually(len(site.replies), lambda: inbox(village, email))
    senders = [
        f"MAILER-DAEMON@{site.host}" if reply.kind == "bounce" else (reply.sender or site.contact).address
        for reply in site.replies
    ]
    assert [mail["From"].addresses[0].addr_spec for mail in mails] == senders
    assert all(mail["To"] == email and mail["In-Reply-To"] is None for mail in mails)
    for mail, reply in zip(mails, site.replies, strict=True):
        assert ("> Je vous écris au sujet de vos outils." in text_of(mail)) is reply.quotes


async def test_a_quotation_stands_below_an_attribution_in_the_writers_language(
    web: aiohttp.ClientSession, village: Village, email: str
) -> None:
    [french] = await answers(web, village, email, "boulangerie-martin")
    assert re.search(
        rf"^Le \w+\. .+ à \d\d:\d\d, Camille Durand <{re.escape(email)}> a écrit :$", text_of(french), re.M
    )
    [english] = (await answers(web, village, "camille+en@" + MAIL_DOMAIN, "harbour-dental"))[-1:]
    assert re.search(
        r"^On \w+, \d+ \w+ \d+ at \d\d:\d\d, Camille Durand <.+> wrote:$", text_of(english), re.M
    )


async def test_an_absence_is_marked_as_automatic_and_has_no_return_path(
    web: aiohttp.ClientSession, village: Village, email: str
) -> None:
    [absence] = await answers(web, village, email, "garage-petit")
    assert absence["Auto-Submitted"] == "auto-replied (vacation)"
    assert absence["Return-Path"] == "<>"


async def test_a_bounce_is_a_delivery_report_that_returns_our_message(
    web: aiohttp.ClientSession, village: Village, email: str
) -> None:
    [bounce] = await answers(web, village, email, "greenleaf-landscapes")
    assert (bounce.get_content_type(), bounce.get_param("report-type")) == (
        "multipart/report",
        "delivery-status",
    )
    _, status, returned = bounce.iter_parts()
    _, about = status.iter_parts()
    assert (about["Final-Recipient"], about["Action"]) == (
        "rfc822; owen@greenleaf-landscapes.localhost",
        "failed",
    )
    assert "Je vous écris au sujet de vos outils." in text_of(returned.get_content())


async def test_the_copy_of_the_form_is_automatic_and_the_answer_after_it_is_not(
    web: aiohttp.ClientSession, village: Village, email: str
) -> None:
    copy, human = await answers(web, village, email, "hotel-des-tilleuls")
    assert copy["Auto-Submitted"] == "auto-generated"
    assert MESSAGE in text_of(copy)
    assert human["Auto-Submitted"] is None


def test_an_answer_that_we_send_lies_in_the_villagers_mailbox(village: Village) -> None:
    marie = BY_NAME["boulangerie-martin"].contact.address
    for text in ("Mardi à 15 h ?", "Ou jeudi ?"):
        by_smtp(village, USER, marie, PASSWORD, text)
    mails = spool.received(village.spool, marie)
    assert [text_of(mail).strip() for mail in mails] == ["Mardi à 15 h ?", "Ou jeudi ?"]
    assert spool.received(village.spool, "nobody@boulangerie-martin.localhost") == []


def test_nobody_sends_as_the_visitor_without_a_login(village: Village) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        by_smtp(village, USER, BY_NAME["boulangerie-martin"].contact.address)
    assert refusal.value.smtp_code == 530


def test_a_login_sends_as_nobody_else(village: Village) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        by_smtp(village, "marie@boulangerie-martin.localhost", USER, PASSWORD)
    assert refusal.value.smtp_code == 553


def test_a_wrong_password_is_refused_by_both_servers(village: Village) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        by_smtp(village, USER, USER, "guessed")
    with IMAPClient(LOOPBACK, village.imap_port, ssl=False) as imap, pytest.raises(LoginError):
        imap.login(USER, "guessed")


@pytest.mark.parametrize(
    "unknown",
    [
        f"somebody@{MAIL_DOMAIN}",
        "someone@boulangerie-martin.localhost",
        "owen@greenleaf-landscapes.localhost",
    ],
)
def test_mail_for_a_mailbox_that_is_not_there_is_refused(village: Village, unknown: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        by_smtp(village, USER, unknown, PASSWORD)
    assert refusal.value.recipients[unknown][0] == 550


def test_an_idle_client_is_told_of_a_new_mail(village: Village) -> None:
    with IMAPClient(LOOPBACK, village.imap_port, ssl=False) as imap:
        imap.login(USER, PASSWORD)
        before = imap.select_folder("INBOX")[b"EXISTS"]
        imap.idle()
        by_smtp(village, "marie@boulangerie-martin.localhost", USER)
        assert (before + 1, b"EXISTS") in imap.idle_check(timeout=5)
        imap.idle_done()


def test_the_mail_server_ends_at_once_though_a_client_idles(tmp_path: Path) -> None:
    with running_mail(tmp_path, USER, PASSWORD, smtp_port=free_port()) as imap_port:
        imap = IMAPClient(LOOPBACK, imap_port, ssl=False)
        imap.login(USER, PASSWORD)
        imap.select_folder("INBOX")
        imap.idle()
        told = time.monotonic()
    assert time.monotonic() - told < 3
    imap.shutdown()


def test_the_mail_server_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    port = free_port()
    driver = (
        "import pathlib, time; from tests.village.programs import running_mail\n"
        f"with running_mail(pathlib.Path({str(tmp_path)!r}), 'camille', 'x', smtp_port={port}):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", driver], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.kill()
    for _ in range(50):
        with socket.socket() as client:
            if client.connect_ex((LOOPBACK, port)) != 0:
                return
        time.sleep(0.1)
    pytest.fail("the mail server still listens")
