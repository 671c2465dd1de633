"""The one tree of errors. A class's docstring is its default message, written for an operator."""


class RelanceError(Exception):
    """Something Relance refuses or cannot do."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class BadInput(RelanceError):
    """The input cannot be used as it is."""


class NotConfigured(RelanceError):
    """A setting is missing."""


class NotFound(RelanceError):
    """There is no such thing."""


class DatabaseUnavailable(RelanceError):
    """The database cannot be reached."""


class MigrationFailed(RelanceError):
    """The schema could not be brought up to date; nothing was changed."""


class BrokerUnavailable(RelanceError):
    """Redis cannot be reached."""


class NoTenant(RelanceError):
    """A query ran without naming its tenant."""


class IllegalTransition(RelanceError):
    """That change of state is not in the transition table."""


class LeaseLost(RelanceError):
    """The lease ran out or another attempt holds the row; this attempt must stop."""


class BrowserMissing(RelanceError):
    """No Chromium was found: install one (apt-get install chromium), or run playwright install chromium."""


class BrowserCrashed(RelanceError):
    """Chromium went away during the visit."""


class EgressRefused(RelanceError):
    """The egress proxy will not open this connection. `reason` is one word that a program can compare."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class MailboxError(RelanceError):
    """The mailbox cannot be used."""


class MailboxUnreachable(MailboxError):
    """The mail server cannot be reached."""


class MailboxRefused(MailboxError):
    """The mail server refused the name or the password."""


class MailRejected(MailboxError):
    """The mail server refused this mail for good."""


class ArtifactInvalid(RelanceError):
    """The classifier's files are missing, foreign or changed."""


class ArtifactOutdated(ArtifactInvalid):
    """The classifier's files are those of another version of Relance."""


class ResponderFailed(RelanceError):
    """No draft could be written."""


class ModelUnavailable(RelanceError):
    """The language model gave no answer that can be used."""
