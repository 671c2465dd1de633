"""Who is logged in, in this browser tab alone, and for how long without a sign of them.

Streamlit forgets a session with its tab: reloading the page logs out. What refreshes itself is no sign of a
person, so a tab that is left open logs out too.
"""

import threading
import time

import streamlit as st

from workers.panel import show
from workers.panel.throttle import Throttle
from workers.services import accounts
from workers.services.accounts import Login

IDLE = 30 * 60.0
"""Seconds."""

_LOGIN, _SEEN = "login", "seen"
_throttle = Throttle()
_checks = threading.BoundedSemaphore(2)
"""Passwords that are checked at once: each takes 64 MiB of memory."""


def current() -> Login | None:
    """The login of this tab with its role of today, ended where it was idle for too long or is disabled."""
    before: Login | None = st.session_state.get(_LOGIN)
    if before is None:
        return None
    now = None if idle() else accounts.renewed(before)
    if now is None:
        end()
        return None
    st.session_state[_LOGIN] = now
    return now


def over(login: Login) -> bool:
    """Whether what refreshes itself must stop: nobody was here for long, or the user's rights changed."""
    return idle() or accounts.renewed(login) != login


def touch() -> None:
    """A person did something."""
    st.session_state[_SEEN] = time.monotonic()


def idle() -> bool:
    """Whether nobody did anything for too long."""
    seen: float = st.session_state.get(_SEEN, 0.0)
    return time.monotonic() - seen > IDLE


def end() -> None:
    """Forget everything of this tab, edits included."""
    st.session_state.clear()


def form() -> None:
    """The log-in."""
    _, middle, _ = st.columns([1, 1.1, 1])
    with middle:
        show.title("Relance", "Log in to see what waits for you.")
        with st.form("log-in", border=True):
            email = st.text_input("Address", max_chars=320, autocomplete="username")
            password = st.text_input(
                "Password", type="password", max_chars=1000, autocomplete="current-password"
            )
            if st.form_submit_button("Log in", type="primary", width="stretch"):
                _log_in(email, password)


def _log_in(email: str, password: str) -> None:
    if wait := _throttle.attempt(email, time.monotonic()):
        show.problem(f"Too many tries: wait {wait:.0f} seconds.")
        return
    with _checks:
        login = accounts.log_in(email, password)
    if login is None:
        show.problem("The address or the password is wrong.")
        return
    _throttle.passed(email)
    st.session_state[_LOGIN] = login
    touch()
    st.rerun()
