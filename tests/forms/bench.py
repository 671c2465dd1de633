"""Time and memory of a visit beside a hand-written Playwright script for the same form, in one run.

`python -m tests.forms.bench [ROUNDS]` fills each form in turn with both, so that both meet the same machine,
and prints the ratio for all and for each form, forms a minute, and what Chromium holds. The bare script is
what a careful person would write for that one form: a fresh context, the fields by name, the form's own least
time, and the wait for its own success message. A visit also takes two pictures for the record;
`ratio_with_pictures` is to a script that takes them too. The context that a visit makes for the next one is
waited for within its time.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from browser.chrome import Chrome, ChromeLimits, find_program
from browser.egress import Egress
from browser.visit import Visit, VisitState, visit
from tests.browser.conftest import LETTER, LOOPBACK, QUICK, Ledger, Site

ROOT = Path(__file__).parents[2]
WARM_UP = 3


@dataclass(frozen=True)
class Bare:
    """One form as its script knows it: fields to values, button, success message, least seconds."""

    case: str
    fields: dict[str, str]
    button: str
    success: str
    least: float = 0.0


_NAME, _MAIL, _TEXT = f"{LETTER.first_name} {LETTER.last_name}", LETTER.email, LETTER.message
FORMS = (
    Bare("plain.difficulty", {"name": _NAME, "email": _MAIL, "message": _TEXT}, "button", "text=Merci"),
    Bare(
        "contact-form-7.sent",
        {"your-name": _NAME, "your-email": _MAIL, "your-message": _TEXT},
        "[type=submit]",
        "form[data-status=sent]",
    ),
    Bare(
        "wpforms.sent",
        {"wpforms[fields][0]": _NAME, "wpforms[fields][1]": _MAIL, "wpforms[fields][2]": _TEXT},
        "[type=submit]",
        ".wpforms-confirmation-container-full",
        least=2.2,
    ),
    Bare(
        "elementor-pro.sent",
        {"form_fields[name]": _NAME, "form_fields[email]": _MAIL, "form_fields[message]": _TEXT},
        "[type=submit]",
        ".elementor-message-success",
    ),
)


async def bare(browser: Browser, site: Site, form: Bare, *, pictures: bool) -> float:
    """Seconds of the hand-written script."""
    began = time.perf_counter()
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(site.url(form.case))
    loaded = time.monotonic()
    for name, value in form.fields.items():
        await page.fill(f'[name="{name}"]', value)
    await asyncio.sleep(max(0.0, loaded + form.least - time.monotonic()))
    if pictures:
        await page.screenshot(type="jpeg")
    await page.click(form.button)
    await page.wait_for_selector(form.success)
    if pictures:
        await page.screenshot(type="jpeg")
    await context.close()
    return time.perf_counter() - began


async def ours(chrome: Chrome, site: Site, form: Bare) -> float:
    """Seconds of a visit to the same form."""
    ledger = Ledger()
    began = time.perf_counter()
    outcome = await visit(chrome, Visit(site.url(form.case), LETTER, QUICK), ledger.arm, ledger.write)
    await chrome._current.spare.ready()
    seconds = time.perf_counter() - began
    if outcome.state is not VisitState.SENT:
        raise SystemExit(f"{form.case} ended as {outcome.state}: {outcome.detail}")
    return seconds


async def measure(rounds: int) -> dict[str, Any]:
    """The figures over `rounds` of every form, after a warm-up that does not count."""
    program, port = await asyncio.to_thread(start_server)
    try:
        site = Site(port)
        async with async_playwright() as playwright, Egress(allow=LOOPBACK) as egress:
            browser = await playwright.chromium.launch(executable_path=find_program())
            async with Chrome(egress, limits=ChromeLimits(pages=10**6)) as chrome:
                figures = await _rounds(browser, chrome, site, rounds)
            await browser.close()
            return figures
    finally:
        program.kill()


def start_server() -> tuple[subprocess.Popen, int]:
    command = [sys.executable, "-m", "tests.forms.server"]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return program, int(program.stdout.readline())


@dataclass
class Times:
    """Seconds of one form, a number a round."""

    script: list[float] = field(default_factory=list)
    pictured: list[float] = field(default_factory=list)
    visit: list[float] = field(default_factory=list)


async def _rounds(browser: Browser, chrome: Chrome, site: Site, rounds: int) -> dict[str, Any]:
    times = {form.case: Times() for form in FORMS}
    start = 0
    for number in range(-WARM_UP, rounds):
        if number == 0:
            start = await _resting_memory(chrome)
        for form in FORMS:
            kept = times[form.case] if number >= 0 else Times()
            kept.script.append(await bare(browser, site, form, pictures=False))
            kept.visit.append(await ours(chrome, site, form))
            kept.pictured.append(await bare(browser, site, form, pictures=True))
    end = await _resting_memory(chrome)
    return _figures(times) | {
        "contexts_leaked": chrome.open_contexts,
        "memory_start_mb": start / 1e6,
        "memory_end_mb": end / 1e6,
        "memory_growth": end / start - 1,
    }


def _figures(times: dict[str, Times]) -> dict[str, Any]:
    script, pictured, visited = (
        [seconds for one in times.values() for seconds in getattr(one, name)]
        for name in ("script", "pictured", "visit")
    )
    return {
        "forms": len(visited),
        "ratio": sum(visited) / sum(script),
        "ratio_with_pictures": sum(visited) / sum(pictured),
        "ratio_by_form": {case: round(_median_ratio(one), 3) for case, one in times.items()},
        "script_seconds": statistics.mean(script),
        "visit_seconds": statistics.mean(visited),
        "forms_per_minute": 60 / statistics.mean(visited),
    }


def _median_ratio(times: Times) -> float:
    return statistics.median(times.visit) / statistics.median(times.script)


async def _resting_memory(chrome: Chrome) -> int:
    """Bytes once the processes of closed contexts are gone."""
    await asyncio.sleep(3)
    return chrome.memory()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    figures = asyncio.run(measure(rounds))
    shown = {name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}
    print(json.dumps(shown, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
