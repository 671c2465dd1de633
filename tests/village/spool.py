"""Where the villagers' own mail is kept: one Maildir for each address, which any process may read."""

from email import message_from_binary_file, policy
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path


def store(spool: Path, address: str, content: bytes) -> None:
    """Put one mail, as it came over the wire, into a villager's mailbox."""
    Maildir(spool / address.lower(), create=True).add(content)


def received(spool: Path, address: str) -> list[EmailMessage]:
    """What a villager got so far, oldest first."""
    folder = spool / address.lower() / "new"
    mails = folder.iterdir() if folder.exists() else ()
    return [_parsed(mail) for mail in sorted(mails, key=lambda mail: mail.stat().st_mtime_ns)]


def _parsed(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return message_from_binary_file(file, policy=policy.default)
