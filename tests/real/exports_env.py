"""Exports of variables, literals and credentials, each read by the program that will read it.

    python3 tests/real/exports_env.py target/release/keyctl

The secrets have every character that a secret can have: they are put into the vault with age and
openssl, as a person could. Readers: sh, bash, dash, zsh, fish, pwsh; python-dotenv; dotenv of Node.js
and node itself; compose; the docker client, before an engine that only listens; Responder; systemd,
in namespaces of its own. What the machine lacks is skipped with a line that says so. Ends with
`N passed, N failed, N skipped`.
"""

import base64
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target")).resolve()
PACKAGES = ["python-dotenv==1.2.1", "responder==9.2.0", "pyyaml"]
NODE_PACKAGES = ["dotenv@17.2.3"]
INSTALL_SECONDS = 400

ALPHABET = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in ",\"'\\")
ODD = [
    ALPHABET,
    "$HOME$(id)`id`!!",
    "#comment",
    "!event!-1:%n%25%%",
    "--flag=*?[a-z]~/{a|b}",
    "<<EOF;&|(){}",
    "@{x}%{y}%h=a=b",
    "$$a$1$",
]

counts = {"passed": 0, "failed": 0, "skipped": 0}


def passed(what):
    counts["passed"] += 1
    print(f"ok: {what}", flush=True)


def failed(what, why):
    counts["failed"] += 1
    print(f"FAILED: {what}\n    {why}", flush=True)


def skip(what, why):
    counts["skipped"] += 1
    print(f"skipped: {what} ({why})", flush=True)


def check(what, read, expected):
    """`read` gives what the program read; it must be what was to be written."""
    try:
        found = read()
    except Exception as error:  # a reader that fails has read nothing
        failed(what, f"{type(error).__name__}: {error}"[:600])
        return
    if found == expected:
        passed(what)
    else:
        failed(what, f"read   {found!r}\n    wanted {expected!r}")


def run(args, **options):
    """Standard output of a program that must be content."""
    options = {"timeout": 60, "stdin": subprocess.DEVNULL} | options
    ended = subprocess.run(args, capture_output=True, **options)
    if ended.returncode != 0:
        said = ended.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"{args[0]} exits {ended.returncode}: {said[-400:]}")
    return ended.stdout.decode()


# --- The vault --------------------------------------------------------------------------------


class Vault:
    """A vault of its own, with the odd secrets as API keys and one single value."""

    def __init__(self, program, work):
        self.program = program
        self.home = work / "home"
        self.home.mkdir()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KEYCTL_", "XDG_", "GITHUB_"))}
        self.variables = kept | {"HOME": str(self.home)}
        self.keyctl("init", "--no-passphrase")
        for at in range(len(ODD)):
            self.keyctl("new", f"prod/k{at}", "--no-show")
        self.keyctl("new", "prod/jwt-secret", "--kind", "secret", "--no-show")

    def keyctl(self, *args):
        return run([self.program, *args], env=self.variables, cwd=self.home)

    def revealed(self, key):
        report = json.loads(self.keyctl("show", key, "--reveal", "--json"))
        return report["key"]["versions"][0]["secret"]

    def plant(self):
        """Puts the odd secrets into the document, signs it and seals it anew."""
        config, data = self.home / ".config/keyctl", self.home / ".local/share/keyctl"
        identity, file = config / "identity.txt", data / "prod.age"
        text = run(["age", "-d", "-i", identity, file])
        for at, secret in enumerate(ODD):
            text = text.replace(self.revealed(f"prod/k{at}"), secret)
        text = text.replace(self.revealed("prod/jwt-secret"), ALPHABET)
        generation = text.split("\ngeneration = ")[1].split("\n")[0]
        text = text.replace(f"\ngeneration = {generation}\n", f"\ngeneration = {int(generation) + 1}\n")
        form, signature, body = text.split("\n", 2)

        def sha256(data):
            return subprocess.run(
                ["openssl", "dgst", "-sha256", "-binary"], input=data, capture_output=True, check=True
            ).stdout

        with tempfile.TemporaryDirectory() as place:
            key, message = pathlib.Path(place, "key"), pathlib.Path(place, "message")
            seed = base64.b64decode(body.split('signing_key = "')[1].split('"')[0])
            # PKCS #8 of an Ed25519 key, RFC 8410.
            key.write_bytes(bytes.fromhex("302e020100300506032b657004220420") + seed)
            message.write_bytes(b"keyctl document 1\n" + sha256(body.encode()))
            signed = subprocess.run(
                ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", message],
                capture_output=True,
                check=True,
            ).stdout
        head = base64.b64decode(signature.split('"')[1])[:10]
        signature = base64.b64encode(head + signed).decode()
        text = f'{form}\nsignature = "{signature}"\n{body}'
        recipient = identity.read_text().split("public key: ")[1].split("\n")[0]
        sealed = subprocess.run(
            ["age", "-r", recipient], input=text.encode(), capture_output=True, check=True
        ).stdout
        file.write_bytes(sealed)
        self.keyctl("list", "--unlock", "--env", "prod")


