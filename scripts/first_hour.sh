#!/usr/bin/env bash
# The first hour with an own labeled corpus, replayed: from a look at the file to a model that is given
# away, on generated reviews with the flaws of own labels, and on sixty documents of Dutch. Each command
# is printed with its last lines; one that does not do what it should ends the script with 1.
#
# usage: bash scripts/first_hour.sh [--short] [--dutch NED.TRAIN]
#   --short   one part of it, in seconds: fewer epochs, no study, no wheel, no Dutch
#   --dutch   the training file of CoNLL-2002 [../shared/data/conll2002/ned.train]; without it that part
#             is skipped
# PYTHON names the interpreter that has ner-window; without it .venv is made or reused.
set -euo pipefail

short= dutch=
while [ $# -gt 0 ]; do
    case $1 in
        --short) short=yes ;;
        --dutch) dutch=$2; shift ;;
        *) sed -n '2,/^set/{/^#/p}' "${BASH_SOURCE[0]}"; exit 2 ;;
    esac
    shift
done
dutch=${dutch:+$(realpath "$dutch")}
if [ -z "${PYTHON:-}" ]; then
    source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
    install "[report]"
    PYTHON=$PWD/.venv/bin/python
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
dutch=${dutch:-$root/../shared/data/conll2002/ned.train}
export PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH} OPENBLAS_NUM_THREADS=1
work=$(mktemp -d)
trap 'status=$?; [ $status -ne 0 ] && echo "what was written is in $work" >&2 || rm -rf "$work"' EXIT
cd "$work"

heading() { printf '\n== %s\n' "$*"; }

fail() {
    printf '\nFAILED: %s\n' "$*" >&2
    cat "$work/log" >&2
    exit 1
}

# Runs ner-window; its exit code has to be the first argument.
exits() {
    local expected=$1 code=0
    shift
    printf '\n$ ner-window%s\n' "$(printf ' %q' "$@")"
    "$PYTHON" -m ner_window "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
    cat "$work/out" "$work/err" >"$work/log"
    tail -n 4 "$work/log" | cut -c 1-160 | sed 's/^/    /'
    [ $code -eq "$expected" ] || fail "exit code $code in place of $expected"
    ! grep -q '^Traceback' "$work/log" || fail "a traceback"
}

says() { grep -qE -- "$1" "$work/log" || fail "it does not say: $1"; }

# Whatever is no filter ends with the command that comes next.
nw() {
    exits 0 "$@"
    [ "$1" = tag ] || says "^next: "
}

wrote() { for path in "$@"; do [ -e "$path" ] || fail "it did not write $path"; done; }

