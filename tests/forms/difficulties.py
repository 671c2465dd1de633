"""The difficulties of real contact forms, one page each under `pages/`, some in every language in
`languages.py`, and servers that behave as badly as real ones.

The first line of a page is a comment with its rules: the state that a visit must end in, the fields that must
arrive, those that must arrive empty or not at all, and the seconds below which the sender counts as a
machine.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.forms import languages

PAGES = Path(__file__).parent / "pages"
_SHELL = (
    '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>Contact</title></head>'
    "<body>{}{}</body></html>"
)
_SLOW = 3.0
"""Seconds, longer than the silence after which the tests' visits give up."""
_ASIDE = {"/fail": (0.3, 500), "/quiet": (0.0, 204), "/draft": (0.0, 204), "/blocking": (6.0, 204)}
"""Posts beside a form's own: seconds until the answer, and its status; "/blocking" outlasts a press."""
_MERCI = "<h1>Merci</h1><p>Votre message a bien été envoyé.</p>"
_INNER = (
    '<form method="post" action="/"><p><label>Votre nom <input name="name" required></label></p>'
    '<p><label>Votre e-mail <input type="email" name="email" required></label></p>'
    '<p><label>Votre message <textarea name="message" required></textarea></label></p>'
    "<button>Envoyer</button></form>"
)


def names() -> list[str]:
    """Every page that has rules."""
    return sorted([*(page.stem for page in PAGES.glob("*.html")), *languages.names()])


def rules(name: str) -> dict[str, Any]:
    """The rules of one page."""
    if name in languages.names():
        return languages.rules(name)
    first = (PAGES / f"{name}.html").read_text(encoding="utf-8").partition("\n")[0]
    return json.loads(first.removeprefix("<!--").removesuffix("-->"))


async def answer(request: web.Request, name: str) -> web.StreamResponse:
    if name in _BAD or request.path == "/socket":
        return await _BAD.get(name, _socket)(request)
    if request.method == "POST":
        return await _posted(request, name)
    if name.startswith("slow-thanks") and request.path == "/merci":
        await asyncio.sleep(_SLOW)
    if request.path in ("/merci", "/popup0", "/popup1", "/popup2", "/politique"):
        return _page(_MERCI if request.path == "/merci" else "<p>…</p>")
    if request.path == "/inner":
        return _page(_INNER)
    if request.path == "/outer":
        other = f"http://frames-elsewhere.difficulty.localhost:{request.url.port}/inner?for={name}"
        return _page(f'<iframe src="{other}" width="720" height="520"></iframe>')
    if request.path != "/" or name not in names():
        return web.Response(status=404)
    return _start(request, name)


def _start(request: web.Request, name: str) -> web.Response:
    request.app["loaded"][request.host] = time.monotonic()
    body = _body(name)
    if name == "cloudflare-wall":
        return web.Response(
            status=503, text=body, content_type="text/html", headers={"cf-mitigated": "challenge"}
        )
    page = _page(body, rules(name)["lang"], title="" if "<h" in body else "<h1>Contactez-nous</h1>")
    if name == "robots-header":
        page.headers["X-Robots-Tag"] = "noindex, nocontact"
    return page


def _body(name: str) -> str:
    if name in languages.names():
        return languages.body(name)
    return (PAGES / f"{name}.html").read_text(encoding="utf-8").partition("\n")[2]


async def _posted(request: web.Request, name: str) -> web.StreamResponse:
    row = request.app["received"][request.host.partition(":")[0]][-1]
    fields = row["fields"]
    if request.path in _ASIDE:
        seconds, status = _ASIDE[request.path]
        await asyncio.sleep(seconds)
        return web.Response(status=status)
    if name == "repairable":
        return web.json_response(
            {"status": "mail_sent" if fields["phone"].startswith("0") else "validation_failed"}
        )
    if name == "steps-posted" and fields.get("step") == "1":
        return _page(_second_step(fields))
    if name == "confirm-page" and "confirmed" not in fields:
        return _page(_confirmation(fields))
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({"ok": True, "success": True})
    if row["after"] < rules(name).get("least", 0) if name in names() else False:
        return _page('<div role="alert">Erreur : envoi trop rapide, veuillez réessayer.</div>')
    return web.Response(status=303, headers={"Location": "/merci"})


