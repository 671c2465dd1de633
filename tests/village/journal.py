"""What the sites took in: one JSON line for each stored submission."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Submission:
    """One stored submission.

    `form` is "contact" for the form that a visitor means, else "newsletter" or "login".
    `fields` are as posted; `time` is ISO 8601 in UTC; `cookies` is the choice at a cookie wall: "refused",
    "accepted", or empty for none.
    """

    site: str
    form: str
    fields: Mapping[str, str]
    time: str
    cookies: str = ""


class Journal:
    """The file of one village; any process may read it while the sites write."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, site: str, form: str, fields: Mapping[str, str], cookies: str = "") -> None:
        """Write one submission down, in one write: a reader never sees half a line."""
        submission = Submission(site, form, dict(fields), datetime.now(UTC).isoformat(), cookies)
        line = json.dumps(asdict(submission), ensure_ascii=False) + "\n"
        with self._path.open("ab", buffering=0) as file:
            file.write(line.encode())

    def read(self) -> list[Submission]:
        """Every submission so far, oldest first."""
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [Submission(**json.loads(line)) for line in lines]

    def counts(self) -> Counter[str]:
        """How many messages each site stored, by site name."""
        return Counter(entry.site for entry in self.read() if entry.form == "contact")

    def strays(self) -> list[Submission]:
        """What went into a form that is not for messages."""
        return [entry for entry in self.read() if entry.form != "contact"]
