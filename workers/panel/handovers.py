"""What machines leave to a person: forms behind a CAPTCHA, questions without an answer, outcomes unproven."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from shared.models import Evidence
from shared.states import ReviewKind, ReviewState
from workers.panel import show, waiting
from workers.services import panel_views, reviews
from workers.services.accounts import Login
from workers.services.panel_views import FormValue, SentMail
from workers.services.reviews import Form

NAME = "handed-over"
KINDS = (ReviewKind.CAPTCHA, ReviewKind.ANSWER, ReviewKind.UNKNOWN)


def page(login: Login) -> None:
    """The queue on the left, the open question on the right."""
    left, right = st.columns([1, 2.8], gap="large")
    with left:
        chosen = waiting.choose(login, NAME, KINDS)
    with right:
        if chosen is None:
            show.empty("Nothing waits for you.", "Forms that need a person appear here by themselves.")
            return
        with show.told():
            _question(login, chosen)


def _question(login: Login, number: int) -> None:
    mail = panel_views.unproven_mail(login.tenant_id, number)
    if mail:
        _mail(login, mail)
        return
    form = reviews.form(login.tenant_id, number)
    show.title(form.lead.company, form.lead.domain)
    show.note(f"It waits because: {form.review.why}")
    if form.review.state is not ReviewState.OPEN:
        show.note(f"{form.review.state.value.capitalize()} by {form.review.decided_by}.")
        return
    todo, seen = st.columns(2, gap="large")
    with seen:
        evidence(form.evidence)
    with todo:
        _WHAT_TO_DO[form.review.kind](login, form)


def _by_hand(login: Login, form: Form) -> None:
    show.heading("1 · Open the page")
    address(form.submission.page_url)
    show.heading("2 · Paste and send it yourself")
    values(panel_views.form_values(login.tenant_id, form.submission))
    show.heading("3 · Tell how it went")
    _settle(login, form.review.id, "I sent it", "Give up")


def _unproven(login: Login, form: Form) -> None:
    show.heading("Did it arrive?")
    show.note(form.submission.detail)
    address(form.submission.page_url)
    _settle(login, form.review.id, "It was sent", "It was not sent")
    show.heading("What was filled in")
    values(panel_views.form_values(login.tenant_id, form.submission))


def _answer(login: Login, form: Form) -> None:
    show.heading("The form asks")
    address(form.submission.page_url)
    answers: dict[str, str] = {}
    with st.form(f"answers {form.review.id}", border=True, enter_to_submit=False):
        for place, question in enumerate((form.submission.plan or {}).get("questions", [])):
            answers[question["label"]] = _asked(question["label"], question["options"], form.review.id, place)
        sent = st.form_submit_button("Answer and queue again", type="primary")
    if sent:
        with show.told():
            given = {label: answer for label, answer in answers.items() if answer.strip()}
            reviews.answer(login.tenant_id, form.review.id, login.email, given)
            _next("Answered: the form is filled again.")
    _settle(login, form.review.id, "I sent it by hand", "Give up")


def _asked(label: str, options: list[str], number: int, place: int) -> str:
    """A question's input. Its label comes from the page, and a widget's own label reads Markdown."""
    show.facts({f"{place + 1}.": label})
    name, key = f"Answer {place + 1}", f"answer {number} {place}"
    if options:
        return st.selectbox(name, options, index=None, key=key, label_visibility="collapsed") or ""
    return st.text_input(name, key=key, max_chars=2000, label_visibility="collapsed")


_WHAT_TO_DO = {
    ReviewKind.CAPTCHA: _by_hand,
    ReviewKind.ANSWER: _answer,
    ReviewKind.UNKNOWN: _unproven,
}


def _mail(login: Login, sent: SentMail) -> None:
    show.title(sent.mail.recipient, sent.subject)
    show.note(f"It waits because: {sent.review.why}")
    if sent.review.state is not ReviewState.OPEN:
        show.note(f"{sent.review.state.value.capitalize()} by {sent.review.decided_by}.")
        return
    show.facts(
        {
            "Message-ID": sent.mail.message_id,
            "Approved by": sent.mail.approved_by,
            "Handed over": f"{show.local(sent.mail.armed_at):%d %b %Y, %H:%M}" if sent.mail.armed_at else "",
            "What is known": sent.mail.detail,
        }
    )
    show.note("Look for it among the sent mails of the mailbox, then say whether it left.")
    _settle(login, sent.review.id, "It was sent", "It was not sent")
    st.code(sent.mail.body, language=None, wrap_lines=True)


def _settle(login: Login, number: int, yes: str, no: str) -> None:
    with st.container(horizontal=True):
        sent = st.button(yes, key=f"sent {number}")
        not_sent = st.button(no, key=f"not sent {number}")
    if sent or not_sent:
        with show.told():
            reviews.settle(login.tenant_id, number, login.email, sent)
            _next("Settled.")


def _next(sentence: str) -> None:
    show.done(sentence)
    waiting.leave(NAME)
    st.rerun()


def address(url: str) -> None:
    """A page's address to copy, and a button that opens it where it is one of the web."""
    if not url:
        show.note("The page has no address.")
        return
    st.code(url, language=None, wrap_lines=True)
    if urlsplit(url).scheme in ("http", "https"):
        st.link_button("Open the page", url, icon=":material/open_in_new:")


def values(wanted: list[FormValue]) -> None:
    """Each value under its control's label, with a button that copies it."""
    for one in wanted:
        with st.container(gap="xxsmall"):
            # The value of an option is not what a person sees in the list; the reason names that.
            show.note(one.label if one.kind == "type" else f"{one.label} ({one.kind}: {one.why})")
            if one.kind != "check":
                st.code(one.value, language=None, wrap_lines=True)


def evidence(kept: Sequence[Evidence]) -> None:
    """Pictures as pictures, answers of servers as text."""
    show.heading("What the machine saw")
    if not kept:
        show.note("Nothing was kept.")
    for one in reversed(kept):
        if one.media_type.startswith("image/"):
            show.picture(one.body, f"{one.kind}, attempt {one.attempt}")
        else:
            show.note(f"{one.kind}, attempt {one.attempt}")
            st.code(one.body.decode(errors="replace"), language=None, wrap_lines=True, height=240)
