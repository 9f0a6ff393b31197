#!/usr/bin/env bash
# Runs the whole test suite, ruff and mypy. Arguments go to pytest: scripts/test.sh -k viterbi
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
install "[test]"
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/python -m pytest --doctest-modules --doctest-glob='*.md' autodiff ner_window tests docs "$@"
