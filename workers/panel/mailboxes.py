"""Mailboxes: how they are read, what they sent of what they may, and why one is held."""

import streamlit as st
from markupsafe import Markup

from shared.states import Role
from workers.panel import show
from workers.services import mailboxes
from workers.services.accounts import Login
from workers.services.mailboxes import Standing


def page(login: Login) -> None:
    """A card a mailbox."""
    show.title("Mailboxes", "A new mailbox sends little at first and more each week, for four weeks.")
    found = mailboxes.standings(login.tenant_id)
    if not found:
        show.empty("There is no mailbox yet.", "An operator adds one with: relance mailbox add")
    for standing in found:
        with st.container(border=True):
            st.html(_card(standing))
            if standing.held_because and login.role is Role.OPERATOR:
                _resume(login, standing)


def _card(standing: Standing) -> Markup:
    reading = show.pill(standing.reading, "good" if standing.reading == "ok" else "bad")
    held = show.pill("held", "bad") if standing.held_because else Markup("")
    return Markup(
        '<div class="campaign"><div class="pills"><b>{}</b>{}{}<span class="age">{}</span></div>'
        '<div class="note">{}</div></div>'
    ).format(standing.address, reading, held, _sent(standing), _notes(standing))


def _sent(standing: Standing) -> str:
    return f"{standing.sent_today} of {standing.limit} sent today"


def _notes(standing: Standing) -> str:
    warm = f"on {standing.warm_on:%d %b %Y}" if standing.warm_on else "four weeks after its first mail"
    said = (
        f"New: {standing.mails_a_day} a day {warm}." if standing.warming else "",
        f"Of late {standing.bounced} of {standing.sent} mails bounced." if standing.sent else "",
        f"Nothing leaves it: {standing.held_because}" if standing.held_because else "",
        standing.detail,
    )
    return "\n".join(one for one in said if one)


def _resume(login: Login, standing: Standing) -> None:
    if st.button("Resume", icon=":material/play_arrow:", key=f"resume {standing.address}"):
        with show.told():
            mailboxes.resume(login.tenant_id, standing.address, login.email)
            show.done("Resumed: a new window begins.")
            st.rerun()
