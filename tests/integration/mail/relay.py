"""A TCP relay in front of a server: it can fall silent, hang up, or change what the server says."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Relay:
    """`silent` swallows everything in both directions without closing, as a middle box does that forgot us.

    Once the server says `last_words` the connections end without passing them on.
    """

    target: int
    rewrite: Callable[[bytes], bytes] = lambda data: data
    silent: bool = False
    last_words: bytes = b""
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    pipes: list[socket.socket] = field(default_factory=list)
    connections: int = 0

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def hang_up(self) -> None:
        """Close every connection that is open now."""
        pipes, self.pipes = self.pipes, []
        for pipe in pipes:
            with contextlib.suppress(OSError):
                pipe.shutdown(socket.SHUT_RDWR)

    def go_away(self) -> None:
        """Close everything, and take nobody in any more."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up()

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # closed at the end of the test
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.connections += 1
                self.pipes += [client, server]
                for ends in ((client, server, bytes), (server, client, lambda data: self.rewrite(data))):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, change: Callable[[bytes], bytes]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.last_words and self.last_words in data:
                    self.hang_up()
                elif not self.silent:
                    sink.sendall(change(data))
            sink.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def relay(target: int, rewrite: Callable[[bytes], bytes] = lambda data: data) -> Iterator[Relay]:
    running = Relay(target, rewrite)
    threading.Thread(target=running.serve, daemon=True).start()
    try:
        yield running
    finally:
        running.go_away()
