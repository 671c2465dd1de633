"""Which button sends a form, and whether it sends or only goes one step further."""

import re
from collections.abc import Sequence

from browser.forms.reading import FormReading
from browser.forms.values import Meaning
from browser.forms.vocabulary import normal
from browser.snapshot import Button

_SEND = re.compile(
    r"send|submit|envo[iy]|absenden|senden|abschicken|envia|invia|inoltra|verstu|verzend|contact|kontakt|"
    r"valid|"
    r"送信|отправить|request|demande|anfrage|solicit|richied|aanvra|confirm|get in touch"
)
_NEXT = re.compile(
    r"^(next|suivant|weiter|continu|siguiente|avanti|volgende|proxim|seguinte|etape suivante|次へ|確認)|"
    r"next step"
)
_NEVER = re.compile(
    r"reset|cancel|annul|abbrech|zuruck|retour|back\b|previous|precedent|search|such|recherch|buscar|cerca|"
    r"zoek|log ?in|"
    r"sign ?in|upload|browse|clear|loschen|effacer|limpiar|subscribe|newsletter|add (file|another)|play|"
    r"close|fermer"
)


def submit_of(buttons: Sequence[Button], chosen: FormReading) -> Button | None:
    """The button that a person would press after the last field, or None where Enter must do."""
    usable = [
        one for one in buttons if one.visible and one.type != "reset" and not _NEVER.search(normal(one.text))
    ]
    if not usable:
        return None
    boxes = [one.field.control.box for one in chosen.fields if one.meaning is Meaning.MESSAGE]
    floor = min((box[1] for box in boxes), default=0.0)
    return max(usable, key=lambda one: (_weight(one, floor), -abs(one.box[1] - floor)))


def _weight(button: Button, floor: float) -> int:
    text = normal(f"{button.text} {button.name}")
    return (
        2 * (button.type in {"submit", "image"})
        + 3 * bool(_SEND.search(text) or _NEXT.search(text))
        + (button.box[1] >= floor)
        - 2 * (button.type == "link" and not text)
    )


def goes_on(button: Button | None) -> bool:
    """Whether the button leads to a further step instead of sending."""
    if button is None:
        return False
    return bool(_NEXT.search(normal(button.text))) and not _SEND.search(normal(button.text))
