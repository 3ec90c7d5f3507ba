"""The same load on the peer: its environment made once, its database filled, the time of all its processes counted."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.management.gateway_bench import calls, meters, place
from shudao.contexts.exchange.management.gateway_bench.peer import filling
from shudao.contexts.exchange.management.gateway_bench.running import Callers, Wanted, cores, full, part
from shudao.contexts.pool.management.bench import environments, postgres_server

_HERE = Path(__file__).resolve().parent
_SESSION, _SECRET = "session/peer", bytes(range(32))


class _Both(place.Served):
    """The application and its database server."""

    database: int = 0

    def used(self) -> meters.Used:
        found = sum(meters.cpu(each) for each in meters.family(self.process.pid))
        # Backends that ended are counted in their parent, which has waited for them.
        return meters.Used(found, sum(meters.cpu(each) for each in meters.family(self.database)))


def measure(made: place.Place, callers: Callers, wanted: Wanted) -> dict[str, Any]:
    """Return the peer's figures."""
    python = environments.python_of("exchange-peer", (_HERE / "requirements.txt").read_text("ascii").splitlines())
    key = made.ring.secret("subject-hash").secret
    with postgres_server.running(made.folder) as server:
        filling.fill(server.dsn, key, wanted.rows)
        for each in meters.family(server.process):
            os.sched_setaffinity(each, cores(wanted.workers).server)
        os.environ["PEER"] = json.dumps(_told(server.dsn, key))
        port = place.free_port()
        command = [str(python), str(_HERE / "inside.py"), str(port), str(wanted.workers)]
        with place.serving(
            command, port, made.folder / "log", path="/health", processors=cores(wanted.workers).server
        ) as served:
            both = _Both(served.port, served.process)
            both.database = server.process
            session = calls.Session(_SESSION, _SECRET, port)
            loaded = full(callers, both, session, wanted)
            some = part(callers, both, session, wanted, loaded.answered.calls / loaded.answered.wall)
        return {
            **loaded.figures(),
            "p99_ms_at_70_percent": some.at(0.99),
            "settings": server.settings,
            "requirements": (_HERE / "requirements.txt").read_text("ascii").split(),
        }


def _told(dsn: str, key: bytes) -> dict[str, object]:
    return {
        "dsn": dsn,
        "client": place.CLIENT,
        "service": place.SERVICE,
        "purpose": place.PURPOSE,
        "fields": ["name", "sex", "birth_date", "hukou_division"],
        "key_id": _SESSION,
        "secret": base64.b64encode(_SECRET).decode(),
        "key": base64.b64encode(key).decode(),
    }
