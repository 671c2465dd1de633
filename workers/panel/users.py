"""Who may log in, and as what; for operators. A new user comes by `relance user add`, with a password."""

import streamlit as st

from shared.models import User
from shared.states import Role
from workers.panel import show
from workers.services import accounts
from workers.services.accounts import Login


def page(login: Login) -> None:
    """A row a user, each with what can be changed."""
    show.title("Users", "A change counts at once, also for who is logged in.")
    for user in accounts.users(login.tenant_id):
        _user(login, user)


def _user(login: Login, user: User) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", key=f"user {user.id}"):
        show.facts({"User": user.email, "State": "disabled" if user.disabled_at else "active"})
        roles = list(Role)
        chosen = st.selectbox("Role", roles, index=roles.index(user.role), key=f"role {user.id}")
        role = chosen or user.role
        change = st.button("Change role", key=f"change {user.id}", disabled=role is user.role)
        word = "Enable" if user.disabled_at else "Disable"
        switch = st.button(word, key=f"{word} {user.id}")
    with show.told():
        if change:
            accounts.set_role(login.tenant_id, user.email, role, login.email)
            _done("Changed.")
        if switch:
            turn = accounts.enable if user.disabled_at else accounts.disable
            turn(login.tenant_id, user.email, login.email)
            _done(f"{word}d.")


def _done(sentence: str) -> None:
    show.done(sentence)
    st.rerun()
