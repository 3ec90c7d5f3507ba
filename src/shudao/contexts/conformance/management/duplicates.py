"""`shudao conformance duplicates`: pairs that are probably one matter, of the province or of a list."""

from __future__ import annotations

import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

from shudao.contexts.conformance import api


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Look, and tell what was read, the pairs by reason, how long it took and how much memory at most."""
    began = time.monotonic()
    found = api.duplicates(path=Path(options["list"]) if options["list"] else None)
    return {
        "entries": found.entries,
        "pairs": len(found.pairs),
        "seconds": round(time.monotonic() - began, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "readings": found.readings,
        "by_reason": dict(Counter(pair.judged.reason.value for pair in found.pairs)),
        "first": [
            {"left": pair.left, "right": pair.right, "score": round(pair.judged.score, 2), "places": pair.places}
            for pair in found.pairs[: options["most"]]
        ],
    }
