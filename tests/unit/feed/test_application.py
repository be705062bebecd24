"""The layer in front of CKAN: what it answers itself, and what it leaves alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest
from werkzeug.test import Client

from ckanext.lebak.feed import application
from ckanext.lebak.feed.application import FeedLayer, Route
from ckanext.lebak.feed.request import FeedRequest

Answer = Callable[[FeedRequest], Response | None]


@Request.application
def ckan(request: Request) -> Response:
    """Stands for CKAN, with its page for a path."""
    return Response(f"CKAN {request.path}")


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Client]]:
    """Makes a client of a layer with one route, on a database that holds nothing."""
    # SQLite stands for no service here: what answers is given by the test and asks nothing of it.
    engine = sa.create_engine("sqlite://")
    monkeypatch.setattr(application.model.meta, "engine", engine)
    monkeypatch.setattr(application, "_WITHOUT_TRANSACTION", {})
    monkeypatch.setattr(application, "get_locales_from_config", lambda: {"id", "en"})

    def make(rule: str, function: Answer) -> Client:
        monkeypatch.setattr(application, "routes", lambda: (Route(rule, function, "catalog.{extension}"),))
        made = FeedLayer(ckan, flask.Flask("test"))
        monkeypatch.setattr(made, "_write_visits", lambda: None)
        return Client(made)

    yield make
    engine.dispose()


def path_and_values(request: FeedRequest) -> Response:
    return Response(f"feed {request.http.path} {dict(request.values)}")


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/catalog.ttl", "feed /catalog.ttl {'extension': 'ttl'}"),
        ("GET", "/en/catalog.ttl", "feed /catalog.ttl {'extension': 'ttl'}"),
        ("HEAD", "/catalog.ttl", ""),
        ("POST", "/catalog.ttl", "CKAN /catalog.ttl"),
        ("GET", "/catalog", "CKAN /catalog"),
        ("GET", "/en/dataset/x", "CKAN /en/dataset/x"),
        ("GET", "/fr/catalog.ttl", "CKAN /fr/catalog.ttl"),
        ("GET", "/en", "CKAN /en"),
    ],
)
def test_only_the_feeds_addresses_are_answered(layer: Callable[..., Client], method: str, path: str, text: str) -> None:
    client = layer("/catalog.<extension>", path_and_values)
    environ = {"PATH_INFO": path}
    assert client.open(method=method, environ_overrides=environ).get_data(as_text=True) == text


def test_what_is_left_to_ckan_differs_by_what_is_accepted(layer: Callable[..., Client]) -> None:
    answer = layer("/", lambda _request: None).get("/")
    assert answer.get_data() == b"CKAN /"
    assert answer.headers["Vary"] == "Accept"


def test_passing_on_takes_no_time(layer: Callable[..., Client]) -> None:
    client: Any = layer("/catalog.<extension>", path_and_values)
    feed, start = client.application, time.perf_counter()
    for _ in range(1000):
        assert feed._found(feed._without_locale("/dataset/penduduk-2025")) is None
    assert time.perf_counter() - start < 0.5  # half a millisecond each, where it takes a few microseconds


def _away() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("server closed the connection"))


def test_database_that_comes_back_is_asked_again(layer: Callable[..., Client]) -> None:
    fails = [_away()]

    def answer(_request: FeedRequest) -> Response:
        if fails:
            raise fails.pop()
        return Response("found")

    assert layer("/catalog.<extension>", answer).get("/catalog.ttl").get_data() == b"found"


def _raise(error: Exception) -> Answer:
    def answer(_request: FeedRequest) -> Response:
        raise error

    return answer


def test_errors_are_sentences(layer: Callable[..., Client]) -> None:
    away = layer("/catalog.<extension>", _raise(_away())).get("/catalog.ttl")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "30")
    asked_wrong = layer("/catalog.<extension>", _raise(BadRequest("What?"))).get("/catalog.ttl")
    assert (asked_wrong.status_code, asked_wrong.get_data()) == (400, b"What?\n")
    bug = layer("/catalog.<extension>", _raise(KeyError("secret"))).get("/catalog.ttl")
    assert bug.status_code == 500
    assert b"secret" not in bug.get_data()
