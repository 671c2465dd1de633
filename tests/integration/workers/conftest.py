"""A small world in a real database: a tenant, a mailbox, a sender, a campaign, some leads."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from inbox.mailbox import Account
from shared import models
from shared.db import transaction
from shared.settings import settings
from shared.vault import vault

# The mail servers of the mail tests, as fixtures here too.
from tests.integration.mail.conftest import postbox, pymap, running_pymap  # noqa: F401
from tests.integration.mail.providers import imap_account
from tests.integration.mail.servers import ImapServer, Postbox
from tests.integration.workers.commands import terminal  # noqa: F401
from workers.services import accounts, campaigns, mailboxes

ADDRESS = "camille@soleil.example"


@dataclass(frozen=True, slots=True)
class World:
    """The ids that tests speak of."""

    tenant: int
    mailbox: int
    campaign: str

    def submissions(self) -> list[models.Submission]:
        """Every submission, in the order of import."""
        with transaction(self.tenant) as session:
            return list(session.scalars(select(models.Submission).order_by(models.Submission.id)))

    def add_leads(self, *domains: str) -> list[models.Submission]:
        """Import a lead for each domain."""
        lines = "".join(f"Company {domain},https://{domain}\n" for domain in domains)
        campaigns.import_leads(self.tenant, self.campaign, f"company,website\n{lines}".encode(), "test")
        return self.submissions()


def build(slug: str, account: Account | None = None) -> World:
    """A tenant with all that a campaign needs; the mailbox is stored without being asked."""
    tenant = accounts.create_tenant(slug, slug.title(), "test")
    address = account.address if account else f"{slug}-{ADDRESS}"
    with transaction(tenant) as session:
        row = models.Mailbox(
            tenant_id=tenant,
            provider="imap",
            address=address,
            settings=mailboxes.settings_of(account or Account("imap", address, SecretStr("secret"))),
            credentials=vault().seal(account.secret.get_secret_value() if account else "secret", address),
        )
        session.add(row)
        session.flush()
        mailbox = row.id
    details = mailboxes.SenderDetails("Camille", "Perrin", "Soleil", phone="01 99 00 12 34")
    mailboxes.add_sender(tenant, address, details, "test")
    campaigns.create(tenant, "spring", None, "A word for {{ company }}", "Hello {{ company }}", "en", "test")
    return World(tenant, mailbox, "spring")


@pytest.fixture
def world(database: str) -> World:
    """One tenant's world."""
    return build("acme")


@pytest.fixture
def new_world(database: str) -> Callable[[str], World]:
    """Makes a world for a tenant by name."""
    return build


@pytest.fixture
def live(database: str, pymap: ImapServer, postbox: Postbox, fresh_settings: pytest.MonkeyPatch) -> World:  # noqa: F811
    """A world whose mailbox is on a real server, polled without lingering."""
    fresh_settings.setenv("RELANCE_POLL_EVERY", "0")
    settings.cache_clear()
    return build("acme", imap_account(pymap, postbox, address="camille@soleil.example", user=pymap.user))
