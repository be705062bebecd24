"""The work of a night (daily.py): asked for once, each job by itself, and nothing waits for Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ckan.cli.cli import ckan
from ckan.lib import jobs as ckan_jobs
from ckan.lib import redis as ckan_redis
from ckan.lib.redis import connect_to_redis
from redis import ConnectionPool

from ckanext.lebak import daily
from tests.release.conftest import act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")]


@pytest.fixture(autouse=True)
def _no_night_yet() -> Iterator[None]:
    """Begins and ends without a night that was asked for."""
    for _ in range(2):
        redis = connect_to_redis()
        redis.delete("-", *redis.keys("lebak:daily:*"))
        if _ == 0:
            yield


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs that note that they were done, of which the second one fails."""
    names: list[str] = []

    def fail() -> None:
        names.append("two")
        raise RuntimeError("simulasi")

    monkeypatch.setattr(
        daily, "JOBS", {"one": lambda: names.append("one"), "two": fail, "three": lambda: names.append("three")}
    )
    return names


def asked() -> int:
    return sum(job.meta.get("title") == daily.TITLE for job in ckan_jobs.get_queue().jobs)


def test_a_night_is_asked_for_once() -> None:
    for _ in range(3):
        daily.ask()
    assert asked() == 1


def test_a_job_that_fails_stops_no_other_and_is_done_again_alone(done: list[str]) -> None:
    daily.job()
    assert done == ["one", "two", "three"]
    assert connect_to_redis().get(daily._key()) != b"done"
    daily.job()
    assert done == ["one", "two", "three", "two"]
    daily.JOBS["two"] = lambda: done.append("two at last")
    daily.job()
    assert done[-1] == "two at last"
    assert connect_to_redis().get(daily._key()) == b"done"
    daily.ask()
    assert asked() == 0


def test_any_request_notices_that_a_night_has_come(app: Any) -> None:
    layer = daily.Nights(lambda environ, start_response: [b""], app.flask_app)
    layer({}, lambda *_: None)  # type: ignore[arg-type]
    layer({}, lambda *_: None)  # type: ignore[arg-type]
    assert asked() == 1


def test_a_move_is_made_without_redis_and_the_night_is_asked_for_later(
    county: SimpleNamespace, draft: Callable[..., dict[str, Any]], app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = draft()
    layer = daily.Nights(lambda environ, start_response: [b""], app.flask_app)
    with monkeypatch.context() as without:
        without.setattr(ckan_redis, "_connection_pool", ConnectionPool.from_url("redis://127.0.0.1:1/0"))
        layer({}, lambda *_: None)  # type: ignore[arg-type]
    assert submit(county, record["id"])["step"] == "walidata"
    assert asked() == 0
    layer._next_look = time.monotonic()
    layer({}, lambda *_: None)  # type: ignore[arg-type]
    assert asked() == 1


def test_the_command_does_it_all_and_says_what_failed(
    county: SimpleNamespace, draft: Callable[..., dict[str, Any]], cli: Any
) -> None:
    record = draft()
    submit(county, record["id"])
    act("lebak_release_approve", county.walidata, id=record["id"], day="2999-01-01")
    answer = cli.invoke(ckan, ["lebak", "daily"])
    assert answer.exit_code == 0, answer.output
    assert act("lebak_release_show", county.operator, id=record["id"])["step"] == "date"
