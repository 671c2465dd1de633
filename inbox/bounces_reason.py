"""Why a server refused: its own words -> a reason, and whether another try can ever work.

The reasons and which of them are final follow Sisimai's definitions (unknown user, unknown host, moved, and a
domain that takes no mail are final; all else may pass). Words come before codes, because servers pick codes
carelessly: in Sisimai's collection flufl.bounce, which trusts the class of the code, calls 303 of 389 passing
failures permanent.
"""

import re
from typing import NamedTuple

from inbox.patterns import any_of

HARD = frozenset({"unknown_user", "unknown_host", "moved", "not_accepting"})

_WORDS: tuple[tuple[str, str], ...] = (
    ("mailbox_full",
     any_of(r"""
        mail ?(?:box|folder|drop|data)\S{0,3} (?:is |size |has |was )?(?:full|exceed|over|too large
            |unavailable due to quota)
        over ?-?quota|quota (?:has been |was )?exceed
        exceed\w* (?:\w+ ){0,3}(?:quota|storage|disk ?space|allocation)|out of (?:storage|email) ?space
        not enough (?:storage|disk) space|insufficient (?:storage|disk|mailbox)|(?:disk|storage) quota
        (?:mail|in)box (?:\S+ ){0,3}(?:is full|exceeds allowed|over (?:quota|its))
        account is (?:full|over)|quota (?:full|violation|limit)
        (?:user|recipient) is over\w* (?:\w+ )?quota|full mail ?box|not enough space|overquota
        no space left for this user|boîte (?:aux lettres|de réception) (?:est )?pleine
        postfach (?:ist )?voll|buzón (?:\w+ )?lleno|casella \w* ?piena|mailbox voll|too much mail data
        exceeded the local limit|quota d[ée]pass|full and can ?not accept
    """)),
    ("filtered", any_of(r"""
        recipient preferences|refused by (?:the )?recipient|content filter|blocked by (?:the )?recipient
    """)),
    ("rate_limited", any_of(r"""
        too many (?:recipients|messages|emails) (?:this|per|in)|sent to too many
        exceeded the maximum number of
    """)),
    ("mailer", r"procmail|x-unix;|pipe to \||command (?:died|output)|mailer error"),
    ("too_large",
     any_of(r"""
        (?:message|mail|size|line|data)\S* (?:\w+ ){0,4}(?:too (?:big|large|long)
            |exceed\w* (?:\w+ ){0,5}(?:limit|size|maximum)|limit(?:s)? exceeded)
        (?:message|mail) size exceeds|too (?:big|large) (?:message|mail|for)|maximum message size
        max message size
    """)),
    ("suspended",
     any_of(r"""
        (?:account|user|mailbox|recipient|address|domain)\S* (?:\S+ ){0,4}(?:disabled|suspended|deactivated
            |inactive|locked|discontinued|frozen|expired|on hold|blocked|has been blocked)
        disabled (?:account|recipient|user|mailbox)|inactive (?:account|user)|not collected after
        has not been collected|temporarily (?:disabled|locked|suspended)|boite du destinataire archivee
        vdelivermail: account is locked|invalid/inactive user
    """)),
    ("moved",
     any_of(r"""
        has (?:been )?(?:moved|replaced by|left (?:the )?(?:company|organi[sz]ation))
        no longer (?:works? |employed |with (?:the|this|us)|valid|active|in use|available)
        user (?:has )?moved|address (?:has )?changed|recipient (?:has )?moved|please try <
    """)),
    ("relaying",
     any_of(r"""
        relay(?:ing)? (?:\w+ ){0,2}(?:denied|prohibited|not (?:permitted|allowed)|access denied)
        (?:unable|not (?:permitted|allowed|authori[sz]ed)|no) (?:to )?relay|relay(?:ing)? mail|rcpthosts
        no relaying|we do not relay|open relay|insecure mail relay|that domain isn't in my list
        not a valid rcpt domain
    """)),
    ("authentication",
     any_of(r"""
        \bd(?:marc|kim)\b|\bspf\b|unauthenticated (?:email|sender)|\bdomainkeys\b|authentication checks?
        \bsender id\b
    """)),
    ("sender_refused",
     any_of(r"""
        sender (?:address |domain |email )?(?:was |is )?(?:rejected|denied|refused|invalid|unknown
            |not (?:found|exist))
        (?:invalid|bad|unroute?able|unknown|unresolvable) sender|sender (?:verify|verification) failed
        domain of sender|from address|mail from (?:address|must)|not allowed to (?:send|post)
        (?:envelope|return) (?:sender|address)|sender was rejected|you are not allowed
        (?:restricted|members?).{0,30}(?:group|list|senders?)|permission to (?:post|send)
        do(?:es)?(?: not|n't) accept mail from|verify (?:the )?sender|unverified sender
        not accepting mail from|only allow|sender(?:'s)? (?:domain )?must|my name was rejected
        fake (?:sender|header)|you are sending to/from an address
        domain .{1,60} does not (?:exist|resolve)|authentication required|5\.7\.129|5\.7\.13[346]
        5\.7\.12[34]
    """)),
    ("reverse_dns",
     any_of(r"""
        reverse dns|\bptr\b|\brdns\b|reverse (?:lookup|hostname|resolution)
        (?:cannot|can't|could not|unable to) (?:find|resolve) your (?:reverse )?host|fcrdns
        ip name (?:lookup|possibly)
    """)),
    ("reputation",
     r"reputation|senderscore|sender score"),
    ("unknown_user",
     any_of(r"""
        (?:user|recipient|mailbox|account|address(?:ee)?|alias|rcpt|person|login|userid
            |destinataire)\S* (?:\S+ ){0,6}?(?:unknown|not (?:found|known|exist|recogni[sz]ed|listed|valid
            |a valid|local|in)|(?:does|do|did) ?(?:not|n't) (?:\w+ )?(?:exist|have)|is (?:invalid
            |unavailable|wrong|not a)|unavailable|rejected: undeliverable|undeliverable|n'existe pas|has no
            |no longer exist|inconnu)
        (?:unknown|no such|not a valid|invalid|bad|nonexistent|non-existent|undefined|unrecogni[sz]ed
            |incorrect|illegal|unrouteable|undeliverable|no valid|not a known) (?:\w+ ){0,3}?(?:user
            |recipient|mailbox|account|address|alias|person|local ?part|rcpt|login|name)
        no (?:mail ?box|user|account|such person|recipient|one|such address)\S* (?:\w+ ){0,3}(?:here
            |by that name|found|exist|at this)
        there is no (?:user|one|mailbox|such)|address (?:couldn't|could not|can ?not) be found
        recipient address rejected: access denied|who are you looking for
        doesn't have an? .{0,30}account|not our customer
        is not (?:a |an )?(?:active|existing|local|known|registered)
        user\W{1,3}\S+\W{1,3}(?:does not exist|unknown|not found)|name is not recogni[sz]ed
        not listed in|mailbox not found|delivery attempt to .{1,60} failed because .{1,20}unknown
        can't verify recipient|resolver\.adr\.recip|no existe|unbekannt|inconnu|sconosciuto|não existe
        user not exist|あて先ユーザ|存在しません|#5\.1\.1
    """)),
    ("greylisted", r"gr[ae]y-?list|try (?:again )?later.{0,30}gr[ae]y"),
    ("not_accepting",
     any_of(r"""
        (?:does|do) not accept (?:any )?(?:e?-?mail|messages)|null ?mx|doesn't receive e?mail
        no mx (?:record )?found
        (?:not accepting|no longer accept\w*) (?:any |network )?(?:e?-?mail|messages)
        smtp service not available|name server: \.: host not found|couldn't find a mail exchanger
        system not accepting|host/domain does not accept mail|no mail server
        does not have a final email delivery
    """)),
    ("unknown_host",
     any_of(r"""
        (?:host|domain|server|name|mx)\S* (?:\S+ ){0,5}?(?:unknown|not found|(?:does|could|can) ?(?:not
            |n't) (?:be )?(?:exist|found|resolved?|resolve)|unresolvable|lookup fail\w*)
        unknown (?:\w+ )?(?:host|domain|server)|(?:no such|invalid|bad) (?:host|domain|destination)
        couldn't find any host|cannot find (?:the )?(?:host|domain)
        dns (?:lookup )?(?:failure|error|fail)|unrout?e?able address
        unable to (?:find|resolve) (?:the )?(?:host|domain|recipient'?s? domain)
        domain (?:name )?not found|host or domain name not found|no (?:such|matching) (?:host|domain)
        account or domain may not exist|\S+\.[a-z]{2,} does not exist|nxdomain|domain is not reachable
        recipient domain
    """)),
    ("spam",
     any_of(r"""
        \bspam|\bjunk\b|bulk mail|unsolicited|\bube\b|\buce\b|uribl|surbl|blacklisted (?:url|link)
        content (?:was )?(?:rejected|blocked|filtered)|message (?:looks|content) (?:like|rejected)
        considered (?:to be )?(?:spam|bulk)|high probability
    """)),
    ("rate_limited",
     any_of(r"""
        too (?:many|much|fast|frequent)|throttl|rate ?limit|(?:unusual|excessive) rate
        (?:concurren|connection)\w* (?:\w+ ){0,3}(?:limit|exceed|number)|exceeded the (?:maximum|rate)
        (?:sending|daily) (?:limit|quota)|receiving mail (?:too quickly|at a rate)|limit exceeded
    """)),
    ("blocked",
     any_of(r"""
        block(?:ed|list|ing)|black ?-?list|denylist|\brbl\b|\bdnsbl\b|spamhaus|spamcop|banned
        access denied|connection (?:refused by policy|rejected|denied)|client (?:host|address) rejected
        not allowed to connect|helo|ehlo|dynamic (?:ip|address)|my name was rejected
        listed (?:in|at|on|by)|dial-?up|your (?:ip|host|server|isp)
        use (?:the|your) (?:\S+ )?(?:smtp|mail) server|refused by|bad (?:ip|client)|suspicious
    """)),
    ("virus", r"virus|malware|infected|trojan|phishing|worm"),
    ("policy",
     any_of(r"""
        polic(?:y|ies)|prohibited|not (?:permitted|authori[sz]ed|allowed)|denied|forbidden|security
        administrative|rejected by (?:the )?(?:recipient|admin)|unacceptable|encrypt|certificate
        starttls|\btls\b|message (?:was )?(?:refused|rejected|blocked)
    """)),
    ("content", any_of(r"""
        content|header|format|attachment|mime|malformed|rfc ?\d|line length|bare (?:lf|cr)
        non-?compliant|duplicate|encoding|8bit|media error
    """)),
    ("expired", any_of(r"""
        expired|timed? ?-?out|too long|delayed|has not (?:yet )?been delivered|retry time
        not delivered within|giving up|undelivered for|been failing for
        (?:could|can) ?not (?:yet )?be delivered (?:for|after|within)|will (?:continue to|keep) try
        retried for|aborted after|delay reason|too old|exceeded maximum delivery|attempts?:?[ ]
    """)),
    ("network",
     any_of(r"""
        connection (?:\w+ ){0,3}(?:refused|reset|lost|dropped|closed|failed)|no route|unreachable
        network|could ?n[o']t connect|lost connection|can(?:not|'t) connect|unable to connect|socket
        smtp connection|no route|name service|not respond|did not accept our requests|loop|too many hops
        hop count|connect(?:ion)? to
    """)),
    ("system_full", any_of(r"""
        disk full|(?:system|server) (?:is )?full|no space left|insufficient system (?:storage|resources)
        mail system full
    """)),
    ("system_error",
     any_of(r"""
        system|internal|server error|configuration|config|local error|temporar|i/o error|resources
        unable to (?:open|create|write|chdir)|can't (?:create|open)|cannot (?:append|create|open)|lock
        service (?:currently )?(?:un|not )available|command (?:died|failed|output)|mailer error
        exit(?:ed)? status|child status|pipe|procmail|maildrop|x-unix|died|failure generating
    """)),
    ("syntax", r"syntax|command|unrecogni[sz]ed|protocol|bad sequence|argument"),
)  # fmt: skip
_RULES = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _WORDS)

