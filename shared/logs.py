"""One JSON line an event on standard error; never a secret, an address or a message's text."""

import json
import logging
import sys
from datetime import UTC, datetime

_OURS = "relance"


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO) -> None:
    """Send every logger of the process to standard error as JSON lines; libraries from WARNING up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(_OURS).setLevel(level)


def log(event: str, /, *, level: int = logging.INFO, **facts: object) -> None:
    """Record that `event` happened. Facts are ids, codes, and numbers."""
    logging.getLogger(_OURS).log(level, event, extra={"facts": facts})
