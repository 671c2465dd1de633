"""The form products that Relance knows. A new one is one file beside this, one line here, and one fixture
directory.
"""

from browser.outcome import (
    contact_form_7,
    divi,
    elementor_pro,
    everest_forms,
    fluent_forms,
    formidable,
    formie,
    forminator,
    google_forms,
    gravity_forms,
    hubspot,
    jetpack_forms,
    joomla,
    mc4wp,
    ninja_forms,
    powermail,
    shopify,
    squarespace,
    webflow,
    wpforms,
)
from browser.outcome.values import Product

PRODUCTS: tuple[Product, ...] = (
    contact_form_7.PRODUCT,
    wpforms.PRODUCT,
    gravity_forms.PRODUCT,
    elementor_pro.PRODUCT,
    ninja_forms.PRODUCT,
    fluent_forms.PRODUCT,
    forminator.PRODUCT,
    formidable.PRODUCT,
    jetpack_forms.PRODUCT,
    everest_forms.PRODUCT,
    hubspot.PRODUCT,
    divi.PRODUCT,
    webflow.PRODUCT,
    squarespace.PRODUCT,
    google_forms.PRODUCT,
    shopify.PRODUCT,
    joomla.PRODUCT,
    powermail.PRODUCT,
    formie.PRODUCT,
    mc4wp.PRODUCT,
)
