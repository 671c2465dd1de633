"""Made-up mail in the shapes and proportions of a mailbox that answers come to, about 5 kB a mail.

Six in ten are people's (Gmail with HTML, Outlook, plain quotes, fresh mails; a few ask to be left alone), the
rest bounces, absences, acknowledgements and newsletters. Headers are as long as real ones.
"""

import base64
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

OURS = (
    "Hello, I am Camille Perrin of Soleil. We fit solar panels on the roofs of small firms around {domain}, "
    "and I would like to know whether your roof was ever looked at. A visit takes an hour and costs nothing. "
    "May I call you on Tuesday or on Thursday morning? Kind regards, Camille Perrin, Soleil, 01 99 00 12 34. "
    "To hear no more from us, just answer with the word stop."
)
_OPENINGS = (
    "Thank you for your message of last week, which my colleague handed on to me.",
    "Bonjour Camille, merci pour votre message, que j'ai lu avec intérêt ce matin.",
    "Guten Tag Frau Perrin, vielen Dank für Ihre Anfrage zu unserem Dach.",
    "Hi Camille, sorry for the slow answer: we had the auditors in all week.",
    "Hola Camille, gracias por escribirnos, lo hemos hablado hoy en la reunión.",
)
_BODIES = (
    "We did have somebody look at the roof in 2019, but the quote was far above what we could pay then.",
    "Could you send me a price for about 120 square metres, facing south-west, with the old boiler kept?",
    "Mon associé rentre le 14, nous pourrions en parler ensemble la semaine suivante si cela vous va.",
    "Unser Vermieter müsste zustimmen, ich frage ihn am Montag und melde mich dann wieder bei Ihnen.",
    "El tejado es del año 1974 y habría que ver primero si aguanta el peso, ¿qué opina usted?",
    "Thursday at 10:30 suits me, please ring the bell at the side door: the front is closed for works.",
    "What guarantees do you give, and who maintains the inverters after the first five years?",
    "I have put my colleague Joanna (joanna.b@elsewhere.example) in copy, she looks after the building.",
    "Nous avons déjà un contrat avec un autre fournisseur jusqu'en 2027, donc rien ne presse.",
    "For the moment we are not interested, our lease ends next year and we are looking for a new place.",
)
_STOPS = (
    "Please take us off your list and do not write to this address again.",
    "Merci de ne plus nous contacter et de supprimer notre adresse de vos fichiers.",
    "Bitte streichen Sie uns aus Ihrem Verteiler.",
)
_SIGNATURES = (
    "Kind regards,\n\nMarie Dupont\nOffice manager\n{domain}\nTel. +33 1 99 00 45 67",
    "Cordialement,\n-- \nPaul Martin\nGérant, {domain}\n12 rue des Lilas, 69003 Lyon",
    "Mit freundlichen Grüßen\nJens Krüger\n\nKrüger & Söhne GmbH - Leitung: Jens Krüger\nwww.{domain}",
    "Sent from my iPhone",
)
_FIRMS = 600
_STYLE = "font-family:Calibri,sans-serif;font-size:11pt;color:#1f2933;margin:0 0 8px 0"


