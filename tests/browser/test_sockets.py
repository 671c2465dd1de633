"""What a page says over a WebSocket carries nothing of the letter before it is armed; the rest passes."""

from dataclasses import dataclass, field

import pytest

from browser.chrome import Chrome
from browser.visit import Armed, Outcome, Visit, VisitState, visit
from tests.browser.conftest import LETTER, QUICK, Ledger, Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Looking(Ledger):
    """A ledger that looks what the site has received of this visit when it is asked to arm."""

    site: Site = field(default_factory=lambda: Site(0))
    case: str = ""
    earlier: int = 0
    before: list[dict] = field(default_factory=list)

    async def arm(self, armed: Armed) -> None:
        await super().arm(armed)
        self.before = await self.received()

    async def received(self) -> list[dict]:
        return (await self.site.received(self.case))[self.earlier :]


async def visited(chrome: Chrome, site: Site, case: str) -> tuple[Outcome, Looking, list[str]]:
    """The outcome, the ledger, and the kinds of frames that came after arming."""
    ledger = Looking(site=site, case=case, earlier=len(await site.received(case)))
    outcome = await visit(chrome, Visit(site.url(case), LETTER, QUICK), ledger.arm, ledger.write)
    after = (await ledger.received())[len(ledger.before) :]
    return outcome, ledger, [row["fields"]["kind"] for row in after if row["path"] == "/socket"]


def kinds(rows: list[dict]) -> list[str]:
    return [row["fields"].get("kind", "an address") for row in rows]


async def test_drafts_over_a_socket_are_dropped_until_the_letter_is_armed(chrome: Chrome, site: Site) -> None:
    outcome, ledger, after = await visited(chrome, site, "draft-socket.difficulty")
    carried = [row for row in ledger.before if LETTER.email in str(row) or LETTER.last_name in str(row)]
    assert not carried, kinds(ledger.before)
    assert kinds(ledger.before)[:2] == ["hello", "heard"]
    assert (outcome.state, after) == (VisitState.SENT, ["last"])


async def test_a_step_over_a_socket_waits_until_it_is_armed_and_keeps_its_order(
    chrome: Chrome, site: Site
) -> None:
    outcome, ledger, after = await visited(chrome, site, "steps-socket.difficulty")
    assert (kinds(ledger.before), after) == ([], ["step", "after"])
    assert (outcome.state, len(ledger.armed)) == (VisitState.SENT, 1)
