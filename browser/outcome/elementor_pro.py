"""Elementor Pro appends a message to the form; it may be empty where the form redirects."""

from browser.outcome.values import Product
from browser.outcome.wordpress import ENDPOINT, ajax_answer

PRODUCT = Product(
    name="elementor-pro",
    fingerprint="form.elementor-form",
    scope=".elementor-widget-form, form.elementor-form",
    success=(".elementor-message-success",),
    failure=(".elementor-message-danger", ".elementor-error"),
    pending=(".elementor-form-waiting",),
    endpoint=ENDPOINT,
    answer=ajax_answer("elementor-pro"),
)
