"""Formidable shows a message where the form stood, after a reload or by script."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="formidable",
    fingerprint=".frm_forms form, form.frm-show-form",
    success=(".frm_forms .frm_message", "#frm_form_{id}_container .frm_message", ".frm_message"),
    failure=(".frm_error_style", ".frm_forms .frm_error"),
)
