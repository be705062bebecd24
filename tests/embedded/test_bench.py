"""The parts of `make bench` that only think: copies, what a walk has to hold, how a number is told."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise

import pyoxigraph as ox
import pytest

from embedded.bench.client import Answer
from embedded.bench.crawling import Ledger, Page, Tally, read
from embedded.bench.pages import next_page
from embedded.bench.report import Report, at_least, at_most, figure
from embedded.bench.seeding import Original, copies
from embedded.bench.timing import Timings, in_turns

MOMENT = dt.datetime(2026, 1, 31, 0, 0, 30, 120_000)


def original(name: str) -> Original:
    """A dataset with a file and two tags, as database and index have it."""
    title = f"Contoh “{name}”"
    package = {"id": f"id-{name}", "name": name, "title": title, "metadata_modified": MOMENT, "private": False}
    resource = {"id": f"berkas-{name}", "package_id": f"id-{name}", "extras": {"kolom": ["tahun"]}}
    tags = [{"id": f"{tag}-{name}", "package_id": f"id-{name}", "tag_id": tag} for tag in ("satu", "dua")]
    shown = {"id": f"id-{name}", "title": title, "metadata_modified": MOMENT.isoformat(timespec="microseconds")}
    entry = {"index_id": f"kunci-{name}", "title": title, "data_dict": json.dumps(shown)}
    entry["metadata_modified"] = "2026-01-31T00:00:30.120Z"
    return Original({"package": [package], "resource": [resource], "package_tag": tags}, entry)


@pytest.mark.parametrize(("wanted", "made"), [(0, 0), (3, 0), (4, 1), (20, 17)])
def test_as_many_copies_as_are_missing_each_with_names_of_its_own(wanted: int, made: int) -> None:
    originals = [original(name) for name in ("air", "desa", "ternak")]
    found = [*originals, *copies(originals, wanted)]
    assert len(found) == 3 + made
    for names in (
        [copy.rows["package"][0]["id"] for copy in found],
        [copy.rows["package"][0]["name"] for copy in found],
        [copy.rows["package"][0]["title"] for copy in found],
        [copy.rows["resource"][0]["id"] for copy in found],
        [row["id"] for copy in found for row in copy.rows["package_tag"]],
        [copy.entry["index_id"] for copy in found],
    ):
        assert len(set(names)) == len(names)


def test_a_copy_is_whole_and_the_index_says_the_same_of_it() -> None:
    copy = original("air").copy(7)
    [package], [resource], tags = (copy.rows[table] for table in ("package", "resource", "package_tag"))
    assert (package["name"], package["title"], package["private"]) == ("air-7", "Contoh “air” (7)", False)
    assert {row["package_id"] for row in (resource, *tags)} == {package["id"]}
    assert resource["extras"] == {"kolom": ["tahun"]}
    assert [tag["tag_id"] for tag in tags] == ["satu", "dua"]
    shown = json.loads(copy.entry["data_dict"])
    assert (shown["id"], shown["title"], copy.entry["title"]) == (package["id"], package["title"], package["title"])
    assert package["metadata_modified"] == MOMENT - dt.timedelta(minutes=7)
    assert dt.datetime.fromisoformat(shown["metadata_modified"]) == package["metadata_modified"]
    assert copy.entry["metadata_modified"] == "2026-01-30T23:53:30.120Z"


def test_copies_are_the_same_in_every_run() -> None:
    assert list(copies([original("air")], 5)) == list(copies([original("air")], 5))


def told(*events: tuple[float, float, bool]) -> Ledger:
    ledger = Ledger()
    for asked, answered, public in events:
        ledger.note("a", asked, answered, public=public)
    return ledger


@pytest.mark.parametrize(
    ("events", "states"),
    [
        ([], {False}),
        ([(1, 2, True)], {True}),
        ([(1, 2, True), (3, 4, False)], {False}),
        ([(1, 2, True), (9, 11, False)], {True, False}),
        ([(12, 13, True)], {True, False}),
        ([(1, 2, True), (12, 13, True)], {True}),
        ([(1, 2, True), (21, 22, False)], {True}),
        ([(1, 30, True)], {True, False}),
    ],
)
def test_what_is_known_of_a_dataset_between_two_moments(
    events: list[tuple[float, float, bool]], states: set[bool]
) -> None:
    assert told(*events).states("a", 10, 20) == states


def test_a_walk_is_judged_by_what_was_public_all_the_time() -> None:
    ledger = told((1, 2, True))
    for id_, events in {"b": [(1, 2, True)], "c": [(1, 2, True)], "d": [(12, 13, True)], "e": [(1, 2, False)]}.items():
        for asked, answered, public in events:
            ledger.note(id_, asked, answered, public=public)
    walk = [Page(10, 14, ["a", "a"]), Page(15, 20, ["b", "d", "e"])]
    tally = Tally()
    tally.judge(walk, ledger)
    for page in walk:
        tally.judge_page(page, ledger)
    assert (tally.missed, tally.doubled, tally.hidden, tally.pages) == (1, 1, 1, 2)


TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<http://127.0.0.1/> dcat:dataset <http://127.0.0.1/dataset/a>, <http://127.0.0.1/dataset/b> .
<http://127.0.0.1/> dcat:dataset <http://127.0.0.1/dataset/a> .
<http://127.0.0.1/catalog.ttl> hydra:next <http://127.0.0.1/catalog.ttl?page=2> ."""