_BY_STATUS = {
    "1.0": "unknown_user", "1.1": "unknown_user", "1.2": "unknown_host", "1.3": "unknown_user",
    "1.4": "unknown_user", "1.6": "moved", "1.7": "sender_refused", "1.8": "sender_refused",
    "1.9": "sender_refused", "1.10": "not_accepting", "2.0": "undefined", "2.1": "suspended",
    "2.2": "mailbox_full", "2.3": "too_large", "2.4": "filtered", "3.0": "system_error",
    "3.1": "system_full", "3.2": "not_accepting", "3.3": "system_error", "3.4": "too_large",
    "3.5": "system_error", "4.0": "network", "4.1": "network", "4.2": "network", "4.3": "network",
    "4.4": "unknown_host", "4.5": "rate_limited", "4.6": "network", "4.7": "expired", "5.0": "syntax",
    "5.1": "syntax", "5.2": "syntax", "5.3": "rate_limited", "5.4": "syntax", "6.0": "content",
    "6.1": "content", "6.2": "content", "6.3": "content", "6.5": "content", "6.9": "content",
    "7.0": "policy", "7.1": "policy", "7.2": "sender_refused", "7.5": "policy", "7.7": "virus",
    "7.8": "policy", "7.9": "policy", "7.13": "suspended", "7.17": "moved", "7.20": "authentication",
    "7.21": "authentication", "7.22": "authentication", "7.23": "authentication", "7.24": "authentication",
    "7.25": "reverse_dns", "7.26": "authentication", "7.27": "not_accepting", "7.28": "rate_limited",
}  # fmt: skip
"""RFC 3463 and its IANA registry, without the class."""

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ :-])")
_CONFIRMS = re.compile(r"^\d\.[145]\.")
_AT_RCPT = re.compile(r"\brcpt\b|rcpt_to", re.IGNORECASE)
_BEFORE_CODES = next(at for at, (reason, _) in enumerate(_WORDS) if reason == "relaying")
_CERTAIN = frozenset({"1.1", "1.2", "1.6", "1.7", "1.8", "2.2"})


