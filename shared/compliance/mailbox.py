"""A mailbox sends what it may in a day (UTC), and nothing while it is held."""

from shared.compliance.verdict import Facts, Ruling, Scope, Verdict


def rule(facts: Facts) -> Ruling | None:
    """Hold until somebody resumes a held mailbox, or until the next day when the day's number is used up."""
    if facts.mailbox_held:
        held = f"The mailbox is held: {facts.mailbox_held}"
        return Ruling(Verdict.HOLD, "mailbox_held", held, scope=Scope.MAILBOX)
    if facts.mailbox_limit is None or facts.mailbox_sent_today < facts.mailbox_limit:
        return None
    used = f"All {facts.mailbox_limit} mails that this mailbox may send today are used."
    return Ruling(Verdict.HOLD, "mailbox_quota", used, facts.tomorrow, Scope.MAILBOX)
