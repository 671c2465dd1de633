"""What the tenant knows about its own offer, as passages under headings."""

import re

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from shared.db import transaction
from shared.errors import BadInput
from shared.models import Passage
from workers.services import audit

MAX_BYTES = 1_000_000
MAX_PASSAGE = 4_000

_HEADING = re.compile(r"^#{1,3} +(.{1,200})$", re.MULTILINE)


def split(text: str) -> dict[str, str]:
    """Headings and the text below each. Raises BadInput where there is none, or a passage is too long."""
    parts = _HEADING.split(text)
    found = {
        title.strip(): body.strip()
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
        if body.strip()
    }
    if not found:
        raise BadInput("No passage found: begin each with a line such as `# Delivery`.")
    if long := next((title for title, body in found.items() if len(body) > MAX_PASSAGE), None):
        raise BadInput(f"The passage {long!r} is longer than {MAX_PASSAGE} characters: split it.")
    return found


def add(tenant_id: int, content: bytes, actor: str) -> list[str]:
    """Store the passages of a text and return their titles. Raises BadInput."""
    if len(content) > MAX_BYTES:
        raise BadInput(f"The file is larger than {MAX_BYTES} bytes.")
    try:
        found = split(content.decode())
    except UnicodeDecodeError as error:
        raise BadInput("The file is not UTF-8.") from error
    rows = [{"tenant_id": tenant_id, "title": title, "text": body} for title, body in found.items()]
    statement = insert(Passage).values(rows)
    with transaction(tenant_id) as session:
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "title"], set_={"text": statement.excluded.text}
            )
        )
        audit.record(session, tenant_id, actor, "add", "knowledge", titles=list(found))
    return list(found)


def listed(tenant_id: int) -> list[Passage]:
    """Every passage, by title."""
    with transaction(tenant_id) as session:
        return list(session.scalars(select(Passage).order_by(Passage.title)))
