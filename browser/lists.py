"""Lists that show their options only once open: opened and closed again, so that a plan may choose."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from browser import filler_choice
from browser.elements import Ref, is_gone, locate
from browser.forms.values import FormPlan
from browser.snapshot import Option, PageSnapshot
from shared.errors import NotFound

MOST = 8
"""Lists of one form that are opened; a form that requires more of them is a person's."""
_SECONDS = 12.0


async def with_options(page: Page, snapshot: PageSnapshot, plan: FormPlan) -> PageSnapshot:
    """The snapshot with the options of the lists that a plan would ask a person about, if there are any.

    Raises Playwright's Error when the page is gone.
    """
    asked = {one.control for one in plan.questions if not one.options}
    unread = [one.ref for one in snapshot.controls if one.ref in asked and one.chooser][:MOST]
    found = {ref: options for ref in unread if (options := await _options(page, ref))}
    if not found:
        return snapshot
    controls = tuple(replace(one, options=found.get(one.ref, one.options)) for one in snapshot.controls)
    return replace(snapshot, controls=controls)


async def _options(page: Page, ref: Ref) -> tuple[Option, ...]:
    texts: Sequence[str] = ()
    try:
        with suppress(TimeoutError, NotFound):
            async with asyncio.timeout(_SECONDS):
                control = await locate(page, ref)
                texts = await filler_choice.opened(page, control)
                await filler_choice.closed(page, control)
    except PlaywrightError as error:  # a list that cannot be opened is a person's
        if is_gone(page, error):
            raise
    return tuple(Option("", text) for text in texts if text)
