"""How fast the pages are: those that people read, and those of the catalogue that machines read."""

from __future__ import annotations

import json
from collections.abc import Callable

from requests.utils import parse_header_links

from embedded.bench.client import Answer, Client
from embedded.bench.report import Report, at_least, at_most
from embedded.bench.sites import Pair
from embedded.bench.timing import Timings, in_turns

#: Datasets on a page of ckanext-dcat.
PAGE = 100
#: Our formats, and what stands for each on the stock side, which has no N-Triples.
FORMATS = {"xml": "xml", "ttl": "ttl", "n3": "n3", "jsonld": "jsonld", "nt": "ttl"}
ENCODINGS = ("gzip", "identity")
#: Pages that are asked for again and again: what a harvester finds that is not the first one in a while.
WARM = 10
#: Turns, and how often a quick answer is measured in each.
ROUNDS = 5
QUICK = 10
#: "At least 100 times as fast", and "no more": measurements of the same thing differ by less than a tenth.
FASTER = at_least(100)
NO_MORE = at_most(1.1)


def website(pair: Pair, report: Report) -> None:
    """Tells the median times of pages that people and clients of the API read, ours and those of CKAN's templates.

    A dataset's page is ours alone: the schema names snippets of our plugin.
    """
    ours, stock = Client(pair.ours.url), Client(pair.stock.url)
    name = json.loads(ours.get("/api/3/action/package_list").content)["result"][0]
    page = f"/dataset/{name}"
    shared = ("/", "/dataset/", "/api/3/action/package_search?rows=100", f"{page}.ttl")
    shots = {("stock", path): (3, lambda path=path: stock.get(path).seconds) for path in shared}
    shots |= {("ours", path): (3, lambda path=path: ours.get(path).seconds) for path in (page, *shared)}
    timings = Timings()
    in_turns(timings, ROUNDS, shots)
    report.head(f"Pages of the site, {pair.size:,} datasets: time of one")
    report.tell(page, timings.median(("ours", page)) * 1000, "ms")
    for path in shared:
        mine, theirs = (timings.median((side, path)) * 1000 for side in ("ours", "stock"))
        report.compare(path, mine, theirs, theirs / mine, "ms")


def stock_seconds(pair: Pair) -> list[float]:
    """What the stock side takes for a dataset with one core, in each format that it has."""
    client, timings = Client(pair.stock.url), Timings()
    paths = [f"/catalog.{format_}" for format_ in sorted(set(FORMATS.values()))]
    in_turns(timings, ROUNDS, {path: (1, lambda path=path: client.get(path).seconds) for path in paths})
    return [timings.median(path) / PAGE for path in paths]


