"""Real mail servers for tests, each private to this run and on a free port of the loopback."""

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
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    certificate: Path | None = None

    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.login(self.user, PASSWORD)
        return client

    def deliver(self, raw: bytes, folder: str = "INBOX", received: datetime.datetime | None = None) -> None:
        with self.client() as client:
            client.append(folder, raw, msg_time=received)

    def read_everything(self) -> None:
        with self.client() as client:
            client.select_folder("INBOX")
            client.add_flags(client.search(), [rb"\Seen"])

    def delete_everything(self) -> None:
        with self.client() as client:
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()

    def unread(self) -> int:
        with self.client() as client:
            client.select_folder("INBOX", readonly=True)
            return len(client.search("UNSEEN"))

    def make_anew(self, folder: str) -> None:
        """Delete the folder and create it again, which gives it another UIDVALIDITY."""
        with self.client() as client:
            client.delete_folder(folder)
            time.sleep(1.1)  # Dovecot's UIDVALIDITY is the second of creation
            client.create_folder(folder)

    def mails(self, folder: str) -> list[bytes]:
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            uids = client.search()
            return [answer[b"BODY[]"] for answer in client.fetch(uids, ["BODY.PEEK[]"]).values()]


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
        with server.client() as client:
            for folder in ("Sent", "Junk"):
                client.create_folder(folder)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def dovecot_program() -> str | None:
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


@contextlib.contextmanager
def dovecot(state: Path) -> Iterator[ImapServer]:
    """A private Dovecot that takes any user with the password "secret", its mailbox made at first login."""
    port, tls_port = free_port(), free_port()
    config = state / "dovecot.conf"
    (state / "run").mkdir(parents=True)
    (state / "mail").mkdir()
    certificate(state)
    config.write_text(_configured(state, port, tls_port))
    process = subprocess.Popen([str(dovecot_program()), "-F", "-c", str(config)])
    try:
        wait_for_port(port, process)
        yield ImapServer(port, tls_port=tls_port, certificate=state / "cert.pem")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _configured(state: Path, port: int, tls_port: int) -> str:
    """The template filled in. Dovecot gives up root for the accounts that its package makes."""
    root = os.geteuid() == 0
    user = "dovecot" if root else pwd.getpwuid(os.geteuid()).pw_name
    account = pwd.getpwnam(user)
    if root:
        shutil.chown(state / "mail", user)
        for folder in (state, *state.parents):
            if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
                folder.chmod(0o755)
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
    hang_up_after_data: bool = False

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
        return "250 taken"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=good)


@contextlib.contextmanager
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), authenticator=_authenticate, auth_require_tls=False
    )
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()
