#!/usr/bin/env python3
"""Tells whether an API key is good, from a manifest alone, as the manual describes its form.

    printf %s "$KEY" | verify_manifest.py FILE.manifest KEY.pub [ADDRESS]

Exit code 0 when services accept the key, 3 when they do not, nor without ADDRESS one that is bound
to addresses. Written from `man keyctl-manifest`.
"""
import base64, hashlib, ipaddress, json, subprocess, sys, tempfile
from datetime import datetime, timedelta, timezone


def must(holds, else_say):
    if not holds:
        raise ValueError(else_say)


def message(file, public):
    """What the key has signed, or an error."""
    comment, signature, text = open(file, "rb").read().split(b"\n", 2)
    signature = base64.b64decode(signature, validate=True)
    key = base64.b64decode(open(public).read().split("\n")[1], validate=True)
    must(comment.startswith(b"untrusted comment: "), "not signed")
    must(signature[:10] == key[:10] and key[:2] == b"Ed", "another key made it")
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        Ed25519PublicKey.from_public_bytes(key[10:]).verify(signature[10:], text)
    except ImportError:
        with tempfile.NamedTemporaryFile() as out:
            args = ["signify-openbsd", "-V", "-e", "-q", "-p", public, "-x", file, "-m", out.name]
            subprocess.run(args, check=True)
            text = open(out.name, "rb").read()
    return text.decode()


def judge(secret, file, public, address=None):
    header, *lines = map(json.loads, message(file, public).removesuffix("\n").split("\n"))
    time, now = datetime.fromisoformat, datetime.now(timezone.utc)
    must((header["type"], header["v"]) == ("keyctl-manifest", 1), "not a manifest of this form")
    must(time(header["issued"]) <= now + timedelta(minutes=5), "issued in the future")
    must("expires" not in header or now < time(header["expires"]), "the manifest has expired")
    digest = hashlib.sha256(secret).hexdigest()
    key = next((line for line in lines if line.get("digest") == digest), {"state": "unknown"})
    if key["state"] not in (["active"] if "kind" in key else ["pending", "active", "retiring"]):
        return key["state"]
    if "expires" in key and time(key["expires"]) <= now:
        return "expired"
    nets = [ipaddress.ip_network(net) for net in key.get("allowed_ips", [])]
    if nets and not (address and any(ipaddress.ip_address(address) in net for net in nets)):
        return "wrong address"
    return "valid"


if __name__ == "__main__":
    answer = judge(sys.stdin.buffer.read().removesuffix(b"\n"), *sys.argv[1:])
    print(answer)
    sys.exit(0 if answer == "valid" else 3)