def test_a_page_is_read_with_every_mention_of_a_dataset() -> None:
    ids, following = read(TURTLE.encode(), ox.RdfFormat.TURTLE)
    assert sorted(ids) == ["a", "a", "b"]
    assert following == "http://127.0.0.1/catalog.ttl?page=2"
    with pytest.raises(SyntaxError):
        read(TURTLE.encode()[:-1], ox.RdfFormat.TURTLE)


def test_the_next_page_stands_in_the_link_header() -> None:
    links = '<http://127.0.0.1/catalog.ttl?page=1>; rel="first", <http://127.0.0.1/catalog.ttl?page=3>; rel="next"'
    assert next_page(Answer(200, {"Link": links}, b"", 0)) == "http://127.0.0.1/catalog.ttl?page=3"
    assert next_page(Answer(200, {}, b"", 0)) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.03125, "0.0312"), (7.5, "7.5"), (99.96, "100"), (31250.4, "31,250"), (1e6, "1,000,000")],
)
def test_a_figure_has_three_digits_that_say_something(value: float, text: str) -> None:
    assert figure(value) == text


def test_a_line_has_both_numbers_their_ratio_the_goal_and_the_verdict() -> None:
    said: list[str] = []
    report = Report(said.append)
    report.head("Pages")
    report.compare("ttl, gzip", 50_000, 400, 125, "/s", goal=at_least(100))
    report.compare("ttl, identity", 20_000, 400, 50, "/s", goal=at_least(100))
    report.tell("memory", 12, "MB", goal=at_most(50))
    report.tell("pages", 40, "pages")
    words = [line.split() for line in said[1:]]
    assert words[0] == ["ttl,", "gzip", "50,000", "/s", "stock", "400", "/s", "125", "x", ">=", "100", "ok"]
    assert words[1][-1] == "MISSED"
    assert words[2] == ["memory", "12", "MB", "<=", "50", "ok"]
    assert words[3] == ["pages", "40", "pages"]
    assert report.end() == 1
    assert said[-1].strip() == "Pages: ttl, identity"


def test_a_run_that_meets_every_goal_ends_well() -> None:
    report = Report(lambda text: None)
    report.tell("missed", 0, "", goal=at_most(0))
    assert report.end() == 0


def test_things_are_measured_in_turns() -> None:
    order: list[str] = []

    def shot(name: str) -> float:
        order.append(name)
        return float(len(order))

    timings = Timings()
    in_turns(timings, 3, {"stock": (1, lambda: shot("stock")), "ours": (2, lambda: shot("ours"))})
    assert order == ["stock", "ours", "ours"] * 3
    assert timings.median("stock") == 4
    assert all(pair != ("stock", "stock") for pair in pairwise(order))
