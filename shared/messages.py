"""One question to Claude through the Messages API, with the answer checked against a schema.

The model gets no tools; what it returns is read as the given pydantic model whatever the API promises.
"""

from typing import TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from shared.errors import ModelUnavailable

MOST_TOKENS = 4000
TIMEOUT = 30.0
RETRIES = 1
"""By the SDK, with back-off, on 408, 409, 429, 5xx and lost connections."""

Answer = TypeVar("Answer", bound=BaseModel)


class Messages:
    """A model of that name. `base_url` is empty for the maker's own; `proxy` is an HTTP proxy or empty."""

    def __init__(self, api_key: SecretStr, model: str, base_url: str = "", proxy: str = "") -> None:
        import anthropic

        self._model = model
        self._client = anthropic.AsyncAnthropic(
            api_key=api_key.get_secret_value(),
            base_url=base_url or None,
            timeout=TIMEOUT,
            max_retries=RETRIES,
            http_client=anthropic.DefaultAsyncHttpxClient(proxy=proxy or None),
        )

    async def ask(self, instructions: str, question: str, form: type[Answer]) -> Answer:
        """The answer as `form`. Raises ModelUnavailable where there is none of that form."""
        import anthropic

        try:
            message = await self._client.messages.create(
                model=self._model,
                max_tokens=MOST_TOKENS,
                system=instructions,
                messages=[{"role": "user", "content": question}],
                output_config={"format": {"type": "json_schema", "schema": anthropic.transform_schema(form)}},
            )
        except anthropic.APIError as trouble:
            raise ModelUnavailable(f"The model gave no answer: {type(trouble).__name__}.") from trouble
        if message.stop_reason != "end_turn":
            raise ModelUnavailable(f"The model did not finish its answer ({message.stop_reason}).")
        text = "".join(block.text for block in message.content if block.type == "text")
        try:
            return form.model_validate_json(text)
        except ValidationError:
            raise ModelUnavailable("The model's answer does not have the agreed form.") from None
