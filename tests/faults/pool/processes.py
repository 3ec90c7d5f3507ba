"""Runs acts in forks of a process that has everything loaded, and kills them: at a moment, or at a system call."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

Act = Callable[[], object]
# What leaves a trace on the disk. The fork is traced from its first step, so that its n-th call is always the same.
CALLS = "fsync,fdatasync,msync,write,writev,pwrite64,pwritev,rename,unlink,unlinkat,rmdir,mkdir,openat,ftruncate,flock"


def has_strace() -> bool:
    """Whether calls of the kernel can be counted here."""
    return shutil.which("strace") is not None


def apart(act: Act) -> int:
    """Run the act in a fork; return how that ended."""
    return ended(begun(act))


def ended(child: int) -> int:
    """Wait for a fork; return its exit status, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def begun(act: Act, gate: int | None = None) -> int:
    """Start the act in a fork, once the gate (a pipe's reading end) opens."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        if gate is not None:
            os.read(gate, 1)
        act()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def killed_after(act: Act, seconds: float) -> int:
    """Run the act and kill it after so long."""
    child = begun(act)
    timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
    timer.start()
    status = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # still there to be killed until the timer is gone
    timer.cancel()
    timer.join()
    assert status is not None
    return ended(child)


def traced(act: Act, *options: str) -> int:
    """Run the act under strace."""
    opens, gate = os.pipe()
    child = begun(act, opens)
    command = ["strace", "-f", "-qq", "-p", str(child), *options]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
        if tracer.poll() is not None:
            os.kill(child, signal.SIGKILL)
            ended(child)
            raise RuntimeError("strace may not trace here")
        time.sleep(0.002)
    os.write(gate, b"!")
    os.close(gate)
    os.close(opens)
    status = ended(child)
    tracer.wait()
    return status


def killed_at(act: Act, call: str, number: int) -> int:
    """Run the act and kill it at its `number`-th call of this name, which is not made any more."""
    return traced(act, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}", "-o", os.devnull)


def calls_of(act: Act, scratch: Path) -> dict[str, int]:
    """Run the act to its end; return how often one thread of it makes each of the `CALLS`: strace counts by thread."""
    assert traced(act, "-e", f"trace={CALLS}", "-o", str(scratch)) == 0
    made = Counter(re.findall(r"^(\d+) +(\w+)\(", scratch.read_text(errors="replace"), re.MULTILINE))
    return {name: max(made[each] for each in made if each[1] == name) for _, name in made}


def fill(disk: Path, free: int) -> Path:
    """Leave so many bytes of a disk free; return the file to take away again."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        while True:
            try:
                os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(disk).free - free))
            except OSError:  # somebody else wrote meanwhile
                continue
            break
    return ballast
