"""The first page of a contact form that comes in steps: it asks who writes, and the message only later.

Such a page alone reads like a newsletter or a registration. It is taken for a contact form only where all
of this holds: its button goes on instead of sending, the page counts its steps, it asks for an e-mail
address and no password, and the page (its title, headings or address) or a hidden control of the form speaks
of a message.
"""

import re
from collections.abc import Iterable

from browser.forms.reading import FormReading
from browser.forms.submit import goes_on, submit_of
from browser.forms.values import Meaning
from browser.forms.vocabulary import normal
from browser.snapshot import PageSnapshot

_COUNTED = re.compile(
    r"\b(?:step|etape|schritt|paso|passo|passaggio|stap|etapa)\s*1\b|\b1\s*(?:/|of|sur|von|de|di|van)\s*[2-9]\b"
)
_SPEAKS = re.compile(
    r"contact|kontakt|contatt|contat|message|nachricht|mensaje|messaggio|bericht|mensagem|enquir|inquir|"
    r"demande d|votre demande|anfrage|consulta|richiesta|aanvraag|pedido"
)
_NEVER = frozenset({"login", "search", "registration", "order"})


def first_step(snapshot: PageSnapshot, readings: Iterable[FormReading]) -> FormReading | None:
    """The form of the page that begins a contact form in steps, or None."""
    if not _COUNTED.search(normal(snapshot.text)):
        return None
    return next((one for one in readings if _begins(snapshot, one)), None)


def _begins(snapshot: PageSnapshot, reading: FormReading) -> bool:
    controls = [one for one in snapshot.controls if one.form == reading.form.ref]
    return (
        reading.form.visible
        and reading.kind not in _NEVER
        and bool(reading.of(Meaning.EMAIL))
        and all(one.type != "password" for one in controls)
        and goes_on(submit_of(snapshot.buttons_of(reading.form.ref), reading))
        and (_speaks(snapshot, reading) or any(_SPEAKS.search(normal(one.name)) for one in controls))
    )


def _speaks(snapshot: PageSnapshot, reading: FormReading) -> bool:
    return bool(_SPEAKS.search(normal(f"{snapshot.title} {snapshot.url} {reading.form.heading}")))
