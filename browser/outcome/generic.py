"""What a click did, from what was exchanged and what is seen. Pure.

The product's rules come first, then the order that holds for any form: the submit's own response, a thank-you
address, the form gone or emptied with a new message, and last the words alone. A success counts only when a
submit was answered without an error and none is still on its way, because pages also congratulate before they
have sent.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from browser.outcome.lexicon import THANKS_URL, denies, reads_as_captcha, reads_as_failure, reads_as_success
from browser.outcome.values import Exchange, Product, Proof, Sight, State, Verdict, rejected, sent

NO_PRODUCT = Product(name="generic", fingerprint="")

_TRUE = {"success", "ok", "sent", "true", "1", "mail_sent"}
_FALSE = {"error", "fail", "failed", "invalid", "false", "0", "spam"}
_GONE = {"gone", "hidden", "emptied"}


def judge(product: Product, submits: Sequence[Exchange], sight: Sight) -> Verdict | None:
    """The best verdict so far, None where nothing can be said yet."""
    refusal = _by_failure(product, sight) or _by_status(submits)
    answered = _by_answer(product, submits)
    if answered and answered.state is State.SENT:
        return None if refusal or not _accepted(submits) else answered
    if refused := answered or refusal:
        return _with_fields(refused, sight)
    if not submits:
        return _by_invalid(submits, sight)
    if not _accepted(submits) or sight.of("pending"):
        return None
    return (
        _by_success(product, sight)
        or _by_body(submits[-1], sight)
        or _by_address(product, submits, sight)
        or _by_message(sight)
        or _by_words(sight)
        or _by_invalid(submits, sight)
    )


def _accepted(submits: Sequence[Exchange]) -> bool:
    """True if none is on its way and the last post to each address was answered without an error.

    A form may post again to the same place; a tracker that is told of the letter answers for nobody else.
    """
    posts = [one for one in submits if one.method != "GET"] or submits
    last = {one.url.partition("?")[0]: one for one in posts}
    refused = [one for one in last.values() if one.failure or not 200 <= (one.status or 0) < 400]
    return all(one.done for one in submits) and not refused


def give_up(submits: Sequence[Exchange], sight: Sight | None) -> Verdict:
    """What is said when time is up: never that it was sent, never that it was not."""
    last = submits[-1] if submits else None
    if last is None:
        return Verdict(
            State.UNKNOWN, Proof.PROBABLE, "generic.no-request", "nothing was seen to leave the page"
        )
    if last.failure:
        return Verdict(State.UNKNOWN, Proof.PROBABLE, "generic.broken", last.failure)
    if not last.done:
        return Verdict(State.UNKNOWN, Proof.PROBABLE, "generic.no-answer", "the server has not answered")
    if (last.status or 0) >= 500:
        return Verdict(
            State.UNKNOWN, Proof.PROBABLE, "generic.server-error", f"the server answered {last.status}"
        )
    shown = " | ".join(sight.lines)[:300] if sight else ""
    return Verdict(State.UNKNOWN, Proof.PROBABLE, "generic.silent", shown or "the page shows nothing new")


def _by_answer(product: Product, submits: Sequence[Exchange]) -> Verdict | None:
    for exchange in reversed(submits):
        if product.answer and exchange.done and product.owns(exchange.method, exchange.url):
            verdict = product.answer(exchange)
            return _captcha(verdict) if verdict else None
    return None


def _by_failure(product: Product, sight: Sight) -> Verdict | None:
    seen = sight.of("failure")
    if not seen:
        return None
    detail = " | ".join(dict.fromkeys(one.text for one in seen if one.text))[:300]
    return _captcha(
        rejected(f"{product.name}.failure", detail, repairable=not _is_spam(detail, seen[0].selector))
    )


def _by_status(submits: Sequence[Exchange]) -> Verdict | None:
    last = submits[-1] if submits else None
    if last is None or last.status is None:
        return None
    if last.status in (403, 429, 503) and not last.json():
        state = State.CAPTCHA if reads_as_captcha(last.body) else State.FORBIDDEN
        return Verdict(state, Proof.PROVEN, "generic.wall", f"the server answered {last.status}")
    if 400 <= last.status < 500 and last.done:
        return _captcha(
            rejected("generic.status", f"{last.status} {_words(last)}", repairable=last.status in (400, 422))
        )
    return None


def _by_success(product: Product, sight: Sight) -> Verdict | None:
    if seen := sight.of("success"):
        return sent(f"{product.name}.success", seen[0].text[:300])
    if product.sent_url and re.search(product.sent_url, sight.url):
        return sent(f"{product.name}.address", sight.url[:300])
    return None


def _by_body(last: Exchange, sight: Sight) -> Verdict | None:
    """A JSON answer that says yes or no. A yes with nothing to see for it is only probable."""
    answer = last.json()
    claims = [answer[key] for key in ("success", "ok", "status", "result", "sent") if key in answer]
    if not claims:
        return None
    words = {str(claim).lower() for claim in claims}
    if words & _FALSE or answer.get("errors") or answer.get("error"):
        return _captcha(rejected("generic.json", _words(last)))
    if not words & _TRUE:
        return None
    shown = sight.form in _GONE or any(reads_as_success(one.text) for one in sight.of("live"))
    return Verdict(State.SENT, Proof.PROVEN if shown else Proof.PROBABLE, "generic.json", _words(last))


def _by_address(product: Product, submits: Sequence[Exchange], sight: Sight) -> Verdict | None:
    if not sight.navigated or sight.invalid or sight.url == submits[-1].url or denies(sight.url):
        return None
    path = sight.url.partition("://")[2].partition("/")[2]
    if not THANKS_URL.search(f"/{path}") or any(reads_as_failure(one.text) for one in sight.of("live")):
        return None
    told = sight.form == "gone" or any(reads_as_success(line) for line in sight.lines)
    rule = f"{product.name}.redirect" if product.name != NO_PRODUCT.name else "generic.redirect"
    return Verdict(State.SENT, Proof.PROVEN if told else Proof.PROBABLE, rule, sight.url[:300])


def _by_message(sight: Sight) -> Verdict | None:
    messages = [one.text for one in sight.of("live")]
    for text in messages:
        if reads_as_failure(text) or reads_as_captcha(text):
            verdict = Verdict(State.REJECTED, Proof.PROBABLE, "generic.message", text[:300])
            return _with_fields(_captcha(verdict), sight)
    told = next((text for text in messages if reads_as_success(text)), "")
    if told and sight.form in _GONE:
        return sent("generic.message", told[:300])
    return None


def _by_words(sight: Sight) -> Verdict | None:
    for line in sight.lines:
        if reads_as_failure(line):
            return _with_fields(
                _captcha(Verdict(State.REJECTED, Proof.PROBABLE, "generic.words", line[:300])), sight
            )
    told = next((line for line in sight.lines if reads_as_success(line)), "")
    if told:
        return Verdict(State.SENT, Proof.PROBABLE, "generic.words", told[:300])
    asked = next((line for line in sight.lines if reads_as_captcha(line)), "")
    if asked and sight.navigated and sight.form == "gone":
        return Verdict(State.CAPTCHA, Proof.PROBABLE, "generic.challenge", asked[:300])
    return None


def _by_invalid(submits: Sequence[Exchange], sight: Sight) -> Verdict | None:
    """Fields marked as wrong; without any request this proves that nothing was sent.

    A form that was emptied after its request marks what is missing in it now, whatever became of the letter.
    """
    if not sight.invalid or (submits and sight.form == "emptied"):
        return None
    named = rejected(
        "generic.invalid", "; ".join(one.message or one.name for one in sight.invalid)[:300], repairable=True
    )
    return _with_fields(named, sight)


def _with_fields(verdict: Verdict, sight: Sight) -> Verdict:
    if verdict.state is not State.REJECTED:
        return verdict
    return replace(verdict, invalid=sight.invalid)


def _captcha(verdict: Verdict) -> Verdict:
    """A refusal that speaks of a CAPTCHA is one for a person."""
    if verdict.state is State.REJECTED and reads_as_captcha(verdict.detail):
        return replace(verdict, state=State.CAPTCHA, repairable=False)
    return verdict


def _is_spam(detail: str, selector: str) -> bool:
    return "spam" in detail.lower() or "spam" in selector


def _words(exchange: Exchange) -> str:
    answer = exchange.json()
    told = answer.get("message") or answer.get("errors") or answer.get("error") or ""
    return str(told)[:300]
