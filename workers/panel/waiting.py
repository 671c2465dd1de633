"""The queue beside a question: it looks for news by itself and leaves the question that is open alone."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from shared.states import ReviewKind
from workers.panel import session, show
from workers.services import reviews
from workers.services.accounts import Login
from workers.services.reviews import Line

REFRESH = 5.0
"""Seconds."""
SHOWN = 30
"""Questions that are drawn; the others move up as these are decided."""

_KINDS = {
    ReviewKind.CAPTCHA: "CAPTCHA",
    ReviewKind.ANSWER: "Missing answer",
    ReviewKind.UNKNOWN: "Not proven",
    ReviewKind.ATTRIBUTION: "From whom?",
}


def choose(login: Login, name: str, kinds: Sequence[ReviewKind]) -> int | None:
    """Draw the queue and return the open question: the first, until a person opens another."""
    if _key(name) not in st.session_state and (lines := reviews.queue(login.tenant_id, kinds, 1)):
        _open(name, lines[0])
    _queue(login, name, tuple(kinds))
    chosen: int | None = st.session_state.get(_key(name))
    return chosen


def leave(name: str) -> None:
    """The open question is decided: the next run opens the first."""
    st.session_state.pop(_key(name), None)


@st.fragment(run_every=REFRESH)
def _queue(login: Login, name: str, kinds: tuple[ReviewKind, ...]) -> None:
    if session.over(login):
        st.rerun()
    with show.told():
        lines = reviews.queue(login.tenant_id, kinds, SHOWN)
        if lines and _key(name) not in st.session_state:
            # Something came in while the page said that nothing waits.
            st.rerun()
        number = reviews.waiting(login.tenant_id, kinds)
        show.heading(f"Waiting · {number}")
        with st.container(key="queue"):
            for line in lines:
                _card(name, line)
            if number > len(lines):
                show.note(f"and {number - len(lines)} more")


def _card(name: str, line: Line) -> None:
    chosen = st.session_state.get(_key(name)) == line.id
    with st.container(border=True, key=f"card-{'open' if chosen else 'shut'}-{line.id}", gap="xsmall"):
        st.html(_head(line))
        if not chosen and st.button("Open", key=f"open {line.id}", width="stretch"):
            _open(name, line)
            st.rerun()


def _head(line: Line) -> Markup:
    label = line.label or _KINDS.get(line.kind, "Reply")
    intent = show.pill(show.intent_name(line.intent), "plain") if line.intent else Markup("")
    return Markup(
        '<div class="card"><div class="pills">{}{}<span class="age">{}</span></div>'
        '<b>{}</b><div class="about">{}</div><div class="why">{}</div></div>'
    ).format(show.pill(label, label), intent, show.ago(line.since), line.company, line.subject, line.why)


def _open(name: str, line: Line) -> None:
    st.session_state[_key(name)] = line.id


def _key(name: str) -> str:
    return f"question {name}"
