import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.mail import providers, servers
from tests.standins import gmail_api


@pytest.fixture(scope="session")
def running_pymap() -> Iterator[servers.ImapServer]:
    with servers.pymap() as server:
        yield server


@pytest.fixture
def pymap(running_pymap: servers.ImapServer) -> servers.ImapServer:
    """It has one user, whose folders are emptied before each test."""
    for folder in ("INBOX", "Sent", "Junk"):
        running_pymap.delete_everything(folder)
    return running_pymap


@pytest.fixture(scope="session")
def running_dovecot() -> Iterator[servers.ImapServer]:
    if servers.dovecot_program() is None:
        reason = "Dovecot is not installed: apt-get install --no-install-recommends dovecot-imapd"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with servers.dovecot() as server:
        yield server


@pytest.fixture
def dovecot(running_dovecot: servers.ImapServer) -> servers.ImapServer:
    """A mailbox of its own for each test."""
    return replace(running_dovecot, user=f"{uuid.uuid4().hex}@example.org")


@pytest.fixture
def postbox() -> Iterator[servers.Postbox]:
    with servers.postbox() as box:
        yield box


@pytest.fixture
def on_pymap(pymap: servers.ImapServer, postbox: servers.Postbox) -> providers.Provided:
    return providers.over_imap(pymap, postbox)


@pytest.fixture
def on_dovecot(dovecot: servers.ImapServer, postbox: servers.Postbox) -> providers.Provided:
    return providers.over_imap(dovecot, postbox)


@pytest.fixture
def gmail() -> Iterator[gmail_api.GmailServer]:
    with gmail_api.gmail_api() as server:
        yield server


@pytest.fixture
def on_gmail(gmail: gmail_api.GmailServer) -> providers.Provided:
    return providers.over_gmail(gmail)
