"""Answers written by Claude, through the Messages API.

The model gets no tools, and its output is checked against a schema whatever the API promises. The mails go in
as data between fences that carry a number drawn for each request, so that no mail can close its own. Subject
and recipient are never the model's to choose.
"""

import asyncio
import re
import secrets
from functools import cache
from pathlib import Path

import jinja2
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from inbox.responders.values import Draft, DraftRequest, Usage, reply_subject
from shared.errors import ModelUnavailable, ResponderFailed
from shared.messages import Answered, Messages

PROMPTS = Path(__file__).parent / "prompts"

MOST_TOKENS = 8000
"""Of the answer and of the thinking before it, which newer models do unasked."""
MOST_TURNS = 12
TIMEOUT = 60.0
RETRIES = 2
"""The worker's own row tries again later."""

DOLLARS_A_MILLION_TOKENS: dict[str, tuple[float, float]] = {
    "claude-opus-5-5": (4.0, 20.0),
    "claude-opus-5": (5.0, 25.0),
    "claude-sonnet-5-5": (2.0, 10.0),
    "claude-sonnet-4-6": (3.0, 15.0),
    "claude-sonnet-4-5": (3.0, 15.0),
    "claude-haiku-4-5": (1.0, 5.0),
}
"""Input and output, from the maker's price list. A model that is not here costs None: unknown, not nothing.
"""


class Written(BaseModel):
    """What the model has to return, and nothing beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body: str = Field(min_length=1, max_length=8000, description="The answer, as plain text.")
    passages: tuple[str, ...] = Field(description="Ids of the passages that the answer leans on.")
    needs_person: str = Field(max_length=500, description="What a person has to look up; empty when nothing.")


class ClaudeResponder:
    """`Responder` by the model of that name. `base_url` is empty for the maker's own."""

    name = "claude"

    def __init__(self, api_key: SecretStr, model: str, base_url: str = "") -> None:
        self._messages = Messages(
            api_key, model, base_url, most_tokens=MOST_TOKENS, timeout=TIMEOUT, retries=RETRIES
        )

    def draft(self, request: DraftRequest) -> Draft:
        answered = self._ask(request)
        written = answered.answer
        if not {passage.id for passage in request.passages}.issuperset(written.passages):
            raise ResponderFailed("The model cites a passage that it was not given.")
        return Draft(
            subject=reply_subject(request.thread.subject),
            body=written.body.strip(),
            language=request.language,
            passages=written.passages,
            usage=_usage(answered),
            needs_person=written.needs_person.strip(),
        )

    def _ask(self, request: DraftRequest) -> Answered[Written]:
        try:
            return asyncio.run(self._messages.ask(instructions(), _question(request), Written))
        except ModelUnavailable as trouble:
            raise ResponderFailed(str(trouble)) from trouble


@cache
def instructions() -> str:
    """What the model is told before it sees any mail; the guard looks for it in drafts."""
    return (PROMPTS / "answer.md").read_text("utf-8")


def _question(request: DraftRequest) -> str:
    template = _environment().get_template("answer.j2")
    turns = request.thread.turns[-MOST_TURNS:]
    return template.render(request=request, turns=turns, fence=secrets.token_hex(8))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(PROMPTS),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - a prompt is no HTML, and nothing in a mail is run as a template
    )


def _usage(answered: Answered[Written]) -> Usage:
    prices = DOLLARS_A_MILLION_TOKENS.get(re.sub(r"-\d{8}$", "", answered.model))
    tokens = answered.input_tokens, answered.output_tokens
    cost = (tokens[0] * prices[0] + tokens[1] * prices[1]) / 1e6 if prices else None
    return Usage(answered.model, *tokens, cost)
