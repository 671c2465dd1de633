"""How long a form wants to have been looked at before it is sent. Pure.

Some products and many site-made checks refuse what comes back faster than a person types. They show it: by
a time in a hidden field, or by a trap field beside it, for the two are sold together (WPForms: 2 s;
Spatie's and Formie's: 1 to 3 s; invisible_captcha: 4 s). The products that Relance knows say it themselves.
A form without such a sign is not waited for.
"""

import re
import time

from browser.forms.values import FormPlan, Meaning
from browser.outcome.generic import NO_PRODUCT
from browser.outcome.values import Product
from browser.snapshot import Control, PageSnapshot

WITH_SIGN = 4.2
"""Seconds since the page was loaded; just over the longest of the defaults above."""

_NAME = re.compile(
    r"time|stamp|valid_from|loaded|elapsed|speed|honeypot|(?:^|[_\[-])(?:ts|start|began)(?:$|[_\]-])",
    re.IGNORECASE,
)
_DAY = 24 * 3600


def least_seconds(snapshot: PageSnapshot, plan: FormPlan, product: Product) -> float:
    """Seconds that must lie between load and submit, 0 where nothing tells of a check."""
    if product.least_seconds:
        return product.least_seconds
    hidden = [one for one in snapshot.controls if one.form == plan.form.ref and one.type == "hidden"]
    trapped = product is NO_PRODUCT and any(one.meaning is Meaning.HONEYPOT for one in plan.actions)
    return WITH_SIGN if trapped or any(map(_tells_time, hidden)) else 0.0


def _tells_time(control: Control) -> bool:
    return bool(_NAME.search(control.name)) or _is_now(control.value)


def _is_now(value: str) -> bool:
    """True for a Unix time, in seconds or milliseconds, of the last day or so (pages are cached)."""
    digits = re.fullmatch(r"(\d{10})(?:\d{3}|\.\d+)?", value)
    return bool(digits) and abs(time.time() - int(digits.group(1) if digits else 0)) < _DAY
