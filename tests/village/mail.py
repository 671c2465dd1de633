"""`python -m tests.village.mail`: a mail server for the visitor and for the villagers, in one process.

SMTP is aiosmtpd, IMAP is pymap with its in-memory backend. The visitor's mail, plus-addresses included, lands
in an IMAP INBOX; the villagers' mail lands in Maildirs. Whoever sends as the visitor must log in first.
"""

import argparse
import asyncio
import hmac
import logging
from argparse import Namespace
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pymap.parsing.message import AppendMessage

from tests.village import spool
from tests.village.running import LOOPBACK, until_told_to_stop
from tests.village.scenario import MAIL_DOMAIN, SITES, Site

MAX_MAIL = 10 * 1024 * 1024
"""Bytes of the largest mail that is taken."""

Deliver = Callable[[bytes], Awaitable[None]]


def _mailboxes(site: Site) -> set[str]:
    """The addresses a site's domain takes mail for; the one that bounces is gone."""
    gone = any(reply.kind == "bounce" for reply in site.replies)
    owner = set() if gone else {site.contact.address}
    return owner | {reply.sender.address for reply in site.replies if reply.sender}


VILLAGERS = frozenset(address for site in SITES for address in _mailboxes(site))


def owner(address: str) -> str:
    """An address in lower case without its plus part."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


class PostOffice:
    """The SMTP server's decisions: who may send as whom, who is known, where a mail goes.

    The method names and replies are those of aiosmtpd's handlers and of RFC 5321 and RFC 3463.
    """

    def __init__(self, user: str, password: str, folder: Path, deliver: Deliver) -> None:
        self._user = user
        self._password = password
        self._address = f"{user.partition('@')[0].lower()}@{MAIL_DOMAIN}"
        self._folder = folder
        self._deliver = deliver

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        """Check the visitor's login."""
        good = (
            isinstance(data, LoginPassword)
            and hmac.compare_digest(data.login, self._user.encode())
            and hmac.compare_digest(data.password, self._password.encode())
        )
        return AuthResult(success=good, handled=False)

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Nobody sends as the visitor without a login, and a login sends as nobody else."""
        if owner(address).endswith(f"@{MAIL_DOMAIN}") and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if session.authenticated and owner(address) != self._address:
            return "553 5.7.1 Sender address rejected: not owned by this user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail for mailboxes that exist, and for nobody else."""
        if owner(address) != self._address and address.lower() not in VILLAGERS:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Deliver to each recipient, under the headers that a delivering server adds."""
        content = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            mail = _trace(session, envelope, address) + content
            if owner(address) == self._address:
                await self._deliver(mail)
            else:
                spool.store(self._folder, address, mail)
        return "250 2.0.0 Ok: delivered"


def _trace(session: Session, envelope: Envelope, address: str) -> bytes:
    lines = (
        f"Return-Path: <{(envelope.mail_from or '').strip('<>')}>",
        f"Delivered-To: {address}",
        f"Received: from {session.host_name} ([{LOOPBACK}]) by mx.{MAIL_DOMAIN} with ESMTP",
        f" for <{address}>; {format_datetime(datetime.now(UTC))}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


async def start_imap(stack: AsyncExitStack, port: int, user: str, password: str) -> Deliver:
    """Start pymap with one user, and return what appends to this user's INBOX."""
    args = Namespace(
        host=[LOOPBACK],
        port=port,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        inherited_sockets=None,
        passlib_cfg=None,
        demo_data=False,
        demo_user=user,
        demo_password=password,
    )
    backend, config = await DictBackend.init(args)
    config.apply_context()
    await IMAPService(backend, config).start(stack)

    async def deliver(mail: bytes) -> None:
        identity = await backend.login.authorize(backend.login.demo_user_identity, user)
        async with identity.new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(mail, datetime.now(UTC))])

    return deliver


async def start_smtp(stack: AsyncExitStack, port: int, office: PostOffice) -> None:
    """Start aiosmtpd, without TLS: it only ever listens on loopback."""

    def connection() -> SMTP:
        return SMTP(
            office,
            hostname=f"mx.{MAIL_DOMAIN}",
            data_size_limit=MAX_MAIL,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=office.authenticate,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(connection, LOOPBACK, port)
    stack.callback(server.close)


def _hang_up() -> None:
    """End the open connections: from Python 3.12 a closing server waits for them, and an IDLE never ends."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    async with AsyncExitStack() as stack:
        deliver = await start_imap(stack, options.imap_port, options.user, options.password)
        office = PostOffice(options.user, options.password, options.spool, deliver)
        await start_smtp(stack, options.smtp_port, office)
        stack.callback(_hang_up)
        await until_told_to_stop(f"mail: IMAP on port {options.imap_port}, SMTP on port {options.smtp_port}")


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.village.mail", description=__doc__)
    parser.add_argument("--imap-port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument(
        "--user", required=True, help=f"the visitor's login; its name before @ is at {MAIL_DOMAIN}"
    )
    parser.add_argument("--password", required=True)
    parser.add_argument("--spool", type=Path, required=True, help="where the villagers' Maildirs lie")
    options = parser.parse_args()
    options.spool.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
