"""Joomla's contact component redirects and queues a system message. A mail that failed redirects with none,
so the redirect alone proves nothing.
"""

from browser.outcome.values import Product

PRODUCT = Product(
    name="joomla-com_contact",
    fingerprint='form:has([name="jform[contact_email]"])',
    success=(
        '#system-message-container joomla-alert[type="success"]',
        '#system-message-container joomla-alert[type="message"]',
        "#system-message-container .alert-success",
        "#system-message-container .alert-message",
    ),
    failure=(
        '#system-message-container joomla-alert[type="danger"]',
        '#system-message-container joomla-alert[type="warning"]',
        "#system-message-container .alert-danger",
        "#system-message-container .alert-error",
        "#system-message-container .alert-warning",
    ),
)
