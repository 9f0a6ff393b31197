#!/usr/bin/env bash
# Runs ruff, mypy, the contracts of the imports and the whole test suite. Arguments go to pytest:
# scripts/test.sh -k viterbi. As many processes as there are cores share the modules of tests; with
# -n 0 all run in this one.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
install "[test]"
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports --no-logo --no-cache
# The models of tests are small: threads of BLAS in several processes only wait for each other.
export OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 OMP_NUM_THREADS=1
.venv/bin/python -m pytest -n auto --dist loadfile --doctest-modules --doctest-glob='*.md' \
    autodiff ner_window tests docs "$@"
