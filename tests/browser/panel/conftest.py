"""A real Postgres, the panel as the server process that operators run, and Chromium in front of it."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from browser.chrome import find_program
from shared.settings import Settings
from tests.browser.panel.farm import PASSWORD, Farm
from tests.conftest import database_at, forget, run_sql
from workers.stack import panel_command

ROOT = Path(__file__).parents[3]
PATIENCE = 40_000
"""Milliseconds; the first page of a fresh server on a busy machine takes its time."""

expect.set_options(timeout=PATIENCE)

Enter = Callable[..., Page]


@pytest.fixture(scope="package")
def database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One migrated database for this folder, as the panel's process keeps to it; a tenant a test."""
    run_sql(postgres, "CREATE DATABASE panel TEMPLATE template")
    url = database_at(postgres, "panel")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELANCE_DATABASE_URL", url)
        patch.setenv("RELANCE_DATA_DIR", str(tmp_path_factory.mktemp("relance")))
        forget()
        yield url
    forget()
    run_sql(postgres, "DROP DATABASE panel WITH (FORCE)")


@pytest.fixture(scope="package")
def panel(database: str) -> Iterator[str]:
    """The address of a panel that runs as `relance up` runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = panel_command(Settings(panel_port=port))
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as server:
        try:
            _wait(address)
            yield address
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The panel does not start.")


@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserContext]:
    """One browser, so that the panel's scripts are fetched once; a page of it has a session of its own."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_program(), args=arguments)
        yield browser.new_context(viewport={"width": 1500, "height": 1000})
        browser.close()


@pytest.fixture
def farm(database: str) -> Farm:
    """A tenant that no other test shares."""
    return Farm()


@pytest.fixture
def visit(panel: str, chromium: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Open the panel as a stranger."""
    pages = []

    def opened() -> Page:
        page = chromium.new_page()
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        page.goto(panel)
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.fixture
def enter(visit: Callable[[], Page]) -> Enter:
    """Log in and open a page by the name in the navigation."""

    def entered(address: str, link: str = "Replies", password: str = PASSWORD) -> Page:
        page = visit()
        page.get_by_label("Address").fill(address)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="Log out").wait_for()
        if link != "Replies":
            page.get_by_role("link", name=link).click()
        return page

    return entered
