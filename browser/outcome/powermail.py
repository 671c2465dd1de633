"""TYPO3 Powermail renders a thank-you page: its container without any input. It may ask to confirm first."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="typo3-powermail",
    fingerprint=".tx-powermail form, form.powermail_form",
    success=("[data-powermail-form]:not(:has(input:not([type=hidden]), textarea, button))",),
    failure=(".powermail_message_error", ".powermail-errors-list", ".parsley-errors-list.filled"),
)
