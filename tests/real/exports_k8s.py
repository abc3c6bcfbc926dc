"""What kubectl, compose and a Docker engine make of what is exported for them.

    python3 tests/real/exports_k8s.py target/release/keyctl

kubectl is asked without a cluster. A Docker engine of our own is started in a temporary directory,
where that is possible, and ends with us. What the machine lacks is skipped with a line that says so.
Ends with `N passed, N failed, N skipped`.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

NOTE = 'a: "b" # $c\n- d\t\x1b[31m é 😀 \u202e \\'
# A client older than the engine or newer: both speak this.
API = "1.41"


class Tally:
    """Counts, and says what is wrong."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, what, good, said=""):
        if good:
            self.passed += 1
            print(f"ok: {what}")
        else:
            self.failed += 1
            print(f"FAILED: {what}")
            print("".join(f"    {line}\n" for line in str(said).splitlines()), end="")

    def skip(self, what, why):
        self.skipped += 1
        print(f"skipped: {what} ({why})")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


class Place:
    """A home of its own, and what runs in it."""

    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory
        self.environment = {
            "HOME": directory,
            "PATH": os.environ.get("PATH", ""),
            "KUBECONFIG": "/dev/null",
        }

    def run(self, *command, seconds=60):
        return subprocess.run(
            command, cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=seconds, check=False,
        )

    def keyctl(self, *args):
        ended = self.run(self.binary, *args)
        if ended.returncode:
            sys.exit(f"keyctl {' '.join(args)} ended with {ended.returncode}: {ended.stderr}")
        return ended.stdout

    def path(self, name):
        return os.path.join(self.directory, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()


# --- kubectl ------------------------------------------------------------------------------------


def as_kubectl_reads(place, name):
    """The Secret as kubectl understands it, without a server."""
    ended = place.run("kubectl", "label", "--local", "-f", name, "read=yes", "-o", "json")
    return json.loads(ended.stdout) if ended.returncode == 0 else {"error": ended.stderr}


def kubectl(place, tally):
    if not shutil.which("kubectl"):
        tally.skip("kubectl reads what is exported", "no kubectl")
        return
    place.keyctl("export", "--env", "prod", "--docker", "-o", "api_keys.txt")
    keys = place.read("api_keys.txt")
    plain = ["export", "--env", "prod", "--k8s"]

    for writing in [[], ["--string-data"]]:
        said = ["--annotation", f"example.com/note={NOTE}", "--annotation", "1=true", "--immutable",
                "--type", "example.com/keys", "--label", "on=yes"]
        place.keyctl(*plain, *writing, *said, "-o", "secret.yaml", "--force")
        secret = as_kubectl_reads(place, "secret.yaml")
        words = " ".join(writing) or "data"
        if writing:
            value = secret.get("stringData", {}).get("api_keys.txt")
        else:
            value = base64.b64decode(secret.get("data", {}).get("api_keys.txt", "")).decode()
        tally.check(f"kubectl reads the keys in {words}", value == keys, secret)
        meta = secret.get("metadata", {})
        wanted = {"example.com/note": NOTE, "1": "true"}
        tally.check(f"and the annotations beside {words}", meta.get("annotations") == wanted, meta)
        kind = (secret.get("type"), secret.get("immutable"), meta.get("labels", {}).get("on"))
        tally.check(f"and all else beside {words}", kind == ("example.com/keys", True, "yes"), kind)

    create = ["kubectl", "create", "secret", "generic", "chapkit-api-keys", "--append-hash",
              "--dry-run=client", "-o", "json"]
    value = place.keyctl("export", "--env", "prod").strip()
    literal = [f"--from-literal={value}"]
    for what, ours, theirs in [
        ("of a file", [], ["--from-file=api_keys.txt"]),
        ("of a type", ["--type", "a.b/c"], ["--from-file=api_keys.txt", "--type=a.b/c"]),
        ("of a variable", ["--env-from"], literal),
        ("in clear", ["--string-data"], ["--from-file=api_keys.txt"]),
    ]:
        place.keyctl(*plain, "--append-hash", *ours, "-o", f"hash-{what}.yaml")
        secret = as_kubectl_reads(place, f"hash-{what}.yaml")
        ended = place.run(*create, *theirs)
        other = json.loads(ended.stdout) if ended.returncode == 0 else {"metadata": {}}
        same = secret.get("metadata", {}).get("name") == other["metadata"].get("name", "none")
        tally.check(f"the appended hash {what} is kubectl's", same, f"{secret}\n{other}{ended.stderr}")
        if "--string-data" not in ours:
            tally.check(f"and so is the data {what}", secret.get("data") == other.get("data"))

    for writing in [[], ["--string-data"]]:
        os.makedirs(place.path("kustomize"), exist_ok=True)
        place.keyctl(*plain, *writing, "-o", "kustomize/secret.yaml", "--force")
        with open(place.path("kustomize/kustomization.yaml"), "w", encoding="utf-8") as file:
            file.write("resources: [secret.yaml]\n")
        ended = place.run("kubectl", "kustomize", "kustomize")
        with open(place.path("built.yaml"), "w", encoding="utf-8") as file:
            file.write(ended.stdout)
        before = as_kubectl_reads(place, "kustomize/secret.yaml")
        words = " ".join(writing) or "data"
        same = ended.returncode == 0 and before == as_kubectl_reads(place, "built.yaml")
        tally.check(f"kustomize keeps {words} as it is", same, ended.stderr or ended.stdout)


# --- compose ------------------------------------------------------------------------------------


def compose_command(place):
    """How compose is called here; it needs no engine to read a file."""
    for command in [["docker", "compose"], ["docker-compose"]]:
        if shutil.which(command[0]) and place.run(*command, "version").returncode == 0:
            return command
    return None


def compose(place, tally):
    what = "compose finds the file that the fragment names"
    command = compose_command(place)
    if not command:
        tally.skip(what, "no compose")
        return
    odd = place.path("it's $HOME: \"odd\" #1.txt")
    said = place.keyctl("export", "--env", "prod", "--docker", "-o", odd, "--compose",
                        "--service", "web")
    with open(place.path("compose.yaml"), "w", encoding="utf-8") as file:
        file.write('version: "3.8"\n' + said)
    with open(place.path("base.yaml"), "w", encoding="utf-8") as file:
        file.write('version: "3.8"\nservices: {web: {image: "kt/busybox:1"}}\n')
    ended = place.run(*command, "-f", "base.yaml", "-f", "compose.yaml", "config")
    # What compose prints it escapes as it reads it.
    found = ended.returncode == 0 and odd.replace("$", "$$") in ended.stdout.replace("''", "'")
    tally.check(what, found, ended.stdout + ended.stderr)


# --- A Docker engine ----------------------------------------------------------------------------


class Engine:
    """An engine of our own, with a swarm of one and an image."""

    def __init__(self, place):
        self.place, self.process = place, None

    def why_not(self):
        """Starts it; says why that is not possible."""
        if os.getuid() != 0:
            return "needs root"
        for program in ["docker", "dockerd", "busybox"]:
            if not shutil.which(program):
                return f"no {program}"
        root = self.place.path("engine")
        os.makedirs(root)
        socket = f"unix://{root}/docker.sock"
        with open(f"{root}/log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["dockerd", "-H", socket, "--data-root", f"{root}/data",
                 "--exec-root", f"{root}/exec", "--pidfile", f"{root}/pid", "--bridge=none",
                 "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false",
                 "--cgroup-parent=kt"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        self.place.environment.update(DOCKER_HOST=socket, DOCKER_API_VERSION=API)
        end = time.monotonic() + 30
        while self.docker("version").returncode:
            if self.process.poll() is not None or time.monotonic() > end:
                with open(f"{root}/log", encoding="utf-8") as log:
                    return f"the engine does not start: {log.read().strip()[-200:]}"
            time.sleep(0.3)
        swarm = self.docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr",
                            "127.0.0.1:22377", "--data-path-addr", "127.0.0.1")
        if swarm.returncode:
            return f"no swarm: {swarm.stderr.strip()}"
        with tarfile.open(self.place.path("image.tar"), "w") as image:
            image.add(os.path.realpath(shutil.which("busybox")), "bin/busybox")
            for name in ["sh", "sleep", "cat"]:
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                image.addfile(link)
        made = self.docker("import", self.place.path("image.tar"), "kt/busybox:1")
        return f"no image: {made.stderr.strip()}" if made.returncode else None

    def docker(self, *args):
        return self.place.run("docker", *args, seconds=120)

    def secrets(self, service):
        form = "{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}}:{{.File.Name}} {{end}}"
        return self.docker("service", "inspect", "--format", form, service).stdout.split()

    def inside(self, service, wanted):
        """What a running container reads, as soon as it is what is wanted."""
        end, text = time.monotonic() + 60, None
        while text != wanted and time.monotonic() < end:
            ids = self.docker("ps", "-q", "--filter", f"name={service}").stdout.split()
            texts = [self.docker("exec", one, "cat", "/run/secrets/api_keys").stdout for one in ids]
            text = texts[0] if len(texts) == 1 else texts
            time.sleep(0.5)
        return text

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.docker("swarm", "leave", "--force")
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            # What a killed engine leaves mounted would keep its directory from being removed.
            subprocess.run(["umount", self.place.path("engine/exec/netns/default")],
                           check=False, capture_output=True)


def swarm(place, tally):
    what = "a swarm takes one generation after the other"
    engine = Engine(place)
    try:
        why = engine.why_not()
        if why:
            tally.skip(what, why)
            return
        for service in ["web", "jobs"]:
            made = engine.docker("service", "create", "--detach", "--name", service, "--network",
                                 "host", "--no-resolve-image", "kt/busybox:1", "/bin/sleep", "600")
            if made.returncode:
                tally.skip(what, f"no service: {made.stderr.strip()}")
                return
        for stage in [None, ("add",), ("migrate", "--yes"), ("remove", "--yes")]:
            if stage:
                place.keyctl("rotate", stage[0], "prod/web", *stage[1:])
            said = place.keyctl("export", "--env", "prod", "--docker", "-o", "swarm keys.txt",
                                "--swarm", "chapkit_api_keys", "--service", "web", "--service", "jobs")
            ended = place.run("sh", "-ec", said.replace("service update", "service update --detach"),
                              seconds=120)
            name = said.split()[3]
            words = stage[0] if stage else "the first"
            tally.check(f"{words}: the commands run as they stand", ended.returncode == 0, ended)
            for service in ["web", "jobs"]:
                has = engine.secrets(service)
                tally.check(f"{words}: {service} has this secret alone",
                            has == [f"{name}:api_keys"], has)
            keys = place.read("swarm keys.txt")
            text = engine.inside("web", keys)
            tally.check(f"{words}: the container reads the file", text == keys, text)
    finally:
        engine.stop()


def main():
    """Export for each, and ask it."""
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("usage: exports_k8s.py path/to/keyctl")
    tally = Tally()
    directory = tempfile.mkdtemp()
    try:
        place = Place(os.path.abspath(sys.argv[1]), directory)
        place.keyctl("init", "--no-passphrase")
        for name in ["web", "batch"]:
            place.keyctl("new", "--env", "prod", name, "--no-show")
        kubectl(place, tally)
        compose(place, tally)
        swarm(place, tally)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()
