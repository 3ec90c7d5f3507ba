"""
The access point: an unchanged X-Road REST client sends plain requests here, and they leave signed.

    python -m shudao.client.access_point --gateway https://exchange.example --client SHUDAO/GOV/<USCC>/<subsystem> \\
        --key key.pem --gateway-keys FOLDER --receipts FOLDER
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import logging
import signal
import sys
from pathlib import Path

from aiohttp import web

from shudao.client import keys
from shudao.client.access_point.forwarding import AccessPoint, State
from shudao.client.asynchronous import AsyncClient
from shudao.client.receipts import Folder

_LOOK_EVERY = 1.0
_STOP_SECONDS = 10.0


def main() -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    given = _arguments()
    host, _, port = given.address.rpartition(":")
    local = _loopback(host)
    if not local and not given.beyond_this_machine:
        print(
            f"access point: {given.address} can be reached from other machines, and whoever reaches it signs as"
            f" {given.client}; add --beyond-this-machine if that is meant",
            file=sys.stderr,
        )
        return 2
    # Its words may quote a malformed request, and with it somebody's identifier.
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL + 1)
    try:
        asyncio.run(_serve(given, host.strip("[]"), int(port), local))
    except keys.KeyUnreadable as error:
        print(f"access point: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"access point: {given.address}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="shudao.client.access_point", description="Signs for unchanged clients.")
    parser.add_argument("--gateway", required=True, metavar="URL", help="The exchange's gateway")
    parser.add_argument("--client", required=True, metavar="SHUDAO/GOV/…", help="The X-Road client it signs for")
    parser.add_argument("--key", required=True, type=Path, metavar="FILE", help="Private key; looked at every second")
    parser.add_argument("--key-id", default="", help="Its registered id; by default the PEM's file name")
    parser.add_argument("--address", default="127.0.0.1:8101", help="Where it listens")
    parser.add_argument("--beyond-this-machine", action="store_true", help="Allow an --address others can reach")
    parser.add_argument("--gateway-keys", type=Path, metavar="PATH", help="Public keys that receipts are checked by")
    parser.add_argument("--receipts", type=Path, metavar="FOLDER", help="Where receipts are kept")
    parser.add_argument("--receipts-megabytes", type=int, default=256, help="How much of them (default 256)")
    parser.add_argument("--body-limit", type=int, default=1 << 20, help="Bytes of a request's body (default 1 MiB)")
    parser.add_argument("--timeout", type=float, default=60.0, help="Seconds for a whole call (default 60)")
    parser.add_argument("--connections", type=int, default=64, help="Calls at once (default 64)")
    return parser.parse_args()


async def _serve(given: argparse.Namespace, host: str, port: int, local: bool) -> None:
    key = keys.load(given.key, given.key_id)
    receipts = Folder(given.receipts, megabytes=given.receipts_megabytes) if given.receipts else None
    client = AsyncClient(
        given.gateway,
        given.client,
        key,
        timeout=given.timeout,
        connections=given.connections,
        gateway_keys=keys.load_public(given.gateway_keys) if given.gateway_keys else None,
        receipts=receipts,
    )
    names = frozenset(("localhost", "127.0.0.1", "[::1]", host, f"[{host}]")) if local else frozenset[str]()
    state = State(key.id)
    point = AccessPoint(client, given.client, state, receipts, hosts=names, body_limit=given.body_limit)
    runner = web.ServerRunner(web.Server(point, access_log=None), shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    watching = asyncio.create_task(_watch(given, client, state, receipts))
    try:
        await web.TCPSite(runner, host, port).start()
        print(f"access point: http://{given.address} signs for {given.client} with {key.id}", flush=True)
        await _signalled()
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await runner.cleanup()
        await client.close()
        if receipts is not None:
            with contextlib.suppress(OSError):
                receipts.close()


async def _signalled() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


async def _watch(given: argparse.Namespace, client: AsyncClient, state: State, receipts: Folder | None) -> None:
    """Take over keys that have changed, as soon as they can be read; put receipts on the disk."""
    seen = _stamp(given)
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if receipts is not None:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(receipts.sync)
        stamp = _stamp(given)
        if stamp == seen:
            continue
        try:
            key = keys.load(given.key, given.key_id)
            trusted = keys.load_public(given.gateway_keys) if given.gateway_keys else {}
        except keys.KeyUnreadable as error:  # half written, perhaps: the old ones stay
            if state.problem != str(error):
                print(f"access point: {error}; the keys before stay in use", file=sys.stderr, flush=True)
            state.problem = str(error)
            continue
        seen, state.key, state.problem = stamp, key.id, ""
        client.use(key)
        client.trust(trusted)
        print(f"access point: signs with {key.id}", flush=True)


def _stamp(given: argparse.Namespace) -> list[tuple[str, int, int]]:
    places = [given.key]
    if given.gateway_keys:
        places += sorted(given.gateway_keys.glob("*.pem")) if given.gateway_keys.is_dir() else [given.gateway_keys]
    found = []
    for place in places:
        with contextlib.suppress(OSError):
            status = place.stat()
            found.append((str(place), status.st_mtime_ns, status.st_ino))
    return found


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
