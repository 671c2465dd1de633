"""Keeps a letter inside the page until it is armed.

Forms leak before their button: pages save drafts, track abandoned carts, and a "next" button may post. While
the gate is shut such requests, and such frames of a WebSocket, are dropped; at a step they wait until the
ledger knows; once it is open they pass.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

from playwright.async_api import BrowserContext, Request, Route

from browser.discovery import same_site
from browser.forms.values import Letter
from browser.outcome.values import Product
from browser.sockets import Frame, Sockets

_EXCERPT = 40
_SHORTEST = 3
_BODY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Carries:
    """Tells whether a request holds what was typed from the letter.

    `anywhere` are texts that nobody else writes; `typed` are names and numbers, looked for in bodies only
    because a site may well have one of them in its own address. `least` is the size of the message.
    """

    anywhere: tuple[str, ...]
    typed: tuple[str, ...]
    least: int

    @classmethod
    def of(cls, letter: Letter) -> "Carries":
        first = letter.message.strip().partition("\n")[0].strip()[:_EXCERPT]
        names = (letter.first_name, letter.last_name, letter.phone, letter.company)
        return cls(_spelled(letter.email, first), _spelled(*names), len(letter.message))

    def __call__(self, request: Request) -> bool:
        body = (request.post_data_buffer or b"")[:_BODY].decode("utf-8", "replace")
        return any(token in request.url for token in self.anywhere) or self._in(body)

    def in_frame(self, frame: Frame) -> bool:
        """Tells whether a frame of a WebSocket, or the address of one, holds what was typed."""
        return self._in(frame[:_BODY] if isinstance(frame, str) else frame[:_BODY].decode("utf-8", "replace"))

    def _in(self, body: str) -> bool:
        return any(token in body for token in (*self.anywhere, *self.typed))

    def submits(self, request: Request, product: Product) -> bool:
        """True for a request that, after the click, is the form's: it carries the letter, it is the
        product's, or it is a post that could hold the letter in a spelling that cannot be read.
        """
        if request.method == "GET":
            return self(request)
        if product.owns(request.method, request.url) or self(request):
            return True
        frame_url = request.headers.get("origin") or request.headers.get("referer") or ""
        near = bool(urlsplit(frame_url).hostname) and same_site(frame_url, request.url)
        size = len(request.post_data_buffer or b"")
        return request.is_navigation_request() or (near and size >= self.least > 0)


def _spelled(*texts: str) -> tuple[str, ...]:
    """Each text of some length as it stands, in a URL, in a form body, and in JSON."""
    said = [text for text in texts if len(text) >= _SHORTEST]
    return tuple(sorted({form(text) for text in said for form in (str, quote, quote_plus, _json)}))


def _json(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').encode("unicode_escape").decode("ascii")


class Gate:
    """The gate of one context; `shut` before filling, `open` after arming."""

    def __init__(self, context: BrowserContext, carries: Carries, arm: Callable[[], Awaitable[None]]) -> None:
        self._context = context
        self._sockets = Sockets.of(context)
        self._carries = carries
        self._arm = arm
        self._stepping = False
        self._open = False
        self.error: BaseException | None = None
        self.dropped = 0

    async def shut(self) -> None:
        """Drop what carries the letter from now on."""
        self._sockets.guard = self._may_leave
        await self._context.route("**/*", self._pass)

    def step(self, stepping: bool) -> None:
        """While stepping, a request that carries the letter arms first and then passes."""
        self._stepping = stepping

    async def open(self) -> None:
        """Let everything pass, from this moment on."""
        self._open = True
        self._sockets.guard = None
        await self._context.unroute("**/*", self._pass)

    async def _pass(self, route: Route, request: Request) -> None:
        if self._open or not self._carries(request) or await self._armed():
            await route.continue_()
            return
        self.dropped += 1
        await route.abort()

    async def _may_leave(self, frame: Frame) -> bool:
        if self._open or not self._carries.in_frame(frame) or await self._armed():
            return True
        self.dropped += 1
        return False

    async def _armed(self) -> bool:
        """Arm for what is a step's; False where it is none, or the ledger objects."""
        if not self._stepping or self.error is not None:
            return False
        try:
            await self._arm()
        except Exception as error:  # noqa: BLE001 - raised again by the visit, whose task this is not
            self.error = error
        return self.error is None