async def _socket(request: web.Request) -> web.WebSocketResponse:
    """Records each frame, and the address where it says something, beside what was posted; says what kind of
    frame it got.
    """
    received = request.app["received"].setdefault(request.host.partition(":")[0], [])
    if request.query:
        received.append({"path": "/socket", "fields": dict(request.query), "after": 0.0})
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for frame in socket:
        fields = json.loads(frame.data)
        received.append({"path": "/socket", "fields": fields, "after": 0.0})
        await socket.send_str(fields["kind"])
    return socket


def _second_step(fields: dict[str, str]) -> str:
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{fields[name]}">' for name in ("name", "email")
    )
    return (
        f'<h1>Contact, étape 2</h1><form method="post" action="/">{kept}'
        '<input type="hidden" name="step" value="2"><p><label>Société <input name="company"></label></p>'
        '<p><label>Téléphone <input type="tel" name="phone"></label></p>'
        f'<textarea name="message" required aria-label="Votre message">{fields["message"]}</textarea>'
        "<button>Envoyer</button></form>"
    )


def _confirmation(fields: dict[str, str]) -> str:
    kept = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    shown = "".join(f"<p>{value}</p>" for value in fields.values())
    return (
        f'<h1>Vérifiez vos données</h1>{shown}<form method="post" action="/">{kept}'
        '<input type="hidden" name="confirmed" value="1"><button name="back" type="button">Modifier</button>'
        "<button>Envoyer</button></form>"
    )


async def _redirects(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": f"/{time.monotonic_ns()}"})


async def _hangs(_: web.Request) -> web.Response:
    await asyncio.sleep(120)
    return web.Response()


async def _download(_: web.Request) -> web.Response:
    return web.Response(body=b"x" * 1000, headers={"Content-Disposition": "attachment; filename=a.exe"})


async def _floods(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    await response.write(b"<!doctype html><h1>Contact</h1>")
    for _ in range(1000):
        await response.write(b"<p>" + b"x" * 65536)
    return response


async def _grows(_: web.Request) -> web.Response:
    """50 MB of document, most of it elements."""
    return _page("<h1>Contact</h1>" + '<div class="row"><p>texte</p></div>' * 1_500_000)


async def _inputs(_: web.Request) -> web.Response:
    many = "".join(f'<p><label>Case {i} <input name="n{i}"></label></p>' for i in range(3000))
    return _page(f'<form method="post" action="/">{many}<button>Envoyer</button></form>')


def _script(body: str, script: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.Response(body=b"x", headers={"Content-Disposition": "attachment; filename=a.exe"})
        return _page(f"<h1>Contact</h1>{body}<script>{script}</script>")

    return answer


_ON_TYPING = "document.querySelector('[name=email]').addEventListener('input', () => { %s });"
_ON_SENDING = (
    "document.querySelector('form').addEventListener('submit', (event) => { event.preventDefault();"
    "fetch('/', { method: 'POST', body: new FormData(event.target) }); setTimeout(() => { %s }, 50); });"
)
_BAD = {
    "redirects": _redirects,
    "hangs": _hangs,
    "download": _download,
    "floods": _floods,
    "grows": _grows,
    "inputs": _inputs,
    "busy-at-load": _script(_INNER, "while (true) {}"),
    "busy-at-filling": _script(_INNER, _ON_TYPING % "while (true) {}"),
    "busy-after-click": _script(_INNER, _ON_SENDING % "while (true) {}"),
    "alerts-at-filling": _script(_INNER, _ON_TYPING % "for (;;) alert('encore')"),
    "alerts-after-click": _script(_INNER, _ON_SENDING % "for (;;) alert('encore')"),
    "reloads": _script("", "location.replace('/?' + Math.random())"),
    "opens": _script(_INNER, "setInterval(() => open('/popup0'), 20)"),
    "stays": _script(_INNER, "onbeforeunload = (event) => { event.preventDefault(); return 'Rester ?'; }"),
    "download-after-click": _script(_INNER, ""),
}


def _page(body: str, lang: str = "fr", title: str = "") -> web.Response:
    return web.Response(text=_SHELL.format(lang, title, body), content_type="text/html")
