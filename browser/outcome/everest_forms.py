"""Everest Forms shows a notice above the form."""

from browser.outcome.values import Product
from browser.outcome.wordpress import ENDPOINT, ajax_answer

PRODUCT = Product(
    name="everest-forms",
    fingerprint="form.everest-form",
    scope=".everest-forms",
    success=(".everest-forms-notice--success",),
    failure=(".everest-forms-notice--error", ".evf-error"),
    endpoint=ENDPOINT,
    answer=ajax_answer("everest-forms"),
)
