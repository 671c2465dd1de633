"""The difficulties of real contact forms, each on a live page that says what must arrive."""

import pytest
import pytest_asyncio

from browser.chrome import Chrome
from browser.visit import VisitState
from tests.browser.cases import Ran, run_all, wanted
from tests.browser.conftest import Site, go
from tests.forms import difficulties

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]
SLOW = {"huge", "never-quiet", "words-only-elsewhere", "alerts"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def runs(request: pytest.FixtureRequest, chrome: Chrome, site: Site) -> dict[str, Ran]:
    return await run_all(chrome, site, wanted(request))


def _cases() -> list:
    return [
        pytest.param(f"{name}.difficulty", marks=pytest.mark.slow if name in SLOW else ())
        for name in difficulties.names()
    ]


@pytest.mark.parametrize("case", _cases())
async def test_a_difficult_form_ends_as_its_page_says(case: str, runs: dict[str, Ran], site: Site) -> None:
    name = case.partition(".")[0]
    rules = difficulties.rules(name)
    ran = runs[case]
    received = ran.received or await site.received("frames-elsewhere.difficulty") * (name == "nested-frames")
    if rules["state"] != "any":
        assert ran.outcome.state == rules["state"], ran.outcome
    if rules["state"] == "sent":
        fields = received[-1]["fields"]
        missing = {key: value for key, value in rules["fields"].items() if value not in fields.values()}
        assert not missing, fields
        assert not [key for key in rules.get("empty", []) if fields.get(key)]
        assert received[-1]["after"] >= rules.get("least", 0)
        assert len(ran.ledger.armed) == 1
    if rules["state"] in ("captcha", "forbidden", "needs_answer"):
        assert not ran.ledger.armed
        assert not received
        assert ran.outcome.evidence, "a person needs something to look at"


async def test_a_button_whose_script_blocks_the_page_is_pressed_once(chrome: Chrome, site: Site) -> None:
    before = len(await site.received("blocks-at-click.difficulty"))
    outcome, _ = await go(chrome, site.url("blocks-at-click.difficulty"))
    assert len(await site.received("blocks-at-click.difficulty")) == before + 1
    assert outcome.state is VisitState.SENT
