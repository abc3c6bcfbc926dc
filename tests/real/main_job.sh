#!/usr/bin/env bash
# The main job on real input: from nothing to a rotated key, each result read by the program that
# will read it.
#
#     bash tests/real/main_job.sh target/release/keyctl
#
# What the machine lacks is skipped with a line that says so. Ends with `N passed, N failed, N skipped`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# -eq 1 && -x $1 ]] || { echo "usage: main_job.sh path/to/keyctl" >&2; exit 2; }
bin=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# So that what is private is private by keyctl's own doing.
umask 022

# Looked up while HOME is still the caller's.
python=$(bash "$here/servicekit_venv.sh" 2>"$work/why") || python=
why_no_servicekit=$(tail -n 1 "$work/why")

for name in $(compgen -e); do
    case $name in XDG_* | KEYCTL_*) unset "$name" ;; esac
done
export HOME=$work/home
mkdir "$HOME"
cd "$work"

# --- Counting ---------------------------------------------------------------------------------

passed=0 failed=0 skipped=0
pass() { passed=$((passed + 1)); echo "ok: $1"; }
fail() { failed=$((failed + 1)); echo "FAILED: $1"; }
skip() { skipped=$((skipped + 1)); echo "skipped: $1 ($2)"; }
finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    if [[ $failed -eq 0 ]]; then exit 0; else exit 1; fi
}

# check WHAT COMMAND…: passes when the command exits 0; shows what it said when it does not.
check() {
    local what=$1
    shift
    if "$@" >said 2>&1 </dev/null; then
        pass "$what"
    else
        fail "$what"
        sed 's/^/    /' said
    fi
}

# --- Running keyctl ---------------------------------------------------------------------------

# One command of the main job: stdout in the file `out`. What comes after stands on it, so when it
# fails, all ends here.
run() {
    local code=0
    "$bin" "$@" >out 2>messages </dev/null || code=$?
    if [[ $code -ne 0 ]]; then
        fail "keyctl $* exits 0, not $code"
        sed 's/^/    /' messages
        finish
    fi
}

# made VARIABLE COMMAND…: as `run`; the secret that it made, alone on stdout, goes into the variable.
made() {
    local -n into=$1
    shift
    run "$@"
    into=$(<out)
    if [[ $(wc -l <out) -ne 1 || ! $into =~ ^sk_[a-z0-9]+_[0-9A-Za-z]{36}$ ]]; then
        fail "keyctl $* prints the new secret alone on stdout"
        finish
    fi
}

# --- What is checked at every stage -----------------------------------------------------------

# stage WHAT ACCEPT… -- REJECT…: exports the accept list in both forms, and lets servicekit read them.
stage() {
    local what=$1
    accept=()
    shift
    while [[ $1 != -- ]]; do
        accept+=("$1")
        shift
    done
    shift
    reject=("$@")

    run export --env prod
    cp out list.env
    run export --env prod --docker -o list.txt
    check "$what: the exports hold the accept list" exports_hold_accept
    if [[ -n $python ]]; then
        check "$what: servicekit accepts exactly the accept list" ask_servicekit
    else
        skip "$what: servicekit accepts exactly the accept list" "$why_no_servicekit"
    fi
}

exports_hold_accept() {
    printf '%s\n' "${accept[@]}" | sort >expected
    [[ $(wc -l <list.env) -eq 1 && $(<list.env) == CHAPKIT_API_KEYS=* ]] \
        || { echo "not the one line CHAPKIT_API_KEYS=…"; return 1; }
    sed 's/^[^=]*=//' list.env | tr ',' '\n' | sort | cmp - expected || return 1
    sort list.txt | cmp - expected
}

ask_servicekit() {
    printf '{"accept":%s,"reject":%s}' "$(json "${accept[@]}")" "$(json "${reject[@]}")" \
        | "$python" -I "$here/servicekit_check.py" list.env list.txt
}

json() {
    local list
    printf -v list '"%s",' "$@"
    echo "[${list%,}]"
}

# clients_send WHAT SECRET: what clients send is this version, and it is in the accept list.
clients_send() {
    run export prod/web --client --bare
    check "$1: clients send the active version" test "$(<out)" = "$2"
    check "$1: verify says yes to it" verify_says 0 "$2"
}

# stands_before FIRST SECOND: in the environment line.
stands_before() { [[ $(<list.env) == *"$1"*"$2"* ]]; }

