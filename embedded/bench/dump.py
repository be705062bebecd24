"""The dump of everything: how fast it comes out of one process, and what memory that process takes for it."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from embedded.bench.client import Client
from embedded.bench.report import Report, at_least, at_most
from embedded.bench.sites import Pair
from embedded.problem import Problem
from embedded.site import Site

FORMATS = ("nt", "ttl", "jsonld")
MEGABYTE = 1024 * 1024
#: Seconds between two looks at the memory.
PAUSE = 0.005
ROUNDS = 3


def dump(pair: Pair, report: Report) -> None:
    """Tells datasets per second and memory of each dump; each is read to its end and unpacked."""
    report.head(f"Dump of {pair.size:,} datasets, from one process")
    pair.ours.stop()  # a process that has answered large pages keeps their memory, and a dump would find it there
    pair.ours.start(worker=False)
    client = Client(pair.ours.url)
    client.get("/catalog.nt")  # what it keeps from its first answer on is not the dump's
    for format_ in FORMATS:
        path = f"/catalog/dump.{format_}.gz"
        runs = [_measure(client, pair.ours, path) for _ in range(ROUNDS)]
        report.tell(path, pair.size / min(run.seconds for run in runs), "datasets/s", goal=at_least(20_000))
        report.tell("  memory above idle, at most", max(run.most for run in runs), "MB", goal=at_most(50))
        report.tell("  of it in the second half more than in the first", max(run.rise for run in runs), "MB")


class _Run:
    """Seconds of a dump, the most memory above idle, and how much that rose between the halves."""

    def __init__(self, seconds: float, idle: int, samples: list[int]) -> None:
        half = len(samples) // 2
        self.seconds = seconds
        self.most = (max(samples) - idle) / MEGABYTE
        self.rise = max(0, max(samples[half:]) - max(samples[:half])) / MEGABYTE


def _measure(client: Client, site: Site, path: str) -> _Run:
    process = _worker(site)
    idle = process.memory_info().rss
    with _sampled(process) as samples:
        began = time.perf_counter()
        parts = list(client.stream(path))
        seconds = time.perf_counter() - began
    _whole(path, parts)
    return _Run(seconds, idle, samples)


def _worker(site: Site) -> psutil.Process:
    """The one process that answers; its parent only watches it."""
    if site.web.pid is None:
        raise Problem(f"The web of {site.name} ended: {site.web.log}")
    (worker,) = psutil.Process(site.web.pid).children()
    return worker


@contextmanager
def _sampled(process: psutil.Process) -> Iterator[list[int]]:
    """Memory of a process from now on, again and again."""
    samples = [process.memory_info().rss, process.memory_info().rss]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(PAUSE):
            samples.append(process.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def _whole(path: str, parts: list[bytes]) -> None:
    """Raises a Problem unless the parts are one gzip stream with its right checksum at the end."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for part in parts:
        unpacker.decompress(part)
    if not unpacker.eof or unpacker.unused_data:
        raise Problem(f"{path} is no whole gzip file.")
