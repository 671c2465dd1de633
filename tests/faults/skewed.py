"""A process whose clock is wrong: `python -m tests.faults.skewed SECONDS claim|release ROW`.

Everything that is imported after the patch, which is all of Relance, reads the wrong time.
"""

import datetime
import json
import sys
import time

_SKEW = float(sys.argv[1])
_TIME = time.time
_REAL = datetime.datetime


class _Skewed(_REAL):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return _REAL.fromtimestamp(_TIME() + _SKEW, tz)


time.time = lambda: _TIME() + _SKEW
datetime.datetime = _Skewed

from sqlalchemy import text  # noqa: E402  # after the patch

from shared.db import EVERY_TENANT, transaction  # noqa: E402
from workers.services import ledger  # noqa: E402

_LEFT = "SELECT extract(epoch FROM {column} - now()) FROM submissions WHERE id = :id"


def main() -> None:
    """Say as JSON what was done, and what the database's clock makes of it."""
    act, row_id = sys.argv[2], int(sys.argv[3])
    held = ledger.claim("browser", row_id)
    seen: dict[str, object] = {"claimed": held is not None}
    if act == "release" and held:
        with transaction(EVERY_TENANT) as session:
            ledger.release(session, held, "later", datetime.timedelta(seconds=30))
    seen["expired"] = len(ledger.expire("browser"))
    for name, column in (("lease", "lease_until"), ("due", "due_at")):
        with transaction(EVERY_TENANT) as session:
            seen[name] = float(session.scalar(text(_LEFT.format(column=column)), {"id": row_id}) or 0)
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()
