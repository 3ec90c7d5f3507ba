"""
The demo: `python3 run.py demo` loads Sichuan, plays one story, serves it until Ctrl-C.

`--smoke` plays and ends, printing one line of JSON last. `--people N` pools fewer or more invented people.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from demo import home
from demo.progress import say, step


def main(arguments: list[str]) -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(prog="run.py demo", description="Load Sichuan, play one story, serve it.")
    parser.add_argument("--smoke", action="store_true", help="play, print one JSON line, end")
    parser.add_argument("--people", type=int, default=220_000, help="invented people to pool (default 220,000)")
    options = parser.parse_args(arguments)
    if options.people < 100:
        parser.error("--people must be at least 100")
    folder = home.prepare(smoke=options.smoke)
    started = time.monotonic()
    try:
        return run(options, started)
    finally:
        if options.smoke and folder.name.startswith("shudao-demo-"):
            shutil.rmtree(folder, ignore_errors=True)


def run(options: argparse.Namespace, started: float) -> int:
    """Load, start the processes, play; then serve or report."""
    import django

    django.setup()
    from demo import load, report, story
    from shudao.config.settings.registry import value
    from shudao.config.startup import ensure_fit
    from shudao.config.supervisor import children, stop, supervise

    for address in (value("SHUDAO_WEB_ADDRESS"), value("SHUDAO_GATEWAY_ADDRESS")):
        if home.taken(address):
            say(f"[red]{address} is taken.[/red] End what listens there, or set SHUDAO_WEB_ADDRESS and")
            say("SHUDAO_GATEWAY_ADDRESS to free ones.")
            return 2
    signal.signal(signal.SIGTERM, _end)
    ensure_fit()
    cast = load.province(persons=options.people)
    processes = children()
    try:
        with step("web, gateway and worker started"):
            for child in processes:
                child.start()
            wait_until_up((value("SHUDAO_WEB_ADDRESS"), value("SHUDAO_GATEWAY_ADDRESS")))
        played = story.play(cast)
        facts = report.facts(played)
        say(f"ready after {time.monotonic() - started:.0f} s")
        if options.smoke:
            print(json.dumps(facts, ensure_ascii=False))
            return 0 if facts["licence_valid"] and facts["ledger_ok"] else 1
        report.invite(facts, played)
        supervise(processes, stopping=lambda: False, say=say)
        return 0
    finally:
        stop(processes)


def _end(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def wait_until_up(addresses: tuple[str, ...]) -> None:
    """Wait until both listen, at most half a minute."""
    deadline = time.monotonic() + 30
    while not all(home.taken(address) for address in addresses):
        if time.monotonic() > deadline:
            raise SystemExit("web or gateway did not start within 30 s; their messages stand above")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
