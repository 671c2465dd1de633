"""The leads of a campaign as a table, and what was kept of the one that is chosen."""

import streamlit as st

from shared.states import State
from workers.panel import handovers, show
from workers.services import panel_views, progress
from workers.services.accounts import Login
from workers.services.progress import LeadLine, Status

PAGE = 100
"""Leads that are read and drawn at once."""


def table(login: Login, campaign: Status) -> None:
    """A row a lead, a page at a time; a click on one shows its evidence below."""
    if not campaign.leads:
        show.empty("This campaign has no lead yet.", "An operator imports some with: relance leads import")
        return
    state, page = _choose(campaign)
    lines = progress.lead_lines(login.tenant_id, campaign.name, page * PAGE, PAGE, state)
    picked = st.dataframe(
        [_row(line) for line in lines],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        # A choice does not outlive a change of what is shown.
        key=f"leads {campaign.name} {state} {page}",
    )
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(lines):
        _details(login, lines[rows[0]])
    else:
        show.note("Choose a row to see what was kept of it.")


def _choose(campaign: Status) -> tuple[State | None, int]:
    """Which leads are shown: those of one outcome or all, and which page of them, from 0."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Outcome",
            [None, *sorted(campaign.submissions)],
            format_func=lambda one: _counted(campaign, one),
            key=f"outcome {campaign.name}",
        )
        pages = -(-_number(campaign, chosen) // PAGE)
        page = 1
        if pages > 1:
            page = st.number_input(
                f"Page of {pages:,}", 1, pages, key=f"page {campaign.name} {chosen}", width=160
            )
    return State(chosen) if chosen else None, page - 1


def _counted(campaign: Status, state: str | None) -> str:
    return f"{(state or 'all').replace('_', ' ')} · {_number(campaign, state):,}"


def _number(campaign: Status, state: str | None) -> int:
    return campaign.submissions.get(state, 0) if state else campaign.leads


def _row(line: LeadLine) -> dict[str, str]:
    """Cells of a table are drawn as they are: no Markdown, no link."""
    return {
        "Company": line.company,
        "Domain": line.domain,
        "Outcome": line.state.value.replace("_", " "),
        "Evidence": line.proof,
        "Reason": line.detail if line.until and line.reason else line.reason.replace("_", " "),
        "Until": f"{show.local(line.until):%d %b %H:%M}" if line.until and line.reason else "",
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
