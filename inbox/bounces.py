"""Mail that says a mail of ours did not arrive.

Asked before automatic mail, because nearly half of real bounces call themselves `auto-replied`. A bounce is
known by its form (a delivery report, RFC 3464), or by a mail system as sender together with words of failure;
a person who writes about a bounce, or forwards one, has neither.

No library is used. On the public collections flufl.bounce 6.0.0 finds 294 of 340 bounces of Sisimai's set
(this: 340), the right recipients in 74 of 75 of its own (this: 74), calls 3 of 1,021 ham mails a bounce
(this: none) and raises on one; Sisimai is no Python. `inbox.measure` prints these figures for this module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inbox import bounces_text
from inbox.bounces_reason import judge
from inbox.headers import find_addresses, ids
from inbox.parsing import Mail, Part, header_fields

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINALS = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_FAILED, _DELAYED = "failed", "delayed"
_DONE = frozenset({"delivered", "relayed", "expanded"})
_MESSAGE_ID = re.compile(r"^[ \t>]*message-id:\s*<([^<>\s]{3,990})>", re.IGNORECASE | re.MULTILINE)
_FIELDS_IN_TEXT = re.compile(r"^(?:final-recipient|original-recipient)\s*:", re.IGNORECASE | re.MULTILINE)
_BLOCKS = re.compile(r"\n[ \t]*\n")
MAX_BLOCKS = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient that was not reached. `hard`: no later try will work. `status`: RFC 3463 code, or empty."""

    recipient: str
    hard: bool
    reason: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce tells: who was not reached and why. `original_message_id` is that of our mail, without
    brackets.
    """

    failures: tuple[Failure, ...]
    hard: bool
    reason: str
    status: str
    original_message_id: str | None
    rule: str

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that were not reached, each once; empty where the bounce names none."""
        return tuple(dict.fromkeys(item.recipient for item in self.failures if item.recipient))


def detect(mail: Mail) -> Bounce | None:
    """The bounce in `mail`, or None where it is none."""
    if _another_report(mail):
        return None
    reported = _reports(mail)
    if reported is not None:
        failures, rule = reported, "delivery_report"
    else:
        rule = bounces_text.rule(mail) or ""
        failures = []
    if not rule:
        return None
    if not reported and rule == "delivery_report" and _only_done(mail):
        return None
    failures = failures or list(_told(mail))
    if not failures:
        return None
    first = failures[0]
    return Bounce(
        tuple(failures),
        first.hard,
        first.reason,
        first.status,
        original_message_id(mail),
        rule,
    )


def _another_report(mail: Mail) -> bool:
    kind = mail.parameters.get("report-type", "").lower()
    parts = {part.type for part in mail.parts}
    if kind == "disposition-notification":
        return not (bounces_text.from_a_mail_system(mail) and bounces_text.rejected(mail))
    return kind == "feedback-report" or "message/feedback-report" in parts


def _reports(mail: Mail) -> list[Failure] | None:
    """The failures of the delivery reports, or None where there is no report that names one."""
    texts = [part.text for part in mail.parts if part.type in _REPORTS and part.text]
    if not texts and bounces_text.from_a_mail_system(mail) and _FIELDS_IN_TEXT.search(mail.body[:20000]):
        texts = [bounces_text.above_the_original(mail.body)]
    failures = [failure for text in texts for failure in _report(text, mail)]
    return failures or None


def _only_done(mail: Mail) -> bool:
    actions = [
        block.get("action", ("",))[0].lower()
        for part in mail.parts
        if part.type in _REPORTS
        for block in _blocks(part)
    ]
    return any(actions) and all(not action or action.split()[0] in _DONE for action in actions)


def _blocks(part: Part) -> list[dict[str, tuple[str, ...]]]:
    return [header_fields(block) for block in _BLOCKS.split(part.text or "")[:MAX_BLOCKS]]


def _report(text: str, mail: Mail) -> Iterator[Failure]:
    for block in _BLOCKS.split(text)[:MAX_BLOCKS]:
        if "-recipient" not in block.lower():
            continue
        fields = header_fields(block)
        recipient = _recipient(fields)
        action = fields.get("action", ("",))[0].lower()
        if not action.startswith(tuple(_DONE)):
            yield _failure(fields, recipient, action, mail)


def _recipient(fields: dict[str, tuple[str, ...]]) -> str:
    """The address as we wrote it where the report keeps it, else where the mail ended up."""
    for name in ("original-recipient", "x-original-recipient", "final-recipient", "x-actual-recipient"):
        for value in fields.get(name, ()):
            found = find_addresses(value.partition(";")[2] or value)
            if found:
                return found[0]
    return ""


def _failure(fields: dict[str, tuple[str, ...]], recipient: str, action: str, mail: Mail) -> Failure:
    report = bounces_text.above_the_original(mail.body)
    said = " ".join(fields.get("diagnostic-code", ()) + fields.get("x-supplementary-info", ()))
    status = fields.get("status", ("",))[0]
    verdict = judge(said, status, action.startswith(_DELAYED), f"{said} {report}")
    if verdict.reason in ("undefined", "system_error", "policy", "expired", "network") or not said:
        told = bounces_text.words_about(mail.body, recipient)
        better = judge(f"{said} {told}", status, action.startswith(_DELAYED), f"{said} {report}")
        if better.reason != "undefined":
            verdict = better
        said = said or told
    return Failure(recipient, verdict.hard, verdict.reason, verdict.status, said[:1000])


def _told(mail: Mail) -> Iterator[Failure]:
    """The failures that the text of a bounce tells of."""
    listed = find_addresses(mail.header("x-failed-recipients"))
    told = bounces_text.recipients(mail)
    for recipient in listed or told or _addressed(mail) or [""]:
        said = bounces_text.words_about(mail.body, recipient)
        report = bounces_text.above_the_original(mail.body)
        verdict = judge(said, "", bounces_text.delayed(mail), report)
        if verdict.reason == "undefined":
            verdict = judge(report, "", bounces_text.delayed(mail), report)
        yield Failure(recipient, verdict.hard, verdict.reason, verdict.status, said[:1000])


def _addressed(mail: Mail) -> list[str]:
    """Whom the returned message was for: the last resort."""
    for part in mail.parts:
        if part.type in _ORIGINALS and part.text:
            fields = header_fields(part.text)
            return find_addresses(" ".join(fields.get("to", ())))[:5]
    return find_addresses(bounces_text.original_to(mail.body))[:5]


def original_message_id(mail: Mail) -> str | None:
    """The Message-ID of the mail that bounced: from the returned copy, else from the text, else from the
    threading.
    """
    for part in mail.parts:
        if part.type in _ORIGINALS and part.text:
            found = ids(header_fields(part.text).get("message-id", ("",))[0])
            if found:
                return found[0]
    for text in (part.text for part in mail.parts if part.text):
        match = _MESSAGE_ID.search(text)
        if match:
            return match[1]
    return next(iter(mail.in_reply_to + mail.references[-1:]), None)
