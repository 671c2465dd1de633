"""robots.txt as RFC 9309 has it: fetched through the egress proxy, read for our own user agent, kept for a
day.

No file (any 4xx) allows everything; a server that fails (5xx) or cannot be reached allows nothing.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from protego import Protego

from browser.egress_http import REASON_HEADER

_SECONDS = 10.0
_BYTES = 500 * 1024
_DAY = 24 * 3600.0
_HOSTS = 2_000


class Access(StrEnum):
    """What a site lets a program do with one of its pages."""

    ALLOWED = "allowed"
    DISALLOWED = "disallowed"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Permission:
    """`reason` is for a person; for `refused` it is the egress proxy's word."""

    access: Access
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    rules: Protego | None
    permission: Permission
    until: float


class Robots:
    """The rules of every host that this process has asked."""

    def __init__(self, proxy_url: str) -> None:
        self._proxy_url = proxy_url
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def may_visit(self, url: str, user_agent: str) -> Permission:
        """Whether this user agent may open this http(s) address."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        kept = self._kept.get(origin)
        if kept is None or kept.until < time.monotonic():
            kept = self._kept[origin] = await self._fetch(origin, user_agent)
            if len(self._kept) > _HOSTS:
                self._kept.popitem(last=False)
        if kept.rules and not kept.rules.can_fetch(url, user_agent):
            return Permission(Access.DISALLOWED, f"robots.txt of {parts.hostname} disallows this page")
        return kept.permission

    async def _fetch(self, origin: str, user_agent: str) -> _Kept:
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        headers = {"User-Agent": user_agent}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
                session.get(f"{origin}/robots.txt", proxy=self._proxy_url, max_redirects=5) as response,
            ):
                return await _read(response)
        except aiohttp.ClientHttpProxyError as error:
            return _proxy_said(error.status, CIMultiDict(error.headers or ()).get(REASON_HEADER, ""))
        except aiohttp.TooManyRedirects:
            return _keep(Permission(Access.ALLOWED))
        except (aiohttp.ClientError, TimeoutError) as error:
            return _brief(
                Permission(Access.UNREACHABLE, f"the site cannot be reached: {type(error).__name__}")
            )


async def _read(response: aiohttp.ClientResponse) -> _Kept:
    if REASON_HEADER in response.headers:
        return _proxy_said(response.status, response.headers[REASON_HEADER])
    if response.status >= 500:
        return _brief(
            Permission(Access.DISALLOWED, f"robots.txt answers {response.status}, so nothing is allowed")
        )
    if response.status >= 300:
        return _keep(Permission(Access.ALLOWED))
    text = (await _start(response)).decode("utf-8", "replace")
    rules = await asyncio.to_thread(Protego.parse, text)
    return _Kept(rules, Permission(Access.ALLOWED), time.monotonic() + _DAY)


async def _start(response: aiohttp.ClientResponse) -> bytes:
    taken = b""
    async for chunk in response.content.iter_chunked(16384):
        taken += chunk
        if len(taken) >= _BYTES:
            break
    return taken[:_BYTES]


def _proxy_said(status: int, reason: str) -> _Kept:
    if status == 403:
        return _keep(Permission(Access.REFUSED, reason))
    return _brief(Permission(Access.UNREACHABLE, reason or "the site cannot be reached"))


def _keep(permission: Permission) -> _Kept:
    return _Kept(None, permission, time.monotonic() + _DAY)


def _brief(permission: Permission) -> _Kept:
    """A failure is asked about again soon: the site may be back for the next attempt."""
    return _Kept(None, permission, time.monotonic() + 30.0)
