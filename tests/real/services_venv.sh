#!/usr/bin/env bash
# Prints the path of a Python that has the real auth-api-client and cryptography, making its virtual
# environment where that is needed. Without one: the reason on stderr, exit 1.
#
#     bash tests/real/services_venv.sh
#
# SERVICES_PYTHON names an interpreter to take instead.
set -euo pipefail

version=1.0.1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}/real/auth-api-client-$version")

has_services() {
    "$1" -c "
import importlib.metadata, sys
import azure.cosmos, azure.data.tables, azure.identity, cryptography.fernet, fastapi
sys.exit(importlib.metadata.version('auth-api-client') != '$version')" >/dev/null 2>&1 </dev/null
}

give_up() {
    echo "$1" >&2
    exit 1
}

if [[ -n ${SERVICES_PYTHON:-} ]]; then
    has_services "$SERVICES_PYTHON" || give_up "SERVICES_PYTHON has no auth-api-client $version"
    echo "$SERVICES_PYTHON"
    exit 0
fi
if has_services "$venv/bin/python"; then
    echo "$venv/bin/python"
    exit 0
fi

command -v python3 >/dev/null || give_up "no python3"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf "$venv"
# What it says it needs is not what it imports.
install() {
    timeout 300 "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
if ! { python3 -m venv "$venv" \
    && install --no-deps "auth-api-client==$version" \
    && install fastapi azure-cosmos azure-data-tables azure-identity cryptography; } \
    >"$log" 2>&1 </dev/null; then
    give_up "auth-api-client $version cannot be installed: $(tail -n 1 "$log")"
fi
has_services "$venv/bin/python" || give_up "auth-api-client $version does not import"
echo "$venv/bin/python"
