#!/usr/bin/env bash
# Prints the path of a Python that has the real servicekit, making its virtual environment where
# that is needed. Without one: the reason on stderr, exit 1.
#
#     bash tests/real/servicekit_venv.sh
#
# SERVICEKIT_PYTHON names an interpreter to take instead.
set -euo pipefail

version=3.0.1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}/real/servicekit-$version")

has_servicekit() {
    "$1" -c "
import importlib.metadata, sys, servicekit.api.auth
sys.exit(importlib.metadata.version('servicekit') != '$version')" >/dev/null 2>&1 </dev/null
}

give_up() {
    echo "$1" >&2
    exit 1
}

if [[ -n ${SERVICEKIT_PYTHON:-} ]]; then
    has_servicekit "$SERVICEKIT_PYTHON" || give_up "SERVICEKIT_PYTHON has no servicekit $version"
    echo "$SERVICEKIT_PYTHON"
    exit 0
fi
if has_servicekit "$venv/bin/python"; then
    echo "$venv/bin/python"
    exit 0
fi

# A name on PATH may be a version manager's shim that runs nothing, so each is tried.
base=
for candidate in python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do
    if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1 </dev/null; then
        base=$candidate
        break
    fi
done
[[ -n $base ]] || give_up "no Python 3.13"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf "$venv"
if ! { "$base" -m venv "$venv" \
    && timeout 600 "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "servicekit==$version"; } \
    >"$log" 2>&1 </dev/null; then
    give_up "servicekit $version cannot be installed: $(tail -n 1 "$log")"
fi
has_servicekit "$venv/bin/python" || give_up "servicekit $version does not import"
echo "$venv/bin/python"
