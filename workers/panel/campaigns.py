"""Campaigns: how far each is, its leads, and for an operator the switch."""

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup

from shared.states import CampaignState, Role, State
from workers.panel import leads, session, show
from workers.services import campaigns, progress, report
from workers.services.accounts import Login
from workers.services.progress import Status

REFRESH = 5.0
"""Seconds."""

_TONES: dict[str, str] = {
    State.SENT: "good",
    State.RUNNING: "busy",
    State.ARMED: "busy",
    State.UNKNOWN: "warn",
    State.CAPTCHA: "warn",
    State.NEEDS_ANSWER: "warn",
    State.REJECTED: "bad",
    State.QUARANTINED: "bad",
}
_ORDER = ("good", "busy", "warn", "bad", "plain")
_CAMPAIGN_TONES = {CampaignState.RUNNING: "good", CampaignState.PAUSED: "warm", CampaignState.DRAFT: "plain"}


def page(login: Login) -> None:
    """Every campaign with its progress, then the leads of the one that is chosen."""
    show.title("Campaigns")
    statuses = {status.name: status for status in progress.statuses(login.tenant_id)}
    if not statuses:
        show.empty("There is no campaign yet.", "An operator makes one with: relance campaign create")
        return
    _progress(login)
    running = [status.state is CampaignState.RUNNING for status in statuses.values()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = running.index(True) if any(running) else 0
        chosen = st.selectbox("Campaign", list(statuses), index=first, key="campaign")
        switched = login.role is Role.OPERATOR and _switch(statuses[chosen])
        _report(login, chosen)
    if switched:
        _turn(login, statuses[chosen])
    leads.table(login, statuses[chosen])


def _report(login: Login, name: str) -> None:
    st.download_button(
        "Download the report",
        lambda: report.render(login.tenant_id, name),
        file_name="campaign.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
    )


@st.fragment(run_every=REFRESH)
def _progress(login: Login) -> None:
    if session.over(login):
        st.rerun()
    with show.told():
        for status in progress.statuses(login.tenant_id):
            with st.container(border=True):
                st.html(_card(status))


def _card(status: Status) -> Markup:
    ended = sum(n for state, n in status.submissions.items() if state not in (State.QUEUED, State.RUNNING))
    counts = " · ".join(f"{n} {state.replace('_', ' ')}" for state, n in _ordered(status.submissions))
    return Markup(
        '<div class="campaign"><div class="pills"><b>{}</b>{}<span class="age">{} of {} done</span></div>'
        '<div class="states">{}</div><div class="note">{}</div></div>'
    ).format(
        status.name,
        show.pill(status.state.value, _CAMPAIGN_TONES[status.state]),
        ended,
        status.leads,
        Markup("").join(_part(state, n, status.leads) for state, n in _ordered(status.submissions)),
        "\n".join(part for part in (counts, status.paused_because) if part),
    )


def _ordered(counts: dict[str, int]) -> Iterable[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (_ORDER.index(_TONES.get(one[0], "plain")), -one[1]))


def _part(state: str, number: int, of: int) -> Markup:
    part = Markup('<span class="{} {}" style="width:{:.2f}%" title="{} {}"></span>')
    return part.format(_TONES.get(state, "plain"), state, 100 * number / of, number, state)


def _switch(status: Status) -> bool:
    if status.state is CampaignState.RUNNING:
        return st.button("Pause", icon=":material/pause:", key=f"pause {status.name}")
    return st.button("Launch", icon=":material/play_arrow:", key=f"launch {status.name}")


def _turn(login: Login, status: Status) -> None:
    with show.told():
        if status.state is CampaignState.RUNNING:
            campaigns.pause(login.tenant_id, status.name, login.email)
            show.done("Paused: what is under way ends, nothing more begins.")
        else:
            campaigns.launch(login.tenant_id, status.name, login.email)
            show.done("Launched.")
        st.rerun()
