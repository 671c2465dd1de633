"""The panel: log-in, then one page for each thing that a person does. `relance up` runs it with Streamlit."""

from collections.abc import Callable

import streamlit as st

from shared.states import Role
from workers.panel import (
    audit_log,
    campaigns,
    handovers,
    mailboxes,
    quarantine,
    replies,
    session,
    show,
    suppressions,
    users,
)
from workers.services.accounts import Login

# Title, path, icon, and what draws it.
Page = tuple[str, str, str, Callable[[Login], None]]

PAGES: tuple[Page, ...] = (
    ("Replies", "replies", ":material/forum:", replies.page),
    ("Handed over", "handed-over", ":material/front_hand:", handovers.page),
    ("Campaigns", "campaigns", ":material/campaign:", campaigns.page),
    ("Mailboxes", "mailboxes", ":material/mail:", mailboxes.page),
    ("Suppressions", "suppressions", ":material/block:", suppressions.page),
)
OPERATOR_PAGES: tuple[Page, ...] = (
    ("Quarantine", "quarantine", ":material/warning:", quarantine.page),
    ("Users", "users", ":material/group:", users.page),
    ("Audit", "audit", ":material/history:", audit_log.page),
)


def main() -> None:
    """Draw whatever this tab shows now."""
    st.set_page_config(page_title="Relance", page_icon=":material/mark_email_read:", layout="wide")
    st.html(show.STYLE)
    with show.told():
        login = session.current()
        if login is None:
            st.navigation([st.Page(session.form, title="Log in")], position="hidden").run()
            return
        session.touch()
        show.say_done()
        _inside(login)


def _inside(login: Login) -> None:
    pages = PAGES + (OPERATOR_PAGES if login.role is Role.OPERATOR else ())
    chosen = st.navigation([_page(login, page, default=page is PAGES[0]) for page in pages])
    with st.sidebar:
        st.text(f"{login.email}\n{login.role.value}")
        if st.button("Log out", icon=":material/logout:"):
            session.end()
            st.rerun()
    chosen.run()


def _page(login: Login, page: Page, default: bool) -> st.Page:
    title, path, icon, draw = page
    return st.Page(lambda: draw(login), title=title, url_path=path, icon=icon, default=default)


main()
