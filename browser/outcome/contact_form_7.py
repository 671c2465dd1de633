"""Contact Form 7 posts to its REST feedback endpoint. The JSON status is exact: the form's own `data-status`
goes sent, resetting, sent, and stays "resetting" when the refill fails although the mail left.
"""

from browser.outcome.values import Exchange, Product, Verdict, rejected, sent

_REPAIRABLE = {"validation_failed", "acceptance_missing"}
_REFUSED = {"spam", "aborted", "mail_failed", "payment_required"}


def _answer(exchange: Exchange) -> Verdict | None:
    answer = exchange.json()
    status = answer.get("status")
    detail = str(answer.get("message", ""))[:300]
    if status == "mail_sent":
        return sent("contact-form-7.mail-sent", detail)
    if status in _REPAIRABLE:
        return rejected(f"contact-form-7.{status}", detail, repairable=True)
    return rejected(f"contact-form-7.{status}", detail) if status in _REFUSED else None


PRODUCT = Product(
    name="contact-form-7",
    fingerprint="form.wpcf7-form",
    scope=".wpcf7",
    success=('form[data-status="sent"]',),
    failure=tuple(
        f'form[data-status="{status}"]'
        for status in ("invalid", "unaccepted", "spam", "aborted", "failed", "payment-required")
    ),
    pending=('form[data-status="submitting"]', 'form[data-status="validating"]'),
    endpoint=r"contact-form-7/v1/contact-forms/\d+/feedback",
    answer=_answer,
)
