"""The WebSockets of a context's pages, led past us: they can be only before a page makes them.

Playwright puts a class of its own in the place of the page's WebSocket, which connects once we say so and
asks us about each frame; what the server says goes to the page. A socket that a worker of the page makes is
not seen.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from playwright.async_api import BrowserContext, WebSocketRoute

Frame = str | bytes
Guard = Callable[[Frame], Awaitable[bool]]
"""Whether a frame may leave, or, of an address, whether a socket may be made; it may take its time."""

_routed: "WeakKeyDictionary[BrowserContext, Sockets]" = WeakKeyDictionary()


class Sockets:
    """Those of one context. Without a guard everything passes."""

    def __init__(self) -> None:
        self.guard: Guard | None = None

    @classmethod
    def of(cls, context: BrowserContext) -> "Sockets":
        """Those of a context that was routed."""
        return _routed[context]

    @classmethod
    async def route(cls, context: BrowserContext) -> None:
        """Lead every socket of a new context past its guard: before it has a tab that takes least time."""
        _routed[context] = sockets = cls()
        await context.route_web_socket("**/*", sockets._made)

    async def _made(self, socket: WebSocketRoute) -> None:
        if not await self._may(socket.url):
            await socket.close()
            return
        server = socket.connect_to_server()
        turn = asyncio.Lock()

        async def say(frame: Frame) -> None:
            async with turn:  # frames arrive in the order in which the page sent them
                if await self._may(frame):
                    server.send(frame)

        socket.on_message(say)

    async def _may(self, frame: Frame) -> bool:
        return self.guard is None or await self.guard(frame)
