"""Answers written by Claude, through the Messages API.

The model gets no tools, and its output is checked against a schema here whatever the API promises. The mails
go in as data between fences that carry a number drawn for each request, so that no mail can close its own.
Subject and recipient are never the model's to choose.
"""

import re
import secrets
from functools import cache
from pathlib import Path

import anthropic
import jinja2
from anthropic.types import Message
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from inbox.responders.values import Draft, DraftRequest, Usage, reply_subject
from shared.errors import ResponderFailed

PROMPTS = Path(__file__).parent / "prompts"

MOST_TOKENS = 8000
"""Of the answer and of the thinking before it, which newer models do unasked."""
MOST_TURNS = 12
TIMEOUT = 60.0
RETRIES = 2
"""By the SDK, with back-off, on 408, 409, 429, 5xx and lost connections. The worker's own row tries again
later.
"""

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
        self._model = model
        self._client = anthropic.Anthropic(
            api_key=api_key.get_secret_value(),
            base_url=base_url or None,
            timeout=TIMEOUT,
            max_retries=RETRIES,
        )

    def draft(self, request: DraftRequest) -> Draft:
        message = self._ask(request)
        written = _checked(message, {passage.id for passage in request.passages})
        return Draft(
            subject=reply_subject(request.thread.subject),
            body=written.body.strip(),
            language=request.language,
            passages=written.passages,
            usage=_usage(message),
            needs_person=written.needs_person.strip(),
        )

    def _ask(self, request: DraftRequest) -> Message:
        try:
            return self._client.messages.create(
                model=self._model,
                max_tokens=MOST_TOKENS,
                system=instructions(),
                messages=[{"role": "user", "content": _question(request)}],
                output_config={
                    "format": {"type": "json_schema", "schema": anthropic.transform_schema(Written)}
                },
            )
        except (anthropic.AuthenticationError, anthropic.PermissionDeniedError):
            raise ResponderFailed("The model's API refused the key.") from None
        except anthropic.APIError as trouble:
            raise ResponderFailed(f"The model's API gave no answer: {_reason(trouble)}.") from trouble


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


def _checked(message: Message, known: set[str]) -> Written:
    if message.stop_reason == "refusal":
        raise ResponderFailed("The model declined to write this answer.")
    if message.stop_reason != "end_turn":
        raise ResponderFailed(f"The model did not finish its answer ({message.stop_reason}).")
    text = "".join(block.text for block in message.content if block.type == "text")
    try:
        written = Written.model_validate_json(text)
    except ValidationError:
        raise ResponderFailed("The model's answer does not have the agreed form.") from None
    if not known.issuperset(written.passages):
        raise ResponderFailed("The model cites a passage that it was not given.")
    return written


def _usage(message: Message) -> Usage:
    used = message.usage
    read = used.input_tokens + (used.cache_creation_input_tokens or 0) + (used.cache_read_input_tokens or 0)
    prices = DOLLARS_A_MILLION_TOKENS.get(re.sub(r"-\d{8}$", "", message.model))
    cost = (read * prices[0] + used.output_tokens * prices[1]) / 1e6 if prices else None
    return Usage(message.model, read, used.output_tokens, cost)


def _reason(trouble: anthropic.APIError) -> str:
    if isinstance(trouble, anthropic.APIStatusError):
        return f"HTTP {trouble.status_code}"
    return (
        "it did not answer in time"
        if isinstance(trouble, anthropic.APITimeoutError)
        else "it cannot be reached"
    )
