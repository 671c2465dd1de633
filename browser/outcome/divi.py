"""Divi posts the page to itself and swaps its container. The message element is there from the start, and
holds a list of errors or, once the form is gone, the confirmation.
"""

from browser.outcome.values import Product

PRODUCT = Product(
    name="divi",
    fingerprint="form.et_pb_contact_form",
    scope=".et_pb_contact_form_container",
    success=(".et_pb_contact_form_container:not(:has(form)) .et-pb-contact-message",),
    failure=(".et-pb-contact-message li", ".et_pb_contact_form_container:has(form) .et-pb-contact-message"),
)
