"""The Redis broker and its middleware: only here, so that nothing else knows of Redis.

Messages are nudges: Redis may lose all of them. Retries, schedules and limits live in Postgres, so Dramatiq's
own middleware for those is left out; what stays bounds a job's time and runs coroutines.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

import dramatiq
import redis
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, TimeLimit

from shared.errors import BrokerUnavailable, NotConfigured
from shared.settings import settings

HEARTBEAT_MS = 5_000
"""A worker without a heartbeat for so long has its unacknowledged messages delivered to another."""

EVERY_FETCH = 1_000_000
"""Look for dead workers at every fetch: the library's one in a thousand left jobs waiting for 20 minutes."""

TIME_LIMIT_MS = 140_000
"""More than a visit may take, less than the grace time of a worker that leaves."""

SOCKET_TIMEOUT = 60.0
"""Longer than a stalled Redis, so that a script that changes something is not sent twice."""

NUDGE_TIMEOUT = 2.0
"""For nudges, which may be sent twice: a Redis that stands still must not stop the reconciler."""

FORGOTTEN_MS = 2 * TIME_LIMIT_MS
"""No message is in work for so long: an older one that waits nowhere is left of a lost acknowledgement."""

SIGN = "relance:sign-of-life"
"""A key that is written to see whether Redis takes it."""

SINCE = "relance:kept-since"
"""A hash of one field: the run of the server, and since when it has kept its messages."""


def redis_client(timeout: float = SOCKET_TIMEOUT) -> redis.Redis:
    """A client that never repeats a command by itself. Raises NotConfigured without an address."""
    if not settings().redis_url:
        raise NotConfigured("No Redis: run `relance up` on this machine, or set RELANCE_REDIS_URL.")
    return redis.Redis.from_url(
        settings().redis_url, retry=None, socket_timeout=timeout, socket_connect_timeout=min(5.0, timeout)
    )


@lru_cache(maxsize=1)
def broker() -> RedisBroker:
    """The process's broker, declared as Dramatiq's own."""
    made: RedisBroker = RedisBroker(  # type: ignore[no-untyped-call]
        client=redis_client(),
        middleware=[TimeLimit(time_limit=TIME_LIMIT_MS), AsyncIO()],
        heartbeat_timeout=HEARTBEAT_MS,
        maintenance_chance=EVERY_FETCH,
    )
    dramatiq.set_broker(made)
    return made


def takes() -> bool:
    """Whether Redis takes what it is sent, within NUDGE_TIMEOUT: one that is full answers, and is no use."""
    try:
        with _bounded() as client:
            return bool(client.set(SIGN, b"", ex=60))
    except BrokerUnavailable:
        return False


def waiting(queue: str) -> int:
    """Messages that no worker has fetched yet. Raises BrokerUnavailable when Redis is away."""
    with _bounded() as client:
        return int(client.llen(_list(queue)))


def send(queue: str, ids: Sequence[int], *, ahead: bool = False) -> None:
    """Put a message for each id on the queue, in one round trip, as Dramatiq's own enqueue lays them out.

    With `ahead` they go before what waits there. An actor is named like its queue, so that a nudge needs none
    of the code that the actor needs. Raises BrokerUnavailable; some of the messages may then be there.
    """
    messages = [_message(queue, row_id) for row_id in ids]
    with _bounded() as client, client.pipeline(transaction=True) as pipeline:
        pipeline.hset(_hash(queue), items=[part for message in messages for part in message])
        push = pipeline.lpush if ahead else pipeline.rpush
        push(_list(queue), *(name for name, _ in messages))
        pipeline.execute()


def since(now: datetime) -> datetime:
    """Since when this Redis has kept what it is sent: `now` where it lost everything, or was started anew.

    A start may lose the last second. Raises BrokerUnavailable when it is away.
    """
    with _bounded() as client:
        run = client.info("server")["run_id"]
        known = client.hget(SINCE, run)
        if known is None:
            client.delete(SINCE)
            client.hset(SINCE, run, now.isoformat())
    return datetime.fromisoformat(known.decode()) if isinstance(known, bytes) else now


def sweep(queue: str) -> int:
    """Drop the messages whose acknowledgement was lost, and return how many. Raises BrokerUnavailable.

    Redis keeps them for as long as the worker lives that fetched them, and they count as work in flight.
    """
    with _bounded() as client:
        listed = set(client.lrange(_list(queue), 0, -1))
        now = client.time()[0] * 1000
        old = [
            name
            for name, message in client.hscan_iter(_hash(queue))
            if name not in listed and now - json.loads(message)["message_timestamp"] > FORGOTTEN_MS
        ]
        return int(client.hdel(_hash(queue), *old)) if old else 0


@lru_cache(maxsize=1)
def _nudger() -> redis.Redis:
    return redis_client(NUDGE_TIMEOUT)


@contextmanager
def _bounded() -> Iterator[redis.Redis]:
    try:
        yield _nudger()
    except redis.RedisError as error:
        raise BrokerUnavailable(f"Redis takes nothing now: {error}") from error


def _message(queue: str, row_id: int) -> tuple[str, bytes]:
    name = str(uuid.uuid4())
    options = {"redis_message_id": name}
    return name, Message(queue, queue, (row_id,), {}, options).encode()


def _list(queue: str) -> str:
    return f"dramatiq:{queue}"


def _hash(queue: str) -> str:
    return f"dramatiq:{queue}.msgs"