def catalogue(pair: Pair, report: Report) -> None:
    """Tells how fast warm pages of 100 are, and what HEAD and a page that is known already cost."""
    ours, stock = Client(pair.ours.url), Client(pair.stock.url)
    timings = Timings()
    pages = min(WARM, pair.size // PAGE)
    turn = iter(range(1_000_000))

    def page(client: Client, format_: str, **headers: str) -> Callable[[], float]:
        return lambda: client.get(f"/catalog.{format_}?page={next(turn) % pages + 1}", **headers).seconds

    def known(format_: str) -> Callable[[], float]:
        tag = ours.get(f"/catalog.{format_}").headers["ETag"]
        return lambda: _unchanged(ours, f"/catalog.{format_}", tag)

    shots = {}
    for format_, theirs in FORMATS.items():
        shots["stock", format_] = (1, page(stock, theirs))
        for encoding in ENCODINGS:
            shots[encoding, format_] = (QUICK, page(ours, format_, Accept_Encoding=encoding))
            for _ in range(pages):
                page(ours, format_, Accept_Encoding=encoding)()
        shots["HEAD", format_] = (QUICK, lambda path=f"/catalog.{format_}": ours.ask(path, "HEAD").seconds)
        shots["304", format_] = (QUICK, known(format_))
    in_turns(timings, ROUNDS, shots)
    report.head(f"Catalogue, {pair.size:,} datasets: warm page of {PAGE}, in datasets per second")
    for format_, theirs in FORMATS.items():
        other = PAGE / timings.median(("stock", format_))
        beside = "stock" if theirs == format_ else f"stock {theirs}"
        for encoding in ENCODINGS:
            rate = PAGE / timings.median((encoding, format_))
            report.compare(f"{format_}, {encoding}", rate, other, rate / other, "/s", goal=FASTER, beside=beside)
    report.head(f"Catalogue, {pair.size:,} datasets: time of an answer without a body, beside a stock page")
    for format_ in FORMATS:
        for kind in ("304", "HEAD"):
            mine, theirs = timings.median((kind, format_)), timings.median(("stock", format_))
            report.compare(f"{kind}, {format_}", mine * 1000, theirs * 1000, theirs / mine, "ms", goal=FASTER)


def _unchanged(client: Client, path: str, tag: str) -> float:
    answer = client.ask(path, If_None_Match=tag)
    if answer.status != 304:
        raise RuntimeError(f"{path} with its own ETag answered {answer.status}")
    return answer.seconds


def page_sizes(pair: Pair, report: Report) -> None:
    """Tells what a dataset costs on a page of 1,000 and on one of 100."""
    client, timings = Client(pair.ours.url), Timings()
    large = min(1000, pair.size)

    def page(format_: str, encoding: str, size: int) -> Callable[[], float]:
        path = f"/catalog.{format_}?page_size={size}"
        return lambda: client.get(path, Accept_Encoding=encoding).seconds / size

    shots = {
        (format_, encoding, size): (QUICK * PAGE // size + 2, page(format_, encoding, size))
        for format_ in FORMATS
        for encoding in ENCODINGS
        for size in (PAGE, large)
    }
    in_turns(timings, ROUNDS, shots)
    report.head(f"Catalogue, {pair.size:,} datasets: time of a dataset on a page of {large:,} beside one of {PAGE}")
    for format_ in FORMATS:
        for encoding in ENCODINGS:
            mine, other = (timings.median((format_, encoding, size)) * 1e6 for size in (large, PAGE))
            report.compare(f"{format_}, {encoding}", mine, other, mine / other, "us", goal=NO_MORE, beside=f"{PAGE}:")


def sizes(small: Pair, large: Pair, report: Report) -> None:
    """Tells what a dataset costs in a large catalogue and in a small one: pages near both ends, and a whole walk."""
    timings, turn = Timings(), iter(range(1_000_000))
    clients = {pair.size: Client(pair.ours.url) for pair in (small, large)}

    def near(pair: Pair, *, end: bool) -> Callable[[], float]:
        def shot() -> float:
            back = next(turn) // 2 % 5
            number = pair.size // PAGE - back if end else 1 + back
            return clients[pair.size].get(f"/catalog.ttl?page={number}", Accept_Encoding="gzip").seconds / PAGE

        return shot

    kinds = {
        "first pages": lambda pair: (QUICK, near(pair, end=False)),
        "last pages": lambda pair: (QUICK, near(pair, end=True)),
        "all pages by their links": lambda pair: (1, lambda: walk(clients[pair.size], pair.size)),
    }
    in_turns(
        timings, ROUNDS, {(kind, pair.size): shot(pair) for kind, shot in kinds.items() for pair in (small, large)}
    )
    report.head(f"Catalogue: time of a dataset with {large.size:,} datasets beside {small.size:,}; ttl, gzip")
    for kind in kinds:
        mine, other = (timings.median((kind, pair.size)) * 1e6 for pair in (large, small))
        report.compare(kind, mine, other, mine / other, "us", goal=NO_MORE, beside=f"{small.size:,}:")


def walk(client: Client, size: int) -> float:
    """Follows the pages from the first to the last; returns seconds of a dataset."""
    seconds = 0.0
    address: str | None = f"/catalog.ttl?page_size={PAGE}"
    while address:
        answer = client.get(address, Accept_Encoding="gzip")
        seconds += answer.seconds
        address = next_page(answer)
    return seconds / size


def next_page(answer: Answer) -> str | None:
    """The address of the page after this one, as the ``Link`` header has it."""
    links = parse_header_links(answer.headers.get("Link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), None)
