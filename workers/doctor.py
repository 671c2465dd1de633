"""`relance doctor`: each thing that this machine needs, whether it is there, and how to mend it."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import redis
from sqlalchemy import text

from browser.chrome import find_program
from classifiers.model import Classifier
from shared.db import EVERY_TENANT, transaction
from shared.errors import RelanceError
from shared.settings import settings
from shared.vault import vault
from workers.broker import redis_client


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    ok: bool
    said: str


def examine() -> list[Finding]:
    """Look at everything."""
    return [_look(name, check) for name, check in CHECKS.items()]


def _look(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except RelanceError as error:
        return Finding(name, False, str(error))


def _database() -> str:
    with transaction(EVERY_TENANT) as session:
        version = session.scalar(text("SHOW server_version"))
    return f"PostgreSQL {version}"


def _queue() -> str:
    try:
        info = redis_client().info()
    except redis.RedisError as error:
        raise RelanceError(
            f"Redis does not answer ({type(error).__name__}): check RELANCE_REDIS_URL."
        ) from error
    lasting = "keeps its data" if info["aof_enabled"] else "without AOF: a crash costs time, not work"
    return f"Redis {info['redis_version']}, {lasting}"


def _chromium() -> str:
    program = find_program()
    if program is None:
        raise RelanceError("No Chromium: apt-get install chromium, or playwright install chromium.")
    ran = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    return f"{ran.stdout.strip()} ({program})"


def _classifier() -> str:
    return f"model {Classifier.load().version}"


def _responder() -> str:
    if settings().anthropic_api_key.get_secret_value():
        return f"Claude ({settings().anthropic_model})"
    return "templates (set RELANCE_ANTHROPIC_API_KEY for drafts by Claude)"


def _vault() -> str:
    vault()
    return (
        "key from RELANCE_VAULT_KEY"
        if settings().vault_key.get_secret_value()
        else "key file in the data folder"
    )


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "queue": _queue,
    "browser": _chromium,
    "classifier": _classifier,
    "responder": _responder,
    "vault": _vault,
}
