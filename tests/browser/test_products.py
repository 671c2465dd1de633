"""Every form product in every state, on live pages: what a visit says is what the server knows."""

import json

import pytest
import pytest_asyncio

from browser.chrome import Chrome
from browser.outcome.products import PRODUCTS
from browser.outcome.values import Proof
from browser.visit import VisitState
from tests.browser.cases import Ran, run_all, wanted
from tests.browser.conftest import ROOT, Site
from tests.forms.server import STATES

pytestmark = pytest.mark.timeout(400)
ON_SESSION = pytest.mark.asyncio(loop_scope="session")
FIXTURES = ROOT / "tests/forms/products"
NEWSLETTERS = {product.name for product in PRODUCTS if product.newsletter}
EXPECTED = {
    "sent": VisitState.SENT,
    "redirect": VisitState.SENT,
    "invalid": VisitState.REJECTED,
    "spam": VisitState.REJECTED,
    "silent": VisitState.UNKNOWN,
    "stale": VisitState.UNKNOWN,
    "timeout": VisitState.UNKNOWN,
}
QUICK = {"sent", "invalid", "stale"}


def _cases() -> list:
    return [
        pytest.param(f"{product.name}.{state}", marks=() if state in QUICK else pytest.mark.slow)
        for product in PRODUCTS
        for state in STATES
        if product.name not in NEWSLETTERS
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def runs(request: pytest.FixtureRequest, chrome: Chrome, site: Site) -> dict[str, Ran]:
    return await run_all(chrome, site, wanted(request))


@ON_SESSION
@pytest.mark.parametrize("case", _cases())
async def test_a_visit_says_what_the_server_knows(case: str, runs: dict[str, Ran]) -> None:
    name, _, state = case.partition(".")
    ran = runs[case]
    expected = VisitState.CAPTCHA if case == "shopify.spam" else EXPECTED[state]
    assert ran.outcome.state is expected, ran.outcome
    assert len(ran.ledger.armed) == 1
    assert len(ran.received) == 1, "sent once, whatever the site answered"
    trap = json.loads((FIXTURES / name / "states.json").read_text()).get("trap", "")
    assert not ran.received[0]["fields"].get(trap, ""), "a trap was touched"


@pytest.mark.parametrize(
    "case", [f"{product.name}.sent" for product in PRODUCTS if product.name not in NEWSLETTERS]
)
async def test_a_sent_form_is_proven_by_its_products_own_rule(case: str, runs: dict[str, Ran]) -> None:
    ran = runs[case]
    assert ran.outcome.proof is Proof.PROVEN
    assert ran.outcome.rule.startswith(case.partition(".")[0]), ran.outcome.rule
    assert {one.kind for one in ran.outcome.evidence} == {"before", "after", "response"}
    assert not ran.ledger.journal[0].done
    assert ran.ledger.journal[-1].done
    assert ran.ledger.journal[-1].status is not None


@ON_SESSION
@pytest.mark.parametrize("case", [f"{name}.sent" for name in sorted(NEWSLETTERS)])
async def test_a_newsletter_is_never_subscribed_to(case: str, runs: dict[str, Ran]) -> None:
    assert runs[case].outcome.state is VisitState.NO_FORM
    assert not runs[case].ledger.armed
    assert not runs[case].received


def test_every_product_has_a_fixture_directory() -> None:
    assert sorted(folder.name for folder in FIXTURES.iterdir()) == sorted(
        product.name for product in PRODUCTS
    )
