"""Which CAPTCHA a form carries, from what a snapshot holds. Nothing here solves one: a person does or nobody.

Sources: the embedding documentation of reCAPTCHA, hCaptcha, Turnstile and Friendly Captcha; the quiz module
of Contact Form 7 and the arithmetic field of Divi.
"""

import re
from collections.abc import Iterable

from browser.elements import Ref
from browser.forms.traps import trap
from browser.snapshot import Control, Sign

_PRODUCTS = (
    ("turnstile", r"iframe \S*challenges\.cloudflare\.com|cf-turnstile"),
    ("hcaptcha", r"iframe \S*hcaptcha\.com|\bh-captcha\b"),
    ("friendly-captcha", r"\bfrc-captcha\b|iframe \S*friendlycaptcha"),
    (
        "recaptcha-v3",
        (
            r"recaptcha/(api|enterprise)\.js\?\S*render=(?!explicit|onload)[\w-]{20,}|grecaptcha-badge|data-size=invisible|"
            r"recaptcha/\S*anchor\?\S*size=invisible"
        ),
    ),
    ("recaptcha-v2", r"\bg-recaptcha\b|recaptcha/(api2|enterprise)/anchor|recaptcha_widget|data-sitekey"),
)
"""A script alone names no product: pages load them for forms that lack the widget."""
_CONTROL_PRODUCTS = (
    ("turnstile", r"^cf-turnstile-response"),
    ("hcaptcha", r"^h-captcha-response"),
    ("friendly-captcha", r"^frc-captcha-(solution|response)"),
    ("recaptcha-v2", r"^g-recaptcha-response|^recaptcha_(challenge|response)_field"),
)
_QUIZ = re.compile(r"wpcf7-quiz|et_pb_contact_captcha\b|\bmath[-_ ]?captcha|cptch_", re.IGNORECASE)
_SUM = re.compile(r"\d\s*([+*x×\-–])\s*\d{1,2}\s*(=|\?|$)|=\s*\?")
_IMAGE = re.compile(
    r"captcha|security[-_ ]?code|seccode|verif(y|ication)[-_ ]?code|code[-_ ]securite", re.IGNORECASE
)


def product(signs: Iterable[Sign], form: Ref, controls: Iterable[Control]) -> str:
    """The CAPTCHA product of a form, by its controls and the signs in it or in no form; or an empty string.

    "recaptcha-v3" watches without asking, "quiz" is a text or arithmetic question, "image" a picture to copy.
    """
    seen = tuple(controls)
    if named := next((name for one in seen if (name := answer_of(one))), ""):
        return named
    joined = "\n".join(sign.text for sign in signs if sign.form in {form, None})
    for name, pattern in _PRODUCTS:
        if re.search(pattern, joined, re.IGNORECASE):
            return name
    return next((kind for one in seen if not trap(one) and (kind := quiz_kind(one))), "")


def answer_of(control: Control) -> str:
    """The product whose hidden answer field this control is, or an empty string."""
    return next((name for name, pattern in _CONTROL_PRODUCTS if re.search(pattern, control.name)), "")


def quiz_kind(control: Control) -> str:
    """The kind, "quiz" or "image", of a control whose answer proves a person; by its name, class or label."""
    own = f"{control.name} {control.id} {control.css_class}"
    if _QUIZ.search(own) or _SUM.search(control.label):
        return "quiz"
    return (
        "image"
        if _IMAGE.search(f"{own} {control.label}") and control.type in {"text", "number", "tel"}
        else ""
    )
