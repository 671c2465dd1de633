"""One question to Claude through the Messages API, with the answer checked against a schema.

The model gets no tools; what it returns is read as the given pydantic model whatever the API promises.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from shared.errors import ModelUnavailable

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import Message

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Answered(Generic[Answer]):
    """An answer in the agreed form, the model that gave it, and the tokens that it read and wrote."""

    answer: Answer
    model: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Messages:
    """A model of that name. `base_url` is empty for the maker's own; `proxy` is an HTTP proxy or empty.

    `most_tokens` bounds the answer with the thinking before it, `timeout` is in seconds for one request, and
    `retries` are the SDK's, with back-off, on 408, 409, 429, 5xx and lost connections.
    """

    api_key: SecretStr
    model: str
    base_url: str = ""
    proxy: str = ""
    most_tokens: int = 4000
    timeout: float = 30.0
    retries: int = 1

    async def ask(self, instructions: str, question: str, form: type[Answer]) -> Answered[Answer]:
        """The answer as `form`. Raises ModelUnavailable where there is none of that form."""
        import anthropic

        try:
            async with self._client() as client:
                message = await client.messages.create(
                    model=self.model,
                    max_tokens=self.most_tokens,
                    system=instructions,
                    messages=[{"role": "user", "content": question}],
                    output_config={
                        "format": {"type": "json_schema", "schema": anthropic.transform_schema(form)}
                    },
                )
        except (anthropic.AuthenticationError, anthropic.PermissionDeniedError):
            raise ModelUnavailable("The model's API refused the key.") from None
        except anthropic.APIError as trouble:
            raise ModelUnavailable(f"The model's API gave no answer: {_reason(trouble)}.") from trouble
        return _answered(message, form)

    def _client(self) -> "anthropic.AsyncAnthropic":
        """A client for one question: its connections belong to the event loop that asks."""
        import anthropic

        return anthropic.AsyncAnthropic(
            api_key=self.api_key.get_secret_value(),
            base_url=self.base_url or None,
            timeout=self.timeout,
            max_retries=self.retries,
            http_client=anthropic.DefaultAsyncHttpxClient(proxy=self.proxy or None),
        )


def _answered(message: "Message", form: type[Answer]) -> Answered[Answer]:
    if message.stop_reason == "refusal":
        raise ModelUnavailable("The model declined to answer.")
    if message.stop_reason != "end_turn":
        raise ModelUnavailable(f"The model did not finish its answer ({message.stop_reason}).")
    text = "".join(block.text for block in message.content if block.type == "text")
    try:
        answer = form.model_validate_json(text)
    except ValidationError:
        raise ModelUnavailable("The model's answer does not have the agreed form.") from None
    used = message.usage
    read = used.input_tokens + (used.cache_creation_input_tokens or 0) + (used.cache_read_input_tokens or 0)
    return Answered(answer, message.model, read, used.output_tokens)


def _reason(trouble: "anthropic.APIError") -> str:
    import anthropic

    if isinstance(trouble, anthropic.APIStatusError):
        return f"HTTP {trouble.status_code}"
    slow = isinstance(trouble, anthropic.APITimeoutError)
    return "it did not answer in time" if slow else "it cannot be reached"
