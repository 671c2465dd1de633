"""A site sees one visit at a time, with a pause in between."""

from datetime import timedelta

from shared.compliance.verdict import Facts, Ruling, Verdict

RETRY = timedelta(seconds=15)


def rule(facts: Facts) -> Ruling | None:
    """Hold while another visit to the domain runs, or its pause is not over."""
    if facts.domain_busy:
        return Ruling(Verdict.HOLD, "domain", "Another visit to this site is under way.", facts.now + RETRY)
    if facts.domain_free_at and facts.domain_free_at > facts.now:
        return Ruling(
            Verdict.HOLD, "domain", "The pause between two visits is not over.", facts.domain_free_at
        )
    return None
