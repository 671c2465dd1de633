"""Google Forms answers a sent form at `formResponse`, with a confirmation in place of the questions. The same
address with the questions still there is a refusal.
"""

from browser.outcome.values import Product

PRODUCT = Product(
    name="google-forms",
    fingerprint='form[action*="/formResponse"]',
    success=(".freebirdFormviewerViewResponseConfirmationMessage", ".vHW8K"),
    failure=('form [role="alert"]',),
)
