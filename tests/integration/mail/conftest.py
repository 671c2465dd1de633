import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.mail import servers


@pytest.fixture
def pymap() -> Iterator[servers.ImapServer]:
    with servers.pymap() as server:
        yield server


@pytest.fixture(scope="session")
def running_dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.ImapServer]:
    if servers.dovecot_program() is None:
        reason = "Dovecot is not installed: apt-get install --no-install-recommends dovecot-imapd"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with servers.dovecot(tmp_path_factory.mktemp("dovecot")) as server:
        yield server


@pytest.fixture
def dovecot(running_dovecot: servers.ImapServer) -> servers.ImapServer:
    """A mailbox of its own for each test."""
    return replace(running_dovecot, user=f"{uuid.uuid4().hex}@example.org")


@pytest.fixture
def postbox() -> Iterator[servers.Postbox]:
    with servers.postbox() as box:
        yield box
