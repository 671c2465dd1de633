"""Where reading of one IMAP folder stopped, and in which runs it goes on (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from inbox.mailbox import BODY_BOUND, Cursor

BATCH_BYTES = 64 * 1024 * 1024
"""Bytes of mail held at once, whatever the number of mails in a batch."""


@dataclass(frozen=True, slots=True)
class Position:
    """The cursor of one folder.

    `last` is the highest UID read. Up to `horizon`, the folder's end when reading began, mail may be old:
    `since` bounds it, and when `remap` the numbering has started anew and it may be known under another key.
    """

    validity: int
    last: int = 0
    horizon: int = 0
    remap: bool = False

    @classmethod
    def resume(cls, cursor: Cursor | None, validity: int, horizon: int) -> "Position":
        """Where to go on in a folder that ends at UID `horizon` under this UIDVALIDITY."""
        if not cursor:
            return cls(validity, horizon=horizon)
        if cursor["validity"] != validity:
            return cls(validity, horizon=horizon, remap=True)
        return cls(**cursor)  # type: ignore[arg-type]

    @property
    def remapping(self) -> bool:
        return self.remap and self.last <= self.horizon

    def at(self, uid: int) -> "Position":
        return replace(self, last=uid)

    def cursor(self) -> Cursor:
        return asdict(self)

    def runs(self, sizes: Mapping[int, int], limit: int) -> Iterator[list[int]]:
        """The UIDs of `sizes` (bytes by UID), ascending, in runs of at most `limit` mails and `BATCH_BYTES`,
        none of them across the horizon. A single mail always fits: it is cut.
        """
        run: list[int] = []
        room = BATCH_BYTES
        for uid in sorted(sizes):
            size = min(sizes[uid], BODY_BOUND)
            if run and (len(run) == limit or size > room or run[-1] <= self.horizon < uid):
                yield run
                run, room = [], BATCH_BYTES
            run.append(uid)
            room -= size
        if run:
            yield run
