"""One raw message -> what it is: a bounce, automatic mail, an opt-out, or a person's words. The one call
workers make.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

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


@dataclass(frozen=True)
class Understanding:
    """A message, read. `rule` names what decided; of the three findings at most the one that `kind` names is
    set.
    """

    mail: Mail
    kind: Kind
    rule: str
    bounce: Bounce | None = None
    automatic: Automatic | None = None
    opt_out: OptOut | None = None
    parted: OwnText | None = field(default=None, repr=False)

    @cached_property
    def own(self) -> OwnText:
        """The text by who speaks; split when first asked for, as bounces and lists are known without."""
        return self.parted or quoting.own_text(self.mail)


def understand(raw: bytes) -> Understanding:
    """Ask in this order: poison, bounce, one-click opt-out, automatic, opt-out; what is left is a person.
    Never raises.

    Bounces come before automatic mail, as nearly half of them call themselves automatic. So does Apple's one-
    click opt-out, and complaint reports look like reports: opt-outs by form are asked before automatic mail,
    those by words after it.
    """
    mail = parse(raw)
    if mail.quarantine:
        return Understanding(mail, Kind.QUARANTINED, mail.quarantine)
    bounce = bounces.detect(mail)
    if bounce:
        return Understanding(mail, Kind.BOUNCE, bounce.rule, bounce=bounce)
    return _by_form(mail) or _by_words(mail)


def _by_form(mail: Mail) -> Understanding | None:
    wish = optout.by_form(mail)
    if wish:
        return Understanding(mail, Kind.OPT_OUT, wish.rule, opt_out=wish)
    machine = automatic.by_form(mail)
    return Understanding(mail, Kind.AUTOMATIC, machine.rule, automatic=machine) if machine else None


def _by_words(mail: Mail) -> Understanding:
    parted = quoting.own_text(mail)
    machine = automatic.by_words(mail, parted.own)
    if machine:
        return Understanding(mail, Kind.AUTOMATIC, machine.rule, automatic=machine, parted=parted)
    wish = optout.by_words(mail, parted.own)
    if wish:
        return Understanding(mail, Kind.OPT_OUT, wish.rule, opt_out=wish, parted=parted)
    return Understanding(mail, Kind.PERSON, "person", parted=parted)
