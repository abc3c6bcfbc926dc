"""Rehearse a whole rotation under load: two services, two clients, and nobody is cut off.

    python tests/real/rehearsal.py [--keep-logs DIR] target/release/keyctl

Wants the Python that has servicekit. Two real services take their list from the file that
`export --docker` writes: one is run by uvicorn and logs for people, the other by gunicorn and logs
JSON, each with two workers. A deploy is a new file and a HUP. Two clients send requests all the
while, each with the key that it was last given. Afterwards the gates are left out, to show that
an outage would be seen. Ends with `N passed, N failed, N skipped`.
"""

import argparse
import collections
import http.client
import importlib.util
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PATH = "/api/v1/system"
WORKERS = 2
# What each client sends a second, and what both together must reach.
PACE = 45
FLOOR = 50
# How many requests a step must see to say anything.
PLENTY = 30
# How many seconds without the old version make it unused, in this hurry.
QUIET = 2
# How long the clients go on undisturbed after each step.
PAUSE = 1.2
# A start loads all of servicekit, on a machine that may be busy.
START_SECONDS = 60
REQUEST_SECONDS = 20

SERVICE = f"""\
import os, pathlib
from servicekit.api.service_builder import BaseServiceBuilder, ServiceInfo

async def sign_in(app):
    pathlib.Path("workers", str(os.getpid())).touch()

app = (
    BaseServiceBuilder(info=ServiceInfo(id="rehearsal", display_name="Rehearsal"))
    .with_logging()
    .with_system(prefix="{PATH}")
    .with_auth(api_key_file="api_keys.txt")
    .on_startup(sign_in)
    .build()
)
"""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CONSOLE_LINE = re.compile(r"\S+ \[\w+ *\] (auth\.\w+) +(.*)")
EVENTS = ("auth.loaded_from_file", "auth.success", "auth.invalid_key")


class Failed(Exception):
    """A step that all the rest stands on went wrong."""


def wait_for(what, true, seconds=START_SECONDS):
    """Wait until `true()` is."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.05)


class Keyctl:
    """The program under test, with a home of its own."""

    def __init__(self, program, home):
        self.program = program
        home.mkdir()
        self.env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def __call__(self, *words, answer=0):
        """Run one command, which ends with this exit code; what it wrote to stdout."""
        done = subprocess.run(
            [self.program, *words], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
        if done.returncode != answer:
            raise Failed(f"keyctl {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def client_key(self):
        """What a client must send now."""
        return self("export", "prod/web", "--client", "--bare").strip()


def worker_class():
    """Which of its workers gunicorn takes: uvicorn's while there is one, else its own."""
    return "uvicorn.workers.UvicornWorker" if importlib.util.find_spec("uvicorn.workers") else "asgi"


# --- A service --------------------------------------------------------------------------------


