"""The feed while something is down. On services of its own, which are stopped and started."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests
import sqlalchemy as sa

from ckanext.lebak.feed.model import FeedFragment, FeedRevision, FeedSnapshot
from tests.sdi_factory import complete_dataset
from tests.steps import act

if TYPE_CHECKING:
    from embedded.site import Site

RECORDS = 12
ADDRESSES = (
    "/catalog.ttl",
    "/catalog.xml?page=2&page_size=5",
    "/catalog/dump.nt.gz",
    "/data.json",
    "/feed",
    "/harvest/api/3/action/package_search?rows=5",
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site without a worker, whose feed nobody has asked for yet."""
    from embedded.site import Site
    from embedded.stack import Stack

    stack = Stack(f"faults-{os.getpid()}")  # durable: its services end and begin again
    site = Site(stack, "faults", open_gate=True)
    try:
        stack.start(print)
        site.init()
        site.start(worker=False)
        act(site, "organization_create", name="dinas-uji", title="Dinas Uji")
        for number in range(RECORDS):
            act(site, "package_create", **complete_dataset(owner_org="dinas-uji", name=f"simulasi-{number}"))
        yield site
    finally:
        site.stop()
        stack.stop()
        stack.forget()


def get(site: Site, path: str, method: str = "GET") -> requests.Response:
    return requests.request(method, site.url + path, timeout=60)


def all_of_it(site: Site) -> list[bytes]:
    answers = [get(site, path) for path in ADDRESSES]
    assert [answer.status_code for answer in answers] == [200] * len(ADDRESSES)
    return [answer.content for answer in answers]


def test_cold_crowd_renders_once(site: Site) -> None:
    assert get(site, "/catalog.nt", "HEAD").status_code == 503  # a HEAD renders nothing
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda _number: get(site, "/catalog.nt"), range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].text.count("/dcat#Dataset> .") == RECORDS
    engine = sa.create_engine(site.database_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(FeedSnapshot)) == 1
        # Numbers are never given back: more than one rendering would have used up more of them.
        assert connection.scalar(sa.select(sa.func.max(FeedRevision.seq))) == RECORDS
    engine.dispose()


def test_what_is_stored_is_served_without_search(site: Site) -> None:
    before = all_of_it(site)
    solr = site.stack.solr
    solr.stop()
    try:
        assert all_of_it(site) == before
        for path in ("/catalog.ttl?q=jumlah", "/catalog.ttl?fq=name:simulasi-1"):
            answer = get(site, path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
            assert "dcat" not in answer.text
    finally:
        solr.start(print)
    for _attempt in range(60):  # it answers before it has loaded the index
        if get(site, "/catalog.ttl?fq=name:simulasi-1").status_code == 200:
            break
        time.sleep(0.5)
    else:
        pytest.fail("the search does not come back")


def test_changes_are_seen_without_redis_and_worker(site: Site) -> None:
    before = all_of_it(site)
    redis = site.stack.redis
    redis.stop()
    try:
        assert all_of_it(site) == before
        act(site, "package_patch", id="simulasi-1", title="SIMULASI tanpa Redis")
        assert "SIMULASI tanpa Redis" in get(site, "/catalog.ttl").text
    finally:
        redis.start()


def test_database_that_is_away_is_no_empty_catalogue(site: Site) -> None:
    before = all_of_it(site)
    postgres = site.stack.postgres
    postgres.stop()
    try:
        for path in (*ADDRESSES, "/dataset/simulasi-1.ttl"):
            for method in ("GET", "HEAD"):
                answer = get(site, path, method)
                assert (path, answer.status_code, answer.headers["Retry-After"]) == (path, 503, "30")
                assert answer.headers["Content-Type"].startswith("text/plain")
    finally:
        postgres.start()
    assert all_of_it(site) == before  # no process needs a restart


def test_connection_that_was_cut_is_made_anew(site: Site) -> None:
    before = all_of_it(site)
    site.stack.postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (site.name,))
    assert all_of_it(site) == before


def test_answer_that_breaks_off_does_not_end_well(site: Site) -> None:
    last = sa.select(sa.func.max(FeedFragment.seq)).scalar_subquery()
    broken = sa.update(FeedFragment).where(FeedFragment.format == "json", FeedFragment.seq == last).values(body=b"!")
    engine = sa.create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(broken)
    engine.dispose()
    try:
        answer = requests.get(f"{site.url}/data.json", headers={"Accept-Encoding": "identity"}, timeout=60)
    except requests.exceptions.ChunkedEncodingError:
        return  # some of it was sent
    assert answer.status_code == 500  # none of it was
