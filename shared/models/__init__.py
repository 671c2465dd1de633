"""The domain in Postgres, one file an aggregate. Importing this package registers every table."""

from shared.models.base import Base, Owned, Work
from shared.models.campaign import Campaign, Lead
from shared.models.draft import Draft, Outgoing, Review
from shared.models.mailbox import Folder, Mailbox, Sender
from shared.models.message import Classification, Conversation, Message
from shared.models.reply_model import ModelChange, ReplyModel, ReplyModelFile
from shared.models.submission import Evidence, Submission
from shared.models.tenant import AuditEntry, Passage, Suppression, Tenant, User

__all__ = [
    "AuditEntry",
    "Base",
    "Campaign",
    "Classification",
    "Conversation",
    "Draft",
    "Evidence",
    "Folder",
    "Lead",
    "Mailbox",
    "Message",
    "ModelChange",
    "Outgoing",
    "Owned",
    "Passage",
    "ReplyModel",
    "ReplyModelFile",
    "Review",
    "Sender",
    "Submission",
    "Suppression",
    "Tenant",
    "User",
    "Work",
]
