"""The state server: every form product in every state, and every difficulty, as live pages that count what
arrives.

A host names the case: `contact-form-7.sent.localhost`, `honeypots.difficulty.localhost`. `GET /received` on
any host tells what each host received, `POST /forget` empties it. Run as a program it prints its port and
serves until killed.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import web

HERE = Path(__file__).parent
STATES = ("sent", "invalid", "spam", "silent", "redirect", "timeout", "stale")
_FORM = re.compile(r"<!--form-->.*<!--/form-->", re.DOTALL)
_THANKS = "<!doctype html><html lang={}><title>OK</title><body><h1>{}</h1><p>{}</p></body></html>"

Received = dict[str, list[dict[str, Any]]]


def application() -> web.Application:
    app = web.Application(client_max_size=32 * 1024**2)
    app["received"] = {}
    app["loaded"] = {}
    app.router.add_get("/received", _received)
    app.router.add_post("/forget", _forget)
    app.router.add_get("/client.js", _client)
    app.router.add_route("*", "/{path:.*}", _case)
    return app


async def _received(request: web.Request) -> web.Response:
    return web.json_response(request.app["received"])


async def _forget(request: web.Request) -> web.Response:
    request.app["received"].clear()
    return web.Response()


async def _client(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(HERE / "client.js")


async def _case(request: web.Request) -> web.StreamResponse:
    name, state = [*request.host.partition(":")[0].split("."), "", ""][:2]
    if request.path == "/robots.txt":
        return _robots(name)
    if request.method == "POST":
        await _record(request)
    if state == "difficulty":
        from tests.forms import difficulties

        return await difficulties.answer(request, name)
    return await _product(request, name, state)


def _robots(name: str) -> web.Response:
    if name == "robots-refuse":
        return web.Response(text="User-agent: *\nDisallow: /\n")
    return web.Response(status=503 if name == "robots-broken" else 404)


async def _record(request: web.Request) -> None:
    """Keep what really arrived: the fields of any encoding, and the seconds since the page was loaded."""
    if request.content_type == "application/json":
        fields = await request.json()
    else:
        fields = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    loaded = request.app["loaded"].get(request.host, 0.0)
    row = {"path": request.path, "fields": fields, "after": round(time.monotonic() - loaded, 2)}
    request.app["received"].setdefault(request.host.partition(":")[0], []).append(row)


async def _product(request: web.Request, name: str, state: str) -> web.StreamResponse:
    folder = HERE / "products" / name
    if not (folder / "states.json").exists():
        return web.Response(status=404)
    states = json.loads((folder / "states.json").read_text(encoding="utf-8"))
    form = (folder / "form.html").read_text(encoding="utf-8")
    if request.path in ("/merci/", "/thank-you/", "/danke/"):
        return _html(_THANKS.format("fr", "Merci", "Votre message a bien été envoyé."))
    if request.path == "/challenge":
        return _html("<title>Challenge</title><h1>Verify</h1><p>Complete the captcha: I'm not a robot</p>")
    if request.path == "/frame":
        return _html(states["frame"])
    if request.method == "GET":
        request.app["loaded"][request.host] = time.monotonic()
        return _html(form.replace("<!--stale-->", states["stale"] if state == "stale" else ""))
    if state == "timeout":
        await asyncio.sleep(120)
    return _answer(form, states["answers"]["silent" if state == "stale" else state], states["stale"], state)


def _answer(form: str, answer: dict[str, Any], stale: str, state: str) -> web.Response:
    status = answer.get("status", 200)
    if "json" in answer:
        return web.json_response(answer["json"], status=status)
    if "html" in answer:
        return _html(answer["html"], status)
    if "location" in answer:
        return web.Response(status=303, headers={"Location": answer["location"]})
    page = form.replace("<!--before-->", answer["before"]).replace(
        "<!--message-->", answer.get("message", "")
    )
    page = page.replace("<!--stale-->", stale if state == "stale" else "")
    return _html(page if answer["keep"] else _FORM.sub("", page), status)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


async def serve(port: int = 0) -> None:
    runner = web.AppRunner(application(), access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201 - the caller reads the port from here
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
