"""Only a running campaign sends."""

from datetime import timedelta

from shared.compliance.verdict import Facts, Ruling, Verdict
from shared.states import CampaignState


def rule(facts: Facts) -> Ruling | None:
    """Hold while the campaign is a draft or paused."""
    if facts.campaign is not CampaignState.RUNNING:
        return Ruling(
            Verdict.HOLD, "campaign", "The campaign is not running.", facts.now + timedelta(minutes=1)
        )
    return None
