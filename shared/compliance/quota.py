"""A tenant's plan bounds what it sends in a day (UTC)."""

from shared.compliance.verdict import Facts, Ruling, Scope, Verdict


def rule(facts: Facts) -> Ruling | None:
    """Hold until the next day when the day's number is used up."""
    if facts.sent_today < facts.limit_a_day:
        return None
    used = f"All {facts.limit_a_day} of today are used."
    return Ruling(Verdict.HOLD, "quota", used, facts.tomorrow, Scope.TENANT)
