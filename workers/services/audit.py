"""The audit log: who did what to which row. Entries are added, never changed."""

from sqlalchemy.orm import Session

from shared.models import AuditEntry


def record(session: Session, tenant_id: int, actor: str, action: str, subject: str, **facts: object) -> None:
    """Add an entry to the transaction that does the thing. `subject` reads "review 12"."""
    session.add(AuditEntry(tenant_id=tenant_id, actor=actor, action=action, subject=subject, facts=facts))
