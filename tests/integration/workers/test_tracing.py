"""Spans as a collector receives them, over OTLP and HTTP, from processes that do real jobs."""

import multiprocessing
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from shared import tracing
from shared.db import transaction
from shared.states import State
from tests.integration.workers.conftest import World
from workers.services import leases, ledger


@dataclass
class Collector:
    """What arrived, by the service that sent it."""

    url: str
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
            self.services.add(named["service.name"])
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            found.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Collector(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


def visit_and_read(submission: int, give_back: bool) -> None:
    """In a process of its own: one attempt on a submission, then a job that follows from it."""
    tracing.configure("relance-test")
    held = ledger.claim("browser", submission)
    assert held
    with leases.kept(held):
        with tracing.phase("find"):
            pass
        with transaction(held.tenant_id) as session:
            if give_back:
                ledger.release(session, held, "later")
            else:
                ledger.finish(session, held, State.NO_FORM, "no-form")
    with tracing.job("classify", 1):
        tracing.follows("browser", submission)


def attempt(submission: int, *, give_back: bool) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=visit_and_read, args=(submission, give_back)
    )
    process.start()
    process.join()
    assert process.exitcode == 0


def attributes(span: Span) -> dict[str, str | int]:
    return {
        pair.key: pair.value.string_value or pair.value.int_value
        for pair in span.attributes
        if pair.key.startswith("relance.")
    }


def test_all_attempts_on_a_row_are_one_trace_and_what_follows_links_to_it(
    world: World, collector: Collector, fresh_settings: pytest.MonkeyPatch
) -> None:
    [submission] = world.add_leads("a.example")
    with transaction(world.tenant) as session:
        session.merge(submission).due_at = submission.created_at
    fresh_settings.setenv("RELANCE_OTLP_ENDPOINT", collector.url)
    attempt(submission.id, give_back=True)
    attempt(submission.id, give_back=False)
    first, second = sorted(collector.named("browser"), key=lambda span: span.start_time_unix_nano)
    row = {"relance.queue": "browser", "relance.row": submission.id}
    assert collector.services == {"relance-test"}
    assert int.from_bytes(first.trace_id) == tracing.trace_id("browser", submission.id)
    assert first.trace_id == second.trace_id
    assert attributes(first) == row
    assert attributes(second) == row | {"relance.state": "no_form", "relance.reason": "no-form"}
    assert {span.parent_span_id for span in collector.named("find")} == {first.span_id, second.span_id}
    read = collector.named("classify")[0]
    assert read.trace_id != first.trace_id
    assert [link.trace_id for link in read.links] == [first.trace_id]


def test_without_an_endpoint_a_job_is_done_all_the_same(world: World) -> None:
    [submission] = world.add_leads("a.example")
    tracing.configure("relance-test")
    with tracing.job("browser", submission.id), tracing.phase("find"):
        tracing.follows("classify", 1)
        tracing.ended("sent", "")


def test_two_rows_do_not_share_a_trace(database: str) -> None:
    ids = {tracing.trace_id(queue, row) for queue in ("browser", "send") for row in (1, 2)}
    assert len(ids) == 4
    assert all(0 < one < 2**128 for one in ids)
