"""Ninja Forms builds its form by script; its response element is in the page, empty, from the start."""

from browser.outcome.values import Exchange, Product, Verdict, rejected
from browser.outcome.wordpress import ENDPOINT


def _answer(exchange: Exchange) -> Verdict | None:
    errors = exchange.json().get("errors")
    return rejected("ninja-forms.errors", str(errors)[:300], repairable=True) if errors else None


PRODUCT = Product(
    name="ninja-forms",
    fingerprint=".nf-form-cont form, .nf-form-cont .nf-form-layout",
    scope=".nf-form-cont",
    success=(".nf-response-msg",),
    failure=(".nf-error-msg", ".nf-form-errors"),
    endpoint=ENDPOINT,
    answer=_answer,
)