class Service:
    """A servicekit application with two workers, on a host of its own: nothing is shared."""

    def __init__(self, name, runner, log_format, folder):
        self.name, self.runner, self.log_format = name, runner, log_format
        self.folder = folder
        (folder / "workers").mkdir(parents=True)
        (folder / "service.py").write_text(SERVICE)
        self.list = folder / "api_keys.txt"
        self.log = folder / "log"
        self.process = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self):
        """Start it; `ready` waits."""
        command = {
            # By default a worker that needs more than 5 s to start is given up, and the old one goes on.
            "uvicorn": f"uvicorn service:app --host 127.0.0.1 --port {self.port} --workers {WORKERS}"
            f" --timeout-worker-healthcheck {START_SECONDS}",
            "gunicorn": f"gunicorn service:app --bind 127.0.0.1:{self.port} --workers {WORKERS}"
            f" --worker-class {worker_class()} --timeout {START_SECONDS}",
        }[self.runner]
        env = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        env |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore", "LOG_FORMAT": self.log_format}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                cwd=self.folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def workers(self):
        """The process ids that signed in and still live."""
        found = set()
        for entry in (self.folder / "workers").iterdir():
            try:
                os.kill(int(entry.name), 0)
            except ProcessLookupError:
                entry.unlink()
            else:
                found.add(int(entry.name))
        return found

    def serves(self):
        """Whether all workers run and somebody answers."""
        if self.process.poll() is not None:
            raise Failed(f"{self.name} ended by itself")
        try:
            return len(self.workers()) == WORKERS and ask(self.port, None) == 401
        except OSError:
            return False

    def ready(self):
        """Wait until it serves."""
        wait_for(f"start of {self.name}", self.serves)

    def reload(self, keys):
        """HUP, until no worker of before is left and each new one said that it loaded so many keys."""
        old, since = self.workers(), self.mark()
        os.kill(self.process.pid, signal.SIGHUP)

        def done():
            loaded = [event["count"] for event in self.events(since) if event["event"] == "auth.loaded_from_file"]
            return not old & self.workers() and loaded.count(str(keys)) == len(loaded) == WORKERS and self.serves()

        wait_for(f"reload of {self.name}", done)

    def end(self):
        """End it and its workers, whatever their state."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        # What its session still holds.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    # The log.

    def mark(self):
        """Where the log ends now."""
        return self.log.stat().st_size

    def lines(self, since=0):
        """The whole lines of the log after a mark."""
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace").split("\n")[:-1]

    def events(self, since=0):
        """What the log says about keys: the fields of each line, and the line."""
        for line in self.lines(since):
            if self.log_format == "json":
                if line.startswith("{") and '"auth.' in line:
                    fields = {name: str(value) for name, value in json.loads(line).items()}
                    yield fields | {"line": line}
            elif match := CONSOLE_LINE.match(COLOUR.sub("", line)):
                fields = dict(part.split("=", 1) for part in match[2].split() if "=" in part)
                yield fields | {"event": match[1], "line": line}

    def prefixes(self, since):
        """The prefixes of the keys that it let in since a mark."""
        return {event["key_prefix"] for event in self.events(since) if event["event"] == "auth.success"}


def ask(port, key, connection=None):
    """The status of one request; OSError when there is no answer."""
    mine = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS)
    try:
        mine.request("GET", PATH, headers={} if key is None else {"X-API-Key": key})
        with mine.getresponse() as response:
            response.read()
            return response.status
    except http.client.HTTPException as error:
        raise ConnectionError(repr(error)) from error
    finally:
        if connection is None:
            mine.close()


# --- The clients ------------------------------------------------------------------------------


class Tally:
    """What became of the requests, by the step in which they began."""

    def __init__(self):
        self.lock = threading.Lock()
        self.step = None
        self.counts = collections.defaultdict(collections.Counter)
        self.longest = collections.defaultdict(float)
        self.errors = collections.Counter()
        self.faults = []

    def add(self, step, what, took=0.0):
        """Count one of the kind `what`."""
        with self.lock:
            self.counts[step][what] += 1
            self.longest[step] = max(self.longest[step], took)

    def add_error(self, step, took, what):
        """Count one connection error, and remember its kind."""
        self.add(step, "down", took)
        with self.lock:
            self.errors[what] += 1

    def total(self, *kinds):
        """How many of these kinds, over all steps."""
        with self.lock:
            return sum(counts[kind] for counts in self.counts.values() for kind in kinds)

    def line(self, step, took):
        """What is said about a step."""
        with self.lock:
            counts = self.counts[step]
            said = f"{step} ({took:.1f} s): {counts['ok']} ok, {counts['refused']} refused"
            said += f", {counts['down']} connection errors"
            said += "".join(f", {n} {kind}" for kind, n in counts.items() if kind not in ("ok", "refused", "down"))
            return f"{said}; longest {self.longest[step] * 1000:.0f} ms"


class Client:
    """A program that calls the services by turns, over two lanes, with the key that it was given.

    As behind a load balancer: what gets no answer from one service goes to the other. A refusal is
    an answer, and is final.
    """

    LANES = 2

    def __init__(self, services, tally, key, keep_alive):
        self.names = {service.port: service.name for service in services}
        self.ports = list(self.names)
        self.tally, self.key, self.keep_alive = tally, key, keep_alive
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.lane, args=(turn,), daemon=True) for turn in range(self.LANES)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Send no more, and wait for the last answers."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(3 * REQUEST_SECONDS)

    def lane(self, turn):
        """One request after the other, at an even pace; after a stall it catches up."""
        connections = {}
        if self.keep_alive:
            connections = {
                port: http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS) for port in self.ports
            }
        due = time.monotonic()
        try:
            while not self.stopped.wait(max(0, due - time.monotonic())):
                due += self.LANES / PACE
                turn += 1
                self.one(turn, connections)
        except Exception as error:  # a lane that ends unseen would look like success
            self.tally.faults.append(repr(error))
        finally:
            for connection in connections.values():
                connection.close()

    def one(self, turn, connections):
        """One request, to whichever service answers it."""
        step, key, began = self.tally.step, self.key, time.monotonic()
        for attempt in range(len(self.ports)):
            port = self.ports[(turn + attempt) % len(self.ports)]
            connection = connections.get(port)
            how = "new" if connection is None or connection.sock is None else "kept"
            try:
                status = ask(port, key, connection)
            except OSError as error:
                # The next request on it connects anew.
                if connection is not None:
                    connection.close()
                what = f"{self.names[port]}, {how} connection: {type(error.__cause__ or error).__name__}"
                self.tally.add_error(step, time.monotonic() - began, what)
                continue
            kind = {200: "ok", 401: "refused", 403: "refused"}.get(status, f"status {status}")
            self.tally.add(step, kind, time.monotonic() - began)
            return
        self.tally.add(step, "unanswered", time.monotonic() - began)


# --- The rehearsal ----------------------------------------------------------------------------


class Rehearsal:
    """The steps, and what is checked on the way."""

    def __init__(self, keyctl, services, keep_logs):
        self.keyctl, self.services, self.keep_logs = keyctl, services, keep_logs
        self.tally = Tally()
        self.clients = []
        self.passed = self.failed = 0

    def check(self, what, good, why=""):
        """Count one check, and say it."""
        if good:
            self.passed += 1
            print(f"ok: {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED: {what}{why and f' ({why})'}", flush=True)

    def step(self, name, action=None):
        """Do one thing while the clients go on, then leave them alone for a while."""
        began = time.monotonic()
        self.tally.step = name
        if action is not None:
            action()
        time.sleep(PAUSE)
        print(f"  {self.tally.line(name, time.monotonic() - began)}", flush=True)

    def export(self, service):
        """Write the list where the service will read it; how many keys it holds."""
        self.keyctl("export", "--env", "prod", "--docker", "-o", str(service.list))
        return len(service.list.read_text().split())

    def deploy(self, service):
        """Write the list anew and have the service read it."""
        service.reload(self.export(service))

    def rotate(self, stage, *how):
        """One stage of the rotation, on a person's word or as it is said."""
        how = how or ([] if stage == "add" else ["--yes"])
        self.keyctl("rotate", stage, "prod/web", *how)

    def logs(self):
        """The real logs of both services, as a person names them."""
        return ["--log", *(str(service.log) for service in self.services)]

    def evidence(self, what, verdict, *how):
        """What keyctl reads in the logs."""
        answer = 0 if verdict == "pass" else 3
        report = json.loads(self.keyctl("rotate", "evidence", "prod/web", *self.logs(), *how, "--json", answer=answer))
        self.check(f"evidence: {what}: {verdict}", report["verdict"] == verdict, f"{report['verdict']}: {report['summary']}")

    def switch(self, client):
        """The client fetches the key that it must send from now on."""
        client.key = self.keyctl.client_key()

    def save_logs(self, when):
        """Copy the logs as they are now, where they were asked for."""
        if self.keep_logs:
            for service in self.services:
                shutil.copyfile(service.log, self.keep_logs / f"{when}-{service.runner}-{service.log_format}.log")

    def start(self):
        """An environment with one key, both services, both clients."""
        self.keyctl("init", "--no-passphrase")
        # With a short code the 7 characters that servicekit logs reach into the random part.
        self.keyctl("env", "add", "prod", "--code", "p")
        self.keyctl("new", "--env", "prod", "web", "--no-show")
        self.old = self.keyctl.client_key()
        for service in self.services:
            self.export(service)
            service.start()
        for service in self.services:
            service.ready()

    def rotation(self):
        """A whole rotation as it is meant to be."""
        one, two = self.services
        self.tally.step = "before"
        began = time.monotonic()
        self.clients = [Client(self.services, self.tally, self.old, keep_alive) for keep_alive in (True, False)]
        first, second = self.clients

        self.step("before")
        self.step("rotate add", lambda: self.rotate("add"))
        self.evidence("before any deploy the list is loaded nowhere", "not-provable")
        self.step(f"deploy to {one.name}", lambda: self.deploy(one))
        self.evidence("one service has not loaded it yet", "not-provable")
        self.step(f"deploy to {two.name}", lambda: self.deploy(two))
        self.evidence("both services have loaded the list", "pass")
        # The logs open the gate: nobody says yes.
        self.step("rotate migrate", lambda: self.rotate("migrate", *self.logs()))
        self.step("client 1 switches", lambda: self.switch(first))
        self.evidence("client 2 still sends the old version", "fail", "--quiet-for", "1s")
        self.step("client 2 switches", lambda: self.switch(second))
        marks = [service.mark() for service in self.services]
        self.step("both clients switched", lambda: time.sleep(2 * QUIET))
        quiet = ["--quiet-for", f"{QUIET}s"]
        self.evidence("the old version is unused", "pass", *quiet)
        self.save_logs("before-remove")
        self.new = first.key
        self.check("a switch gives both clients the new version", self.old != self.new == second.key)
        self.gate_to_remove(marks)
        self.step("rotate remove", lambda: self.rotate("remove", *self.logs(), *quiet))
        self.step(f"deploy of the shorter list to {one.name}", lambda: self.deploy(one))
        self.step(f"deploy of the shorter list to {two.name}", lambda: self.deploy(two))
        self.tally.step = "the end"
        for client in self.clients:
            client.stop()
        seconds = time.monotonic() - began
        self.evidence("nobody sends what was removed", "pass")
        self.verdict(seconds)
        self.evidence("what was sent after the removal is seen", "fail")

    def gate_to_remove(self, marks):
        """What a person reads in the logs before the removal: new ones only."""
        if self.old[:7] == self.new[:7]:
            print("  the logs cannot tell the versions apart this time: they begin alike")
            return
        for service, since in zip(self.services, marks, strict=True):
            seen = service.prefixes(since)
            self.check(f"the log of {service.name} shows the new version only", seen == {self.new[:7]}, f"{seen}")

    def verdict(self, seconds):
        """What the clients lived through."""
        tally = self.tally
        answered = tally.total("ok", "refused")
        refused, requests = tally.total("refused"), sum(
            n for counts in tally.counts.values() for kind, n in counts.items() if kind != "down"
        )
        rate = answered / seconds
        self.check("nobody is refused", refused == 0, f"{refused} requests were")
        self.check(
            "every request is answered with 200",
            tally.total("ok") == requests and not tally.faults,
            f"{requests - tally.total('ok')} were not {tally.faults}",
        )
        self.check(f"at least {FLOOR} requests a second", rate >= FLOOR, f"{rate:.0f}")
        thin = [step for step, counts in tally.counts.items() if step != "the end" and counts["ok"] < PLENTY]
        self.check("each step sees plenty of requests", not thin, ", ".join(thin))
        self.summary = (
            f"rehearsal: {requests} requests at {rate:.0f}/s through a whole rotation, {refused} refused"
            f" ({tally.total('down')} connection errors, {seconds:.0f} s)"
        )
        for what, number in sorted(tally.errors.items()):
            print(f"  {what}, {number} times", flush=True)
        for service in self.services:
            # Each on a new connection, so that every worker has its turn.
            old = {ask(service.port, self.old) for _ in range(8 * WORKERS)}
            new = {ask(service.port, self.new) for _ in range(8 * WORKERS)}
            self.check(f"{service.name} accepts the new version and not the old", (old, new) == ({401}, {200}))

    def without_gates(self):
        """The same harness must see an outage: a rotation that waits for nobody."""
        one, two = self.services
        self.tally = tally = Tally()
        tally.step = "without gates: before"
        self.clients = [Client(self.services, tally, self.new, keep_alive) for keep_alive in (True, False)]
        first, second = self.clients

        def hasty_migrate():
            self.rotate("add")
            self.rotate("migrate")
            self.switch(first)

        hasty, late, early = "client 1 switches before any deploy", "the deploys", "remove before client 2 switches"

        def both():
            self.deploy(one)
            self.deploy(two)

        def hasty_remove():
            self.rotate("remove")
            both()

        self.step(hasty, hasty_migrate)
        self.step(late, both)
        self.step("both versions are accepted again")
        self.step(early, hasty_remove)
        for client in self.clients:
            client.stop()
        counts = tally.counts
        self.check("an early migrate is seen as an outage", counts[hasty]["refused"] > 0)
        self.check("the outage is over once the list is there", counts["both versions are accepted again"]["refused"] == 0)
        self.check("an early remove is seen as an outage", counts[early]["refused"] > 0 and second.key == self.new)

    def show_log_lines(self):
        """The real lines from which a reader of logs must tell keys apart."""
        for service in self.services:
            found = {}
            for event in service.events():
                found.setdefault(event["event"], event["line"])
            for name in EVENTS:
                print(f"  {service.log_format}, {name}: {found.get(name)!r}")
            self.check(f"the log of {service.name} holds all events", set(EVENTS) <= set(found))

    def show_tails(self):
        """What the services said last; the logs hold no more of a key than 7 characters."""
        for service in self.services:
            if service.log.exists():
                print(f"the end of the log of {service.name}:")
                print("\n".join(f"    {COLOUR.sub('', line)}" for line in service.lines()[-30:]))

    def run(self):
        """All of it; the services end in any case."""
        self.summary = None
        try:
            self.start()
            self.rotation()
            self.without_gates()
            self.show_log_lines()
        except (Failed, OSError, subprocess.SubprocessError) as error:
            self.check("the rehearsal reaches its end", False, f"{error}")
        finally:
            for client in self.clients:
                client.stopped.set()
            for service in self.services:
                service.end()
            self.save_logs("end")
        if self.failed:
            self.show_tails()
        if self.summary:
            print(self.summary)


def closing(passed, failed, skipped):
    """The line by which the caller counts."""
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0)


def main():
    """Look for what is needed, and rehearse."""
    arguments = argparse.ArgumentParser(description="Rehearse a whole rotation under load.")
    arguments.add_argument("keyctl")
    arguments.add_argument("--keep-logs", metavar="DIR", type=pathlib.Path, help="copy the services' logs there")
    given = arguments.parse_args()
    for module in ("servicekit", "uvicorn", "gunicorn"):
        if importlib.util.find_spec(module) is None:
            print(f"skipped: the rehearsal (no {module} in this Python)")
            closing(0, 0, 1)
    if given.keep_logs:
        given.keep_logs.mkdir(parents=True, exist_ok=True)
    # A caller that loses patience must not leave services behind.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        services = [
            Service("service 1", "uvicorn", "console", work / "one"),
            Service("service 2", "gunicorn", "json", work / "two"),
        ]
        rehearsal = Rehearsal(Keyctl(os.path.abspath(given.keyctl), work / "home"), services, given.keep_logs)
        rehearsal.run()
    closing(rehearsal.passed, rehearsal.failed, 0)


if __name__ == "__main__":
    main()
