"""Who asked to be left alone is left alone."""

from shared.compliance.verdict import Facts, Ruling, Verdict


def rule(facts: Facts) -> Ruling | None:
    """Deny where an address or a domain is suppressed."""
    if facts.suppressed:
        return Ruling(Verdict.DENY, "suppression", f"{facts.suppressed} is not to be written to.")
    return None
