"""The policy, as a table: which rules are asked, in which order. The first that objects decides."""

from collections.abc import Callable, Sequence

from shared.compliance import (
    campaign,
    contacted,
    conversation,
    domain,
    hours,
    mailbox,
    quota,
    server,
    suppression,
)
from shared.compliance.verdict import ALLOWED, Facts, Ruling
from shared.metrics import RULINGS

Rule = Callable[[Facts], Ruling | None]

FORM: Sequence[Rule] = (
    suppression.rule,
    contacted.rule,
    campaign.rule,
    quota.rule,
    hours.rule,
    domain.rule,
    server.rule,
)

MAIL: Sequence[Rule] = (
    suppression.rule,
    conversation.rule,
    mailbox.rule,
    quota.rule,
    hours.rule,
)


def judge(chain: Sequence[Rule], facts: Facts) -> Ruling:
    """The first objection, or ALLOWED."""
    ruling = next((said for rule in chain if (said := rule(facts))), ALLOWED)
    RULINGS.labels(ruling.rule or "none", ruling.verdict.value).inc()
    return ruling
