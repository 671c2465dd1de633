"""Bounces that are prose: who sends them, how they say it, whom they name."""

import re
from html import unescape

from inbox.headers import find_addresses
from inbox.parsing import Mail
from inbox.patterns import Alternatives, any_of

MAX_CHARS = 60_000
MAX_SOURCE_CHARS = 200_000
"""Of a source that is looked at before it is made into text."""
_DAEMON = re.compile(
    any_of(r"""
        ^(?:mailer[-_.]?daemon|post_?master|poostmaster|mail[-_.]?daemon|mdaemon|mail\.delivery\.system
            |maildelivery|smtp[-_.]?daemon|delivery[-_.]?(?:system|status)|bounces?|mmdf|root\+mail)$
    """)
)
_DAEMON_NAME = re.compile(
    any_of(r"""
        mail(?:er)?[ -]?(?:delivery|daemon)|delivery (?:sub)?system|system administrator|postmaster
        mail administrator|microsoft exchange|mail ?deliver|returned mail|internet mail service
        mailserver|mail server
    """),
    re.IGNORECASE,
)
_SUBJECT = Alternatives(
    r"""
        undeliver|non-?deliver|not (?:be )?delivered|fail(?:ed|ure)|returned mail
        delivery (?:status|report|problem|error|has failed|warning|delay)|mail (?:system )?error|bounce
        could not (?:be )?(?:deliver|sent)|delayed|warning:|can(?:not|'t) (?:be )?deliver|message status
        mail delivery|unzustellbar|nicht zugestellt|non remis|échec|non recapitabile|mancata
        no (?:se )?(?:ha )?(?:podido )?entrega|não entregue|onbestelbaar|не доставлен|недоставлен|エラー|配信
        退信|unknown user|utilisateur non|aws notification|olevererbar|kunde inte levereras|delivery
    """
)
_FAILURE = re.compile(
    any_of(r"""
        (?:could|can|was|were|has|have|did|is)\s?(?:not|n't
            |\w+ not) (?:yet )?(?:be |been |able to )?(?:deliver|reach|receive|accept|sent)
        undeliver|non-?deliver|not (?:yet )?(?:been )?delivered|unable to deliver
        deliver\w* (?:\w+ ){0,6}(?:fail|abort|error|problem|postponed|delayed)
        (?:mail|message|messages|following address\S*|following recipient\S*)\s(?:\w+ ){0,4}?(?:fail
            |returned|rejected|refused|bounced)
        fatal (?:delivery )?errors?|permanent (?:error|failure|fatal)|wasn't able to deliver
        returned (?:message|mail|to sender)|addresses? (?:had|failed)|failed addresses
        error (?:delivering|occurred while|has occurred)|did not reach|not accepting mail from
        unknown (?:user|recipient)|user (?:is )?unknown|no such user|mailbox (?:is full|exceeds)
        recipient addresses that were|been postponed|(?:550|551|552|553|554|450|451|452)[ -]
        not (?:exactly )?match|no mailbox here|\(#[45]\.\d\.\d\)|automatically rejected
        invalid user address|has been delayed|invalid final delivery|kein(?:e)? zustell|nicht zugestellt
        konnte nicht|n'a pas (?:pu|été)|impossible de|no (?:pudo|ha podido) ser|não pôde
        не может быть доставлено|не доставлен
        送信できませんでした|配信できません|无法|失败|失敗|エラー
        notificationtype\W+bounce|rejected (?:by|for)|may not exist|delivery report unavailable
        delivery status notification|does not exist|failed permanently|out of space
        could not be (?:delivered|sent)
        email address is wrong|delivery failure
    """),
    re.IGNORECASE,
)
_STRONG = re.compile(
    any_of(r"""
        (?:message|mail|email|e-mail)s?(?: below)?(?: that you sent| you sent| to \S+
            | sent on:[^\n]{0,60})?\s{1,9}(?:could|was|has)\s?(?:not|n't) (?:yet )?be(?:en)? delivered
        non-delivery report|undeliverable (?:message|mail|to)|^\W*could not be delivered to:? <
        delivery to the following recipients? (?:failed|has been delayed)
        did not reach the following recipient|unable to deliver (?:message|mail|your)
        votre message n'a pas pu|no such user here|^error: invalid user|notificationtype\W+bounce
        delivery failure notification
    """),
    re.IGNORECASE | re.MULTILINE,
)
_STRONG_GATE = ("deliver", "did not reach", "n'a pas pu", "no such user", "invalid user", "notificationtype")
"""One of these is in whatever `_STRONG` finds."""
_ORIGINAL = re.compile(
    any_of(r"""
        ^[ \t]*(?:[-=*~_#]{3,}+[^\n]{0,60}?(?:original (?:message|mail)|copy of|below this line
            |header (?:of|follow)|message (?:header|text|body|follows)|returned message|unsent message
            |body suppressed|attachment is|附件|mensaje original|ниже этой|start of returned)[^\n]{0,80}
            |(?:the )?(?:original|unsent
            |returned) message(?: headers?)?(?: as received)?(?: is)?(?: follows| below)?\b[^\n]{0,30}:?
            |message headers? follows?:?\.?|original message follows\.?
            |below is a copy of the original message:?|here is a copy of[^\n]{0,60}
            |included is a copy[^\n]{0,60}|the first \d+ lines of[^\n]{0,60}|old message:
            |a summary of the undelivered message[^\n]{0,40}|[-=]{3,} ?(?:this is a copy
            |the body of the message)[^\n]{0,60})[ \t]*$
    """),
    re.IGNORECASE | re.MULTILINE,
)
_RETURNED_HEADERS = re.compile(
    r"^(?:received: |return-path: |delivered-to: |dkim-signature: )", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = r"([^\s<>()\[\]@,;:\"'\\]{1,128}@[^\s<>()\[\]@,;:\"'\\]{2,255}+)"
_LISTED = re.compile(
    any_of(r"""
        ^[ \t>*\-•]*(?:(?:recipient|address|final recipient|user|rcpt|e?-?mail)\s?:\s*)?[\[(]?(?:smtp:
            |rfc822;|mailto:)?['\"<\[]*
    """)
    + _ADDRESS
    + r"['\">\]]*(?:<br>)*[ \t]*(?:[:;,.(<]|\.{3}|- |\b|$)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(
    any_of(r"""
        (?:(?:did not reach|following|these) (?:\w+ ){0,2}(?:recipient|address|user)\S*|failed addresses
            |not delivered to)[^\n]*\n
    """),
    re.IGNORECASE,
)
_EXPANDED = re.compile(r"expanded from:?\s*<?([^\s<>()]{1,128}@[^\s<>()]{2,255})", re.IGNORECASE)
_BARE_NAME = re.compile(r"^[ \t>]+([a-z0-9][\w.+-]{1,63})[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NAME_FIRST = re.compile(
    r"(?:[ \t]*\n)*[ \t>]+([a-z0-9][\w.+-]{1,63})(?:[ \t]*\n|[ \t]{2,}\S)", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"(?<!finger )\b(?:NAME|USER|USERNAME|LOGIN|ALIAS)@([a-z0-9.-]{3,255}[a-z])\b")
"""How a report explains its addresses: `try NAME@example.edu`. Capitals tell it from a real one."""
_BEFORE_AN_ADDRESS = any_of(r"""
    delivered? to|to the following address\S*|(?:was )?addressed(?: to)?,?|message to|mail to
    delivering your mail to|exceeds allowed size:?|unknown user:|undeliverable to|failed \d+ attempts:
    userid:|reach the following recipient:?|address(?:es)?:|mailbox(?: is full)?:?|gateway for|rcpt to:?
    generated (?:from|by)|not match|addressed email address|smtp=|to address|recipient:?|postponed
    emailaddress\W{1,6}
""")
_TOLD = re.compile(rf"(?:{_BEFORE_AN_ADDRESS})[\s:'\"<\[\\-]*{_ADDRESS}", re.IGNORECASE)
_NOT_A_RECIPIENT = re.compile(
    any_of(r"""
        ^(?:mailer[-_]?daemon|postmaster|abuse|support|helpdesk|hostmaster|no-?reply)@|^mail_?from
        @(?:[^@]*\.)?(?:prod\.outlook\.com)$
    """)
)
_DELAYED = re.compile(
    any_of(r"""
        \bdelay|warning message only|still trying|will (?:be retried|continue|keep)
        temporary (?:failure|error)|advisory|postponed|not yet been delivered
    """),
    re.IGNORECASE,
)
_TO = re.compile(r"^to:\s*(.{1,400})$", re.IGNORECASE | re.MULTILINE)


def from_a_mail_system(mail: Mail) -> bool:
    """Whether the sender is a mail system by address, by name, or by having none."""
    if mail.from_ is None:
        return (
            bool(_DAEMON_NAME.search(mail.header("from")))
            or mail.header("from").strip() in ("", "<>")
            or "<>" in mail.header("from")
        )
    return bool(
        _DAEMON.match(mail.from_.address.partition("@")[0].rstrip("\\"))
        or _DAEMON_NAME.search(mail.from_.name)
    )


def rule(mail: Mail) -> str | None:
    """Which rule makes this mail a bounce, or None."""
    if mail.parameters.get("report-type", "").lower() == "delivery-status" or any(
        part.type == "message/delivery-status" for part in mail.parts
    ):
        return "delivery_report"
    if mail.header("x-failed-recipients"):
        return "failed_recipients_header"
    named = _SUBJECT.search(mail.subject) is not None
    if _daemon(mail) and named:
        return "mail_daemon"
    system = from_a_mail_system(mail)
    if (system or (mail.return_path == "" and named)) and _FAILURE.search(
        above_the_original(mail.body)[:8000]
    ):
        return "mail_system_and_failure"
    if system and named and (mail.return_path == "" or _returns(mail)):
        return "mail_system_and_subject"
    return _unlikely_sender(mail, named)


def _daemon(mail: Mail) -> bool:
    return mail.from_ is not None and mail.from_.address.startswith(("mailer-daemon@", "mailer_daemon@"))


def rejected(mail: Mail) -> bool:
    """Whether a notification of what became of a mail tells of a refusal (Dovecot's quota and Sieve
    `reject`).
    """
    return bool(_FAILURE.search(above_the_original(mail.body)[:2000]))


def _unlikely_sender(mail: Mail, named: bool) -> str | None:
    """An ordinary address that sends a failure and nothing else: the very first lines must say so."""
    if mail.in_reply_to or mail.references or mail.subject.lower().startswith(("fwd:", "fw:", "tr:", "wg:")):
        return None
    source = (mail.text or unescape(mail.html or ""))[:MAX_SOURCE_CHARS].lower()
    if not any(word in source for word in _STRONG_GATE):
        return None
    opening = "\n".join(line for line in mail.body[:4000].split("\n")[:30] if line.strip())[:1200]
    if not opening or opening.startswith(">"):
        return None
    said = _STRONG.search(opening)
    if not said or not (named or mail.return_path == "" or said.start() < 100):
        return None
    return "failure_in_the_opening" if find_addresses(opening) else None


def _returns(mail: Mail) -> bool:
    return any(part.type in ("message/rfc822", "text/rfc822-headers") for part in mail.parts)


def above_the_original(body: str) -> str:
    """The report without the copy of our own mail below it."""
    body = body[:MAX_CHARS]
    starts = [match.start() for pattern in (_ORIGINAL, _RETURNED_HEADERS) if (match := pattern.search(body))]
    return body[: min(starts)] if starts and min(starts) > 0 else body


def recipients(mail: Mail) -> list[str]:
    """The addresses that the report names as not reached."""
    body = above_the_original(mail.body)
    ours = {address.address for address in mail.to}
    heading = _HEADING.search(body)
    below = body[heading.end() :] if heading else ""
    if named := _NAME_FIRST.match(below):
        return _completed(mail, body, [named[1]])
    for pattern, text in ((_LISTED, below), (_TOLD, below), (_LISTED, body)):
        found = _wanted(_matches(pattern, text) + _matches(_EXPANDED, text), ours)
        if found:
            return found
    full = f"{mail.subject}\n{body}"
    return (
        _wanted(_matches(_TOLD, full), ours)
        or _completed(mail, body, _BARE_NAME.findall(below)[:5])
        or _wanted(find_addresses(full), ours)
    )


def _matches(pattern: re.Pattern[str], text: str) -> list[str]:
    found = (match[1].lower().strip(".'") for match in pattern.finditer(text))
    return [address for address in found if ".." not in address]


def _completed(mail: Mail, body: str, names: list[str]) -> list[str]:
    """Names without a domain are the reporting server's own, at the domains by which it explains them."""
    own = mail.from_.address.partition("@")[2] if mail.from_ else ""
    domains = dict.fromkeys(_PLACEHOLDER.findall(body)) or ([own] if own else [])
    return [f"{name.lower()}@{domain}" for name in names for domain in domains]


def _wanted(addresses: list[str], ours: set[str]) -> list[str]:
    kept = [address for address in dict.fromkeys(addresses) if not _NOT_A_RECIPIENT.search(address)]
    return [address for address in kept if address not in ours] or kept


def words_about(body: str, recipient: str) -> str:
    """What the report says of one recipient: from its name to the next, or the whole report."""
    report = above_the_original(body)
    at = report.lower().find(recipient) if recipient else -1
    if at < 0:
        return report[:3000]
    start = at + len(recipient)
    others = (match.start() for match in _LISTED.finditer(report, start) if match[1].lower() != recipient)
    said = report[start : next(others, len(report))]
    return (said if len(said.split()) > 3 else report)[:3000]


def delayed(mail: Mail) -> bool:
    """Whether the mail system has not given up yet."""
    return bool(_DELAYED.search(mail.subject) or _DELAYED.search(above_the_original(mail.body)[:1500]))


def original_to(body: str) -> str:
    """The To field of the returned copy in the text."""
    match = _TO.search(body[len(above_the_original(body)) :][:20000])
    return match[1] if match else ""
