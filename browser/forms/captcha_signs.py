"""Which CAPTCHA a form carries, from what a snapshot holds. Nothing here solves one; a person does, or nobody.

Sources: the embedding documentation of reCAPTCHA, hCaptcha, Turnstile and Friendly Captcha; the quiz module of
Contact Form 7 and the arithmetic field of Divi.
"""

import re
from collections.abc import Iterable

from browser.snapshot import Control

_PRODUCTS = (
    ("turnstile", r"challenges\.cloudflare\.com|cf-turnstile|turnstile"),
    ("hcaptcha", r"hcaptcha\.com|h-captcha"),
    ("friendly-captcha", r"friendlycaptcha|frc-captcha|friendly-challenge"),
    (
        "recaptcha-v3",
        (
            r"recaptcha/(api|enterprise)\.js\?[^ ]*render=(?!explicit)[\w-]{20,}|grecaptcha-badge"
            r"|data-size=invisible"
        ),
    ),
    ("recaptcha-v2", r"g-recaptcha|recaptcha/api2/anchor|recaptcha_(challenge|response)_field|recaptcha"),
)
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


def product(signs: Iterable[str], controls: Iterable[Control]) -> str:
    """The CAPTCHA product among the signs and the controls of a form, or an empty string.

    "recaptcha-v3" watches without asking; "quiz" is a text or arithmetic question; "image" is a picture to copy.
    """
    seen = tuple(controls)
    for one in seen:
        if named := answer_of(one):
            return named
    joined = "\n".join(signs)
    for name, pattern in _PRODUCTS:
        if re.search(pattern, joined, re.IGNORECASE):
            return name
    return next((kind for one in seen if (kind := quiz_kind(one))), "")


def answer_of(control: Control) -> str:
    """The product whose hidden answer field this control is, or an empty string."""
    return next((name for name, pattern in _CONTROL_PRODUCTS if re.search(pattern, control.name)), "")


def quiz_kind(control: Control) -> str:
    """ "quiz" or "image" when the control wants an answer that proves a person, by its name, class or label."""
    own = f"{control.name} {control.id} {control.css_class}"
    if _QUIZ.search(own) or _SUM.search(control.label):
        return "quiz"
    return (
        "image"
        if _IMAGE.search(f"{own} {control.label}") and control.type in {"text", "number", "tel"}
        else ""
    )
