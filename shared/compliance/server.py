"""A server sees a few visits at a time, however many sites it holds."""

from datetime import timedelta

from shared.compliance.verdict import Facts, Ruling, Verdict

AT_ONCE = 4
"""Visits to one address: few for a small host of many sites, no brake for the wide front of a large one."""

RETRY = timedelta(seconds=15)


def rule(facts: Facts) -> Ruling | None:
    """Hold while as many visits as a server may see are under way."""
    if facts.server_visits < AT_ONCE:
        return None
    busy = f"{facts.server_visits} visits to the server of this site are under way."
    return Ruling(Verdict.HOLD, "server", busy, facts.now + RETRY)
