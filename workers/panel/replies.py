"""Flagged replies: what was said, what it was taken for, and the answer to approve, edit or drop."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from classifiers.labels import INTENTS, LABEL_OF, Intent
from inbox.responders.values import Turn
from shared.models import Classification, Draft, Message
from shared.states import ReviewKind, ReviewState
from workers.panel import attribution, show, waiting
from workers.services import knowledge, panel_views, reviews
from workers.services.accounts import Login
from workers.services.reviews import Reply

NAME = "replies"

_DOUBTS = {
    "empty": "hardly any words",
    "too_long": "very long",
    "unknown_language": "unknown language",
    "far_from_training": "unlike what the model knows",
    "low_confidence": "the model is unsure",
    "possible_opt_out": "may ask to be left alone",
}


def page(login: Login) -> None:
    """The queue on the left, the open reply on the right."""
    left, right = st.columns([1, 2.8], gap="large")
    with left:
        chosen = waiting.choose(login, NAME, (ReviewKind.REPLY, ReviewKind.ATTRIBUTION))
    with right:
        if chosen is None:
            show.empty("Nothing waits for you.", "New replies appear here by themselves.")
            return
        with show.told():
            _reply(login, reviews.reply(login.tenant_id, chosen))


def _reply(login: Login, reply: Reply) -> None:
    _head(reply)
    if reply.review.state is not ReviewState.OPEN:
        show.note(f"{reply.review.state.value.capitalize()} by {reply.review.decided_by}.")
    talk, answer = st.columns(2, gap="large")
    with talk:
        show.heading("Conversation")
        show.conversation(reply.thread.turns if reply.thread else [_turn(reply.message)])
        _reading(login, reply)
    with answer:
        if reply.review.state is ReviewState.OPEN:
            _decide(login, reply)


def _turn(message: Message) -> Turn:
    return Turn("them", message.own_text, message.received_at, message.from_name or message.from_address)


def _head(reply: Reply) -> None:
    message, said = reply.message, reply.classification
    company = reply.lead.company if reply.lead else message.from_address
    show.title(company, message.subject)
    made = (
        [show.pill(said.label, said.label), show.pill(show.intent_name(said.intent), "plain")] if said else []
    )
    doubts = said.doubts if said else []
    if made:
        show.pills(*made, *(show.pill(_DOUBTS.get(doubt, doubt), "warn") for doubt in doubts))
    show.note(f"It waits because: {reply.review.why}")


def _decide(login: Login, reply: Reply) -> None:
    if reply.review.kind is ReviewKind.ATTRIBUTION:
        attribution.choose(login, reply)
    elif reply.draft:
        _draft(login, reply, reply.draft)


def _draft(login: Login, reply: Reply, draft: Draft) -> None:
    number = reply.review.id
    show.heading("Our answer")
    if draft.violations:
        show.bullets((f"Check before you send: {one}" for one in draft.violations), "warn")
    subject = st.text_input("Subject", _edited("subject", number, draft.subject), **_kept("subject", number))
    body = st.text_area("Answer", _edited("body", number, draft.body), height=380, **_kept("body", number))
    with st.container(horizontal=True):
        send = st.button("Approve and send", type="primary", icon=":material/send:", key=f"approve {number}")
        drop = st.button("Send nothing", key=f"reject {number}")
    with show.told():
        if send:
            reviews.approve(login.tenant_id, number, login.email, subject, body)
            _next("Approved: the answer is on its way.")
        if drop:
            reviews.reject(login.tenant_id, number, login.email)
            _next("Rejected: nothing is sent.")
    _passages(login, draft)


def _kept(part: str, number: int) -> dict[str, Any]:
    """The key of an input, and what keeps its edit when another reply is opened before this one is decided.

    A callback: the run that a click on the queue starts may overtake the one that would have read the input.
    """
    key = f"{part} {number}"
    return {"key": key, "on_change": lambda: _edits().update({key: st.session_state[key]})}


def _edited(part: str, number: int, drafted: str) -> str:
    return _edits().get(f"{part} {number}", drafted)


def _edits() -> dict[str, str]:
    edits: dict[str, str] = st.session_state.setdefault("edits", {})
    return edits


def _next(sentence: str) -> None:
    show.done(sentence)
    waiting.leave(NAME)
    st.rerun()


def _passages(login: Login, draft: Draft) -> None:
    leaned_on = set(draft.passages)
    if not leaned_on:
        return
    known = [one for one in knowledge.listed(login.tenant_id) if str(one.id) in leaned_on]
    with st.expander(f"What it leans on · {len(known)}", icon=":material/menu_book:"):
        for one in known:
            st.html(Markup('<div class="passage"><b>{}</b>{}</div>').format(one.title, one.text))


def _reading(login: Login, reply: Reply) -> None:
    said = reply.classification
    with st.container(border=True):
        show.heading("How it was read")
        if said:
            show.probabilities(said.probabilities)
            _by(said)
        _findings(reply.message)
        _relabel(login, reply)
        if said:
            _why(reply.message, said)


def _by(said: Classification) -> None:
    show.note(f"Corrected by {said.by}" if said.by else f"{said.confidence:.0%} sure · model {said.model}")


def _findings(message: Message) -> None:
    found = message.findings.get("attribution", {})
    rule = str(message.findings.get("rule", ""))
    tied = f"{found['rule']} ({found['confidence']:.0%})".replace("_", " ") if found.get("rule") else ""
    show.facts(
        {
            "From": f"{message.from_name} <{message.from_address}>".strip(),
            "Tied to us by": tied,
            "Taken for": message.kind.replace("_", " "),
            "Rule": rule.replace("_", " ") if rule != message.kind else "",
        }
    )


def _relabel(login: Login, reply: Reply) -> None:
    said, number = reply.classification, reply.review.id
    # A mail that is not assigned yet is read again when it is, and labelled anew.
    if reply.review.state is not ReviewState.OPEN or reply.review.kind is ReviewKind.ATTRIBUTION:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        intent = st.selectbox(
            "What it really says",
            INTENTS,
            index=INTENTS.index(Intent(said.intent)) if said else 0,
            format_func=lambda one: f"{LABEL_OF[one].value} · {show.intent_name(one)}",
            key=f"intent {number} {said.id if said else 0}",
        )
        pressed = st.button("Correct", key=f"relabel {number}")
    if pressed:
        with show.told():
            reviews.relabel(login.tenant_id, number, login.email, intent.value)
            _relabelled(intent)


def _relabelled(intent: Intent) -> None:
    if intent is Intent.OPT_OUT:
        _next("They are not written to again.")
    show.done("Corrected.")
    st.rerun()


def _why(message: Message, said: Classification) -> None:
    """The words come last: finding them takes a moment, and nothing waits for them."""
    words = _words(message.tenant_id, message.own_text, said.label, said.model)
    if words:
        show.note(f"Words that spoke most for {said.label}")
        show.pills(*(show.pill(word, said.label) for word in words))


@st.cache_data(show_spinner=False, max_entries=500)
def _words(tenant_id: int, text: str, label: str, model: str) -> list[str]:
    return [one.word for one in panel_views.why(tenant_id, text, label, model)]
