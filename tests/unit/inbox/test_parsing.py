"""Mail as values, whatever the bytes."""

import base64
import struct
from datetime import UTC, datetime

import pytest

from inbox import mime
from inbox.headers import Address, addresses, decoded, ids
from inbox.parsing import parse


def test_a_plain_mail_is_read_whole() -> None:
    mail = parse(
        b"Return-Path: <ann@example.com>\nMessage-ID: <a.1@example.com>\nIn-Reply-To: "
        b"Your message of Monday <b@x>\nReferences: <c@x>\n <b@x>\nDate: Mon, 5 Jan "
        b"2026 10:00:00 +0100\nSubject: =?utf-8?Q?Caf=C3=A9?=\n "
        b'=?utf-8?B?IMOgIDUgaA==?=\nFrom: "Fox, Ann" <Ann@Example.com>\nReply-To: '
        b"desk@example.com\nTo: us+tok@example.org, b@x.fr (Bob)\nCc: Group: c@x.fr, "
        b"d@x.fr;\nDelivered-To: us+other@example.org\n\nHello\n"
    )
    assert (mail.message_id, mail.in_reply_to, mail.references) == (
        "a.1@example.com",
        ("b@x",),
        ("c@x", "b@x"),
    )
    assert mail.date == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert mail.subject == "Café à 5 h"
    assert mail.from_ == Address("Fox, Ann", "ann@example.com")
    assert [item.address for item in mail.to] == ["us+tok@example.org", "b@x.fr"]
    assert [item.address for item in mail.cc] == ["c@x.fr", "d@x.fr"]
    assert mail.recipients == ("us+tok@example.org", "b@x.fr", "c@x.fr", "d@x.fr", "us+other@example.org")
    assert (mail.return_path, mail.text, mail.defects, mail.quarantine) == (
        "ann@example.com",
        "Hello\n",
        (),
        None,
    )


def test_the_null_sender_is_not_a_missing_one() -> None:
    assert parse(b"Return-Path: <>\n\n").return_path == ""
    assert parse(b"Subject: x\n\n").return_path is None


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_is_one(end: bytes) -> None:
    mail = parse(end.join([b"Subject: one", b" two", b"", b"a", b"b"]))
    assert (mail.subject, mail.text) == ("one two", "a\nb")


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("us-ascii", "café".encode(), "café"),
        ("iso-8859-1", "café €".encode("cp1252"), "café €"),
        ("utf-8", "café".encode("cp1252"), "café"),
        ("x-nonsense", "café".encode(), "café"),
        ("gb2312", "報價".encode("gb18030"), "報價"),
        ("", "café".encode("cp1252"), "café"),
        ("iso-2022-jp", "見積".encode("iso-2022-jp"), "見積"),
        ("idna", b"plain", "plain"),
    ],
)
def test_a_charset_is_believed_until_the_bytes_prove_it_wrong(charset: str, data: bytes, text: str) -> None:
    assert parse(f"Content-Type: text/plain; charset={charset}\n\n".encode() + data).text == text


