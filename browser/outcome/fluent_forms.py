"""Fluent Forms inserts its success after the form, and answers 422 with the errors of each field."""

from browser.outcome.values import Exchange, Product, Verdict, rejected
from browser.outcome.wordpress import ENDPOINT, ajax_answer

_read = ajax_answer("fluent-forms")


def _answer(exchange: Exchange) -> Verdict | None:
    if exchange.status == 422:
        return rejected("fluent-forms.422", str(exchange.json().get("errors", ""))[:300], repairable=True)
    return _read(exchange)


PRODUCT = Product(
    name="fluent-forms",
    fingerprint="form.frm-fluent-form, form[id^=fluentform_]",
    success=("#fluentform_{id}_success", ".fluentform_wrapper_{id} .ff-message-success"),
    failure=(
        "#fluentform_{id} .ff-el-is-error .text-danger",
        "#fluentform_{id} .ff-errors-in-stack",
        "#fluentform_{id}_errors",
    ),
    endpoint=ENDPOINT,
    answer=_answer,
)
