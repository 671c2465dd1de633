#!/bin/sh
# Make this checkout ready: .venv, the locked packages, a Chromium. Says each step and how long it took.
# usage: deploy/setup.sh [run|develop]      develop adds torch and the servers that only tests need.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
TORCH=2.13.0
stamp=.venv/ready-$kind
want="$(cksum <requirements.lock) $(cksum <deploy/setup.sh)"

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi

step() { # step WHAT COMMAND...: run it quietly; say what it was, how long it took, and all of it if it failed
  what=$1 began=$(date +%s) log=$(mktemp)
  shift
  printf '%s ... ' "$what"
  if "$@" >"$log" 2>&1; then
    echo "$(($(date +%s) - began)) s"
    rm -f "$log"
  else
    echo failed
    cat "$log"
    exit 1
  fi
}

is_root() { [ "$(id -u)" = 0 ]; }
has_apt() { command -v apt-get >/dev/null 2>&1; }

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" ||
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }
}

find_python() {
  for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
}

make_venv() {
  "$python" -m venv --upgrade-deps .venv || { # Debian keeps ensurepip in a package of its own
    is_root && has_apt && apt_install python3-venv && rm -rf .venv && "$python" -m venv --upgrade-deps .venv
  }
}

install_torch() { # the CPU build where there is no GPU: from what pip is told to look at, else as uv finds it
  if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi >/dev/null 2>&1; then build=auto; else build=cpu; fi
  if [ "$(uname)" = Darwin ] || [ $build = auto ]; then
    .venv/bin/uv pip install -q --python .venv/bin/python --torch-backend=auto "torch==$TORCH"
  else
    .venv/bin/python -m pip install -q "torch==$TORCH+cpu" ||
      .venv/bin/uv pip install -q --python .venv/bin/python --torch-backend=cpu "torch==$TORCH"
  fi
}

has_browser() {
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] ||
    .venv/bin/python -c 'import os, playwright.sync_api as p
with p.sync_playwright() as w: raise SystemExit(not os.path.exists(w.chromium.executable_path))' 2>/dev/null
}

install_browser() { # Debian's shell, which costs a form least; where there is none, what is here or Playwright's own
  { is_root && has_apt && apt_install chromium-headless-shell; } || has_browser ||
    .venv/bin/python -m playwright install chromium
}

python=$(find_python)
if [ -z "$python" ]; then
  echo "Relance needs Python 3.11 or later: install it, then run this again." >&2
  exit 1
fi
[ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 || step "Making .venv with $($python -V)" make_venv
step "Installing the locked packages" .venv/bin/python -m pip install -q --no-deps --require-hashes -r requirements.lock
step "Installing Relance itself" .venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
if ! command -v chromium-headless-shell >/dev/null 2>&1 && { ! has_browser || { is_root && has_apt; }; }; then
  step "Installing Chromium" install_browser
fi
if [ "$kind" = develop ]; then
  .venv/bin/python -c "import torch; raise SystemExit(torch.__version__.split('+')[0] != '$TORCH')" 2>/dev/null ||
    step "Installing torch" install_torch
  if is_root && has_apt; then
    [ -x /usr/sbin/dovecot ] || step "Installing Dovecot for the mail tests" apt_install dovecot-imapd
    command -v promtool >/dev/null 2>&1 || step "Installing promtool for the alert rules" apt_install prometheus
  fi
fi
echo "$want" >"$stamp"
