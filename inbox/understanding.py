"""One raw message -> what it is: a bounce, automatic mail, an opt-out, or a person's words. The one call workers make."""

from dataclasses import dataclass
from enum import StrEnum

from inbox import automatic, bounces, optout, quoting
from inbox.automatic import Automatic
from inbox.bounces import Bounce
from inbox.optout import OptOut
from inbox.parsing import Mail, parse
from inbox.quoting import OwnText


class Kind(StrEnum):
    """Who speaks."""

    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OPT_OUT = "opt_out"
    PERSON = "person"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Understanding:
    """A message, read. `rule` names what decided; of the three findings at most the one that `kind` names is set."""

    mail: Mail
    kind: Kind
    rule: str
    own: OwnText
    bounce: Bounce | None = None
    automatic: Automatic | None = None
    opt_out: OptOut | None = None


def understand(raw: bytes) -> Understanding:
    """Ask in this order: poison, bounce, one-click opt-out, automatic, opt-out; what is left is a person. Never raises.

    Bounces come before automatic mail, as nearly half of them call themselves automatic. So does Apple's one-click
    opt-out, and complaint reports look like reports: opt-outs by form are asked before automatic mail, those by words
    after it.
    """
    mail = parse(raw)
    own = quoting.own_text(mail)
    if mail.quarantine:
        return Understanding(mail, Kind.QUARANTINED, mail.quarantine, own)
    bounce = bounces.detect(mail)
    if bounce:
        return Understanding(mail, Kind.BOUNCE, bounce.rule, own, bounce=bounce)
    by_form = optout.by_form(mail, own.own)
    if by_form:
        return Understanding(mail, Kind.OPT_OUT, by_form.rule, own, opt_out=by_form)
    machine = automatic.detect(mail, own.own)
    if machine:
        return Understanding(mail, Kind.AUTOMATIC, machine.rule, own, automatic=machine)
    wish = optout.detect(mail, own.own)
    if wish:
        return Understanding(mail, Kind.OPT_OUT, wish.rule, own, opt_out=wish)
    return Understanding(mail, Kind.PERSON, "person", own)