mode_is() { [[ $(stat -c %a "$1") == "$2" ]] || { stat -c '%a %n' "$1"; return 1; }; }

# verify_says CODE SECRET: offline, from stdin.
verify_says() {
    local code=0
    printf '%s' "$2" | "$bin" verify --env prod || code=$?
    [[ $code -eq $1 ]] || { echo "exit $code, not $1"; return 1; }
}

# --- The main job -----------------------------------------------------------------------------

config=$HOME/.config/keyctl
data=$HOME/.local/share/keyctl

run init --no-passphrase
made web1 new --env prod web
made batch new --env prod batch
made dev new --env dev
stage "before" "$web1" "$batch" -- "$dev"

run rotate add prod/web
check "rotate add prints no secret" test ! -s out
run show prod/web@2 --reveal
web2=$(grep -o 'sk_prod_[0-9A-Za-z]*' out)
stage "after add" "$web1" "$web2" "$batch" -- "$dev"
check "after add: the active version stands before the pending one" stands_before "$web1" "$web2"
clients_send "after add" "$web1"

run rotate migrate prod/web --yes
stage "after migrate" "$web1" "$web2" "$batch" -- "$dev"
check "after migrate: the active version stands before the retiring one" stands_before "$web2" "$web1"

clients_send "after migrate" "$web2"

run rotate remove prod/web --yes
stage "after remove" "$web2" "$batch" -- "$web1" "$dev"

run export --env prod --k8s -o secret.yaml
run export --env prod --docker -o api_keys.txt

clients_send "after remove" "$web2"
check "verify says yes to what clients send, in a pipe" \
    bash -c 'set -o pipefail; "$0" export prod/web --client --bare | "$0" verify --env prod' "$bin"
check "verify says no to the removed version" verify_says 3 "$web1"
check "verify says no to a key of another environment" verify_says 3 "$dev"
check "verify says no to a truncated key" verify_says 3 "${web2%?}"

# --- What lies on the disk --------------------------------------------------------------------

check "the vault file is private" mode_is "$data/prod.age" 600
check "the vault directory is private" mode_is "$data" 700
check "the identity is private" mode_is "$config/identity.txt" 600
check "an exported file is private" mode_is secret.yaml 600

no_secret_in_clear() {
    printf '%s\n' "$web1" "$web2" "$batch" "$dev" >secrets
    if grep -rlFf secrets "$HOME"; then return 1; fi
}
check "no secret lies in clear under HOME" no_secret_in_clear

# --- age: the vault without us ----------------------------------------------------------------

age_opens() {
    age -d -i "$config/identity.txt" "$data/prod.age" >prod.toml || return 1
    local secret
    for secret in "${accept[@]}"; do
        [[ $(<prod.toml) == *"$secret"* ]] || { echo "a key of the accept list is not in it"; return 1; }
    done
    [[ $(<prod.toml) != *"$dev"* ]] || { echo "a key of another environment is in it"; return 1; }
}
toml_parses() {
    "$1" -Ic 'import sys, tomllib; assert tomllib.load(open(sys.argv[1], "rb"))["format"] == 1' prod.toml
}
toml_reader=
for candidate in "$python" python3; do
    if [[ -n $candidate ]] && "$candidate" -Ic 'import tomllib' >/dev/null 2>&1; then
        toml_reader=$candidate
        break
    fi
done
if ! command -v age >/dev/null; then
    skip "age opens the vault, and the accept list is in it" "no age"
    skip "another TOML reader reads what age shows" "no age"
else
    check "age opens the vault, and the accept list is in it" age_opens
    if [[ -n $toml_reader ]]; then
        check "another TOML reader reads what age shows" toml_parses "$toml_reader"
    else
        skip "another TOML reader reads what age shows" "no Python with tomllib"
    fi
fi

# --- Python: the manifest as its manual describes it ------------------------------------------