class Mix:
    """A source of mails, the same for the same seed. `answered` are the addresses that forms were given, by
    firm.
    """

    def __init__(self, answered: Sequence[str], seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._answered = answered
        self._at = datetime.now(UTC) - timedelta(hours=1)
        self._number = 0

    def mails(self, count: int) -> Iterator[bytes]:
        for self._number in range(count):
            (kind,) = self._random.choices([kind for kind, _ in _KINDS], [share for _, share in _KINDS])
            yield kind(self).replace("\n", "\r\n").encode()

    def _pick(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _said(self) -> str:
        wish = [self._pick(_STOPS)] if self._random.random() < 0.04 else []
        bodies = self._random.sample(_BODIES, self._random.randint(2, 7))
        closing = self._pick(_SIGNATURES).format(domain=self._domain)
        return "\n\n".join([self._pick(_OPENINGS), *bodies, *wish, closing])

    @property
    def _domain(self) -> str:
        return f"firm{self._number % _FIRMS}.example"

    @property
    def _ours(self) -> str:
        return OURS.format(domain=self._domain)

    def _head(self, sender: str, subject: str, **more: str) -> str:
        at = format_datetime(self._at + timedelta(seconds=self._number))
        firm = self._number % _FIRMS
        to = self._answered[firm] if firm < len(self._answered) else "camille@soleil.example"
        noise = base64.b64encode(self._random.randbytes(250)).decode()
        received = "".join(
            f"Received: from mx{hop}.{self._domain} (mx{hop}.{self._domain} [203.0.113.{hop + 1}])\n"
            f"\tby mx{hop + 1}.relay.example (Postfix) with ESMTPS id {noise[:11]}\n"
            f"\tfor <{to}>; {at}\n"
            for hop in range(4)
        )
        lines = {
            "Return-Path": f"<{sender}>",
            "Delivered-To": to,
            "DKIM-Signature": f"v=1; a=rsa-sha256; d={self._domain}; s=s1;\n\tb={noise[:172]}",
            "ARC-Seal": f"i=1; a=rsa-sha256; d={self._domain}; s=arc; cv=none;\n\tb={noise[60:]}",
            "ARC-Message-Signature": f"i=1; a=rsa-sha256; c=relaxed/relaxed; d={self._domain};\n\tb={noise}",
            "Authentication-Results": f"mx.soleil.example; dkim=pass header.d={self._domain};\n\tspf=pass",
            "X-Spam-Status": "No, score=-1.9 required=5.0 tests=BAYES_00,DKIM_SIGNED,SPF_PASS autolearn=ham",
            "Message-ID": f"<{self._number}.{noise[:12]}@{self._domain}>",
            "Date": at,
            "From": f"Marie Dupont <{sender}>",
            "To": f'"Camille Perrin" <{to}>',
            "Subject": subject,
            "MIME-Version": "1.0",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        return received + "".join(f"{name}: {value}\n" for name, value in lines.items())

    def gmail(self) -> str:
        """An answer from Gmail: plain text and HTML, our message quoted below."""
        said, told = (
            self._said(),
            "Le lun. 2 mars 2026 à 10:14, Camille Perrin <camille@soleil.example> a écrit :",
        )
        quoted = "\n".join(f"> {line}" for line in _wrapped(self._ours))
        paragraphs = "".join(f'<div dir="ltr">{escape(line)}<br></div>' for line in said.split("\n"))
        html = (
            f'<div dir="ltr">{paragraphs}</div><br><div class="gmail_quote">'
            f'<div dir="ltr" class="gmail_attr">{escape(told)}<br></div>'
            f'<blockquote class="gmail_quote"><div>{escape(self._ours)}</div></blockquote></div>'
        )
        return self._alternative("Re: A word for you", f"{said}\n\n{told}\n\n{quoted}\n", html)

    def outlook(self) -> str:
        """An answer from Outlook: our message below a block of headers."""
        said = self._said()
        block = (
            "De : Camille Perrin <camille@soleil.example>\nEnvoyé : lundi 2 mars 2026 10:14\n"
            f"À : Marie Dupont <marie@{self._domain}>\nObjet : A word for you\n\n{self._ours}\n"
        )
        paragraphs = "".join(f'<p style="{_STYLE}">{escape(line)}</p>' for line in said.split("\n"))
        html = (
            f'<html><head><style>p {{margin:0}}</style></head><body lang="FR">{paragraphs}'
            f'<div id="divRplyFwdMsg"><p>{escape(block)}</p></div></body></html>'
        )
        return self._alternative("RE: A word for you", f"{said}\n\n{block}", html)

    def plain(self) -> str:
        """An answer in plain text, with a quotation."""
        quoted = "\n".join(f"> {line}" for line in _wrapped(self._ours))
        head = self._head(f"marie@{self._domain}", "Re: A word for you", Content_Type=_PLAIN)
        told = "On Mon, 2 Mar 2026 at 10:14, Camille Perrin <camille@soleil.example> wrote:"
        return f"{head}\n{self._said()}\n\n{told}\n{quoted}\n"

    def fresh(self) -> str:
        """A mail that answers nothing."""
        head = self._head(f"paul@{self._domain}", "Votre demande du 2 mars", Content_Type=_PLAIN)
        return f"{head}\n{self._said()}\n"

    def bounce(self) -> str:
        """A delivery report with our mail inside."""
        report = (
            f"This is the mail system at host mx.{self._domain}.\n\nI'm sorry to have to inform you that "
            "your message could not\nbe delivered to one or more recipients.\n\n"
            f"<gone@{self._domain}>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO command)"
        )
        status = (
            f"Reporting-MTA: dns; mx.{self._domain}\n\nFinal-Recipient: rfc822; gone@{self._domain}\n"
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"
        )
        ours = f"Message-ID: <out.{self._number}@soleil.example>\nTo: gone@{self._domain}\n\n{self._ours}"
        parts = ((_PLAIN, report), ("message/delivery-status", status), ("message/rfc822", ours))
        kind = "multipart/report; report-type=delivery-status; boundary=b"
        head = self._head(
            f"mailer-daemon@{self._domain}", "Undelivered Mail Returned to Sender", Content_Type=kind
        )
        return head + "\n" + _multipart(parts)

    def absence(self) -> str:
        """An absence notice."""
        text = (
            "Bonjour,\n\nJe suis absente du bureau jusqu'au 14 mars inclus. En cas d'urgence, vous pouvez "
            f"contacter accueil@{self._domain}.\n\nCordialement,\nMarie Dupont\n"
        )
        subject = "Réponse automatique : A word for you"
        head = self._head(
            f"marie@{self._domain}", subject, Auto_Submitted="auto-replied", Content_Type=_PLAIN
        )
        return f"{head}\n{text}"

    def ticket(self) -> str:
        """An acknowledgement by a help desk."""
        text = (
            "Thank you for contacting us. Your request has been received and ticket number 48213 was opened."
        )
        head = self._head(f"support@{self._domain}", "[Ticket #48213] A word for you", Content_Type=_PLAIN)
        return f"{head}\n{text}\n\nWe will get back to you within two working days.\n"

    def newsletter(self) -> str:
        """A newsletter in HTML."""
        rows = "".join(
            f'<tr><td style="{_STYLE}"><a href="https://news.example/{at}">{escape(body)}</a></td></tr>'
            for at, body in enumerate(_BODIES * 2)
        )
        html = f"<html><body><table width=600>{rows}</table></body></html>"
        listed = {"List_Id": "<news.elsewhere.example>", "List_Unsubscribe": "<https://news.example/u>"}
        head = self._head("news@elsewhere.example", "What is new in March", Content_Type=_HTML, **listed)
        return f"{head}\n{html}\n"

    def _alternative(self, subject: str, text: str, html: str) -> str:
        kind = "multipart/alternative; boundary=b"
        head = self._head(f"marie@{self._domain}", subject, Content_Type=kind)
        return head + "\n" + _multipart(((_PLAIN, text), (_HTML, html)))


_PLAIN, _HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"
_KINDS: tuple[tuple[Callable[[Mix], str], int], ...] = (
    (Mix.gmail, 20),
    (Mix.outlook, 15),
    (Mix.plain, 15),
    (Mix.fresh, 10),
    (Mix.bounce, 15),
    (Mix.absence, 10),
    (Mix.ticket, 5),
    (Mix.newsletter, 10),
)
"""How many in a hundred."""


def _wrapped(text: str) -> list[str]:
    words, lines = text.split(), [""]
    for word in words:
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) < 66 else [*lines, word]
    return lines


def _multipart(parts: Sequence[tuple[str, str]]) -> str:
    return "".join(f"--b\nContent-Type: {kind}\n\n{body}\n" for kind, body in parts) + "--b--\n"
