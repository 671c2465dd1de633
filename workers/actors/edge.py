"""Where a job's unforeseen failure stops: it becomes the state of its row."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.logs import log
from workers.services import ledger


@contextmanager
def edge(queue: str, row_id: int) -> Iterator[None]:
    """Run one job. An absent database is waited for by who keeps the lease; the row is told all else."""
    try:
        yield
    except (DatabaseUnavailable, BrokerUnavailable) as error:
        log("job waits", level=logging.WARNING, queue=queue, id=row_id, why=str(error))
    except Exception as error:  # noqa: BLE001  # the edge of the process: recorded as the row's state
        log(
            "job failed",
            level=logging.ERROR,
            queue=queue,
            id=row_id,
            error=type(error).__name__,
            why=str(error)[:300],
        )
        ledger.stumble(queue, row_id, f"{type(error).__name__}: {error}")
