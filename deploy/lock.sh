#!/bin/sh
# Write requirements.lock: every package with its version and hashes, for all platforms.
# torch stands apart: which build is right depends on the machine, so deploy/setup.sh chooses it.
set -eu
cd "$(dirname "$0")/.."
skip=$(.venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --extra train pyproject.toml |
  sed -nE 's/^((torch|triton|cuda-[a-z-]+|nvidia-[a-z0-9-]+)(\[[a-z,]+\])?)==.*/\1/p' | sed 's/\[.*//' | sed 's/^/--no-emit-package /')
# shellcheck disable=SC2086  # one word an argument
exec .venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --generate-hashes \
  --extra train --extra dev $skip pyproject.toml -o requirements.lock
