"""Drive the first command of the README on a pseudo-terminal, as a person would.

    python3 tests/real/first_key.py target/release/keyctl

On a fresh HOME, `new --env dev` offers to create a vault, asks for a passphrase twice without
showing it, and prints a key. Ends with `N passed, N failed, N skipped`.
"""

import errno
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl

PASSPHRASE = "seven-lamps-over-the-quiet-harbour"
KEY = re.compile(r"\bsk_dev_[0-9A-Za-z]{36}\b")
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_=>])")
SECONDS = 60


class Terminal:
    """One command on its own terminal of 80 columns; `stdout` elsewhere when it is given."""

    def __init__(self, command, home, stdout=None):
        self.raw = b""
        self.answered = 0
        self.code = None
        self.deadline = time.monotonic() + SECONDS
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
                if stdout is not None:
                    os.dup2(stdout, 1)
                env = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
                os.execve(command[0], command, env)
            finally:
                os._exit(127)

    @property
    def text(self):
        """All that was shown, without escapes."""
        return ESCAPES.sub("", self.raw.decode(errors="replace")).replace("\r\n", "\n")

    @property
    def prompt(self):
        """The unfinished last line since the last answer: what a person would be answering."""
        fresh = ESCAPES.sub("", self.raw[self.answered :].decode(errors="replace"))
        return fresh.replace("\r", "\n").rsplit("\n", 1)[-1].strip()

    def echoes(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def more(self, seconds):
        """Read what there is, waiting at most so long. False when the command has closed its end."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            read = os.read(self.fd, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            read = b""
        self.raw += read
        return bool(read)

    def answer(self, text):
        """Type a line."""
        self.answered = len(self.raw)
        os.write(self.fd, text.encode() + b"\r")

    def interrupt(self):
        """Type Ctrl-C."""
        self.answered = len(self.raw)
        os.write(self.fd, b"\x03")

    def close(self):
        """The exit code; ends the command when it has not ended by itself."""
        while self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > self.deadline:
                os.kill(self.pid, signal.SIGKILL)
                self.deadline = float("inf")
            else:
                time.sleep(0.02)
        os.close(self.fd)


def converse(terminal, replies):
    """Answer every prompt until the command ends: Enter to a yes-or-no question, `replies` in turn
    to a passphrase, Ctrl-C when it is asked for once more. Returns how many prompts for it were
    hidden, and how many were not."""
    hidden = shown = 0
    still = time.monotonic()
    seen = -1
    while time.monotonic() < terminal.deadline:
        if not terminal.more(0.05):
            break
        if len(terminal.raw) != seen:
            seen, still = len(terminal.raw), time.monotonic()
        # A prompt stands once nothing more has come for a moment.
        quiet = time.monotonic() - still
        prompt = terminal.prompt
        if not prompt or quiet < 0.2:
            continue
        if re.search(r"\[y/n\]", prompt, re.IGNORECASE):
            terminal.answer("")
        elif "passphrase" in prompt.lower():
            echoes = terminal.echoes()
            if hidden + shown == len(replies):
                if not echoes:
                    terminal.interrupt()
                continue
            if echoes:
                # Switched off a moment late is still off before a person types.
                if quiet < 1:
                    continue
                shown += 1
            else:
                hidden += 1
            terminal.answer(replies[hidden + shown - 1])
    terminal.close()
    return hidden, shown


class Tally:
    """Counts checks and says each."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, what, good, said=""):
        if good:
            self.passed += 1
            print(f"ok: {what}")
        else:
            self.failed += 1
            print(f"FAILED: {what}")
            for line in said.splitlines():
                print(f"    {line}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def files_under(home):
    """Every file of this HOME, relative to it."""
    return sorted(
        os.path.relpath(os.path.join(at, name), home) for at, _, names in os.walk(home) for name in names
    )


def on_terminal(binary, home, tally):
    """All on the terminal, as in the README."""
    terminal = Terminal([binary, "new", "--env", "dev"], home)
    hidden, shown = converse(terminal, [PASSPHRASE, PASSPHRASE])
    tally.check("the first key on a terminal: exit 0", terminal.code == 0, f"exit {terminal.code}\n{terminal.text}")
    tally.check("it asks for the passphrase twice, hidden", (hidden, shown) == (2, 0), f"{hidden} hidden, {shown} shown\n{terminal.text}")
    tally.check("it prints one key, once", len(KEY.findall(terminal.text)) == 1, terminal.text)
    tally.check("the passphrase is not on the screen", PASSPHRASE not in terminal.text)
    identity = os.path.join(home, ".config/keyctl/identity.age")
    good = os.path.isfile(identity) and os.stat(identity).st_mode & 0o777 == 0o600
    tally.check("the identity is protected and private", good, "\n".join(files_under(home)))
    vault = os.path.join(home, ".local/share/keyctl/dev.age")
    tally.check("the vault has the environment", os.path.isfile(vault), "\n".join(files_under(home)))


def into_pipe(binary, home, tally):
    """The second key, stdout in a pipe: one passphrase asked on the terminal, the key alone on stdout."""
    read, write = os.pipe()
    terminal = Terminal([binary, "new", "--env", "dev"], home, stdout=write)
    os.close(write)
    hidden, shown = converse(terminal, [PASSPHRASE])
    with os.fdopen(read, "rb") as pipe:
        out = pipe.read().decode(errors="replace")
    good = terminal.code == 0 and (hidden, shown) == (1, 0)
    tally.check("the second key asks once", good, f"exit {terminal.code}, {hidden} hidden, {shown} shown\n{terminal.text}")
    tally.check("in a pipe stdout is the key alone", bool(re.fullmatch(KEY.pattern + r"\n", out)), f"{len(out)} bytes")
    tally.check("and the key is not on the screen", not KEY.search(terminal.text), terminal.text)


def mismatch(binary, home, tally):
    """Two passphrases that differ make nothing."""
    terminal = Terminal([binary, "init"], home)
    hidden, _ = converse(terminal, [PASSPHRASE, PASSPHRASE + "x"])
    left = [name for name in files_under(home) if name.endswith((".age", ".txt"))]
    good = hidden == 2 and terminal.code != 0 and not left
    tally.check("two passphrases that differ make no identity", good, f"exit {terminal.code}, {hidden} hidden\n{left}\n{terminal.text}")


def main():
    """Run each on its own HOME."""
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("usage: first_key.py path/to/keyctl")
    binary = os.path.abspath(sys.argv[1])
    tally = Tally()
    homes = [tempfile.mkdtemp() for _ in range(2)]
    try:
        on_terminal(binary, homes[0], tally)
        into_pipe(binary, homes[0], tally)
        mismatch(binary, homes[1], tally)
    finally:
        for home in homes:
            shutil.rmtree(home, ignore_errors=True)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()
