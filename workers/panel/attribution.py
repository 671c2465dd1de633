"""A mail that may be an answer to one of several leads: a person says which."""

import streamlit as st

from workers.panel import show, waiting
from workers.services import panel_views, reviews
from workers.services.accounts import Login
from workers.services.panel_views import LeadOption
from workers.services.reviews import Reply


def choose(login: Login, reply: Reply) -> None:
    """The leads that the mail's clues speak for, and a search for any other."""
    number = reply.review.id
    show.heading("Whose answer is this?")
    options = panel_views.contenders(login.tenant_id, number)
    words = st.text_input("Another lead", placeholder="Company or domain", key=f"search {number}")
    found = panel_views.find_leads(login.tenant_id, words) if words else options
    if not found:
        show.note("No lead is like that.")
    for option in found:
        _option(login, number, option)
    if st.button("From none of our leads", key=f"nobody {number}"):
        with show.told():
            reviews.reject(login.tenant_id, number, login.email)
            _leave("Left aside.")


def _option(login: Login, number: int, option: LeadOption) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        show.facts({option.company: f"{option.domain} · {option.campaign}"})
        if st.button("It is theirs", key=f"assign {number} {option.lead_id}"):
            with show.told():
                reviews.assign(login.tenant_id, number, login.email, option.lead_id)
                _leave("Assigned: the mail is read again.")


def _leave(sentence: str) -> None:
    show.done(sentence)
    waiting.leave("replies")
    st.rerun()
