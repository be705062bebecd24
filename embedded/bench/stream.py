"""What a client that follows the change stream has to fetch after a few changes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from embedded.bench.client import Client
from embedded.bench.database import change, public_ids
from embedded.bench.publication import publish
from embedded.bench.report import Report, at_most
from embedded.bench.sites import Pair
from embedded.problem import Problem

CHANGES = 10
_NODE = ox.NamedNode("https://w3id.org/tree#node")
_OBJECT = ox.NamedNode("https://www.w3.org/ns/activitystreams#object")


@dataclass
class Harvest:
    """What a client took from the stream.

    Attributes:
        last: The last page, where it goes on the next time.
        moved: Bytes of the answers, heads included.
        pages: How many pages it asked for.
        records: The IRIs of the records that it was told of.
    """

    last: str
    moved: int = 0
    pages: int = 0
    records: set[str] = field(default_factory=set)


def stream(pair: Pair, report: Report) -> None:
    """Tells the bytes of a first harvest and of the next one, after ten changes."""
    report.head(f"Change stream, {pair.size:,} datasets")
    client = Client(pair.ours.url)
    first = follow(client, "/feed.trig")
    _told_of(first, public_ids(pair.ours))
    report.tell("first harvest", first.moved / 1000, "kB")
    changed = public_ids(pair.ours)[-CHANGES:]
    change(pair.ours, changed)
    publish(pair.ours, "refresh")
    then = follow(client, first.last)
    _told_of(then, changed)
    report.tell(f"harvest after {CHANGES} changes, {then.pages} pages", then.moved / 1000, "kB", goal=at_most(200))


def follow(client: Client, address: str) -> Harvest:
    """Reads the stream from a page on to its end: each page that leads on is read once, the last one is remembered."""
    harvest, seen, todo = Harvest(address), {address}, [address]
    while todo:
        page = todo.pop(0)
        answer = client.get(page, Accept_Encoding="gzip")
        harvest.moved += answer.moved
        harvest.pages += 1
        nodes = set()
        for quad in ox.parse(answer.content, format=ox.RdfFormat.TRIG):
            if quad.predicate == _OBJECT:
                harvest.records.add(quad.object.value)
            elif quad.predicate == _NODE:
                nodes.add(quad.object.value)
        if not nodes:
            harvest.last = page
        todo += nodes - seen
        seen |= nodes
    return harvest


def _told_of(harvest: Harvest, ids: list[str]) -> None:
    missing = set(ids) - {iri.rpartition("/")[2] for iri in harvest.records}
    if missing:
        raise Problem(f"The change stream does not tell of {len(missing)} of {len(ids)} records.")
