"""Ask the real servicekit which secrets it accepts.

    python servicekit_check.py ENV_FILE KEYS_FILE < request.json

ENV_FILE holds the line CHAPKIT_API_KEYS=K1,K2, KEYS_FILE a key on each line. Both are loaded by
servicekit's own loaders and put behind its own middleware. The request is
{"accept": [...], "reject": [...]}: the secrets that must be accepted, and every other one ever made.

Exit 0: exactly `accept` is accepted. Exit 1: the differences on stderr, by fingerprint.
"""

import asyncio
import hashlib
import json
import logging
import os
import sys
import warnings

warnings.simplefilter("ignore")

import structlog  # noqa: E402  (comes with servicekit)
from servicekit.api.auth import (  # noqa: E402
    APIKeyMiddleware,
    load_api_keys_from_env,
    load_api_keys_from_file,
)

# servicekit logs each request; here that is noise.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def fingerprint(secret):
    """The first 12 hex digits by which people compare secrets."""
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()[:12]


def near_misses(secret):
    """The secret with one character changed, at every position, and the slips of a copy."""
    for at, char in enumerate(secret):
        other = BASE62[(BASE62.find(char) + 1) % len(BASE62)]
        yield f"{secret[:at]}{other}{secret[at + 1 :]}"
    yield secret[:-1]
    yield secret + "0"
    yield secret.swapcase()


async def hello(scope, receive, send):
    """The service behind the middleware."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def status(app, secret):
    """The status that a request with this secret gets; without a header for `None`."""
    headers = [] if secret is None else [(b"x-api-key", secret.encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/configs",
        "raw_path": b"/api/v1/configs",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    seen = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            seen.append(message["status"])

    await app(scope, receive, send)
    return seen[0]


async def faults(source, keys, accept, reject):
    """What is wrong with a loaded list, a line each."""
    found = [f"{source}: not loaded: {fingerprint(k)}" for k in sorted(accept - keys)]
    found += [f"{source}: loaded, but not expected: {fingerprint(k)}" for k in sorted(keys - accept)]
    app = APIKeyMiddleware(hello, api_keys=keys, unauthenticated_paths=set())
    for secret in sorted(accept):
        if (got := await status(app, secret)) != 200:
            found.append(f"{source}: {fingerprint(secret)} got {got}, not 200")
    refused = [s for key in sorted(accept) for s in near_misses(key) if s not in accept]
    for secret in [None, *sorted(reject), *refused]:
        if (got := await status(app, secret)) != 401:
            name = "no secret" if secret is None else fingerprint(secret)
            found.append(f"{source}: {name} got {got}, not 401")
    return found


def main():
    """Load both lists and compare them with the request."""
    request = json.load(sys.stdin)
    accept, reject = set(request["accept"]), set(request["reject"])
    if not accept or accept & reject:
        sys.exit("the request contradicts itself")
    # As Docker reads an environment file: the name, then everything to the end of the line.
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        name, _, value = file.read().removesuffix("\n").partition("=")
    if name != "CHAPKIT_API_KEYS" or "\n" in value:
        sys.exit("the environment export is not the one line CHAPKIT_API_KEYS=…")
    os.environ[name] = value
    loaded = {
        "environment": load_api_keys_from_env(env_var=name),
        "file": load_api_keys_from_file(sys.argv[2]),
    }
    found = [f for source, keys in loaded.items() for f in asyncio.run(faults(source, keys, accept, reject))]
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
