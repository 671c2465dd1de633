"""Questions to one control in its page: `filler.js` holds them by name."""

from pathlib import Path
from typing import Any

from playwright.async_api import ElementHandle

_SCRIPT = (Path(__file__).parent / "filler.js").read_text(encoding="utf-8")


async def ask(control: ElementHandle, what: str, arg: str = "") -> Any:  # noqa: ANN401 - JSON from the page
    """The answer as a value. Raises Playwright's Error."""
    return await control.evaluate(_SCRIPT, [what, arg])


async def point(control: ElementHandle, what: str, arg: str = "") -> ElementHandle | None:
    """The answer as an element, None where there is none. Raises Playwright's Error."""
    return (await control.evaluate_handle(_SCRIPT, [what, arg])).as_element()
