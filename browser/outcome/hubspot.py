"""HubSpot: its forms live in a frame or in the page, and a thank-you message takes their place once its
server has answered. Only that answer counts; its own "submit" event fires before.
"""

from browser.outcome.values import Exchange, Product, Verdict, rejected


def _answer(exchange: Exchange) -> Verdict | None:
    if exchange.status == 400:
        return rejected("hubspot.400", str(exchange.json().get("message", ""))[:300], repairable=True)
    return None


PRODUCT = Product(
    name="hubspot",
    fingerprint="form.hs-form, form[id^=hsForm_]",
    success=(".submitted-message", ".hs-form__thank-you"),
    failure=(".hs-error-msgs .hs-error-msg", ".hs-main-font-element.hs-error-msg", ".hs_error_rollup"),
    endpoint=r"/submissions/v3/",
    answer=_answer,
)
