"""Twenty people change the catalogue while three harvesters walk it: does a walk miss, double or betray anything?

What a walk has to hold follows from what the site has answered to the writers. A dataset that was public all the time
must be in it once; one that was not public at any moment since a page was asked for must not be on that page; one that
was changed from one to the other meanwhile may be in it or not.
"""

from __future__ import annotations

import itertools
import random
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
import requests

from embedded.bench.client import Client
from embedded.bench.database import public_ids
from embedded.bench.report import Report, at_least, at_most
from embedded.bench.sites import Pair
from embedded.site import Site

WRITERS = 20
#: The format that each crawler walks in.
CRAWLERS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
}
_HOLDS = ox.NamedNode("http://www.w3.org/ns/dcat#dataset")
_NEXT = ox.NamedNode("http://www.w3.org/ns/hydra/core#next")
#: What `package_show` tells and nobody sends.
_TOLD = ("id", "organization", "metadata_created", "metadata_modified", "creator_user_id", "num_tags", "num_resources")


class Ledger:
    """Which datasets were public when, as far as one can know from outside: from asking for a change to its answer."""

    def __init__(self) -> None:
        self._events: defaultdict[str, list[tuple[float, float, bool]]] = defaultdict(list)

    def note(self, id_: str, asked: float, answered: float, *, public: bool) -> None:
        """Notes that a dataset became, or stayed, public or not public at some moment between two."""
        self._events[id_].append((asked, answered, public))

    def states(self, id_: str, begin: float, end: float) -> set[bool]:
        """Whether the dataset was public between two moments; both answers where it, or our knowledge, changed."""
        before, found = False, set()
        for asked, answered, public in sorted(self._events[id_]):
            if answered <= begin:
                before = public
            elif asked < end:
                found.add(public)
        return found | {before}

    def all_the_time(self, begin: float, end: float) -> set[str]:
        """Datasets that were public from one moment to the other."""
        return {id_ for id_ in list(self._events) if self.states(id_, begin, end) == {True}}


@dataclass
class Page:
    """A page that a crawler took: when, and which datasets it lists."""

    asked: float
    answered: float
    ids: list[str]


@dataclass
class Tally:
    """What was found out."""

    walks: int = 0
    pages: int = 0
    missed: int = 0
    doubled: int = 0
    hidden: int = 0
    unparsable: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)

    def judge(self, walk: list[Page], ledger: Ledger) -> None:
        """Adds a walk that reached the last page."""
        found = Counter(id_ for page in walk for id_ in page.ids)
        begin, end = walk[0].asked, walk[-1].answered
        self.walks += 1
        self.missed += len(ledger.all_the_time(begin, end) - found.keys())
        self.doubled += sum(1 for number in found.values() if number > 1)
        self.seconds.append(end - begin)

    def judge_page(self, page: Page, ledger: Ledger) -> None:
        """Adds a page."""
        self.pages += 1
        self.hidden += sum(1 for id_ in page.ids if ledger.states(id_, page.asked, page.answered) == {False})


def crawling(pair: Pair, seconds: float, report: Report) -> None:
    """Lets writers and crawlers loose on our site for some time and tells what went wrong.

    Args:
        pair: The sites. Ours is started anew as `make up` runs it, with its worker, and keeps what was written.
        seconds: For how long.
        report: Where it is told.
    """
    site = pair.ours
    site.stop()
    site.workers = 2
    site.start()
    ledger = Ledger()
    writers = _writers(site, ledger)
    report.head(f"{WRITERS} writers and {len(CRAWLERS)} crawlers for {seconds:.0f} s, {pair.size:,} datasets")
    stop = time.monotonic() + seconds
    with ThreadPoolExecutor(WRITERS + len(CRAWLERS)) as pool:
        writing = [pool.submit(writer.work, stop) for writer in writers]
        walking = [pool.submit(_crawl, site.url, format_, stop) for format_ in CRAWLERS]
        changes = sum(each.result() for each in writing)
        crawls = [each.result() for each in walking]
    tally = Tally()
    for crawl in crawls:
        tally.unparsable += crawl.unparsable
        tally.refused += crawl.refused
        for walk in crawl.walks:
            tally.judge(walk, ledger)
        for page in itertools.chain(*crawl.walks, crawl.broken_off):
            tally.judge_page(page, ledger)
    _tell(tally, changes, report)


def _tell(tally: Tally, changes: int, report: Report) -> None:
    report.tell("changes that were answered", changes, "changes", goal=at_least(1))
    report.tell("walks from the first page to the last", tally.walks, "walks", goal=at_least(len(CRAWLERS)))
    report.tell("pages", tally.pages, "pages")
    report.tell("datasets missed", tally.missed, "", goal=at_most(0))
    report.tell("datasets doubled", tally.doubled, "", goal=at_most(0))
    report.tell("hidden datasets seen", tally.hidden, "", goal=at_most(0))
    report.tell("documents that do not parse", tally.unparsable, "", goal=at_most(0))
    report.tell("answers other than 200", tally.refused, "", goal=at_most(0))


@dataclass
class _Crawl:
    """What one crawler took home."""

    walks: list[list[Page]] = field(default_factory=list)
    broken_off: list[Page] = field(default_factory=list)
    unparsable: int = 0
    refused: int = 0


