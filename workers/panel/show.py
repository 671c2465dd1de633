"""How things look. Mails, page texts and names come from outside: they are shown as escaped text, never as
Markdown, HTML or links, and pictures only after Pillow read them.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st
from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from classifiers.labels import INTENTS, LABEL_OF, LABELS, Intent
from inbox.responders.values import Turn
from shared.errors import RelanceError

STYLE = Path(__file__).parent / "style.css"
MOST_PIXELS = 40_000_000
_FORMATS = ("WEBP", "JPEG", "PNG")
_SAID = "said"


@contextmanager
def told() -> Iterator[None]:
    """An error that Relance knows is one sentence on the page."""
    try:
        yield
    except RelanceError as error:
        problem(str(error))


def problem(sentence: str) -> None:
    """Say what cannot be done."""
    st.html(Markup('<div class="problem" role="alert">{}</div>').format(sentence))


def done(sentence: str) -> None:
    """Say after the next run what was done; `sentence` is ours, for a toast reads Markdown."""
    st.session_state[_SAID] = sentence


def say_done() -> None:
    """Show what `done` left."""
    if sentence := st.session_state.pop(_SAID, ""):
        st.toast(sentence, icon=":material/check:")


def title(text: str, below: str = "") -> None:
    """A page's head."""
    st.html(Markup('<div class="title">{}</div><div class="below">{}</div>').format(text, below))


def heading(text: str) -> None:
    """The head of a part of a page."""
    st.html(Markup('<div class="heading">{}</div>').format(text))


def note(text: str) -> None:
    """Small grey words."""
    st.html(Markup('<div class="note">{}</div>').format(text))


def empty(text: str, below: str = "") -> None:
    """What is said where there is nothing."""
    st.html(Markup('<div class="empty"><b>{}</b><span>{}</span></div>').format(text, below))


def pill(text: str, tone: str) -> Markup:
    """A word in a coloured box; `tone` is a label, or plain, warn, good, bad."""
    return Markup('<span class="pill {}">{}</span>').format(tone.lower(), text)


def pills(*made: Markup) -> None:
    """Pills in a row."""
    st.html(Markup('<div class="pills">{}</div>').format(Markup("").join(made)))


def intent_name(intent: str) -> str:
    """INTERESTED_NOW as "Interested now"; OOO as what it means."""
    return {"OOO": "Absence", "AUTO_ACK": "Automatic copy", "OPT_OUT": "Opt-out"}.get(
        intent, intent.replace("_", " ").capitalize()
    )


def conversation(turns: Iterable[Turn]) -> None:
    """What was said, oldest first, theirs on the left and ours on the right."""
    bubble = Markup(
        '<div class="turn {}"><div class="by">{} · {}</div><div class="said" dir="auto">{}</div></div>'
    )
    parts = [
        bubble.format(t.author, t.name or _author(t), f"{local(t.at):%d %b %Y, %H:%M}", t.text) for t in turns
    ]
    st.html(Markup('<div class="turns">{}</div>').format(Markup("").join(parts)))


def _author(turn: Turn) -> str:
    return "We" if turn.author == "us" else "They"


def facts(rows: Mapping[str, str]) -> None:
    """Names and values in two columns."""
    row = Markup("<dt>{}</dt><dd>{}</dd>")
    made = Markup("").join(row.format(name, value) for name, value in rows.items() if value)
    st.html(Markup('<dl class="facts">{}</dl>').format(made))


def bullets(lines: Iterable[str], tone: str) -> None:
    """Sentences in a box; `tone` is warn or plain."""
    made = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    st.html(Markup('<ul class="bullets {}">{}</ul>').format(tone, made))


def probabilities(by_intent: Mapping[str, float], most: int = 4) -> None:
    """The labels' shares as one bar, and the likeliest intents each with its own."""
    shares = {intent: float(by_intent.get(intent, 0.0)) for intent in INTENTS}
    of_label = {label: sum(shares[i] for i in INTENTS if LABEL_OF[i] is label) for label in LABELS}
    part = Markup('<span class="{}" style="width:{:.2f}%" title="{} {:.0%}"></span>')
    bar = Markup("").join(part.format(n.lower(), s * 100, n.value, s) for n, s in of_label.items())
    likeliest = sorted(shares.items(), key=lambda one: -one[1])[:most]
    rows = Markup("").join(_share(intent, share) for intent, share in likeliest if share >= 0.005)
    st.html(Markup('<div class="shares"><div class="bar">{}</div>{}</div>').format(bar, rows))


def _share(intent: Intent, share: float) -> Markup:
    row = Markup(
        '<div class="share"><i>{}</i><span class="track"><span class="{}" style="width:{:.2f}%"></span>'
        "</span><b>{:.0%}</b></div>"
    )
    return row.format(intent_name(intent), LABEL_OF[intent].lower(), share * 100, share)


def picture(body: bytes, caption: str) -> None:
    """A screenshot, if Pillow finds a whole one of a known kind and a bearable size in the bytes."""
    if readable(body):
        st.image(body, caption=caption, width="stretch")
    else:
        note(f"The picture “{caption}” cannot be shown.")


def readable(body: bytes) -> bool:
    """Whether Pillow reads a picture in `body`."""
    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return False
            opened.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return True


def local(at: datetime) -> datetime:
    """A time as the reader's own clock shows it."""
    name = st.context.timezone
    return at.astimezone(ZoneInfo(name) if name in _zones() else UTC)


@lru_cache(maxsize=1)
def _zones() -> set[str]:
    return available_timezones()


def ago(then: datetime) -> str:
    """How long ago, in the unit that says most."""
    minutes = int((datetime.now(UTC) - then).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"
