"""Required fields that no profile has a place for: answered from proven facts, else a person's."""

import json
from collections.abc import Iterator

import pytest

from browser import answering
from browser.answering import Given, proven
from browser.chrome import Chrome
from browser.forms.values import Question
from browser.visit import VisitState
from shared.settings import settings
from tests.browser.conftest import Site, go, running_site
from tests.standins.anthropic_api import KEY, OVERLOADED, Answer, MessagesApi, messages_api

FACTS = {"message": "nous aimerions vous présenter notre atelier de reliure", "city": "Lyon"}
TRADE = Question("0:1", "Secteur", ("Agriculture", "Reliure et imprimerie"))
PLACE = Question("0:2", "Lieu")


@pytest.mark.parametrize(
    ("question", "given", "holds"),
    [
        (TRADE, ("Reliure et imprimerie", "message", "atelier de reliure"), True),
        (TRADE, ("Reliure", "message", "atelier de reliure"), False),
        (TRADE, ("Agriculture", "message", "une ferme"), False),
        (TRADE, ("Agriculture", "message", ""), False),
        (TRADE, ("", "message", "atelier de reliure"), False),
        (PLACE, ("Lyon", "city", "Lyon"), True),
        (PLACE, ("Lyon 69003", "city", "Lyon"), False),
        (PLACE, ("Paris", "city", "Lyon"), False),
        (PLACE, ("Lyon", "town", "Lyon"), False),
    ],
)
def test_an_answer_counts_only_if_a_fact_proves_it(
    question: Question, given: tuple[str, str, str], holds: bool
) -> None:
    answer, fact, quote = given
    assert proven(question, Given(field=0, answer=answer, fact=fact, quote=quote), FACTS) is holds


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Not the one of the other tests, for whom the same form stays unsent."""
    with running_site() as running:
        yield running


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[MessagesApi]:
    with messages_api() as running:
        monkeypatch.setenv("RELANCE_ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("RELANCE_ANTHROPIC_BASE_URL", running.url)
        settings.cache_clear()
        answering.configured.cache_clear()
        yield running
    settings.cache_clear()
    answering.configured.cache_clear()


def _sheet(answer: str, fact: str, quote: str) -> Answer:
    one = {"field": 0, "answer": answer, "fact": fact, "quote": quote}
    return Answer(json.dumps({"answers": [one]}))


@pytest.mark.asyncio(loop_scope="session")
async def test_a_proven_answer_is_filled_and_says_why(chrome: Chrome, site: Site, api: MessagesApi) -> None:
    api.answers = [_sheet("Reliure et imprimerie", "message", "atelier de reliure")]
    outcome, ledger = await go(chrome, site.url("question-trade.difficulty"))
    assert outcome.state is VisitState.SENT
    assert (await site.received("question-trade.difficulty"))[-1]["fields"]["sector"] == "r"
    why = [one.why for one in ledger.armed[0].plan.actions if one.label.startswith("Secteur")]
    assert why == ["follows from message: “atelier de reliure”"]
    assert "tools" not in api.requests[0]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "answer",
    [
        _sheet("12345", "message", "atelier de reliure"),
        _sheet("", "", ""),
        Answer("not the agreed form"),
        Answer("", stop_reason="refusal"),
        OVERLOADED,
    ],
)
async def test_an_invented_answer_or_none_is_a_persons(
    chrome: Chrome, site: Site, api: MessagesApi, answer: Answer
) -> None:
    api.answers = [answer]
    before = len(await site.received("question.difficulty"))
    outcome, ledger = await go(chrome, site.url("question.difficulty"))
    assert outcome.state is VisitState.NEEDS_ANSWER
    assert [one.label for one in outcome.questions] == ["Numéro de client *"]
    assert not ledger.armed
    assert len(await site.received("question.difficulty")) == before
