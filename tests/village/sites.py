"""`python -m tests.village.sites`: the company sites on one loopback port, told apart by the Host header."""

import argparse
import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from tests.village.front import Front, Letterbox, Widget
from tests.village.journal import Journal
from tests.village.running import LOOPBACK, until_told_to_stop
from tests.village.scenario import SITES
from tests.village.villagers import Villagers


def build(port: int, letterbox: Letterbox) -> web.Application:
    """All sites that are up, and the third party, each under its own name."""
    app = web.Application()
    widget = Widget(letterbox)
    for site in SITES:
        if site.outcome.state != "unreachable":
            front = Front(site, letterbox, f"http://{widget.host}:{port}")
            _settle(app, f"{site.host}:{port}", front.routes())
    _settle(app, f"{widget.host}:{port}", widget.routes())
    return app


def _settle(town: web.Application, domain: str, routes: Sequence[web.RouteDef]) -> None:
    app = web.Application()
    app.add_routes(routes)
    town.add_domain(domain, app)


async def serve(port: int, mail_port: int, journal: Journal, delay: float) -> None:
    """Serve until SIGTERM or SIGINT."""
    villagers = Villagers(mail_port, delay)
    runner = web.AppRunner(build(port, Letterbox(journal, villagers)), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    await until_told_to_stop(f"sites: {len(SITES)} companies on port {port}")
    await runner.cleanup()
    await villagers.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.village.sites", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mail-port", type=int, required=True, help="where the villagers hand in their mail")
    parser.add_argument(
        "--journal", type=Path, required=True, help="one JSON line for each stored submission"
    )
    parser.add_argument("--delay", type=float, default=1.5, help="seconds before a villager writes")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(options.port, options.mail_port, Journal(options.journal), options.delay))


if __name__ == "__main__":
    main()