# --- Readers in Python and Node.js ------------------------------------------------------------


def python_with_packages():
    """A Python with the packages, from a virtual environment that is made where it is missing."""
    venv = TARGET / "real/exports-python"
    python = venv / "bin/python"
    names = [package.split("==")[0] for package in PACKAGES]
    probe = [python, "-Ic", "import dotenv, responder.ext.auth, yaml"]
    try:
        run(probe)
        return python
    except (OSError, RuntimeError):
        pass
    versions = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"), "versions")
    bases = ["python3.13", *map(str, sorted(versions.glob("3.13*/bin/python3.13"))), sys.executable]
    for base in bases:
        # A name on PATH may be a version manager's shim that runs nothing, so each is tried.
        with contextlib.suppress(OSError, RuntimeError, subprocess.TimeoutExpired):
            shutil.rmtree(venv, ignore_errors=True)
            run([base, "-m", "venv", venv], timeout=120)
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            run([*pip, *PACKAGES], timeout=INSTALL_SECONDS)
            run(probe)
            return python
    raise RuntimeError(f"{', '.join(names)} cannot be installed")


def node_with_packages():
    """A directory where node finds the packages."""
    place = TARGET / "real/exports-node"
    if not (place / "node_modules/dotenv").is_dir():
        place.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-save"]
        run([*npm, *NODE_PACKAGES], cwd=place, timeout=INSTALL_SECONDS)
    return place


# --- The docker client ------------------------------------------------------------------------


