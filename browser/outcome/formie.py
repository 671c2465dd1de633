"""Craft's Formie marks its alerts with data attributes, by script and after a reload alike."""

from browser.outcome.values import Exchange, Product, Verdict, rejected


def _answer(exchange: Exchange) -> Verdict | None:
    answer = exchange.json()
    if answer.get("success") is False:
        return rejected("craft-formie.answer", str(answer.get("errors", ""))[:300], repairable=True)
    return None


PRODUCT = Product(
    name="craft-formie",
    fingerprint="form[data-fui-form], form.fui-form",
    success=("[data-fui-alert-success]",),
    failure=("[data-fui-alert-error]", ".fui-error-message"),
    endpoint=r"/actions/formie/submissions/submit",
    answer=_answer,
)