run manifest export --env prod --expires 1d -o carried.manifest
run manifest key --env prod
cp out carried.pub
# another_says WORD CODE SECRET [ADDRESS]: a program that was written from the manual.
another_says() {
    local code=0
    printf '%s' "$3" | python3 -I "$here/verify_manifest.py" carried.manifest carried.pub "${@:4}" >word || code=$?
    [[ $code -eq $2 && $(<word) == "$1" ]] || { echo "$(<word), exit $code"; return 1; }
}
if python3 -Ic 'from datetime import datetime; datetime.fromisoformat("2026-01-01T00:00:00Z")' 2>/dev/null \
    && { python3 -Ic 'import cryptography' 2>/dev/null || command -v signify-openbsd >/dev/null; }; then
    check "another program says yes to what clients send" another_says valid 0 "$web2"
    check "another program says no to the removed version" another_says retired 3 "$web1"
    check "another program does not know a key of another environment" another_says unknown 3 "$dev"
    tampered() {
        cp carried.manifest kept.manifest
        sed 's/"retired"/"pending"/' kept.manifest >carried.manifest
        ! another_says valid 0 "$web1"
    }
    check "another program believes no changed manifest" tampered
    run env add edge
    # The name of a reader can hold what other programs take for the end of a line.
    HOME=$work/colleague run init --no-passphrase
    reader=$(grep -o 'age1[0-9a-z]*' "$work/colleague/.config/keyctl/identity.txt")
    run recipients add --env edge --name $'a\u2028b' "$reader" --yes
    made gate new edge/gate --allow-ip 192.0.2.0/24
    run manifest key --env edge
    cp out carried.pub
    rm carried.manifest
    run manifest export --env edge -o carried.manifest
    check "another program asks where a key is used from" another_says "wrong address" 3 "$gate"
    check "another program takes a key from where it may be used" another_says valid 0 "$gate" 192.0.2.7
    check "another program refuses it from elsewhere" another_says "wrong address" 3 "$gate" 198.51.100.1
else
    skip "another program reads the manifest" "no Python 3.11 with cryptography or signify-openbsd"
fi

# --- signify: the manifest without us ---------------------------------------------------------

signify_proves() {
    local key
    key=$(sed -n 's/^signer = "\(.*\)"$/\1/p' "$HOME"/.local/state/keyctl/pins/*/prod.toml)
    printf 'untrusted comment: keyctl\n%s\n' "$key" >prod.pub
    "$signify" -V -e -q -p prod.pub -x "$1" -m message
}
signify_refuses() { if signify_proves "$1"; then return 1; fi; }
signify=$(command -v signify-openbsd || command -v signify || true)
if [[ -n $signify ]]; then
    check "signify proves the manifest" signify_proves "$data/prod.manifest"
    sed 's/"active"/"revoked"/' "$data/prod.manifest" >changed.manifest
    check "signify refuses a changed manifest" signify_refuses changed.manifest
else
    skip "signify proves the manifest" "no signify"
fi

# --- kubectl: the Secret ----------------------------------------------------------------------

# Without a server kubectl always fails here; how tells whether it could read the file.
kubectl_decodes() {
    local words
    words=$(kubectl set image --local -f "$1" c=x 2>&1) || true
    case $words in
        *'the object is not a pod or does not have a pod template: *v1.Secret'*) return 0 ;;
    esac
    echo "$words"
    return 1
}
kubectl_refuses() {
    local words
    words=$(kubectl_decodes "$1") || true
    [[ $words == *'unable to decode'* ]] || { echo "$words"; return 1; }
}
# The `data` of a manifest, as kubectl itself writes it.
data_of() {
    mkdir "$1.d"
    cp "$1" "$1.d/secret.yaml"
    printf 'resources: [secret.yaml]\n' >"$1.d/kustomization.yaml"
    kubectl kustomize "$1.d" | sed -n '/^data:/,/^[^ d]/{/^data:/p;/^ /p}'
}
same_data() {
    kubectl create secret generic chapkit-api-keys --from-file=api_keys.txt --dry-run=client -o yaml >kubectl.yaml || return 1
    data_of kubectl.yaml >kubectl.data && data_of secret.yaml >our.data || return 1
    [[ -s kubectl.data ]] || { echo "kubectl wrote no data"; return 1; }
    cmp kubectl.data our.data && grep -q '^  name: chapkit-api-keys$' secret.yaml
}
if command -v kubectl >/dev/null; then
    export KUBECONFIG=/dev/null
    check "kubectl decodes secret.yaml as a v1 Secret" kubectl_decodes secret.yaml
    check "its data is what kubectl makes of the Docker file" same_data
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {k: "?"}\n' >broken.yaml
    check "kubectl decodes no broken one" kubectl_refuses broken.yaml
else
    skip "kubectl decodes secret.yaml as a v1 Secret" "no kubectl"
    skip "its data is what kubectl makes of the Docker file" "no kubectl"
fi

finish
