"""Who did what, newest first; for operators."""

import json

import streamlit as st

from workers.panel import show
from workers.services import panel_views
from workers.services.accounts import Login


def page(login: Login) -> None:
    """The latest entries."""
    show.title("Audit", f"The latest {panel_views.MOST_ENTRIES} entries. They are added, never changed.")
    entries = panel_views.audit_entries(login.tenant_id)
    if not entries:
        show.empty("Nothing happened yet.")
        return
    rows = [
        {
            "When": f"{show.local(entry.created_at):%Y-%m-%d %H:%M:%S}",
            "Who": entry.actor,
            "What": entry.action,
            "On": entry.subject,
            "Facts": json.dumps(entry.facts, ensure_ascii=False) if entry.facts else "",
        }
        for entry in entries
    ]
    st.dataframe(rows, hide_index=True, height="content" if len(rows) < 20 else 700)