def multipart(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return b"Content-Type: multipart/" + kind + b'; boundary="b"\n\npreamble\n' + body + b"--b--\nepilogue"


def test_alternatives_and_files_are_told_apart() -> None:
    mail = parse(
        multipart(
            b"Content-Type: text/plain\n\nplain",
            b"Content-Type: text/html\n\n<p>html</p>",
            (
                b"Content-Type: application/pdf\nContent-Disposition: attachment; "
                b"filename*0*=utf-8''d%C3%A9v;\n filename*1=is.pdf\nContent-Transfer-Encoding: "
                b"base64\n\nQUJD"
            ),
            b"Content-Type: message/rfc822\n\nSubject: inner\n\ninner text",
        )
    )
    assert (mail.text, mail.html) == ("plain", "<p>html</p>")
    first = mail.attachments[0]
    assert (first.name, first.type, first.size) == ("dévis.pdf", "application/pdf", 3)
    assert mail.parts[3].text == "Subject: inner\n\ninner text"


def test_html_alone_gives_a_body() -> None:
    mail = parse(b"Content-Type: text/html; charset=utf-8\n\n<p>Bonjour&nbsp;<b>Ann</b></p><p>Oui</p>")
    assert mail.text is None
    assert mail.body.split() == ["Bonjour", "Ann", "Oui"]


def test_flowed_text_becomes_paragraphs() -> None:
    mail = parse(b"Content-Type: text/plain; format=flowed\n\none \ntwo\n> quoted \n> more\n-- \nAnn")
    assert mail.text == "one two\n> quoted more\n-- \nAnn"


def test_broken_encodings_give_what_can_be_read() -> None:
    assert parse(b"Content-Transfer-Encoding: base64\n\nQUJD!QQ").text == "ABCA"
    assert parse(b"Content-Transfer-Encoding: quoted-printable\n\na=\nb=C3=A9=zz").text.startswith("abé")


def test_a_lost_closing_boundary_loses_no_text() -> None:
    mail = parse(b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nkept')
    assert (mail.text, mail.defects) == ("kept", ("no closing boundary",))


def test_what_is_encrypted_says_so() -> None:
    assert "encrypted" in parse(b"Content-Type: application/pkcs7-mime\n\nx").defects


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("<BII", 1, name, len(data)) + data + b"\0\0" for name, data in attributes)
    return struct.pack("<IH", 0x223E9F78, 1) + body


def test_winmail_gives_its_text_and_files() -> None:
    wrapped = tnef((0x0002800C, b"Hello\0"), (0x0006800F, b"12345"), (0x00018010, b"offer.pdf\0"))
    mail = parse(
        b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(wrapped)
    )
    assert mail.text == "Hello"
    assert ("offer.pdf", 5) in [(item.name, item.size) for item in mail.attachments]


NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(60))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (NESTED, "nested more than 24 deep"),
        (b"X: " + b"a" * 2_000_000 + b"\n\n", "headers larger than 1 MiB"),
        (b"X: a\n" * 5000 + b"\n", "more than 4000 headers"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 2000, "more than 1000 parts"),
        (b"Subject: x\n\n" + b"a" * (49 * 1024 * 1024), "larger than 48 MiB"),
    ],
)
def test_poison_is_named_and_never_raised(raw: bytes, reason: str) -> None:
    assert parse(raw).quarantine == reason


def test_nothing_that_leaves_holds_a_nul() -> None:
    mail = parse(b"Subject: a\0b\nContent-Transfer-Encoding: base64\n\nYQBi")
    assert "\0" not in f"{mail.subject}{mail.text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?a_b?= =?utf-8?Q?c?= d", "a bc d"),
        ("=?utf-8?B?w6k=?=", "é"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),
        ("=?iso-8859-1?Q?=E9?= x =?utf-8?Q?=C3=A9?=", "é x é"),
        ("=?broken", "=?broken"),
    ],
)
def test_encoded_words_are_resolved(value: str, text: str) -> None:
    assert decoded(value) == text


def test_addresses_are_read_as_people_write_them() -> None:
    found = addresses('"A, B" <a@x.fr>, c@x.fr, =?utf-8?Q?=C3=89?= <e@x.fr>, nobody, <f@x.fr>')
    assert found == (
        Address("A, B", "a@x.fr"),
        Address("", "c@x.fr"),
        Address("É", "e@x.fr"),
        Address("", "f@x.fr"),
    )


def test_ids_are_read_without_brackets_and_with_their_noise() -> None:
    assert ids("<a@x> <b@x> <a@x>") == ("a@x", "b@x")
    assert ids("a@x") == ("a@x",)
    assert ids("Message from Ann of Monday") == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('text/plain; Charset="utf-8"; format=flowed', {"charset": "utf-8", "format": "flowed"}),
        ("text/plain; charset=utf-8;", {"charset": "utf-8"}),
        ('multipart/mixed; boundary="a;b"', {"boundary": "a;b"}),
        ('text/plain; name="a \\"b\\""', {"name": 'a "b"'}),
        ("text/plain; name*0=a; name*1=b", {"name": "ab"}),
        ("text/plain; name*=utf-8''%C3%A9", {"name": "é"}),
    ],
)
def test_parameters_are_read_plain_or_not(value: str, expected: dict[str, str]) -> None:
    found = mime.parameters_of(value)
    assert {name: text for name, text in found.items() if name} == expected
