"""Cookie walls, answered as the sender would want: rejected. A wall that offers no refusal is closed; one
that offers nothing but consent is accepted only when it keeps a person from the page.
"""

import asyncio
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

_SCRIPT = (Path(__file__).parent / "overlays.js").read_text(encoding="utf-8")
_FRAMES = 12
_SECONDS = 2.0

REJECT_SELECTORS = (
    "#axeptio_btn_dismiss",
    "#didomi-notice-disagree-button",
    ".didomi-continue-without-agreeing",
    "#onetrust-reject-all-handler",
    ".onetrust-close-btn-handler.banner-close-button",
    "#CybotCookiebotDialogBodyButtonDecline",
    "#CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll",
    "#tarteaucitronAllDenied2",
    "#tarteaucitronAllDenied",
    ".cmplz-btn.cmplz-deny",
    "#cookie_action_close_header_reject",
    ".cky-btn-reject",
    ".cn-decline-cookie, #cn-refuse-cookie",
    ".moove-gdpr-infobar-reject-btn",
    ".iubenda-cs-reject-btn",
    ".qc-cmp2-summary-buttons button[mode=secondary]",
    "#uc-btn-deny-banner, [data-testid=uc-deny-all-button]",
    "#truste-consent-required",
    ".osano-cm-denyAll, .osano-cm-deny",
    "#hs-eu-decline-button",
    ".brlbs-btn-accept-only-essential, [data-borlabs-cookie-refuse]",
    ".sd-cmp button[aria-label*=Continuer]",
    "[data-cookiefirst-action=reject]",
    ".fc-cta-do-not-consent",
    ".ch2-deny-all-btn",
    "#wt-cli-reject-btn",
)


async def dismiss(page: Page) -> str:
    """Answer the cookie wall if there is one. Returns what was done ("rejected", "closed", "accepted") or
    empty.
    """
    for frame in page.frames[:_FRAMES]:
        done = await _ask(frame)
        if done:
            return done
    return ""


async def _ask(frame: Frame) -> str:
    try:
        async with asyncio.timeout(_SECONDS):
            return str(await frame.evaluate(_SCRIPT, list(REJECT_SELECTORS)))
    except (PlaywrightError, TimeoutError):  # a frame that left or hangs has no wall to answer
        return ""
