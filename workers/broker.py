"""The Redis broker and its middleware: only here, so that nothing else knows of Redis.

Messages are nudges: Redis may lose all of them. Retries, schedules and limits live in Postgres, so Dramatiq's
own middleware for those is left out; what stays bounds a job's time and runs coroutines.
"""

from functools import lru_cache

import dramatiq
import redis
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


def redis_client() -> redis.Redis:
    """A client that never repeats a command by itself. Raises NotConfigured without an address."""
    if not settings().redis_url:
        raise NotConfigured("No Redis: run `relance up` on this machine, or set RELANCE_REDIS_URL.")
    return redis.Redis.from_url(
        settings().redis_url, retry=None, socket_timeout=SOCKET_TIMEOUT, socket_connect_timeout=5.0
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


def depth(queue: str) -> int:
    """Messages that wait or are in flight. Raises BrokerUnavailable when Redis is away."""
    try:
        return int(broker().client.hlen(f"dramatiq:{queue}.msgs"))
    except redis.RedisError as error:
        raise BrokerUnavailable from error
