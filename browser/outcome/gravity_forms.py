"""Gravity Forms posts the whole page, or into a hidden frame whose answer replaces the form. With its trap
field filled it shows the confirmation and stores nothing, so this success holds only because no trap is ever
touched.
"""

from browser.outcome.values import Product

PRODUCT = Product(
    name="gravity-forms",
    fingerprint="form[id^=gform_], .gform_wrapper form",
    success=(
        "#gform_confirmation_wrapper_{id}",
        "#gform_confirmation_message_{id}",
        ".gform_confirmation_message_{id}",
    ),
    failure=(
        "#gform_wrapper_{id} .validation_error",
        "#gform_wrapper_{id} .gform_validation_errors",
        "#gform_wrapper_{id} .gfield_error",
        "#gform_wrapper_{id}.gform_validation_error",
    ),
)
