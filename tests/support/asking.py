"""A registered system that calls the gateway: with the platform's own key, as the client library does it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from shudao.client.calls import Answer, Client, Refused, Unreachable
from shudao.kernel.keys import KeyRing
from shudao.plane import snapshot as snapshots
from shudao.plane.grants import Snapshot

POPULATION = "sjzy-population-basic"


def granted(home: Path) -> Snapshot:
    """The grant snapshot of an installation."""
    return snapshots.read(home / "snapshots", KeyRing.load(home / "keys").verifiers("snapshot-signing"))


def one_window(home: Path, gateway: str) -> Client:
    """The platform's own client, with the key that lies in the installation's home."""
    name = next(one.client for one in granted(home).systems if one.client.endswith("/one-window"))
    return Client(gateway, name, KeyRing.load(home / "keys").active("one-window"))


def service(home: Path, resource: str = POPULATION) -> str:
    """The identifier of a resource's service."""
    return next(one.service for one in granted(home).resources if one.service.endswith("/" + resource))


class Asker:
    """Calls about one person again and again; what was answered is remembered with its place in the ledger."""

    def __init__(self, home: Path, gateway: str, subject: str) -> None:
        self.client, self.service, self.subject = one_window(home, gateway), service(home), subject
        self.places: list[str] = []
        self.receipts: list[str] = []
        self.unreachable = 0
        self.errors: list[str] = []

    def work(self, enough: threading.Event) -> None:
        """Call until told to stop."""
        while not enough.is_set():
            try:
                answer = self.ask()
                self.places.append(answer.ledger)
                self.receipts.append(answer.receipt)
            except Unreachable:
                self.unreachable += 1
                time.sleep(0.05)
            except Refused as refused:
                self.errors.append(repr(refused))
                return
            time.sleep(0.002)

    def ask(self, *, case: str = "51000020261124000001") -> Answer:
        """One call."""
        return self.client.call(self.service, self.subject, ("name",), "handling", case=case)

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()
