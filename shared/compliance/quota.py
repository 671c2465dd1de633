"""A tenant's plan bounds what it sends in a day (UTC)."""

from datetime import timedelta

from shared.compliance.verdict import Facts, Ruling, Verdict


def rule(facts: Facts) -> Ruling | None:
    """Hold until the next day when the day's number is used up."""
    if facts.sent_today < facts.limit_a_day:
        return None
    tomorrow = facts.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Ruling(Verdict.HOLD, "quota", f"All {facts.limit_a_day} of today are used.", tomorrow)
