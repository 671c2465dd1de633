"""What must be true after the campaign: each check returns the faults that it found, in words."""

import time
from collections.abc import Mapping
from typing import Any

from tests.village import spool
from tests.village.operator import MAILBOX, Operator
from tests.village.programs import Village
from tests.village.scenario import SITES, Site

Lead = Mapping[str, Any]

ANSWER_WITHIN = 60.0

RULES = {"robots": "robots", "no_solicitation": "notice"}
"""What the product calls the reasons for which a site may not be written to."""


def arrived(site: Site, lead: Lead | None) -> bool:
    """Whether a lead is where the story wants it, as far as the forms and the labels go."""
    return not _lead_faults(site, lead)


def by_host(leads: list[Lead]) -> dict[str, Lead]:
    """The product's leads by the host of their site."""
    return {lead["domain"]: lead for lead in leads}


def of_leads(leads: list[Lead]) -> list[str]:
    """Outcome and label of every lead."""
    known = by_host(leads)
    return [fault for site in SITES for fault in _lead_faults(site, known.get(site.host))]


def of_village(village: Village) -> list[str]:
    """What the sites really took: one message each where one was to arrive, none elsewhere, no other form."""
    counts = village.journal.counts()
    wrong = [
        f"{site.name} stored {counts[site.name]} messages"
        for site in SITES
        if counts[site.name] != (site.outcome.state == "sent")
    ]
    return wrong + [f"{entry.site}: the {entry.form} form was sent" for entry in village.journal.strays()]


def of_answer(operator: Operator, village: Village) -> list[str]:
    """Approve the first draft and see it arrive, once; see the opt-out and the bounce respected."""
    reviews = operator.ask("review", "list", "--kind", "reply")
    if not reviews:
        return ["no reply waits for review"]
    site = next(site for site in SITES if site.company.name == reviews[0]["company"])
    operator.type("review", "approve", reviews[0]["id"], shown=True)
    faults = [] if _received(village, site) else [f"{site.name} got no answer"]
    suppressed = {entry["value"] for entry in operator.ask("suppress", "list")}
    opted_out = next(site for site in SITES if any(reply.intent == "OPT_OUT" for reply in site.replies))
    if opted_out.host not in suppressed:
        faults.append(f"{opted_out.name} asked to be left alone and is not suppressed")
    return faults


def _received(village: Village, site: Site) -> bool:
    addresses = {site.contact.address, *(reply.sender.address for reply in site.replies if reply.sender)}
    end = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < end:
        mails = [mail for address in addresses for mail in spool.received(village.spool, address)]
        if mails:
            return len(mails) == 1 and MAILBOX in str(mails[0]["From"]) and bool(mails[0]["In-Reply-To"])
        time.sleep(0.3)
    return False


def _lead_faults(site: Site, lead: Lead | None) -> list[str]:
    if lead is None:
        return [f"{site.name} is no lead"]
    faults = []
    if lead["state"] != site.outcome.state:
        faults.append(f"{site.name} ended {lead['state']} ({lead['reason']}), not {site.outcome.state}")
    if site.outcome.reason and RULES[site.outcome.reason] not in lead["reason"]:
        faults.append(f"{site.name} ended because of {lead['reason']}, not {site.outcome.reason}")
    return faults + _reply_faults(site, lead)


def _reply_faults(site: Site, lead: Lead) -> list[str]:
    if not site.replies:
        return []
    expected = site.replies[-1]
    kinds = {"absence": "automatic", "copy": "automatic"}
    kind = "opt_out" if expected.intent == "OPT_OUT" else kinds.get(expected.kind, expected.kind)
    if lead["reply"] != kind:
        return [f"{site.name} answered with {lead['reply'] or 'nothing'}, not {kind}"]
    faults = []
    if lead["label"] != expected.label:
        faults.append(f"{site.name} was taken for {lead['label'] or 'nothing'}, not {expected.label}")
    if expected.label in ("HOT", "WARM") and lead["draft"] == "":
        faults.append(f"{site.name} has no draft")
    return faults
