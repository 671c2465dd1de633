"""Nothing is sent outside the campaign's hours, in the campaign's time zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.compliance.verdict import Facts, Ruling, Scope, Verdict


def rule(facts: Facts) -> Ruling | None:
    """Hold until the campaign opens. Hours that end before they begin run over midnight."""
    if facts.opens is None or facts.closes is None:
        return None
    local = facts.now.astimezone(ZoneInfo(facts.timezone))
    if _within(local.time(), facts.opens, facts.closes):
        return None
    closed = f"Sending opens at {facts.opens:%H:%M} ({facts.timezone})."
    return Ruling(Verdict.HOLD, "hours", closed, _next(local, facts.opens), Scope.CAMPAIGN)


def _within(now: time, opens: time, closes: time) -> bool:
    if opens <= closes:
        return opens <= now < closes
    return now >= opens or now < closes


def _next(local: datetime, opens: time) -> datetime:
    opening = local.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
    return (opening if opening > local else opening + timedelta(days=1)).astimezone(UTC)
