"""What the model sees of a whole form, and the wordings that tell a comment or an application from a contact form."""

import re
from collections.abc import Iterator, Sequence

from browser.forms.features import Features, words_of
from browser.forms.fields import Field
from browser.forms.vocabulary import hits, normal
from browser.snapshot import Button, Form

_NOT_CONTACT = (
    (
        "comment",
        r"wp-comments-post|#?respond\b|comment-?form|commentform|leave a (reply|comment)|post (a )?comment|"
        r"laisser un commentaire|schreibe einen kommentar|deja un comentario|lascia un commento|"
        r"plaats een reactie|deixe um comentario|add (a |your )?comment",
    ),
    ("review", r"write a review|your review|add (a |your )?review|rating|ecrire un avis|donner votre avis"),
    (
        "share",
        r"(send|tell|email|share)( it| this)?( page| product)? (to|with)? ?a friend|sendfriend|"
        r"envoyer a un ami|recipient.?s? (e ?mail|name)|friend.?s? (e ?mail|name)",
    ),
    (
        "application",
        r"apply (now|for)|job application|candidature|bewerbung|lebenslauf|curriculum|upload (your )?(cv|resume)|"
        r"postuler|solliciteren",
    ),
    (
        "quote",
        r"(get|request) (a |an )?(free |instant )?(quote|estimate)|demande de devis|angebot anfordern|"
        r"solicit\w+ presupuesto|richie\w+ preventivo|offerte aanvragen|quote calculator",
    ),
    ("booking", r"book (now|a table)|reservation|reserver|buchung|check ?in date|prenota|boeken"),
)


def kind_features(form: Form, fields: Sequence[Field], buttons: Sequence[Button]) -> Features:
    """The features of one form: counts, the meanings its labels speak of, and its words by their source."""
    sources = {
        "button": " ".join(one.text or one.name for one in buttons[:6]),
        "action": words_of(form.action.split("?")[0][-80:]),
        "identity": words_of(f"{form.id} {form.css_class}"),
        "heading": form.heading,
        "text": form.text[:600],
        "names": " ".join(words_of(field.control.name) for field in fields[:30]),
        "labels": " ".join(field.label for field in fields[:30]),
    }
    found: dict[str, float] = {one: 1.0 for one in _shape(form, fields)}
    for source, text in sources.items():
        words = sorted(set(normal(text).split()[:60]))
        found |= {f"{source} {word}": 1 / max(len(words), 1) ** 0.5 for word in words}
    return found


def _shape(form: Form, fields: Sequence[Field]) -> Iterator[str]:
    types = [
        field.control.type for field in fields if field.control.visible or field.control.hidden_by == "form"
    ]
    for kind in (
        "textarea",
        "password",
        "email",
        "text",
        "select-one",
        "checkbox",
        "radio",
        "search",
        "file",
    ):
        yield f"count {kind} {min(types.count(kind), 3)}"
    yield f"fields {min(len(types), 8)}"
    yield f"method {form.method}"
    yield f"role {form.role}"
    yield f"contact shape {'textarea' in types and 'password' not in types and len(types) > 1}"
    for field in fields:
        for text in (field.label, words_of(field.control.name)):
            yield from (f"speaks of {meaning}" for meaning in hits(text)[0])


def not_contact(form: Form, fields: Sequence[Field], buttons: Sequence[Button]) -> str:
    """The kind of a form that asks for a text but is no contact form, or an empty string."""
    names = " ".join(field.control.name for field in fields)
    said = " ".join(
        [
            normal(form.heading),
            form.id,
            form.css_class,
            form.action,
            normal(names),
            *(normal(one.text) for one in buttons),
        ]
    ).lower()
    return next((kind for kind, pattern in _NOT_CONTACT if re.search(pattern, said)), "")
