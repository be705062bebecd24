"""The addresses of the feed: a thin layer in front of CKAN's session machinery.

CKAN opens a session, looks up who is asking and reads its settings from the database before it calls any view. The feed
is the same for everybody and is stored as it is sent, so it is answered before that. Every other address goes on to
CKAN as it came.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import ckan.plugins.toolkit as tk
import psycopg2
import sqlalchemy as sa
from ckan import model
from ckan.lib.i18n import get_locales_from_config
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, ServiceUnavailable
from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule

from ckanext.lebak.feed import catalog, changes, datajson, facade, publishing, reading, stream
from ckanext.lebak.feed.answers import refusal
from ckanext.lebak.feed.fragments import mapping_version
from ckanext.lebak.feed.reading import Snapshot
from ckanext.lebak.feed.request import FeedRequest
from ckanext.lebak.feed.visits import Visits
from ckanext.lebak.profiles.sdi import current_site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

RETRY_AFTER = 30
"""Seconds after which to ask again, when the database is away or the first publication is at work."""

MOST_REFRESHED = 200
"""The most changed records that a request publishes itself. More are left to the worker."""

MOST_COLD = 2000
"""The most records of a first publication that requests wait for."""

_WITHOUT_TRANSACTION = {"isolation_level": "AUTOCOMMIT"}  # saves its beginning and end, each a way to the database
# The driver's own too: COPY goes past SQLAlchemy.
_AWAY = (OperationalError, InterfaceError, PoolTimeout, psycopg2.OperationalError, psycopg2.InterfaceError)


class _Reference(BaseConverter):
    """Id or name of a record."""

    regex = "[A-Za-z0-9_-]{1,100}"


@dataclass(frozen=True)
class Route:
    """An address.

    Attributes:
        rule: Its path, in werkzeug's words.
        function: What answers; None from it leaves the request to CKAN.
        surface: What the report of visits calls it, with names of the rule's variables in braces.
    """

    rule: str
    function: Callable[[FeedRequest], Response | None]
    surface: str


def routes() -> tuple[Route, ...]:
    """The addresses of the feed, as the site is configured."""
    found = (
        Route(catalog.path_of("<extension>"), catalog.answer_catalog, "catalog.{extension}"),
        Route("/catalog/dump.<extension>.gz", catalog.answer_dump, "dump.{extension}.gz"),
        Route("/dataset/<reference:reference>.<extension>", catalog.answer_document, "dataset.{extension}"),
        Route("/dataset_series/<reference:reference>.<extension>", catalog.answer_document, "dataset.{extension}"),
        Route(datajson.PATH, datajson.answer_datajson, "data.json"),
        Route("/harvest/api/3/action/<action>", facade.action, "harvest"),
        Route("/feed", stream.root, "feed"),
        Route("/feed.<extension>", stream.root, "feed"),
        Route("/feed/<int:number>", stream.page, "feed"),
        Route("/feed/<int:number>.<extension>", stream.page, "feed"),
    )
    if not tk.asbool(tk.config.get(catalog.NEGOTIATED)):
        return found
    return (
        *found,
        Route("/", catalog.negotiate_catalog, "catalog"),
        Route("/dataset/<reference:reference>", catalog.negotiate_document, "dataset"),
    )


class FeedLayer:
    """The WSGI application of the feed, with CKAN behind it."""

    def __init__(self, application: Callable[..., Iterable[bytes]], flask: Flask) -> None:
        """Notes what is given.

        Args:
            application: CKAN's WSGI application: what is asked when an address is none of the feed's.
            flask: CKAN's Flask application.
        """
        self._application = application
        self._flask = flask
        self._locales = frozenset(get_locales_from_config())
        self._adapter = _adapter(routes())
        self._visits = Visits()
        atexit.register(self._write_visits)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request, or has CKAN answer it."""
        if self._visits.due:
            self._write_visits()
        path = self._without_locale(environ.get("PATH_INFO", ""))
        found = self._found(path) if environ["REQUEST_METHOD"] in ("GET", "HEAD") else None
        if found is None:
            return self._application(environ, start_response)
        response = self._answer(*found, Request({**environ, "PATH_INFO": path}))
        if response is None:
            return self._application(environ, _varying(start_response))
        return response(environ, start_response)

    def _found(self, path: str) -> tuple[Route, Mapping[str, Any]] | None:
        try:
            return self._adapter.match(path)
        except NotFound:
            return None

    def _answer(self, route: Route, values: Mapping[str, Any], request: Request) -> Response | None:
        response = self._attempted(route, request, values)
        if response is not None:
            # A format that is not there is not a surface: anybody may ask for ever new ones.
            named = response.status_code != NotFound.code
            surface = route.surface.format(**values) if named else route.surface.partition(".{")[0]
            self._visits.note(request.headers.get("User-Agent", ""), surface, response.status_code)
        return response

    def _without_locale(self, path: str) -> str:
        """The path as CKAN sees it. What machines read is the same in all languages."""
        _nothing, _slash, rest = path.partition("/")
        head, slash, tail = rest.partition("/")
        return f"/{tail}" if slash and head in self._locales else path

    def _attempted(self, route: Route, request: Request, values: Mapping[str, Any]) -> Response | None:
        """The answer, tried again if the database went away: the connection may only have been an old one."""
        try:
            try:
                return self._responded(route, request, values)
            except _AWAY as error:
                log.warning("the database went away, trying again: %s", error)
                return self._responded(route, request, values)
        except _AWAY:
            log.exception("the database does not answer")
            return refusal(ServiceUnavailable("The database does not answer."), RETRY_AFTER)
        except reading.Lost as lost:
            log.exception("what is stored of %s is lost, and is published again", ", ".join(lost.ids))
            _renew(lost.ids)
            return refusal(ServiceUnavailable("Something of this is being written again."), RETRY_AFTER)
        except ServiceUnavailable as error:
            return refusal(error, RETRY_AFTER)
        except HTTPException as error:
            return refusal(error)
        except Exception:
            log.exception("the feed cannot answer %s", request.url)
            return refusal(InternalServerError("The catalogue cannot answer this."))

    def _responded(self, route: Route, request: Request, values: Mapping[str, Any]) -> Response | None:
        engine = cast("sa.Engine", model.meta.engine)
        with engine.connect().execution_options(**_WITHOUT_TRANSACTION) as connection:
            asked = FeedRequest(
                http=request,
                engine=engine,
                connection=connection,
                flask=self._flask,
                site=current_site(),
                newest=_newest,
                values=values,
            )
            return route.function(asked)

    def _write_visits(self) -> None:
        if model.meta.engine is not None:
            self._visits.write(model.meta.engine)


