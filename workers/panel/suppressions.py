"""Who is not written to again. Anybody may add to it; only an operator lifts."""

import streamlit as st

from shared.models import Suppression
from shared.states import Role
from workers.panel import show
from workers.services import suppressions
from workers.services.accounts import Login


def page(login: Login) -> None:
    """Add above, the list below."""
    show.title("Suppressions", "Nobody here is written to again: neither a form nor a mail.")
    _add(login)
    rows = suppressions.listed(login.tenant_id)
    if not rows:
        show.empty("Nobody is suppressed.", "Opt-outs and hard bounces come here by themselves.")
        return
    _list(login, rows)


def _add(login: Login) -> None:
    with (
        st.form("suppress", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        value = st.text_input(
            "Address or domain", max_chars=320, placeholder="name@example.com or example.com"
        )
        why = st.text_input("Why", max_chars=200)
        pressed = st.form_submit_button("Suppress", type="primary")
    if pressed:
        with show.told():
            suppressions.add(login.tenant_id, value, why, login.email)
            show.done("Suppressed.")
            st.rerun()


def _list(login: Login, rows: list[Suppression]) -> None:
    picked = st.dataframe(
        [
            {
                "Address or domain": s.value,
                "Why": s.why,
                "Since": f"{show.local(s.created_at):%Y-%m-%d %H:%M}",
            }
            for s in rows
        ],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        # The newest row is the key, so that a choice does not outlive a change of the list.
        key=f"suppressions {rows[0].id} {len(rows)}",
    )
    chosen = picked["selection"]["rows"]
    if login.role is Role.OPERATOR and chosen and chosen[0] < len(rows):
        _lift(login, rows[chosen[0]])


def _lift(login: Login, row: Suppression) -> None:
    show.facts({"Chosen": row.value, "Why": row.why})
    if st.button("Lift this suppression"):
        with show.told():
            suppressions.remove(login.tenant_id, row.value, login.email)
            show.done("Lifted.")
            st.rerun()
