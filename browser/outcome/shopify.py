"""Shopify reloads the page with a list of messages; errors come with a heading of role alert."""

from browser.outcome.values import Product

PRODUCT = Product(
    name="shopify",
    fingerprint='form#ContactForm, form[id^=ContactForm], form:has([name="contact[email]"])',
    success=(
        ".form-status-list.form__message:not(:has(~ [role=alert]))",
        "h2.form-status:not([role=alert]).form-status-list",
        ".form-status--success",
    ),
    failure=(
        "h2.form-status[role=alert]",
        ".form-status--error",
        "form .form__message:has([href^='#ContactForm-'])",
    ),
    sent_url=r"[?&]contact_posted=true",
)
