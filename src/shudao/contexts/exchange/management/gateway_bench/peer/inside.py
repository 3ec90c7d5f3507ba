"""
The peer: FastAPI and asyncpg, doing what the gateway does, in an environment of its own. `inside.py PORT WORKERS`

What it is told stands in the environment variable PEER as JSON: dsn, client, key_id, secret, service, fields, purpose,
key.
Checks: the session's MAC over the same signature base, the body's digest, time, nonce, grant with purpose, fields and
case number, the subject by its keyed hash. Nonce, look-up and durable ledger row are one prepared statement and one
commit, which the server may group with others'. It signs no receipt, keeps no tree, seals no value and forms no hash of
its answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

# Found in the peer's own environment (requirements.txt), which is not ours.
import asyncpg  # type: ignore[import-not-found]
import orjson  # type: ignore[import-not-found]
import uvicorn  # type: ignore[import-not-found]
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from fastapi import FastAPI, Request, Response  # type: ignore[import-not-found]

TOLD = json.loads(os.environ["PEER"])
SECRET, FIELDS = base64.b64decode(TOLD["secret"]), frozenset(TOLD["fields"])
HASHED = CMAC(AES(base64.b64decode(TOLD["key"])))
CONNECTIONS = 32
PARAMETERS = re.compile(r';created=(\d+);nonce="([^"]{8,128})";keyid="([^"]*)"')
ONE_CALL = """
WITH claimed AS (INSERT INTO nonce VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1),
found AS (SELECT name, sex, birth_date, hukou_division FROM person WHERE subject = $2),
written AS (
  INSERT INTO ledger
    (instant, request, client, service, granted, purpose, case_number, subject, fields, outcome, hash, nonce)
  SELECT now(), $3, $4, $5, 'grant-1', $6, $7, $2, $8,
    CASE WHEN EXISTS (SELECT FROM found) THEN 'answered' ELSE 'no_record' END, $9, $1 FROM claimed RETURNING id)
SELECT written.id, found.* FROM written LEFT JOIN found ON true
"""


@asynccontextmanager
async def life(app: FastAPI) -> AsyncIterator[None]:
    """Keep connections while it runs."""
    app.state.pool = await asyncpg.create_pool(TOLD["dsn"], min_size=CONNECTIONS, max_size=CONNECTIONS)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=life, openapi_url=None)


@app.get("/health")
async def health() -> Response:
    """Say that it runs."""
    return Response(b"ok")


@app.post("/r1/{rest:path}")
async def call(request: Request) -> Response:
    """Answer one call."""
    body, headers, path = await request.body(), request.headers, request.url.path
    proven = authentic(request.method, path, request.url.query, headers, body)
    if proven is None:
        return Response(b'{"type":"Client.InvalidSignature"}', 400)
    base, nonce = proven
    question = orjson.loads(body)
    case = headers.get("x-road-issue", "")
    if not granted(path, headers, question, case):
        return Response(b'{"type":"Server.ServerProxy.AccessDenied"}', 500)
    trace = str(uuid.uuid4())
    digest = hashlib.sha512(hashlib.sha512(base).digest() + hashlib.sha512(body).digest()).digest()
    key = hashlib.sha256(f"{TOLD['client']}\n{nonce}".encode()).digest()[:16]
    given = (TOLD["client"], path, question["purpose"], case, question["fields"], digest)
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(ONE_CALL, key, hashed(question["subject"]), trace, *given)
    return answer(row, question["fields"], trace, digest)


def hashed(subject: str) -> bytes:
    """Return the subject's keyed hash."""
    mac = HASHED.copy()
    mac.update(subject.encode())
    return mac.finalize()


def answer(row: Mapping[str, Any] | None, fields: list[str], trace: str, digest: bytes) -> Response:
    """Return what is told of a subject."""
    if row is None:
        return Response(b'{"type":"Client.InvalidSignature"}', 400)
    if row["name"] is None:
        return Response(b'{"data":null}', 404)
    told = orjson.dumps({"data": {name: row[name] for name in fields}, "as_of": "2026-11-20", "snapshot": 1})
    return Response(
        told,
        200,
        {
            "x-road-id": trace,
            "x-shudao-ledger": str(row["id"]),
            "x-road-request-hash": base64.b64encode(digest).decode(),
            "cache-control": "no-store",
        },
        "application/json",
    )


def authentic(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[bytes, str] | None:
    """Return the signature base and the nonce of a call whose signature holds."""
    given = headers.get("signature-input", "").partition("=")[2]
    names, _, parameters = given[1:].partition(")")
    found = PARAMETERS.fullmatch(parameters)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if found is None or found[3] != TOLD["key_id"] or abs(time.time() - int(found[1])) > 300:
        return None
    if headers.get("content-digest") != f"sha-256=:{digest}:":
        return None
    derived = {"@method": method, "@authority": headers.get("host", "").lower(), "@path": path, "@query": "?" + query}
    covered = [name[1:-1] for name in names.split(" ")]
    if not {"@method", "@authority", "@path", "@query", "x-road-client", "content-digest"} <= set(covered):
        return None
    if any(name.startswith(("x-road-", "x-shudao-")) and name not in covered for name in headers):
        return None
    lines = [f'"{name}": {derived[name] if name in derived else headers.get(name, "")}' for name in covered]
    base = "\n".join([*lines, f'"@signature-params": {given}']).encode()
    expected = base64.b64encode(hmac.digest(SECRET, base, "sha256")).decode()
    return (base, found[2]) if hmac.compare_digest(headers.get("signature", ""), f"shudao=:{expected}:") else None


def granted(path: str, headers: Mapping[str, str], question: dict[str, Any], case: str) -> bool:
    """Return whether the one grant lets the call through."""
    return (
        headers.get("x-road-client") == TOLD["client"]
        and path == "/r1/" + TOLD["service"]
        and question["purpose"] == TOLD["purpose"]
        and FIELDS.issuperset(question["fields"])
        and bool(case)
    )


if __name__ == "__main__":
    os.chdir(Path(__file__).parent)
    uvicorn.run(
        "inside:app",
        port=int(sys.argv[1]),
        workers=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        lifespan="on",
        timeout_keep_alive=120,  # callers at a fixed rate leave connections idle that they come back to
    )
