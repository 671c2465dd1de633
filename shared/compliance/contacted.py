"""A company is written to once, whichever campaign it stands in."""

from datetime import timedelta

from shared.compliance.verdict import Facts, Ruling, Verdict

QUIET = timedelta(days=180)


def rule(facts: Facts) -> Ruling | None:
    """Deny where this tenant wrote to the domain less than half a year ago."""
    if facts.contacted_on and facts.now - facts.contacted_on < QUIET:
        return Ruling(Verdict.DENY, "contacted", f"Already written to on {facts.contacted_on:%Y-%m-%d}.")
    return None
