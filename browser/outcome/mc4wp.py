"""Mailchimp for WordPress is a newsletter form: sending it would subscribe the sender, so none is sent."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="mc4wp",
    fingerprint="form.mc4wp-form",
    scope="form.mc4wp-form",
    success=(".mc4wp-response .mc4wp-success",),
    failure=(".mc4wp-response .mc4wp-error",),
    newsletter=True,
)
