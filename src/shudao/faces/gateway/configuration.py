"""What the launcher tells its workers, through one environment variable."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "SHUDAO_GATEWAY"


@dataclass(frozen=True, slots=True)
class Configuration:
    """
    Folders of the gateway, and the launcher's process; `once` is where the workers share nonces.

    `upstream_networks`: comma-separated; where departments' own services may be besides public addresses. `witness`:
    the folder of a witness on this machine, whose alarm `/health` tells; "" where there is none.
    """

    snapshots: str
    ledger: str
    pool: str
    keys: str
    launcher: int = 0
    upstream_networks: str = ""
    witness: str = ""

    @property
    def once(self) -> Path:
        return Path(self.ledger) / "state" / "once.lmdb"

    @property
    def places(self) -> Path:
        """Where the workers share how many calls a department's service has at once."""
        return Path(self.ledger) / "state" / "upstreams.lock"

    def hand_over(self) -> None:
        """Put it where the workers find it."""
        os.environ[VARIABLE] = json.dumps(asdict(self))


def handed_over() -> Configuration:
    """Return what the launcher said."""
    return Configuration(**json.loads(os.environ[VARIABLE]))