def _newest(request: FeedRequest) -> Snapshot:
    """The newest state of the feed. What was changed before a GET is published first; HEAD never waits for that."""
    connection = request.connection
    snapshot, noted = reading.newest_and_noted(connection)
    if request.http.method == "GET" and publishing.is_due(snapshot, noted, mapping_version(request.site)):
        _publish(request.engine, cold=snapshot is None)
        if publishing.hidden(connection):  # another publisher is at work, or it failed
            _publish(request.engine, wait=True)
            if publishing.hidden(connection):
                raise ServiceUnavailable("Something was withdrawn a moment ago and is still being taken out.")
        snapshot = reading.newest(connection)
    if snapshot is None:
        raise ServiceUnavailable("The catalogue is being written for the first time.")
    return snapshot


def _publish(engine: sa.Engine, *, cold: bool = False, wait: bool = False) -> None:
    """Publishes what was changed, if that is not much. If it fails, what is stored is still good to be read."""
    try:
        outcome = publishing.refresh(engine, limit=MOST_COLD if cold else MOST_REFRESHED, wait=cold or wait)
    except Exception:
        log.exception("cannot publish what was changed")
        return
    if outcome is not None and outcome.left:
        changes.tell()


def _renew(ids: Sequence[str]) -> None:
    with cast("sa.Engine", model.meta.engine).begin() as connection:
        publishing.renew(connection, ids)


def _varying(start_response: StartResponse) -> StartResponse:
    """Tells caches that CKAN's page is not for those who accept RDF only."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("Vary", "Accept")], *more)

    return start


def _adapter(table: Iterable[Route]) -> MapAdapter:
    rules = [Rule(route.rule, endpoint=route) for route in table]
    found = Map(rules, converters={"reference": _Reference}, strict_slashes=False, merge_slashes=False)
    return found.bind("localhost")