class Engine(http.server.BaseHTTPRequestHandler):
    """Listens to what a container is to be made of, and makes none."""

    protocol_version = "HTTP/1.1"

    def answer(self, code, body=b"{}"):
        self.send_response(code)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        self.answer(200)

    do_HEAD = do_GET

    def do_POST(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "/containers/create" in self.path:
            self.server.environment = json.loads(body)["Env"]
        self.answer(500, b'{"message":"none is made"}')

    def address_string(self):
        return "client"

    def log_message(self, *args):
        pass


class Listening(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    environment = None


def docker_reads(work, file):
    path = work / "docker.sock"
    path.unlink(missing_ok=True)
    with Listening(str(path), Engine) as engine:
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        docker = ["docker", "-H", f"unix://{path}", "create", "--env-file", file, "none"]
        environment = os.environ | {"HOME": str(work), "DOCKER_CONFIG": str(work)}
        ended = subprocess.run(docker, capture_output=True, timeout=60, env=environment)
        engine.shutdown()
    if engine.environment is None:
        raise RuntimeError(ended.stderr.decode().strip()[:300])
    return dict(line.split("=", 1) for line in engine.environment)


# --- systemd ----------------------------------------------------------------------------------

SERVICE = """\
[Unit]
DefaultDependencies=no
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cp $$CREDENTIALS_DIRECTORY/* {got}/'
"""


def systemd_reads(work, dropin):
    """Starts a service with these lines under a systemd in namespaces of its own."""
    units, got = work / "units", work / "got"
    for place in (units, got):
        shutil.rmtree(place, ignore_errors=True)
    (units / "exports.service.d").mkdir(parents=True)
    got.mkdir()
    (units / "exports.service").write_text(SERVICE.format(got=got))
    (units / "exports.service.d/keys.conf").write_text(dropin)
    script = (
        "mount --make-rshared / && mount -t tmpfs t /run && mkdir -p /run/systemd/system"
        " && exec /lib/systemd/systemd --system --unit=exports.service --log-target=null"
    )
    environment = os.environ | {"container": "other", "SYSTEMD_UNIT_PATH": str(units)}
    unshare = ["unshare", "-fpmui", "--mount-proc", "--kill-child", "sh", "-c", script]
    # One that does not end by itself must not outlive this.
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(unshare, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=20)
    return {file.name: file.read_text() for file in got.iterdir()}


# --- All of it --------------------------------------------------------------------------------


def shells(vault, work, variables):
    show = "printf '%s\\n' \"$CHAPKIT_API_KEYS\" \"$JWT_SECRET\""
    expected = "".join(value + "\n" for value in variables.values())
    for shell, word, script in [
        ("sh", "sh", f'eval "$(cat lines)"; {show}'),
        ("bash", "sh", f'eval "$(cat lines)"; {show}'),
        ("dash", "sh", f'eval "$(cat lines)"; {show}'),
        ("zsh", "sh", f'setopt rcquotes 2>/dev/null; eval "$(cat lines)"; {show}'),
        ("fish", "fish", f"cat lines | source; {show}"),
        ("pwsh", "pwsh", "gc lines | Out-String | iex; $Env:CHAPKIT_API_KEYS; $Env:JWT_SECRET"),
    ]:
        what = f"{shell} evaluates its lines to the list"
        if shutil.which(shell) is None:
            skip(what, f"no {shell}")
            continue
        lines = "".join(vault.keyctl("export", *args, "--shell", word) for args in [
            ["--env", "prod"],
            ["prod/jwt-secret"],
        ])
        (work / "lines").write_text(lines)
        environment = vault.variables
        check(what, lambda: run([shell, "-c", script], cwd=work, env=environment), expected)


def dotenv(vault, work, variables, python):
    file = work / ".env"
    vault.keyctl("export", "--env", "prod", "--format", "dotenv", "-o", str(file))

    def as_json(text):
        found = json.loads(text)
        return {name: found.get(name) for name in variables}

    source = "set -a; . ./.env; printf '%s\\n' \"$CHAPKIT_API_KEYS\" \"$JWT_SECRET\""
    check(
        "a shell's . reads the .env file",
        lambda: run(["sh", "-c", source], cwd=work).splitlines(),
        list(variables.values()),
    )

    what = "python-dotenv reads the .env file"
    if python is None:
        skip(what, "no python-dotenv")
    else:
        code = "import dotenv, json; print(json.dumps(dotenv.dotenv_values('.env')))"
        check(what, lambda: as_json(run([python, "-Ic", code], cwd=work)), variables)

    what = "dotenv of Node.js reads the .env file"
    try:
        place = node_with_packages()
        code = (
            "const parsed = require('dotenv').parse(require('fs').readFileSync(process.argv[1]));"
            "console.log(JSON.stringify(parsed))"
        )
        check(what, lambda: as_json(run(["node", "-e", code, str(file)], cwd=place)), variables)
    except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        skip(what, str(error)[:100])
    what = "node --env-file reads the .env file"
    try:
        run(["node", "--env-file", "/dev/null", "-e", "0"])
        code = "console.log(JSON.stringify(process.env))"
        node = ["node", f"--env-file={file}", "-e", code]
        check(what, lambda: as_json(run(node, env={"PATH": os.environ["PATH"]})), variables)
    except (OSError, RuntimeError) as error:
        skip(what, str(error)[:100])
    compose(work, variables, python)


def compose(work, variables, python):
    project = work / "project"
    project.mkdir()
    shutil.copy(work / ".env", project / ".env")
    names = "".join(f"\n      {name}: ${{{name}}}" for name in variables)
    (project / "docker-compose.yml").write_text(
        'version: "3"\nservices:\n  interpolated:\n    image: none\n    environment:'
        f"{names}\n  filed:\n    image: none\n    env_file: .env\n"
    )
    plugin = ["docker", "compose"]
    try:
        run([*plugin, "version"])
        command = [*plugin, "config", "--format", "json"]
    except (OSError, RuntimeError):
        command = ["docker-compose", "config"] if shutil.which("docker-compose") else None
    for service, how in [("interpolated", ".env"), ("filed", "env_file:")]:
        what = f"compose reads the .env file as {how}"
        if command is None or python is None:
            skip(what, "no compose" if command is None else "no reader of YAML")
            continue

        def read():
            outside = {k: v for k, v in os.environ.items() if k not in variables}
            shown = run(command, cwd=project, env=outside)
            code = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"
            shown = json.loads(run([python, "-Ic", code], input=shown.encode(), stdin=None))
            found = shown["services"][service]["environment"]
            # What is shown can be read by compose again, so a `$` is written twice.
            return {name: found[name].replace("$$", "$") for name in variables}

        check(what, read, variables)


def docker_env(vault, work, variables):
    what = "the docker client reads the file for --env-file"
    if shutil.which("docker") is None:
        skip(what, "no docker")
        return
    file = work / "docker.env"
    vault.keyctl("export", "--env", "prod", "--format", "docker-env", "-o", str(file))

    def read():
        found = docker_reads(work, file)
        return {name: found.get(name) for name in variables}

    check(what, read, variables)


RESPONDER = """\
import json, os, sys
import responder
from responder.ext.auth import APIKeyAuth

exec(open("keys.py").read())
api = responder.API()

@api.get("/auth", auth=APIKeyAuth(keys=API_KEYS))
def auth(req, resp):
    resp.text = "in"

BARE = set(open("bare").read().rstrip("\\n").split(","))

@api.before_request()
def check(req, resp):
    if req.url.path == "/hook" and req.headers.get("X-API-Key") not in BARE:
        resp.status_code = 401

@api.get("/hook")
def hook(req, resp):
    resp.text = "in"

def status(path, key):
    return api.requests.get(path, headers={"X-API-Key": key}).status_code

print(json.dumps({key: [status("/auth", key), status("/hook", key)] for key in json.load(sys.stdin)}))
"""


def responder(vault, work, python):
    what = "Responder lets exactly the list in"
    if python is None:
        skip(what, "no responder")
        return
    (work / "keys.py").write_text(vault.keyctl("export", "--env", "prod", "--format", "responder"))
    bare = vault.keyctl("export", "--env", "prod", "--format", "responder", "--bare")
    (work / "bare").write_text(bare)
    (work / "app.py").write_text(RESPONDER)
    others = ["", "x", ODD[1][:-1], ODD[1] + "x", ",".join(ODD), ALPHABET.lower(), '"', "API_KEYS"]
    expected = {key: [200, 200] for key in ODD} | {key: [401, 401] for key in others}
    asked = json.dumps([*ODD, *others]).encode()

    def read():
        said = run([python, "app.py"], cwd=work, input=asked, stdin=None)
        return json.loads(said.splitlines()[-1])

    check(what, read, expected)


def systemd(vault, work):
    what = "a service of systemd is given the credentials"
    # In a key file what begins with # is a comment, so that one is refused there.
    listed = {f"prod/k{at}": key for at, key in enumerate(ODD) if not key.startswith("#")}
    export = ["export", *listed, "prod/jwt-secret", "--format", "systemd"]
    lines = vault.keyctl(*export)
    directory = work / "50% of the credentials"
    loads = vault.keyctl(*export, "-o", f"{directory}/")
    expected = {
        "api_keys": "".join(key + "\n" for key in listed.values()),
        "jwt-secret": ALPHABET,
    }
    probe = "[Service]\nSetCredential=probe:1\n"
    can_be_asked = (
        os.geteuid() == 0
        and pathlib.Path("/lib/systemd/systemd").exists()
        and shutil.which("unshare") is not None
        and systemd_reads(work, probe) == {"probe": "1"}
    )
    for form, dropin in [("in the unit", lines), ("as files", loads)]:
        if can_be_asked:
            check(f"{what}, {form}", lambda: systemd_reads(work, dropin), expected)
        else:
            skip(f"{what}, {form}", "no systemd that runs in namespaces of its own")


def main():
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("usage: exports_env.py path/to/keyctl")
    program = str(pathlib.Path(sys.argv[1]).resolve())
    try:
        python = python_with_packages()
    except RuntimeError as error:
        print(f"no packages: {error}")
        python = None
    with tempfile.TemporaryDirectory() as place:
        work = pathlib.Path(place)
        vault = Vault(program, work)
        if shutil.which("age") and shutil.which("openssl"):
            vault.plant()
        else:
            skip("secrets with every character", "no age or no openssl")
            ODD[:] = [vault.revealed(f"prod/k{at}") for at in range(len(ODD))]
            globals()["ALPHABET"] = vault.revealed("prod/jwt-secret")
        variables = {"CHAPKIT_API_KEYS": ",".join(ODD), "JWT_SECRET": ALPHABET}
        shells(vault, work, variables)
        dotenv(vault, work, variables, python)
        docker_env(vault, work, variables)
        responder(vault, work, python)
        systemd(vault, work)
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    sys.exit(counts["failed"] > 0)


main()