def _crawl(url: str, format_: str, stop: float) -> _Crawl:
    """Walks the catalogue again and again until `stop`; the walk that is under way then is ended."""
    client, crawl = Client(url), _Crawl()
    while time.monotonic() < stop:
        walk: list[Page] = []
        address: str | None = f"/catalog.{format_}"
        while address:
            asked = time.monotonic()
            answer = client.ask(address, Accept_Encoding="gzip")
            if answer.status != 200:
                crawl.refused += 1
                break
            try:
                ids, address = read(answer.content, CRAWLERS[format_])
            except SyntaxError:
                crawl.unparsable += 1
                break
            walk.append(Page(asked, time.monotonic(), ids))
        else:
            crawl.walks.append(walk)
            continue
        crawl.broken_off += walk
    return crawl


def read(document: bytes, format_: ox.RdfFormat) -> tuple[list[str], str | None]:
    """Reads a page of the catalogue.

    Args:
        document: Its text.
        format_: What it is written in.

    Returns:
        The ids of its datasets, each as often as it stands there, and the address of the next page.

    Raises:
        SyntaxError: It is not what it should be.
    """
    ids, address = [], None
    for triple in ox.parse(document, format=format_, base_iri="http://127.0.0.1/"):
        if triple.predicate == _HOLDS:
            ids.append(triple.object.value.rpartition("/")[2])
        elif triple.predicate == _NEXT and isinstance(triple.object, ox.NamedNode):
            address = triple.object.value
    return ids, address


class _Writer:
    """A client of the API that creates, edits, hides, publishes and deletes."""

    def __init__(self, site: Site, token: str, number: int, example: Mapping[str, Any], ledger: Ledger) -> None:
        self._site = site
        self._number = number
        self._example = example
        self._ledger = ledger
        self._session = requests.Session()
        self._session.headers["Authorization"] = token
        self._chance = random.Random(number)  # noqa: S311

    def work(self, stop: float) -> int:
        """Changes one thing after another until `stop`; returns how many."""
        return sum(1 for _ in itertools.takewhile(lambda _: time.monotonic() < stop, self._life()))

    def _life(self) -> Iterator[None]:
        for count in itertools.count():
            id_ = self._create(count, private=self._chance.random() < 0.3)
            yield
            for _ in range(self._chance.randrange(5)):
                self._change(id_, "package_patch", public=None, title=f"Uji tulis {self._number}, {time.time()}")
                yield
                hide = self._chance.random() < 0.5
                self._change(id_, "package_patch", public=not hide, private=hide)
                yield
            if self._chance.random() < 0.7:
                self._change(id_, "package_delete", public=False)
                yield

    def _create(self, count: int, *, private: bool) -> str:
        name = f"uji-tulis-{self._number}-{count}"
        asked = time.monotonic()
        made = self._act("package_create", {**self._example, "name": name, "title": name, "private": private})
        self._public = not private
        self._ledger.note(made["id"], asked, time.monotonic(), public=self._public)
        return made["id"]

    def _change(self, id_: str, action: str, *, public: bool | None, **values: object) -> None:
        """Changes a dataset; `public` says what it is then, None that this stays as it is."""
        asked = time.monotonic()
        self._act(action, {"id": id_, **values})
        self._public = self._public if public is None else public
        self._ledger.note(id_, asked, time.monotonic(), public=self._public)

    def _act(self, action: str, values: Mapping[str, Any]) -> Any:
        return act(self._session, self._site, action, values)


def act(session: requests.Session, site: Site, action: str, values: Mapping[str, Any]) -> Any:
    """Calls an action of the site and returns its result.

    Raises:
        RuntimeError: It was refused.
    """
    answer = session.post(f"{site.url}/api/3/action/{action}", json=values, timeout=120)
    if not answer.ok:
        raise RuntimeError(f"{action} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json()["result"]


def _writers(site: Site, ledger: Ledger) -> list[_Writer]:
    """An editor of the office that has the datasets, at work in many places; what is public already is noted."""
    admin = requests.Session()
    admin.headers["Authorization"] = site.admin_token()
    for id_ in public_ids(site):
        ledger.note(id_, 0, 0, public=True)
    shown = act(admin, site, "package_search", {"rows": 1, "sort": "metadata_modified asc"})["results"][0]
    example = {key: value for key, value in shown.items() if key not in _TOLD}
    address = {"url": "https://example.org/berkas/uji.csv", "name": "Uji", "format": "CSV"}
    example["resources"] = [{**address, "kolom": resource["kolom"]} for resource in shown["resources"]]
    user = {"name": "penulis", "email": "penulis@example.org", "password": secrets.token_urlsafe(24)}
    act(admin, site, "user_create", user)
    office = {"id": shown["owner_org"], "username": "penulis", "role": "editor"}
    act(admin, site, "organization_member_create", office)
    tokens = [
        act(admin, site, "api_token_create", {"user": "penulis", "name": str(n)})["token"] for n in range(WRITERS)
    ]
    # Seeded records never went through the gate; it takes notice of the example at the first dataset made of it.
    act(admin, site, "package_create", {**example, "name": "uji-tulis", "title": "uji-tulis", "private": True})
    return [_Writer(site, token, number, example, ledger) for number, token in enumerate(tokens)]
