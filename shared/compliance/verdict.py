"""What a rule sees and what it may say."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from shared.states import CampaignState


class Verdict(StrEnum):
    """Allow, wait, or never."""

    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


class Scope(StrEnum):
    """What a hold is about: this row alone, or all that waits of the campaign, the mailbox or the tenant."""

    ROW = "row"
    CAMPAIGN = "campaign"
    MAILBOX = "mailbox"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict and its reason. `until` tells when to ask again after a hold, None: when a person resumes it.

    `scope` tells which other rows would be answered the same, so that they need not ask.
    """

    verdict: Verdict
    rule: str = ""
    reason: str = ""
    until: datetime | None = None
    scope: Scope = Scope.ROW


ALLOWED = Ruling(Verdict.ALLOW)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known just before something is sent.

    `suppressed` is the suppression that matches the recipient, empty for none; `sent_today` counts since
    midnight UTC, and so does `mailbox_sent_today`; `mailbox_limit` is what the mailbox may send today, its
    warm-up considered, None where none is used; `mailbox_held` is why it sends nothing. `domain_free_at` is
    when the pause of the target's domain ends; `server_visits` counts those under way to the server that the
    site is on; `opens`, `closes` bound the hours in `timezone`; `stopped` is why the conversation was closed,
    empty while it is open.
    """

    now: datetime
    suppressed: str = ""
    campaign: CampaignState = CampaignState.RUNNING
    sent_today: int = 0
    limit_a_day: int = 1
    mailbox_sent_today: int = 0
    mailbox_limit: int | None = None
    mailbox_held: str = ""
    domain_busy: bool = False
    domain_free_at: datetime | None = None
    server_visits: int = 0
    contacted_on: datetime | None = None
    opens: time | None = None
    closes: time | None = None
    timezone: str = "UTC"
    stopped: str = ""

    @property
    def tomorrow(self) -> datetime:
        """The next midnight UTC, when the counts of a day begin anew."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
