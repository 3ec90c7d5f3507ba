"""
`python -m shudao.faces.gateway --address 127.0.0.1:8100 --snapshots DIR --ledger DIR --pool DIR --keys DIR --workers N`

Starts the workers and the sequencer, starts either again when it dies, stops all on SIGINT or SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from shudao.faces.gateway.configuration import Configuration
from shudao.faces.gateway.sessions import PURPOSE
from shudao.faces.gateway.worker import LEDGER_KEYS, SNAPSHOT_KEYS, die_with_parent
from shudao.kernel.keys import SECRET, KeyRing
from shudao.kernel.time import now
from shudao.plane.fetching import Fetcher
from shudao.plane.ledger.sequencer import Sequencer, SequencerBusy
from shudao.plane.once import made_again

_TARGET = "shudao.faces.gateway.app:app"
_FOLDERS = ("snapshots", "ledger", "pool", "keys")
_RESTART_PAUSE = 0.5
_STOP_SECONDS = 5.0
_NICE = 10  # the sequencer takes a second's entries at a time; no answer may wait for that


def main() -> None:
    """Serve until a signal."""
    given = _arguments()
    folders = {name: str(Path(getattr(given, name)).resolve()) for name in _FOLDERS}
    configuration = Configuration(
        **folders, launcher=os.getpid(), upstream_networks=given.upstream_networks, witness=given.witness
    )
    ring = KeyRing.load(Path(configuration.keys))
    ring.ensure(LEDGER_KEYS)
    ring.ensure(PURPOSE, algorithm=SECRET)
    made_again(configuration.once, Path(configuration.ledger), now())
    configuration.hand_over()
    host, _, port = given.address.rpartition(":")
    sequencer = _Sequencer(configuration)
    sequencer.start()
    stopping = threading.Event()
    if given.control_plane:
        fetcher = Fetcher(given.control_plane, Path(configuration.snapshots), lambda: ring.verifiers(SNAPSHOT_KEYS))
        threading.Thread(target=fetcher.follow, args=(stopping, _tell), name="fetcher", daemon=True).start()
    try:
        Server(
            _TARGET,
            address=host,
            port=int(port),
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            workers=given.workers,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=5,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        stopping.set()
        sequencer.stop()
        _sign_the_rest(Path(configuration.ledger), ring)


def _sign_the_rest(ledger: Path, ring: KeyRing) -> None:
    """Leave no entry without a checkpoint: the sequencer may have been stopped before it was ready."""
    with contextlib.suppress(SequencerBusy), Sequencer(ledger, lambda: ring.signer(LEDGER_KEYS)) as sequencer:
        sequencer.tick()
        sequencer.checkpoint()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="shudao.faces.gateway")
    parser.add_argument("--address", default="127.0.0.1:8100")
    for name in _FOLDERS:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--control-plane", metavar="URL", help="Of plane.handing, where it is on another host")
    parser.add_argument("--upstream-networks", default="", type=_networks, metavar="NETWORK,…")
    parser.add_argument(
        "--witness", default="", metavar="DIR", help="Of a ledger's witness here: /health tells its alarm"
    )
    return parser.parse_args()


def _tell(problem: str) -> None:
    print(f"gateway: {problem}", file=sys.stderr, flush=True)


def _networks(text: str) -> str:
    """Refuse at the start what is no list of networks; an empty one leaves departments' services public addresses."""
    for part in filter(None, text.split(",")):
        ipaddress.ip_network(part.strip())
    return text


class _Sequencer:
    """Keeps one sequencer process running beside the workers."""

    def __init__(self, configuration: Configuration) -> None:
        self._command = [sys.executable, "-m", "shudao.plane.ledger", "sequence"]
        self._command += ["--ledger", configuration.ledger, "--keys", configuration.keys]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="sequencer", daemon=True)

    def start(self) -> None:
        """Start the process and watch it."""
        self._thread.start()

    def stop(self) -> None:
        """Let it sign what is left, and wait."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS + 1)

    def _keep(self) -> None:
        while True:
            # In its own session, so that Ctrl-C in a terminal reaches only the launcher; the launcher's death ends it.
            process = subprocess.Popen(self._command, start_new_session=True, preexec_fn=_follow_parent)  # noqa: S603
            while process.poll() is None and not self._stopping.wait(_RESTART_PAUSE):
                pass
            if self._stopping.wait(_RESTART_PAUSE):
                break
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _follow_parent() -> None:
    # The signal comes when the starting *thread* ends; `_keep` ends only after the process.
    die_with_parent(signal.SIGTERM)
    os.nice(_NICE)


if __name__ == "__main__":
    main()
