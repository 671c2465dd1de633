"""A pool loads what its queues need, and no more: a browser pod has no classifier, a mail pod no Chromium."""

import json
import subprocess
import sys

import pytest

from shared.settings import settings
from workers import pool

HEAVY = {"anthropic", "googleapiclient", "imapclient", "onnxruntime", "playwright", "tokenizers"}
NEVER = {"alembic", "streamlit", "torch", "transformers", "typer"}
NEEDS: dict[str, set[str]] = {
    "browser": {"playwright"},
    "inbox": set(),  # a provider's library comes with the first mailbox of its kind
    "classify": {"onnxruntime", "tokenizers"},
    "respond": set(),
    "send": set(),
}

LOAD = """
import json, sys
from workers import pool
pool._declare(sys.argv[1:])
print(json.dumps(list(sys.modules)))
"""

BEGIN = """
import gc, sys
from workers import {module} as process

def begun(*_):
    print(gc.get_freeze_count(), len(gc.get_objects()))
    raise SystemExit

process.{begins} = begun
process.main()
"""


@pytest.mark.parametrize("work", NEEDS)
def test_a_pool_loads_only_what_its_queue_needs(work: str, queue: str) -> None:
    ran = subprocess.run([sys.executable, "-c", LOAD, work], capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    assert loaded & (HEAVY | NEVER) == NEEDS[work]


def test_a_browser_worker_fetches_no_message_that_would_wait_for_a_visit_to_end(queue: str) -> None:
    assert pool._worker(["browser"]).queue_prefetch == settings().browser_pages
    assert pool._worker(["classify"]).queue_prefetch > pool._threads(["classify"])


@pytest.mark.parametrize(
    ("module", "begins", "queues"),
    [("pool", "Worker.start", ["inbox"]), ("reconciler", "Reconciler.run", [])],
)
def test_no_collection_of_garbage_looks_through_what_a_process_has_loaded(
    module: str, begins: str, queues: list[str], queue: str
) -> None:
    code = BEGIN.format(module=module, begins=begins)
    ran = subprocess.run([sys.executable, "-c", code, *queues], capture_output=True, text=True, check=True)
    spared, looked_through = map(int, ran.stdout.split())
    assert spared > 50_000
    assert looked_through < 1_000
