#!/usr/bin/env bash
# Runs ruff, mypy, the contracts of the imports and the whole test suite. Arguments go to pytest:
# scripts/test.sh -k viterbi
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
install "[test]"
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports --no-logo --no-cache
.venv/bin/python -m pytest --doctest-modules --doctest-glob='*.md' autodiff ner_window tests docs "$@"
