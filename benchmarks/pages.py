"""
Pages: what they weigh, how long the server takes, and how it does under people who read and submit (P11, P6).

    python -m benchmarks.pages [--cases 10000] [--seconds 30] [--readers 6] [--submitters 2]

On SQLite, or on PostgreSQL where DATABASE_URL is given (`python -m tests.support.postgres -- python -m
benchmarks.pages`; the installation then runs on a durable server of its own). One process on the same two cores
generates the load.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections import defaultdict

from benchmarks import django_ready  # noqa: F401  first: the demo's modules need Django
from benchmarks.machine import quantiles, report
from demo.accounts import PASSWORD
from tests.support.browserless import Caller
from tests.support.installation import Installation, start, stop
from tests.support.submitter import Submitter

READS = {
    "home": ("", "/"),
    "search": ("", "/search/?q=%E6%88%B7%E5%8F%A3"),
    "my cases": ("wang", "/my/cases/"),
    "work list": ("reviewer-police", "/window/?state=all"),
    "search the work list": ("clerk", "/window/?text=20261"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--readers", type=int, default=6)
    parser.add_argument("--submitters", type=int, default=2)
    options = parser.parse_args()
    made = start(people=2000)
    try:
        fill(made, options.cases)
        report("page weight over the wire, first visit", weights(made))
        report("pages, one visitor", {name: alone(made, *where) for name, where in READS.items()})
        report("pages, many visitors", crowd(made, options.seconds, options.readers, options.submitters))
    finally:
        stop(made)


def fill(made: Installation, count: int) -> None:
    """Write many cases into the installation's database."""
    command = [sys.executable, "-m", "benchmarks.fill", str(count)]
    subprocess.run(command, env=os.environ | made.environment, check=True)


def weights(made: Installation) -> dict[str, int]:
    """Bytes of each page with all it loads, gzipped, as a browser with an empty cache gets them."""
    return {
        address: _weight(made.web, address) for address in ("/", "/search/?q=%E6%88%B7%E5%8F%A3", "/sign-in/", "/help/")
    }


def _weight(web: str, address: str) -> int:
    total = _fetched(web + address)
    with urllib.request.urlopen(web + address) as page:  # noqa: S310  a loopback address
        text = page.read().decode()
    for part in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text)):
        total += _fetched(web + part)
    return total


def _fetched(address: str) -> int:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        body = answer.read()
        return len(body) if answer.headers.get("Content-Encoding") else len(gzip.compress(body))


def alone(made: Installation, who: str, address: str, *, times: int = 60) -> dict[str, float]:
    """One visitor opening one page again and again."""
    visitor = Caller(made.web)
    if who:
        visitor.sign_in(who, PASSWORD, then="/help/")
    visitor.get(address)
    return quantiles([_timed(visitor, address) for _ in range(times)])


def _timed(visitor: Caller, address: str) -> float:
    started = time.perf_counter()
    answer = visitor.get(address)
    assert answer.status == 200, (address, answer.status)
    return time.perf_counter() - started


def crowd(made: Installation, seconds: int, readers: int, submitters: int) -> dict[str, object]:
    """Readers and submitters at once; what each kind of request took."""
    until = time.monotonic() + seconds
    enough = threading.Event()
    taken: dict[str, list[float]] = defaultdict(list)
    people = [Submitter(made) for _ in range(submitters)]
    threads = [threading.Thread(target=_read, args=(made, until, taken)) for _ in range(readers)]
    threads += [threading.Thread(target=one.work, args=(enough,)) for one in people]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        time.sleep(0.1)
    enough.set()
    for thread in threads:
        thread.join()
    figures: dict[str, object] = {name: quantiles(times) for name, times in taken.items()}
    figures["reads_per_s"] = round(sum(map(len, taken.values())) / seconds, 1)
    figures["submissions_per_s"] = round(sum(len(one.acknowledged) for one in people) / seconds, 2)
    figures["submission steps"] = quantiles([took for one in people for took in one.caller.took])
    figures["errors"] = [error for one in people for error in one.errors]
    return figures


def _read(made: Installation, until: float, taken: dict[str, list[float]]) -> None:
    visitors = {}
    for who, _ in READS.values():
        visitors[who] = Caller(made.web)
        if who:
            visitors[who].sign_in(who, PASSWORD, then="/help/")
    while time.monotonic() < until:
        for name, (who, address) in READS.items():
            taken[name].append(_timed(visitors[who], address))


if __name__ == "__main__":
    main()
