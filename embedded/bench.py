"""`make bench`: how fast the running catalog answers, our RDF beside ckanext-dcat's stock profile."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import requests

#: Requests of each kind; the median is told.
REQUESTS = 15


def measure(url: str, say: Callable[[str], None]) -> None:
    """Asks the site for its pages and its RDF, and tells the median time of each.

    Args:
        url: The address of a running site with at least one dataset.
        say: Called with each line of the result.
    """
    session = requests.Session()
    reply = session.get(f"{url}/api/3/action/package_search", params={"rows": 1}, timeout=60).json()["result"]
    if not reply["count"]:
        say("The catalog is empty: nothing to measure (make up DEMO=yes loads the demonstration data).")
        return
    dataset = f"{url}/dataset/{reply['results'][0]['name']}"
    say(f"{reply['count']} datasets, median of {REQUESTS} requests one after another")
    for path in (url, f"{url}/dataset/", dataset, f"{url}/api/3/action/package_search?rows=100"):
        say(f"  {path.removeprefix(url) or '/':<58} {_median(session, path):7.3f} s")
    for name, address in (("dataset", f"{dataset}.ttl"), ("catalogue", f"{url}/catalog.ttl")):
        ours = _median(session, f"{address}?profiles=sdi")
        stock = _median(session, f"{address}?profiles=euro_dcat_ap_3")
        say(f"  {name} as Turtle, profile sdi {ours:.3f} s, stock {stock:.3f} s: {ours / stock:.2f} times")


def _median(session: requests.Session, address: str) -> float:
    times: list[float] = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        session.get(address, timeout=60).raise_for_status()
        times.append(time.perf_counter() - began)
    return statistics.median(times)
