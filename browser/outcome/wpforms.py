"""WPForms answers by JSON and puts a confirmation in place of the form, or sends the page elsewhere.

Its template for new forms refuses what is sent within 2 seconds.
"""

from browser.outcome.values import Product
from browser.outcome.wordpress import ENDPOINT, ajax_answer

PRODUCT = Product(
    name="wpforms",
    fingerprint="form.wpforms-form",
    scope=".wpforms-container",
    success=(".wpforms-confirmation-container", ".wpforms-confirmation-container-full"),
    failure=(".wpforms-error-container", "label.wpforms-error", "em.wpforms-error"),
    endpoint=ENDPOINT,
    answer=ajax_answer("wpforms"),
    least_seconds=2.2,
)
