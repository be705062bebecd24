"""Crawlers while people work: nothing missed, nothing twice, nothing that is hidden, and every document parses."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest
import requests
from ckanext.dcat.processors import RDFParser
from rdflib.namespace import DCAT, RDF

from tests.sdi_factory import complete_dataset
from tests.steps import act, empty

if TYPE_CHECKING:
    from embedded.site import Site

SECONDS = 12
WRITERS, CRAWLERS = 4, 3
STEADY, PASSING = 12, 8


@pytest.fixture(scope="module")
def site(site_factory: Callable[..., Site]) -> Site:
    """A catalog with records that stay, and records that will be hidden or deleted."""
    made = site_factory("feed_crawl", open_gate=True, settings={"ckanext.lebak.feed_page_size": "3"})
    empty(made)
    act(made, "organization_create", name="dinas-uji", title="Dinas Uji")
    for number in range(STEADY):
        act(made, "package_create", **complete_dataset(owner_org="dinas-uji", name=f"tetap-{number}"))
    for number in range(PASSING):
        act(made, "package_create", **complete_dataset(owner_org="dinas-uji", name=f"lalu-{number}"))
    return made


def crawl(site: Site, extension: str) -> list[tuple[float, str]]:
    """Follows the links; returns each record with the time before its page was asked for."""
    address: str | None = f"{site.url}/catalog.{extension}"
    found: list[tuple[float, str]] = []
    while address:
        asked = time.monotonic()
        answer = requests.get(address, timeout=60)
        assert answer.status_code == 200, answer.text
        parser = RDFParser(profiles=["sdi"])
        parser.parse(answer.content.decode(), _format=extension)
        found += [(asked, str(ref).rpartition("/")[2]) for ref in parser.g.subjects(RDF.type, DCAT.Dataset)]
        address = parser.next_page()
    return found


def test_nothing_is_missed_doubled_or_shown_that_is_hidden(site: Site) -> None:
    ids = {record["name"]: record["id"] for record in act(site, "package_search", rows=100)["results"]}
    steady = {id_ for name, id_ in ids.items() if name.startswith("tetap-")}
    passing = [name for name in ids if name.startswith("lalu-")]
    hidden: dict[str, float] = {}
    stop, chance, numbers = Event(), random.Random(4), itertools.count()

    def write(mine: list[str]) -> int:
        steps = 0
        while not stop.is_set():
            step = chance.random()
            if step < 0.15 and mine:
                name = mine.pop()
                act(site, "package_delete" if chance.random() < 0.5 else "package_patch", id=name, private=True)
                hidden[ids[name]] = time.monotonic()
            elif step < 0.3:
                act(site, "package_create", **complete_dataset(owner_org="dinas-uji", name=f"baru-{next(numbers)}"))
            else:
                act(site, "package_patch", id=f"tetap-{chance.randrange(STEADY)}", title=f"SIMULASI {step}")
            steps += 1
        return steps

    def read(extension: str) -> list[list[tuple[float, str]]]:
        crawls = []
        while not stop.is_set():
            crawls.append(crawl(site, extension))
        return crawls

    with ThreadPoolExecutor(WRITERS + CRAWLERS) as people:
        writing = [people.submit(write, passing[number::WRITERS]) for number in range(WRITERS)]
        reading = [people.submit(read, extension) for extension in ("xml", "ttl", "nt")]
        stop.wait(SECONDS)
        stop.set()
        assert sum(done.result() for done in writing) > WRITERS
        crawls = [crawl for done in reading for crawl in done.result()]

    assert len(crawls) >= CRAWLERS
    assert hidden
    for found in crawls:
        counted = Counter(id_ for _asked, id_ in found)
        assert steady <= set(counted), "missed"
        assert set(counted.values()) == {1}, "twice"
        late = [id_ for asked, id_ in found if asked > hidden.get(id_, asked)]
        assert not late, "hidden before its page was asked for"
