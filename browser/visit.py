"""One visit: a letter, a site, and what became of it. The one entry that workers call."""

import asyncio
import contextlib
from dataclasses import replace

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from browser import answering, evidence, lists
from browser.chrome import Chrome
from browser.finding import Found, find
from browser.forms.plan import plan_form
from browser.outcome.values import Proof
from browser.sending import Arm, Journal, Progress, Sending
from browser.visit_values import Armed, Outcome, Visit, VisitLimits, VisitState
from shared import tracing
from shared.errors import BrowserCrashed, NotFound

__all__ = ["Armed", "Outcome", "Visit", "VisitLimits", "VisitState", "visit"]


async def visit(chrome: Chrome, visit: Visit, arm: Arm, journal: Journal) -> Outcome:
    """Find the site's contact form, fill it, and send it once.

    `arm` is awaited once, with the plan and the picture before, when nothing has left the page yet; if it
    raises, nothing will, and its error is raised here. `journal` gets the submit's request and response as
    they arrive. Whatever goes wrong before `arm` is an outcome that says so; whatever goes wrong after it is
    `unknown`. Raises BrowserMissing, what `arm` raises, and CancelledError.
    """
    progress = Progress(page_url=visit.url)
    try:
        async with asyncio.timeout(visit.limits.total), chrome.context(visit.letter.language) as context:
            return await _run(chrome, context, visit, progress, arm, journal)
    except (PlaywrightError, TimeoutError, BrowserCrashed, NotFound) as error:
        return _broken(progress, error)
    except Exception as error:
        if not progress.armed:
            raise
        return _broken(progress, error)


async def _run(
    chrome: Chrome, context: BrowserContext, visit: Visit, progress: Progress, arm: Arm, journal: Journal
) -> Outcome:
    chrome.prepare(visit.letter.language)  # sites take their time to answer
    with tracing.phase("find"):
        found = await find(chrome, context, visit)
    if isinstance(found, Outcome):
        return await _with_picture(context, found)
    if found.plan.questions:
        found = await _with_options(found, visit)
        found, visit = await _answered(chrome, found, visit)
    progress.plan, progress.page_url = found.plan, found.snapshot.url
    outcome = await Sending(context, found, visit, progress, arm, journal).run()
    return outcome if progress.armed else await _with_picture(context, outcome)


async def _with_options(found: Found, visit: Visit) -> Found:
    """The plan once the lists that it asks about were opened and read."""
    snapshot = await lists.with_options(found.page, found.snapshot, found.plan)
    plan = plan_form(snapshot, visit.letter) if snapshot is not found.snapshot else None
    return replace(found, snapshot=snapshot, plan=plan) if plan else found


async def _answered(chrome: Chrome, found: Found, visit: Visit) -> tuple[Found, Visit]:
    """The plan with what a configured model proves from the letter; the rest stays a person's."""
    model = answering.configured(chrome.egress.url)
    given = await answering.answers(model, visit.letter, found.plan.questions) if model else {}
    told = {label: one.text for label, one in given.items()} | dict(visit.letter.answers)
    letter = replace(visit.letter, answers=told)
    plan = plan_form(found.snapshot, letter) if given else None
    if plan is None:
        return found, visit
    return replace(found, plan=answering.explained(plan, given)), replace(visit, letter=letter)


async def _with_picture(context: BrowserContext, outcome: Outcome) -> Outcome:
    """The outcome with what a person would see, where the page still shows anything."""
    for page in context.pages[:1]:
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(10.0):
                return replace(outcome, evidence=(await evidence.picture(page, "before"),))
    return outcome


def _broken(progress: Progress, error: Exception) -> Outcome:
    detail = f"{type(error).__name__}: {evidence.first_line(error)}"
    if progress.armed:
        return progress.outcome(VisitState.UNKNOWN, "visit.broken", f"after arming, {detail}", Proof.PROBABLE)
    return progress.outcome(VisitState.UNREACHABLE, "visit.broken", detail, Proof.PROBABLE)
