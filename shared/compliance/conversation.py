"""A conversation that was closed stays closed."""

from shared.compliance.verdict import Facts, Ruling, Verdict


def rule(facts: Facts) -> Ruling | None:
    """Deny where the other side opted out, declined, or the loop guard closed it."""
    if facts.stopped:
        return Ruling(Verdict.DENY, "conversation", f"The conversation is closed: {facts.stopped}.")
    return None
