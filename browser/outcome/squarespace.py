"""Squarespace: the confirmation is in the page with the class `hidden` until the form was sent."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="squarespace",
    fingerprint=".form-wrapper:has(.form-submission-text, .form-submission-html) form, .sqs-block-form form",
    scope=".form-wrapper, .sqs-block-form",
    success=(".form-submission-text", ".form-submission-html"),
    failure=(".field-error", ".form-item.error .title", ".form-submission-error"),
)
