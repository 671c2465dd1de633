"""Mailchimp for WordPress is a newsletter form: to send one would subscribe the sender, so it is never sent."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="mc4wp",
    fingerprint="form.mc4wp-form",
    scope="form.mc4wp-form",
    success=(".mc4wp-response .mc4wp-success",),
    failure=(".mc4wp-response .mc4wp-error",),
    newsletter=True,
)
