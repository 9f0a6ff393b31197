# Sourced by the other scripts: goes to the root of the checkout and makes .venv, or reuses it.
# PYTHON names the interpreter to use, where the one found first is not the right one.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "error: no Python from 3.11 to 3.13 found; install one, or name it: PYTHON=/path/to/python3.12" >&2
    return 1
}

# Installs the project with the extras given, such as '[test]', unless that has been done since
# pyproject.toml changed.
install() {
    local extras=$1 mark=.venv/installed$1
    if [ ! -x .venv/bin/python ]; then
        local python
        python=$(find_python)
        echo "making .venv with $("$python" --version)" >&2
        "$python" -m venv .venv
    fi
    if [ ! -e "$mark" ] || [ pyproject.toml -nt "$mark" ]; then
        echo "installing ner-window$extras into .venv" >&2
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".$extras"
        touch "$mark"
    fi
}
