"""What the answers of WordPress' `admin-ajax.php` have in common: `{"success": bool, "data": ...}`."""

from collections.abc import Callable, Mapping
from typing import Any

from browser.outcome.values import Exchange, Verdict, rejected, sent

ENDPOINT = r"/wp-admin/admin-ajax\.php"


def ajax_answer(product: str) -> Callable[[Exchange], Verdict | None]:
    """A reader of such answers for one product; anything but a clear boolean says nothing."""

    def answer(exchange: Exchange) -> Verdict | None:
        value = exchange.json()
        detail = message_of(value)
        if value.get("success") is True and not _errors(value):
            return sent(f"{product}.answer", detail)
        if value.get("success") is False:
            return rejected(f"{product}.answer", detail, repairable=_errors(value))
        return None

    return answer


def message_of(value: Mapping[str, Any]) -> str:
    """The words in an answer, wherever these products put them."""
    data = value.get("data")
    inner = data if isinstance(data, dict) else {}
    for text in (value.get("message"), inner.get("message"), inner.get("response"), data):
        if isinstance(text, str) and text.strip():
            return text.strip()[:300]
    return ""


def _errors(value: Mapping[str, Any]) -> bool:
    data = value.get("data")
    return bool(value.get("errors") or (isinstance(data, dict) and data.get("errors")))
