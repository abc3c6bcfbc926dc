#!/usr/bin/env python3
"""Tells whether an API key is good, from a manifest alone, as the manual describes its form.

    printf %s "$KEY" | verify_manifest.py FILE.manifest KEY.pub

Exit code 0 when services accept the key, 3 when they do not. Written from `man keyctl-manifest`.
"""
import base64, hashlib, json, subprocess, sys, tempfile
from datetime import datetime, timedelta, timezone


def message(file, public):
    """What the key has signed, or an error."""
    raw = open(file, "rb").read()
    comment, signature, text = raw.split(b"\n", 2)
    signature = base64.b64decode(signature, validate=True)
    key = base64.b64decode(open(public).read().splitlines()[1], validate=True)
    assert comment.startswith(b"untrusted comment: ") and signature[:2] == key[:2] == b"Ed"
    assert signature[2:10] == key[2:10], "another key made it"
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        Ed25519PublicKey.from_public_bytes(key[10:]).verify(signature[10:], text)
    except ImportError:
        with tempfile.NamedTemporaryFile() as out:
            args = ["signify-openbsd", "-V", "-e", "-q", "-p", public, "-x", file, "-m", out.name]
            subprocess.run(args, check=True)
            text = open(out.name, "rb").read()
    return text.decode()


def judge(secret, file, public):
    header, *lines = message(file, public).splitlines()
    header, now = json.loads(header), datetime.now(timezone.utc)
    time = datetime.fromisoformat
    assert (header["type"], header["v"]) == ("keyctl-manifest", 1), "not a manifest of this form"
    assert time(header["issued"]) <= now + timedelta(minutes=5), "issued in the future"
    assert "expires" not in header or now < time(header["expires"]), "the manifest has expired"
    digest = hashlib.sha256(secret).hexdigest()
    found = [line for line in map(json.loads, lines) if line.get("digest") == digest]
    if not found:
        return "unknown"
    accepted = ["active"] if "kind" in found[0] else ["pending", "active", "retiring"]
    if found[0]["state"] not in accepted:
        return found[0]["state"]
    return "expired" if "expires" in found[0] and time(found[0]["expires"]) <= now else "valid"


if __name__ == "__main__":
    answer = judge(sys.stdin.buffer.read().removesuffix(b"\n"), *sys.argv[1:])
    print(answer)
    sys.exit(0 if answer == "valid" else 3)
