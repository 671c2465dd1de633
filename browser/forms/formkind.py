"""What the model sees of a whole form, and the wordings that tell others from a contact form."""

import re
from collections.abc import Iterator, Sequence

from browser.forms.features import Features, words_of
from browser.forms.fields import Field
from browser.forms.values import Meaning
from browser.forms.vocabulary import hits, normal
from browser.snapshot import Button, Form

_NOT_CONTACT = (
    (
        "comment",
        (
            r"wp-comments-post|#?respond\b|comment-?form|leave a (reply|comment)|post (a )?comment|"
            r"laisser un commentaire|schreibe einen kommentar|deja un comentario|lascia un commento|"
            r"plaats een reactie|deixe um comentario|add (a |your )?comment"
        ),
    ),
    ("review", r"write a review|your review|add (a |your )?review|rating|ecrire un avis|donner votre avis"),
    (
        "share",
        (
            r"(send|tell|email|share)( it| this)?( page| product)? (to|with)? ?a friend|sendfriend|"
            r"envoyer a un ami|recipient.?s? (e ?mail|name)|friend.?s? (e ?mail|name)"
        ),
    ),
    (
        "application",
        (
            r"apply (now|for)|job application|candidature|bewerbung|lebenslauf|curriculum|upload (your )?(cv|"
            r"resume)|"
            r"postuler|solliciteren"
        ),
    ),
    (
        "quote",
        (
            r"(get|request) (a |an )?(free |instant )?(quote|estimate)|demande de devis|angebot anfordern|"
            r"solicit\w+ presupuesto|richie\w+ preventivo|offerte aanvragen|quote calculator"
        ),
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
    found: dict[str, float] = dict.fromkeys(_shape(form, fields), 1.0)
    for source, text in sources.items():
        words = sorted(set(normal(text).split()[:60]))
        found |= {f"{source} {word}": 1 / max(len(words), 1) ** 0.5 for word in words}
    return found


def _shape(form: Form, fields: Sequence[Field]) -> Iterator[str]:
    seen = [one.control for one in fields if one.control.visible or one.control.hidden_by == "form"]
    types = ["textarea" if one.type == "textbox" else one.type for one in seen]  # an editable element
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
    yield from _core(fields)
    for field in fields:
        for text in (field.label, words_of(field.control.name)):
            yield from (f"speaks of {meaning}" for meaning in hits(text)[0])


_CORE = frozenset(
    {
        Meaning.FULL_NAME,
        Meaning.FIRST_NAME,
        Meaning.LAST_NAME,
        Meaning.EMAIL,
        Meaning.PHONE,
        Meaning.COMPANY,
        Meaning.SUBJECT,
        Meaning.MESSAGE,
        Meaning.CONSENT,
        Meaning.CAPTCHA,
    }
)


def _core(fields: Sequence[Field]) -> Iterator[str]:
    """How much of a form is what contact forms ask for."""
    spoken = [
        frozenset().union(
            *(hits(text)[1] for text in (*field.control.labels.values(), words_of(field.control.name)))
        )
        for field in fields
    ]
    share = sum(bool(_CORE & one) for one in spoken) / max(len(spoken), 1)
    mail = any(Meaning.EMAIL in one for one in spoken)
    long = any(
        "textarea" in (one.control.tag, one.control.type) or one.control.type == "textbox" for one in fields
    )
    named = any(one & {Meaning.FULL_NAME, Meaning.FIRST_NAME, Meaning.LAST_NAME} for one in spoken)
    yield f"core {round(share * 5)}"
    yield f"mail {mail} textarea {long} named {named}"
    yield f"textarea {long} core {round(share * 5)}"


_NEVER_CONTACT = (
    (
        "order",
        (
            r"order now|acquista|\bbuy\b|check ?out|place order|bestellen|kaufen|commander|acheter|comprar|"
            r"add to (cart|basket)|pay now|pagar|in den warenkorb|ajouter au panier"
        ),
    ),
    (
        "registration",
        (
            r"\bregister\b|sign ?up|create (a |new |my |your )*account|s inscrire|\bjoin\b|registrieren|"
            r"registrar(se|me)|"
            r"registrati\b|зарегистр|account aanmaken|creer (un|mon) compte"
        ),
    ),
)
_NEVER_ACTION = re.compile(r"regist(er|ration)|sign-?up|checkout", re.IGNORECASE)


def never_contact(form: Form, buttons: Sequence[Button]) -> str:
    """The kind of a form whose buttons or target say that it orders or registers, or an empty string."""
    said = " ".join(normal(one.text) for one in buttons)
    if found := next((kind for kind, pattern in _NEVER_CONTACT if re.search(pattern, said)), ""):
        return found
    return "registration or order" if _NEVER_ACTION.search(form.action) else ""


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
