#!/usr/bin/env bash
# Trains on the sample that ships, evaluates on its test split, reports on it, says where all is.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
install "[report]"
out=runs/quickstart-$(date +%Y%m%d-%H%M%S)-$$
.venv/bin/ner-window train configs/quickstart.yaml --out "$out"
.venv/bin/ner-window report "$out"
echo
echo "To look closer, open $out/report.html in a browser, or:"
echo "  .venv/bin/ner-window evaluate $out data/sample/test.conll --json"
echo "  .venv/bin/ner-window tag $out data/sample/test.conll | head -n 30"
