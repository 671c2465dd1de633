"""Where a job spends its time: durations by phase, and OpenTelemetry spans where an endpoint is set.

A trace follows a row, not a message: its id is made from the row's, so that every attempt, on whichever
worker, shows in one trace. Jobs that follow from another row (the answer to a submission, the draft to an
answer) carry a link to that row's trace. Spans hold ids, codes and numbers, nothing of what people wrote.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanContext, TraceFlags

from shared.db import database_url
from shared.metrics import DURATION, PHASE
from shared.settings import settings

EXPORT_TIMEOUT = 10.0
"""Seconds for one batch of spans; a collector that is away costs spans, never work."""

_NO_JOB: tuple[str, int] = ("", 0)
_row: ContextVar[tuple[str, int]] = ContextVar("row", default=_NO_JOB)
_span: ContextVar[Span] = ContextVar("span", default=trace.INVALID_SPAN)
_tracer = trace.get_tracer("relance")


def configure(service: str) -> None:
    """Send the process's spans to the OTLP endpoint of the settings, if there is one."""
    if not settings().otlp_endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class RowIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            row = _row.get()
            return super().generate_trace_id() if row == _NO_JOB else trace_id(*row)

    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}), id_generator=RowIds())
    url = f"{settings().otlp_endpoint.rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url, timeout=EXPORT_TIMEOUT)))
    trace.set_tracer_provider(provider)


def trace_id(queue: str, row_id: int) -> int:
    """The id of a row's trace: 128 bits, the same in every process of one database."""
    place = database_url().render_as_string(hide_password=True)
    return int.from_bytes(hashlib.sha256(f"{place} {queue} {row_id}".encode()).digest()[:16])


@contextmanager
def job(queue: str, row_id: int) -> Iterator[None]:
    """Time one job, from claim to end, as a span of its row's trace."""
    row = _row.set((queue, row_id))
    facts: dict[str, str | int] = {"relance.queue": queue, "relance.row": row_id}
    try:
        with (
            DURATION.labels(queue).time(),
            _tracer.start_as_current_span(queue, context=Context(), attributes=facts) as span,
        ):
            held = _span.set(span)
            try:
                yield
            finally:
                _span.reset(held)
    finally:
        _row.reset(row)


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Time one part of the job under way."""
    with PHASE.labels(_row.get()[0], name).time(), _tracer.start_as_current_span(name):
        yield


def follows(queue: str, row_id: int) -> None:
    """Link the job under way to the row that it follows from."""
    if not _span.get().is_recording():
        return
    cause = SpanContext(
        trace_id(queue, row_id), 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    _span.get().add_link(cause, {"relance.queue": queue, "relance.row": row_id})


def ended(state: str, reason: str) -> None:
    """Write into the span of the job under way how its row ended."""
    _span.get().set_attributes({"relance.state": state, "relance.reason": reason})
