#!/usr/bin/env bash
# Trains on the sample that ships, evaluates on its test split, says where everything is.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
install ""
out=runs/quickstart-$(date +%Y%m%d-%H%M%S)-$$
.venv/bin/ner-window train configs/quickstart.yaml --out "$out"
echo
echo "To look closer:"
echo "  .venv/bin/ner-window evaluate $out data/sample/test.conll --json"
echo "  .venv/bin/ner-window tag $out data/sample/test.conll | head -n 30"
