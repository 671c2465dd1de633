"""Only a running campaign sends."""

from shared.compliance.verdict import Facts, Ruling, Scope, Verdict
from shared.states import CampaignState


def rule(facts: Facts) -> Ruling | None:
    """Hold while the campaign is a draft or paused, until somebody launches it."""
    if facts.campaign is not CampaignState.RUNNING:
        return Ruling(Verdict.HOLD, "campaign", "The campaign is not running.", scope=Scope.CAMPAIGN)
    return None