class Verdict(NamedTuple):
    """A reason, whether it is final, and the enhanced status code (RFC 3463; empty where the server gave
    none).
    """

    reason: str
    hard: bool
    status: str


def judge(words: str, field_status: str = "", delayed: bool = False, report: str = "") -> Verdict:
    """The verdict on a server's words and on the Status field of its report; `report` is all that the report
    says.

    "User unknown" is believed where it answers RCPT, or comes with a code that means it (x.1.x, x.5.x).
    Without either a reply of 550 may as well be what carriers answer after DATA to what they filter:
    `filtered`, which may pass.
    """
    words = words[:4000]
    status = best_status(words, field_status)
    reason = _reason(words, status) or ("expired" if delayed else "undefined")
    if (
        reason == "unknown_user"
        and not _CONFIRMS.search(status)
        and _REPLY.search(words)
        and not _AT_RCPT.search(report or words)
    ):
        reason = "filtered"
    passing = delayed or _temporary(words, status)
    hard = reason in HARD and not (reason in ("not_accepting", "unknown_host") and passing)
    return Verdict(reason, hard, status)


def best_status(words: str, field_status: str) -> str:
    """The most telling code: what the server said before what the reporting one concluded, 5.1.1 before
    5.0.0.
    """
    found = [code for code in _STATUS.findall(words) if not code.startswith("2")]
    field_code = _STATUS.search(field_status)
    if field_code:
        found.append(field_code[1])
    return min(found, key=lambda code: code.endswith(".0.0"), default="")


def _reason(words: str, status: str) -> str | None:
    detail = status.partition(".")[2]
    if detail in _CERTAIN and status.startswith("5"):
        by_words = next((reason for reason, rule in _RULES[:_BEFORE_CODES] if rule.search(words)), None)
        return by_words or _BY_STATUS[detail]
    for reason, rule in _RULES:
        if rule.search(words):
            return _weighed(reason, detail)
    return _BY_STATUS.get(detail)


def _weighed(reason: str, detail: str) -> str:
    """Vague words yield to a precise code."""
    precise = _BY_STATUS.get(detail)
    vague = {"policy", "content", "system_error", "syntax", "network", "blocked"}
    return (
        precise if precise and reason in vague and not detail.endswith(".0") and detail != "7.1" else reason
    )


def _temporary(words: str, status: str) -> bool:
    if status:
        return status.startswith("4")
    reply = _REPLY.search(words)
    return bool(reply and reply[1].startswith("4"))
