"""A real clipboard: an X server without a screen, and xclip and xsel that reach it.

    python3 tests/real/clipboard.py target/release/keyctl

Ends with `N passed, N failed, N skipped`.
"""

import contextlib
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SECONDS = 2
counts = {"passed": 0, "failed": 0, "skipped": 0}


def expect(good, what, why=""):
    counts["passed" if good else "failed"] += 1
    print(f"ok: {what}" if good else f"FAILED: {what}\n    {why}", flush=True)


def skip(what, why):
    counts["skipped"] += 1
    print(f"skipped: {what} ({why})", flush=True)


@contextlib.contextmanager
def display():
    """An X server on a display that is free; its number."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x8", "-nolisten", "tcp"],
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            yield ":" + numbers.readline().strip()
    finally:
        server.terminate()
        server.wait()


class Desk:
    """A home with a key, and one program that reaches the clipboard."""

    def __init__(self, program, tool, shown, work):
        home, bin_dir = work / "home", work / "bin"
        home.mkdir()
        bin_dir.mkdir()
        (bin_dir / tool).symlink_to(shutil.which(tool))
        self.program = program
        self.env = {
            "HOME": str(home),
            "PATH": str(bin_dir),
            "DISPLAY": shown,
            "KEYCTL_CLIP_SECONDS": str(SECONDS),
        }
        self.keyctl("init", "--no-passphrase")
        self.keyctl("new", "prod/web", "--no-show")
        self.secret = self.keyctl("export", "prod/web", "--client", "--bare").strip()

    def keyctl(self, *args):
        ended = subprocess.run(
            [self.program, *args], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
        )
        if ended.returncode:
            raise RuntimeError(f"{args}: {ended.stderr}")
        return ended.stdout


def run(shown, *command, text=None):
    env = {"PATH": os.environ["PATH"], "DISPLAY": shown}
    feed = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
    # xclip stays behind with what it was given: nobody waits for its output when it copies.
    out = subprocess.DEVNULL if text is not None else subprocess.PIPE
    ended = subprocess.run(command, env=env, stdout=out, stderr=subprocess.DEVNULL, text=True, timeout=10, **feed)
    return ended.stdout or ""


def pasted(shown):
    return run(shown, "xclip", "-selection", "clipboard", "-o")


def becomes(shown, wanted):
    """Whether the clipboard is as wanted, now or soon."""
    end = time.monotonic() + SECONDS + 10
    while time.monotonic() < end:
        if pasted(shown) == wanted:
            return True
        time.sleep(0.1)
    return False


def is_on_a_command_line(secret):
    for name in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if secret.encode() in pathlib.Path(name).read_bytes():
                return True
    return False


def check(program, tool, shown, work):
    desk = Desk(program, tool, shown, work)
    # A pipeline ends with keyctl, whoever stays behind to hand the secret out.
    line = f'"{program}" show prod/web --clip 2>&1 | {shutil.which("cat")}'
    start = time.monotonic()
    said = subprocess.run(["/bin/sh", "-c", line], env=desk.env, capture_output=True, text=True, timeout=30).stdout
    took = time.monotonic() - start
    expect("copied to the clipboard" in said and desk.secret not in said, f"{tool}: it is said", said)
    expect(took < SECONDS, f"{tool}: a pipeline does not wait", f"{took:.1f} s")
    there = pasted(shown)
    expect(there == desk.secret, f"{tool}: the secret is on the clipboard", f"{len(there)} bytes are")
    expect(not is_on_a_command_line(desk.secret), f"{tool}: it is on no command line")
    expect(becomes(shown, ""), f"{tool}: it is taken away")

    desk.keyctl("show", "prod/web", "--clip")
    run(shown, "xclip", "-selection", "clipboard", text="a shopping list")
    time.sleep(SECONDS + 1)
    expect(pasted(shown) == "a shopping list", f"{tool}: what was copied since stays", pasted(shown)[:40])

    made = desk.keyctl("new", "prod/other", "--clip")
    other = desk.keyctl("export", "prod/other", "--client", "--bare").strip()
    expect(made == "" and pasted(shown) == other, f"{tool}: a new key is copied and not printed")
    expect(becomes(shown, ""), f"{tool}: a new key is taken away too")

    desk.env["DISPLAY"] = ":987"
    ended = subprocess.run(
        [program, "show", "prod/web", "--clip"], env=desk.env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    told = ended.returncode == 1 and "cannot copy to the clipboard" in ended.stderr
    expect(told, f"{tool}: a display that is gone is told", ended.stderr)


def main():
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("usage: clipboard.py path/to/keyctl")
    program = str(pathlib.Path(sys.argv[1]).resolve())
    missing = [name for name in ["Xvfb", "xclip"] if not shutil.which(name)]
    if missing:
        skip("a real clipboard", f"no {', no '.join(missing)}")
    else:
        with display() as shown:
            for tool in ["xclip", "xsel"]:
                if not shutil.which(tool):
                    skip(f"a clipboard by {tool}", f"no {tool}")
                    continue
                with tempfile.TemporaryDirectory() as place:
                    check(program, tool, shown, pathlib.Path(place))
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    sys.exit(counts["failed"] > 0)


main()
