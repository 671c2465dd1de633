"""Webflow: both messages are in the page, hidden, from the start; one of them is shown."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="webflow",
    fingerprint=".w-form > form",
    scope=".w-form",
    success=(".w-form-done",),
    failure=(".w-form-fail",),
)