f1() { "$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["dev"]["f1"])' "$1/scores.json"; }

# A run's dev F1 has to be at least so much.
reaches() {
    "$PYTHON" -c 'import sys; sys.exit(float(sys.argv[1]) < float(sys.argv[2]))' "$(f1 "$1")" "$2" ||
        fail "dev F1 $(f1 "$1") of $1 is below $2"
}

# The other heads and contexts by their --set alone, from a config that works as it is.
other_models() {
    local config=$1 least=$2
    for change in model.head=sentence model.context=both; do
        local run="runs/$(basename "$config" .yaml)-${change#*=}"
        nw train "$config" --set $change ${few:+"${few[@]}"} --out "$run"
        reaches "$run" "$least"
    done
}

few=() least=70
[ -z "$short" ] || few=(--set training.epochs=8) least=30

heading "150 reviews in three files, with the flaws of own labels"
"$PYTHON" "$root/scripts/make_reviews.py" reviews >/dev/null
"$PYTHON" "$root/scripts/make_reviews.py" whole --train 150 --dev 0 --test 0 >/dev/null
exits 1 data check reviews/train.txt reviews/dev.txt reviews/test.txt --strict
says "BRAND.*Brand|Brand.*BRAND"
says "GADGET"
nw data split whole/train.txt --into split
wrote split/train.txt split/dev.txt split/test.txt

heading "a config, a rate, a model"
nw config new --train reviews/train.txt --dev reviews/dev.txt --test reviews/test.txt \
    --vectors reviews/vectors.txt --out my.yaml
if [ -z "$short" ]; then
    nw data check my.yaml
    nw find-lr my.yaml --write
    nw find-lr my.yaml --set model.head=sentence  # over its own earlier plot
fi
nw train my.yaml ${few:+"${few[@]}"} --out runs/first
reaches runs/first $least
[ -n "$short" ] || other_models my.yaml $least

heading "what it does, and what it does not read wrongly"
nw evaluate runs/first reviews/test.txt
says "FB1: +[0-9.]+"
nw tag runs/first reviews/test.txt
says "columns"
says "^[^ ]+ [^ ]+ [^ ]+$"
printf 'My TurboVac Pro from Nordvik broke after two weeks.\n' >text.txt
nw tag runs/first text.txt
says '"entities": \['
if [ -z "$short" ]; then
    printf 'Nordvik B-FIRM\nbroke O\n' >other.conll
    nw evaluate runs/first other.conll
    says "warning: .*FIRM"
    nw report runs/first runs/my-sentence --out both.html
    wrote both.html both
fi
nw report runs/first
wrote runs/first/report.html

heading "a run is what it says"
cp runs/first/config.yaml kept.yaml
sed -i 's/learning_rate: .*/learning_rate: 0.5/' runs/first/config.yaml
exits 2 train --resume runs/first
says "learning_rate"
cp kept.yaml runs/first/config.yaml
nw train --resume runs/first
says "is finished|was finished"

if [ -z "$short" ]; then
    nw train my.yaml --folds 3 --out runs/folds
    wrote runs/folds/predictions.conll

    heading "are fine-tuned vectors worth it?"
    nw compare my.yaml --set seeds=2 --set 'sizes=[all]' --set tuning=null --out study
    wrote study/study.html
fi

heading "giving it away"
mkdir give
if [ -n "$short" ]; then
    nw model bundle runs/first --out give/colleague
else
    nw model bundle runs/first --out give/colleague --with-wheel
    wrote give/ner_window-*.whl
fi
says "MB|bytes"
mv give elsewhere
mkdir gone
mv runs reviews gone  # nothing of them is needed
cd elsewhere
export NER_WINDOW_CACHE=$work/empty
nw tag colleague ../text.txt
says '"entities": \['
if [ -z "$short" ]; then
    printf '\n$ the commands of MODEL.md, where nothing is installed\n'
    mkdir "$work/bin"
    ln -s "$("$PYTHON" -c 'import sys; print(sys._base_executable)')" "$work/bin/python3"
    sed -n '/^## Use/,/^## [^U]/s/^    //p' colleague/MODEL.md >commands.sh
    env -u PYTHONPATH PATH="$work/bin:$PATH" bash -e commands.sh >"$work/log" 2>&1 || fail "MODEL.md"
    tail -n 4 "$work/log" | cut -c 1-160 | sed 's/^/    /'
    says '"text": "Some text of your own."'
fi
cd ..

if [ -n "$short" ]; then
    echo
    echo "the short form is done"
elif [ ! -f "$dutch" ]; then
    echo
    echo "skipped: sixty documents of Dutch, as there is no $dutch"
else
    heading "sixty documents of Dutch, without vectors"
    awk '/^-DOCSTART-/ { count++ } count <= 60' "$dutch" >dutch.conll
    nw data split dutch.conll --into dutch --by documents
    nw config new --train dutch/train.conll --dev dutch/dev.conll --test dutch/test.conll --out dutch.yaml
    nw data check dutch.yaml
    nw find-lr dutch.yaml --write
    nw train dutch.yaml --out runs/dutch
    reaches runs/dutch 40
    other_models dutch.yaml 40
    nw evaluate runs/dutch dutch/test.conll
    says "FB1: +[0-9.]+"
    nw model bundle runs/dutch --out dutch-model
fi
