"""What services with files and tables of their own make of keyctl's exports.

    python tests/real/exports_services.py target/release/keyctl

auth-api-client validates keys on its own SQLite database, SQLite itself runs the scripts,
cryptography's Fernet and Python's JSON read and write heare-auth's file. What this Python lacks is
skipped with a line that says so. Ends with `N passed, N failed, N skipped`.
"""

import asyncio
import base64
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import time
import types
from datetime import datetime

DESCRIPTION = "it's the \"web\" key;\n-- DROP TABLE APIKeys; $HOME # : \u00e9 \u9375 \x1b[31m"
STORAGE_SECRET = "storage \u00e9 secret"
MARK = b"HEARE_ENCRYPTED_V1:"


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
            for line in str(said).splitlines():
                print(f"    {line}")

    def skip(self, what, why):
        self.skipped += 1
        print(f"skipped: {what} ({why})")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


class Keyctl:
    """The program with a home of its own."""

    def __init__(self, binary, home):
        self.binary = binary
        self.env = {"HOME": home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self("init", "--no-passphrase")

    def __call__(self, *args, code=0):
        ended = subprocess.run(
            [self.binary, *args], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
        if ended.returncode != code:
            raise RuntimeError(f"keyctl {args} ended with {ended.returncode}: {ended.stderr.decode()}")
        return ended.stdout.decode()

    def versions(self, key):
        """Every version of a key, oldest first."""
        return json.loads(self("show", key, "--reveal", "--json"))["key"]["versions"]

    def accepted(self, *keys):
        """The secrets that services must accept."""
        return {one["secret"] for key in keys for one in self.versions(key) if one["accepted"]}


def fill(keyctl):
    """Two keys, one with texts that want quoting and an expiry."""
    keyctl(
        "new", "prod/web", "--no-show", "--description", DESCRIPTION, "--meta", f"note={DESCRIPTION}",
        "--scope", "b:write", "--scope", "a:read", "--expires", "2099-12-31T23:59:59Z",
    )  # fmt: skip
    keyctl("new", "prod/batch", "--no-show", "--meta", "rate_limit=60")


def rows(database):
    """The whole table by name, without what another run of the service may change."""
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        found = {row["name"]: dict(row) for row in connection.execute("SELECT * FROM APIKeys")}
    connection.close()
    return found


def run_script(database, sql):
    """As the sqlite3 program would, with every statement or none."""
    connection = sqlite3.connect(database)
    try:
        connection.executescript(sql)
    finally:
        connection.close()


def service(database):
    """auth-api-client on this database; None and the reason where it is not here."""
    os.environ.update(DB_PATH=database, DB_FALLBACK="true")
    package = types.ModuleType("api_keys")
    package.__path__ = [sysconfig.get_paths()["purelib"]]
    sys.modules["api_keys"] = package
    try:
        from api_keys.services.api_key_service import APIKeyService
        from api_keys.services.token_service import TokenService
    except ImportError as error:
        return None, str(error)
    logging.disable(logging.CRITICAL)
    return APIKeyService(TokenService()), ""


def table(keyctl, work, tally):
    """Each stage of a rotation in auth-api-client's own database."""
    database = os.path.join(work, "api_keys.db")
    api, why = service(database)
    if api is None:
        tally.skip("auth-api-client accepts exactly what must be accepted", why)
        return
    asyncio.run(api.init())

    def export(*more):
        sql = keyctl("export", "--env", "prod", "--format", "permas", *more)
        run_script(database, sql)
        return sql

    def valid(secret, address=None):
        return asyncio.run(api.validate_api_key(secret, address))

    def compare(when):
        versions = [one for key in ("prod/web", "prod/batch") for one in keyctl.versions(key)]
        known = {one["secret"] for one in versions if "secret" in one} | seen
        seen.update(known)
        taken = {secret for secret in known if valid(secret)["valid"]}
        accepted = keyctl.accepted("prod/web", "prod/batch")
        tally.check(f"auth-api-client accepts exactly the list {when}", taken == accepted, f"{len(taken)} of {len(accepted)}")

    seen = set()
    sql = export()
    compare("of new keys")
    web = keyctl.versions("prod/web")[0]
    answer = valid(web["secret"], "192.0.2.7")
    tally.check("scopes, provider and environment are the key's", answer["valid"] and answer["scopes"] == ["a:read", "b:write"] and answer["provider_id"] == "keyctl" and answer["environment"] == "live", answer)
    row = rows(database)["web"]
    good = row["description"] == DESCRIPTION and json.loads(row["metadata"]) == {"note": DESCRIPTION}
    tally.check("texts are in the table as they are in the vault", good and row["expires_at"] == "2099-12-31T23:59:59", row)
    tally.check("no secret is in the script", not any(secret in sql for secret in keyctl.accepted("prod/web", "prod/batch")))
    before = rows(database)
    export()
    tally.check("the same script again changes nothing", rows(database) == before)
    if shutil.which("sqlite3"):
        script = os.path.join(work, "keys.sql")
        keyctl("export", "--env", "prod", "--format", "permas", "-o", script)
        ended = subprocess.run(["sqlite3", "-bail", database, f".read {script}"], capture_output=True, text=True)
        tally.check("the sqlite3 program runs it", ended.returncode == 0 and not ended.stderr and rows(database) == before, ended.stderr)
    else:
        tally.skip("the sqlite3 program runs it", "no sqlite3")

    for stage in ("add", "migrate", "remove", "back"):
        keyctl("rotate", stage, "prod/web", *([] if stage == "add" else ["--yes"]))
        export()
        compare(f"after rotate {stage}")
        if stage == "remove":
            row = rows(database)["web"]
            tally.check("a removed version is revoked with its reason", (row["is_revoked"], row["status"], row["revocation_reason"]) == (1, "revoked", "keyctl: retired"), row)
    keyctl("rotate", "--compromised", "prod/web", "--reason", "it's out", "--yes")
    export()
    compare("after a leak")

    batch = rows(database)["batch"]
    asyncio.run(api.token_service.revoke_token(batch["id"], "by hand"))
    export()
    secret = keyctl.versions("prod/batch")[0]["secret"]
    tally.check("what the service revoked itself stays revoked", not valid(secret)["valid"] and rows(database)["batch"]["revocation_reason"] == "by hand")

    keyctl("new", "prod/short", "--no-show", "--expires", "3s")
    secret = keyctl.versions("prod/short")[0]["secret"]
    export()
    was = valid(secret)["valid"]
    time.sleep(4)
    tally.check("an expiry ends a key by itself, in UTC", was and not valid(secret)["valid"])


def script_alone(keyctl, work, tally):
    """The script on a bare SQLite: all or nothing."""
    database = os.path.join(work, "broken.db")
    sql = keyctl("export", "--env", "prod", "--format", "permas", "--skip-expired")
    try:
        run_script(database, sql)
        failed = False
    except sqlite3.Error:
        failed = True
    tally.check("a script without its table fails", failed)
    good = all(sqlite3.complete_statement(part + ";") for part in sql.split(";\n")[:-1])
    tally.check("every statement is complete for SQLite", good)


def fernet_key():
    """As heare-auth makes it of its secret."""
    return base64.urlsafe_b64encode(hashlib.sha256(STORAGE_SECRET.encode()).digest())


def heare(keyctl, work, tally):
    """The keys file, plain and encrypted, both ways."""
    plain = json.loads(keyctl("export", "--env", "prod", "--format", "heare", "--skip-expired"))
    found = {record["secret"] for record in plain["keys"]}
    tally.check("Python's JSON reads exactly the list", found == keyctl.accepted("prod/web", "prod/batch"))
    web = next(record for record in plain["keys"] if record["name"].startswith("web"))
    tally.check("and the metadata as they are in the vault", web["metadata"] == {"note": DESCRIPTION}, web["metadata"])
    end = datetime.fromisoformat(web["expires_at"].replace("Z", "+00:00"))
    tally.check("an expiry is an instant with a zone", web["expires_at"].endswith("Z") and end.year == 2099, web["expires_at"])
    try:
        from cryptography.fernet import Fernet
    except ImportError as error:
        tally.skip("cryptography's Fernet reads and writes the same file", str(error))
        return
    secret = os.path.join(work, "storage-secret")
    with open(secret, "w", encoding="utf-8") as file:
        file.write(STORAGE_SECRET + "\n")
    path = os.path.join(work, "keys.json")
    fernet = Fernet(fernet_key())

    def export():
        keyctl("export", "--env", "prod", "--format", "heare", "--skip-expired", "-o", path, "--storage-secret-file", secret)
        with open(path, "rb") as file:
            data = file.read()
        assert data.startswith(MARK)
        return data, json.loads(fernet.decrypt(data[len(MARK) :]))

    _, opened = export()
    tally.check("Fernet opens what keyctl encrypts", opened == plain)
    other = {"id": "key_other", "secret": "sec_other", "name": "M\u00fcller \u9375", "metadata": {"n": [1.5, None]}, "x": {"b": 1, "a": 2}}
    token = fernet.encrypt(json.dumps({"version": 3, "keys": [other, *plain["keys"]]}).encode())
    with open(path, "wb") as file:
        file.write(MARK + token)
    data, opened = export()
    tally.check("what Fernet encrypts stays byte for byte when nothing has changed", data == MARK + token)
    keyctl("rotate", "add", "prod/batch")
    data, opened = export()
    good = data != MARK + token and opened["version"] == 3 and opened["keys"][0] == other
    tally.check("a new version is added beside what others have", good and len(opened["keys"]) == len(plain["keys"]) + 2, opened["keys"][0])
    tally.check("in their order", json.dumps(opened["keys"][0]) == json.dumps(other))
    names = [record["name"] for record in opened["keys"]]
    tally.check("under a name of its own", "batch" in names and "batch-v2" in names, names)


def gateway(keyctl, tally):
    """The gateway is no package: its rules, as it is seen to follow them."""
    text = keyctl("export", "--env", "prod", "--format", "gateway", "--dialect", "extended", "--skip-expired")
    keys, good = {}, True
    for line in text.splitlines():
        name, key, limit, end = (line.split(":", 3) + ["", ""])[:4]
        plain = all(c.isalnum() or c in "-_" for c in name + key) and 16 <= len(key) <= 128
        good = good and plain and (not limit or int(limit) > 0) and name not in keys
        # A time with a zone could not be compared with the clock on the wall.
        good = good and (not end or datetime.fromisoformat(end) > datetime.now())
        keys[name] = key
    tally.check("every line of the extended file is whole", good)
    tally.check("a gateway's file has exactly the list", set(keys.values()) == keyctl.accepted("prod/web", "prod/batch"))


def main():
    """Run all on one home."""
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("usage: exports_services.py path/to/keyctl")
    tally = Tally()
    with tempfile.TemporaryDirectory() as work:
        home = os.path.join(work, "home")
        os.mkdir(home)
        keyctl = Keyctl(os.path.abspath(sys.argv[1]), home)
        fill(keyctl)
        table(keyctl, work, tally)
        script_alone(keyctl, work, tally)
        heare(keyctl, work, tally)
        gateway(keyctl, tally)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()
