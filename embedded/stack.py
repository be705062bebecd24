"""PostgreSQL, Redis and Solr together, as one folder under ``var/``.

stack = Stack("dev")
stack.start(print)
url = stack.postgres.url("ckan", "ckan", password)
stack.stop()
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.postgres import Postgres
from embedded.problem import Problem
from embedded.redis import DATABASES, Redis
from embedded.solr import Solr

#: The clone.
ROOT = Path(__file__).resolve().parent.parent
#: Everything that is made while running.
VAR = ROOT / "var"
#: Downloads that every stack of this clone uses.
CACHE = VAR / "cache"


class Stack:
    """The three services of one name.

    Args:
        name: The folder under ``var/``.
        durable: Whether the databases must survive a crash of the machine, and the indexes an end of Solr; a stack for
            tests need not.
    """

    def __init__(self, name: str, *, durable: bool = True) -> None:
        self.name = name
        self.folder = VAR / name
        self.postgres = Postgres(self.folder, durable=durable)
        self.redis = Redis(self.folder)
        self.solr = Solr(self.folder, CACHE, durable=durable)

    @property
    def services(self) -> tuple[Postgres, Redis, Solr]:
        """The three, in the order they start."""
        return self.postgres, self.redis, self.solr

    @property
    def running(self) -> bool:
        """Whether all three run."""
        return all(service.daemon.pid is not None for service in self.services)

    def start(self, say: Callable[[str], None]) -> None:
        """Starts what does not run; `say` is told of downloads and starts."""
        if self.running:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        say(f"Starting PostgreSQL, Redis and Solr in {self.folder.relative_to(ROOT)} ...")
        self.postgres.start()
        self.redis.start()
        self.solr.start(say)

    def stop(self) -> list[str]:
        """Stops what runs, in the opposite order, and returns the names of what was stopped."""
        return [service.daemon.name for service in reversed(self.services) if service.stop()]

    def forget(self) -> None:
        """Removes everything this stack ever kept; it must be stopped."""
        for place in (self.postgres.socket, self.redis.socket.parent):
            if self.folder not in place.parents:
                shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def redis_number(self, site: str) -> int:
        """Returns the number of the Redis database of a site; the same site always gets the same one."""
        with self.lock("redis-numbers"):
            kept = self.redis.folder / "numbers.json"
            numbers: dict[str, int] = json.loads(kept.read_text()) if kept.exists() else {}
            if site not in numbers:
                free = set(range(DATABASES)) - set(numbers.values())
                if not free:
                    raise Problem(f"More than {DATABASES} sites in {self.folder}: forget some with make reset.")
                numbers[site] = min(free)
                kept.write_text(json.dumps(numbers))
            return numbers[site]

    @contextmanager
    def lock(self, name: str = "stack", *, refusal: str | None = None) -> Iterator[None]:
        """Holds a lock of this stack against other processes.

        Args:
            name: Which lock.
            refusal: The sentence for whoever comes second; without it they wait.

        Raises:
            Problem: `refusal`, when somebody else holds the lock.
        """
        # Beside the stack's folder, not in it: it outlives `forget`, which its holder may call.
        locks = VAR / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / f"{self.name}-{name}").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
            except BlockingIOError:
                raise Problem(refusal or "") from None
            yield
