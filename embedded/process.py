"""Background processes that a later command can find again and stop, and no other process by mistake.

A process is remembered in ``run/<name>.json`` by its number *and* the moment it started. Numbers are reused by the
system; a number whose start differs belongs to somebody else, and is never signalled.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from embedded.problem import Problem

#: Seconds between two looks at a process that is starting or stopping.
PAUSE = 0.05


def identity(pid: int) -> str | None:
    """Returns a text that no other process of this machine will ever have, or None where `pid` does not run."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        if sys.platform == "linux":
            state, *fields = stat.read_text().rpartition(")")[2].split()
            started = fields[18]  # field 22 of proc(5): clock ticks since boot
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return None if state == "Z" else f"{boot}:{started}"
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except (OSError, psutil.Error):
        return None


@dataclass
class Daemon:
    """A process in the background with a log and a record of who it is.

    Attributes:
        name: What it is called in `make status`, and its record and log.
        folder: The folder that holds ``run/`` and ``log/``.
        stop_signal: The signal that ends it in good order.
        patience: Seconds it may take to end before it is killed.
    """

    name: str
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 20

    @property
    def record(self) -> Path:
        """Where the process is remembered."""
        return self.folder / "run" / f"{self.name}.json"

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.folder / "log" / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """The process number while the remembered process runs, else None."""
        try:
            known = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return None
        return known["pid"] if identity(known["pid"]) == known["identity"] else None

    def start(
        self,
        command: Sequence[str | Path],
        ready: Callable[[], bool],
        *,
        timeout: float = 60,
        environment: Mapping[str, str] | None = None,
        user: int | None = None,
        group: int | None = None,
    ) -> None:
        """Starts the process and waits until `ready` says yes; does nothing while it already runs.

        Args:
            command: The program and its arguments.
            ready: Asked again and again until it returns True.
            timeout: Seconds to wait for that.
            environment: Variables in addition to this process's own.
            user: The system user to run as (needs root), with `group`.
            group: The group to run as.

        Raises:
            Problem: The process ended or did not get ready in time; the text names the log.
        """
        if self.pid is None:
            self._spawn(command, environment, user, group)
        give_up = time.monotonic() + timeout
        while not ready():
            if self.pid is None:
                raise Problem(f"{self.name} ended while it was starting: {self._last_words()}")
            if time.monotonic() > give_up:
                self.stop()
                raise Problem(f"{self.name} did not get ready in {timeout:.0f} seconds: {self._last_words()}")
            time.sleep(PAUSE)

    def stop(self) -> bool:
        """Ends the process if it is still the remembered one; returns whether there was one."""
        pid = self.pid
        if pid is None:
            self.record.unlink(missing_ok=True)
            return False
        family = {pid: identity(pid), **_children(pid)}
        _signal(pid, self.stop_signal)
        _await_end({pid: family[pid]}, self.patience)
        family.update(_children(pid))  # what a process that would not end has started since
        for member in _alive(family):
            _signal(member, signal.SIGKILL)
        _await_end(family, 5)
        self.record.unlink(missing_ok=True)
        return True

    def _spawn(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None,
        user: int | None,
        group: int | None,
    ) -> None:
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
            )
        _started.append(process)
        self.record.write_text(
            json.dumps({"pid": process.pid, "identity": identity(process.pid), "command": str(command[0])})
        )

    def _last_words(self) -> str:
        try:
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        except OSError:
            lines = []
        return f"{lines[-1].strip() if lines else 'it said nothing'} (log: {self.log})"


#: Children of this very process; `poll` on them lets the system forget the ended ones.
_started: list[subprocess.Popen[bytes]] = []


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended by itself in the meantime


def _children(pid: int) -> dict[int, str | None]:
    """The processes that `pid` started, each with its identity."""
    try:
        return {child.pid: identity(child.pid) for child in psutil.Process(pid).children(recursive=True)}
    except psutil.Error:
        return {}


def _alive(family: Mapping[int, str | None]) -> list[int]:
    """Those of the processes that still are who they were."""
    for child in _started:
        child.poll()
    return [pid for pid, known in family.items() if known is not None and identity(pid) == known]


def _await_end(family: Mapping[int, str | None], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while _alive(family) and time.monotonic() < give_up:
        time.sleep(PAUSE)


def free_port() -> int:
    """Returns a TCP port of 127.0.0.1 that nothing uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    """Tells whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
