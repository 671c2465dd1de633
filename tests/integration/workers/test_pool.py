"""A pool loads what its queues need, and no more: a browser pod has no classifier, a mail pod no Chromium."""

import json
import subprocess
import sys

import pytest

HEAVY = {"anthropic", "googleapiclient", "imapclient", "onnxruntime", "playwright", "tokenizers"}
NEVER = {"alembic", "streamlit", "torch", "transformers", "typer"}
NEEDS = {
    "browser": {"playwright"},
    "inbox": {"googleapiclient", "imapclient"},
    "classify": {"onnxruntime", "tokenizers"},
    "respond": {"anthropic", "googleapiclient", "imapclient"},
    "send": {"googleapiclient", "imapclient"},
}

LOAD = """
import json, sys
from workers import pool
pool._declare(sys.argv[1:])
print(json.dumps(list(sys.modules)))
"""


@pytest.mark.parametrize("work", NEEDS)
def test_a_pool_loads_only_what_its_queue_needs(work: str, queue: str) -> None:
    ran = subprocess.run([sys.executable, "-c", LOAD, work], capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    assert loaded & (HEAVY | NEVER) == NEEDS[work]
