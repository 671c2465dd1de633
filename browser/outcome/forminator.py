"""Forminator writes into one response element and tells success from error by its class. With its trap field
filled it shows success and stores nothing.
"""

from browser.outcome.values import Product
from browser.outcome.wordpress import ENDPOINT, ajax_answer

PRODUCT = Product(
    name="forminator",
    fingerprint="form.forminator-custom-form, form[id^=forminator-module-]",
    scope=".forminator-ui, form",
    success=(".forminator-response-message.forminator-success",),
    failure=(".forminator-response-message.forminator-error", ".forminator-error-message"),
    endpoint=ENDPOINT,
    answer=ajax_answer("forminator"),
)
