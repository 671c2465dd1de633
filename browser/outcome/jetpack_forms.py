"""Jetpack Forms: the confirmation's container is always in the page and gets a class; without script the page
is loaded again with `contact-form-sent` in its address.
"""

from browser.outcome.values import Product

PRODUCT = Product(
    name="jetpack-forms",
    fingerprint="form.contact-form:has([name=contact-form-id]), form.wp-block-jetpack-contact-form",
    success=(".contact-form-submission.submission-success", "#contact-form-success-header"),
    failure=(".form-errors", ".contact-form__error", ".form-error"),
    sent_url=r"[?&]contact-form-sent=\d",
)
