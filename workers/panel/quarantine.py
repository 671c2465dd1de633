"""Work that workers died over, set aside until an operator looks."""

import streamlit as st

from workers.panel import show
from workers.services import quarantine
from workers.services.accounts import Login
from workers.services.quarantine import Poison

_WORK = {
    "browser": "A form",
    "inbox": "A mailbox to read",
    "classify": "A mail to understand",
    "respond": "An answer to write",
    "send": "A mail to send",
}


def page(login: Login) -> None:
    """What is set aside, each with the two ways on."""
    show.title("Quarantine", "Worker after worker stopped over these. Nothing of them was sent.")
    found = quarantine.listed(login.tenant_id)
    if not found:
        show.empty("Nothing is in quarantine.")
    for one in found:
        with st.container(border=True):
            _facts(one)
            _decide(login, one)


def _facts(one: Poison) -> None:
    show.facts(
        {
            _WORK[one.queue]: one.about,
            "Set aside": f"{show.ago(one.since)} ago, after {one.deaths} tries" if one.since else "",
            "What is known": one.detail,
        }
    )


def _decide(login: Login, one: Poison) -> None:
    with st.container(horizontal=True):
        retry = st.button("Try once more", key=f"retry {one.queue} {one.id}")
        drop = one.queue != "inbox" and st.button("Give up", key=f"drop {one.queue} {one.id}")
    with show.told():
        if retry:
            quarantine.retry(login.tenant_id, one.queue, one.id, login.email)
            _done("It runs once more.")
        if drop:
            quarantine.drop(login.tenant_id, one.queue, one.id, login.email)
            _done("Given up.")


def _done(sentence: str) -> None:
    show.done(sentence)
    st.rerun()
