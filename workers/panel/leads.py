"""The leads of a campaign as a table, and what was kept of the one that is chosen."""

import streamlit as st

from workers.panel import handovers, show
from workers.services import campaigns, panel_views
from workers.services.accounts import Login
from workers.services.campaigns import LeadLine


def table(login: Login, campaign: str) -> None:
    """A row a lead; a click on one shows its evidence below."""
    lines = campaigns.lead_lines(login.tenant_id, campaign)
    if not lines:
        show.empty("This campaign has no lead yet.", "An operator imports some with: relance leads import")
        return
    picked = st.dataframe(
        [_row(line) for line in lines],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"leads {campaign}",
    )
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(lines):
        _details(login, lines[rows[0]])
    else:
        show.note("Choose a row to see what was kept of it.")


def _row(line: LeadLine) -> dict[str, str]:
    """Cells of a table are drawn as they are: no Markdown, no link."""
    return {
        "Company": line.company,
        "Domain": line.domain,
        "Outcome": line.state.value.replace("_", " "),
        "Evidence": line.proof,
        "Reason": line.reason.replace("_", " "),
        "Reply": line.reply.replace("_", " "),
        "Label": " · ".join(part for part in (line.label, show.intent_name(line.intent)) if part),
        "Answer": line.draft.replace("_", " "),
    }


def _details(login: Login, line: LeadLine) -> None:
    sent = panel_views.submission(login.tenant_id, line.submission_id)
    show.title(line.company, line.domain)
    said, seen = st.columns(2, gap="large")
    with said:
        show.heading("What was done")
        show.facts({"Outcome": line.state.value, "Rule": line.reason, "In words": sent.detail})
        handovers.address(sent.page_url)
        handovers.values(panel_views.form_values(login.tenant_id, sent))
    with seen:
        handovers.evidence(panel_views.evidence(login.tenant_id, line.submission_id))
