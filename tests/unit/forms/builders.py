"""Small snapshots by hand: a form is a list of controls, each named by what a person reads beside it."""

from itertools import count
from typing import Any

from browser.forms.values import Letter
from browser.snapshot import Button, Control, Form, PageSnapshot

LETTER = Letter(
    message="Good morning. We make bindings for books. May we send you a sample?",
    subject="Bindings",
    email="ann+k7@example.org",
    first_name="Ann",
    last_name="Doe",
    salutation="Ms",
    phone="+33 1 23 45 67 89",
    company="Acme",
    city="Lyon",
    country="France",
    language="en",
)
_refs = count()


def control(label: str, type: str = "text", **more: Any) -> Control:  # noqa: A002  the attribute's own name
    """A visible control with a label."""
    tag = {"textarea": "textarea", "select-one": "select"}.get(type, "input")
    labels = more.pop("labels", {"for": label} if label else {})
    return Control(f"0:{next(_refs)}", 0, "0:form", tag, type, labels=labels, **more)


def page(
    *controls: Control, heading: str = "Contact us", button: str = "Send", text: str = ""
) -> PageSnapshot:
    """A page of one form."""
    form = Form(
        "0:form", 0, "form", method="post", heading=heading, text=" ".join(one.label for one in controls)
    )
    send = Button("0:send", 0, "0:form", "submit", button, box=(0, 900, 80, 20))
    return PageSnapshot(
        "https://a.example/", "", "en", text, ("https://a.example/",), (form,), controls, (send,)
    )
