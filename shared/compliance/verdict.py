"""What a rule sees and what it may say."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from shared.states import CampaignState


class Verdict(StrEnum):
    """Allow, wait, or never."""

    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict and its reason. `until` tells when to ask again after a hold."""

    verdict: Verdict
    rule: str = ""
    reason: str = ""
    until: datetime | None = None


ALLOWED = Ruling(Verdict.ALLOW)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known just before something is sent.

    `suppressed` is the suppression that matches the recipient, empty for none; `sent_today` counts since
    midnight UTC; `domain_free_at` is when the pause of the target's domain ends; `opens`, `closes` bound the
    hours in `timezone`; `stopped` is why the conversation was closed, empty while it is open.
    """

    now: datetime
    suppressed: str = ""
    campaign: CampaignState = CampaignState.RUNNING
    sent_today: int = 0
    limit_a_day: int = 1
    domain_busy: bool = False
    domain_free_at: datetime | None = None
    contacted_on: datetime | None = None
    opens: time | None = None
    closes: time | None = None
    timezone: str = "UTC"
    stopped: str = ""
