"""Real mail servers for tests, each private to this run and on a free port of the loopback."""

import base64
import contextlib
import datetime
import grp
import ipaddress
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imapclient import IMAPClient

HERE = Path(__file__).parent
USER, PASSWORD = "anna@example.org", "secret"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@dataclass
class ImapServer:
    """A running IMAP server, and the mailbox of one user in it as its owner sees it."""

    port: int
    user: str = USER
    tls_port: int = 0
    oauth_port: int = 0
    certificate: Path | None = None
    state: Path | None = None

    @cached_property
    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.login(self.user, PASSWORD)
        return client

    def deliver(self, raw: bytes, folder: str = "INBOX", received: datetime.datetime | None = None) -> None:
        self.client.append(folder, raw, msg_time=received)

    def read_everything(self) -> None:
        self.client.select_folder("INBOX")
        self.client.add_flags(self.client.search(), [rb"\Seen"])

    def delete_everything(self, folder: str = "INBOX") -> None:
        self.client.select_folder(folder)
        self.client.delete_messages(self.client.search())
        self.client.expunge()

    def unread(self) -> int:
        self.client.select_folder("INBOX", readonly=True)
        return len(self.client.search("UNSEEN"))

    def make_anew(self, folder: str) -> None:
        """Delete the folder and create it again, which gives it another UIDVALIDITY."""
        self.client.delete_folder(folder)
        time.sleep(1.1)  # Dovecot's UIDVALIDITY is the second of creation
        self.client.create_folder(folder)

    def mail_files(self) -> list[Path]:
        """The files of the inbox, oldest first, no longer open in this server's processes."""
        assert self.state is not None
        self.client.logout()
        del self.client
        files = (self.state / "mail" / self.user / "Maildir").glob("*/*,W=*")
        return sorted(files, key=lambda file: file.stat().st_mtime_ns)

    def mails(self, folder: str) -> list[bytes]:
        self.client.select_folder(folder, readonly=True)
        answers = self.client.fetch(self.client.search(), ["BODY.PEEK[]"])
        return [answer[b"BODY[]"] for answer in answers.values()]


@contextlib.contextmanager
def pymap() -> Iterator[ImapServer]:
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "pymap"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-tls",
    ]
    command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        server = ImapServer(port)
        for folder in ("Sent", "Junk"):
            server.client.create_folder(folder)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def dovecot_program() -> str | None:
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


@contextlib.contextmanager
def dovecot() -> Iterator[ImapServer]:
    """A private Dovecot that takes any user with the password "secret", its mailbox made at first login."""
    state = Path(tempfile.mkdtemp(prefix="relance-dovecot-"))
    port, tls_port, oauth_port = free_port(), free_port(), free_port()
    config = state / "dovecot.conf"
    (state / "run").mkdir(parents=True)
    (state / "mail").mkdir()
    certificate(state)
    config.write_text(_configured(state, port, tls_port))
    asked = f"http://127.0.0.1:{oauth_port}/tokeninfo?access_token="
    (state / "oauth2.conf").write_text(f"tokeninfo_url = {asked}\nusername_attribute = email\n")
    process = subprocess.Popen([str(dovecot_program()), "-F", "-c", str(config)])
    try:
        wait_for_port(port, process)
        ports = {"tls_port": tls_port, "oauth_port": oauth_port}
        yield ImapServer(port, **ports, certificate=state / "cert.pem", state=state)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        shutil.rmtree(state)


def _configured(state: Path, port: int, tls_port: int) -> str:
    """The template filled in. Dovecot gives up root for the accounts that its package makes."""
    root = os.geteuid() == 0
    user = "dovecot" if root else pwd.getpwuid(os.geteuid()).pw_name
    account = pwd.getpwnam(user)
    if root:
        shutil.chown(state / "mail", user)
        state.chmod(0o755)
    values = {
        "STATE": state,
        "PORT": port,
        "TLS_PORT": tls_port,
        "USER": user,
        "GROUP": grp.getgrgid(account.pw_gid).gr_name,
        "LOGIN_USER": "dovenull" if root else user,
        "UID": account.pw_uid,
        "GID": account.pw_gid,
    }
    text = (HERE / "dovecot.conf.in").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that nobody trusts by itself: cert.pem and key.pem in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(signed.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@dataclass
class Postbox:
    """What an SMTP server took in, and how it is to behave. Replies by recipient override the usual 250."""

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    verdict: str = "250 taken"
    hang_up_after_data: bool = False
    tokens: set[str] = field(default_factory=set)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1]).decode()
        good = any(said.endswith(f"auth=Bearer {token}\x01\x01") for token in self.tokens)
        if not good:
            await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append((str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.content or b"")))
        if self.hang_up_after_data:
            assert server.transport is not None
            server.transport.abort()
        return self.verdict


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


@contextlib.contextmanager
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), authenticator=authenticate, auth_require_tls=False
    )
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()
