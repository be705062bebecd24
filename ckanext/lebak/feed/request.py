"""A question to the feed: what stands in its address, and the state of the feed that it is answered from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from dateutil.parser import isoparse
from flask import Flask
from werkzeug import Request
from werkzeug.exceptions import BadRequest, Gone, NotFound

from ckanext.lebak.feed import reading
from ckanext.lebak.feed.reading import Snapshot
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import WIB

LARGEST_PAGE = 1000
_FARTHEST = 10**12  # number of a page; beyond it nothing is left to count, and the database could not

_NUMBER = re.compile(r"[0-9]{1,30}")
# A plus sign that was not encoded arrives as a space: 2026-01-01T00:00:00 07:00
_LOST_PLUS = re.compile(r"(\d{4}.*[T ]\d.*) (\d{2}(?::?\d{2})?)")


class FeedRequest:
    """A GET or HEAD request, with what answering it needs.

    Attributes:
        http: The request as it came, without the language in its path.
        engine: The database. A long answer opens a connection of its own.
        connection: A connection of this request, without a transaction: each question sees what is committed.
        flask: CKAN's application, for what needs it (search, ckanext-dcat's profiles).
        site: The site, as the configuration says it is. All addresses come from it and never from the ``Host`` header:
            what a client sends there must not come back to others from a cache.
        values: The variable parts of the path.
    """

    def __init__(
        self,
        http: Request,
        engine: sa.Engine,
        connection: sa.Connection,
        flask: Flask,
        site: Site,
        newest: Callable[[FeedRequest], Snapshot],
        values: Mapping[str, str],
    ) -> None:
        """Notes what is given.

        Args:
            http: The request.
            engine: The database.
            connection: A connection for this request.
            flask: CKAN's application.
            site: The site.
            newest: What tells the state to answer from.
            values: The variable parts of the path.
        """
        self.http = http
        self.engine = engine
        self.connection = connection
        self.flask = flask
        self.site = site
        self.values = values
        self._newest = newest

    @cached_property
    def newest(self) -> Snapshot:
        """The newest state of the feed; what was changed and committed before a GET is in it.

        Raises:
            ServiceUnavailable: There is none yet.
        """
        return self._newest(self)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state that is asked for by its number, as the links of a crawl do; else the newest.

        Raises:
            BadRequest: The number is none.
            Gone: It is not kept any more.
            NotFound: There never was one of this number.
        """
        seq = self.number("snapshot", self.newest.seq)
        return self.newest if seq == self.newest.seq else self._older(seq)

    def _older(self, seq: int) -> Snapshot:
        try:
            return reading.snapshot_at(self.connection, seq)
        except reading.Expired:
            raise Gone("This state of the catalogue is not kept any more. Begin again at its first page.") from None
        except LookupError:
            raise NotFound("There is no such state of the catalogue.") from None

    def confirm(self) -> None:
        """Makes sure of the state that was asked for, after reading from it.

        Raises:
            Gone: It is not kept any more: some of it may have been removed before it was read.
        """
        if self.snapshot != self.newest:
            self._older(self.snapshot.seq)

    @property
    def state(self) -> tuple[int, int]:
        """What the pages of the snapshot depend on: on an older one something may be missing since it is gone."""
        return self.snapshot.seq, self.newest.seq

    def settle(self) -> None:
        """Has what was changed and committed before a GET published, for answers from no particular state."""
        _newest = self.newest

    def url(self, path: str, **parameters: object) -> str:
        """An absolute address of this site, percent-encoded.

        Args:
            path: The path, beginning with a slash.
            **parameters: What follows it. Empty ones are left out.
        """
        told = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
        return self.site.pages + quote(path, safe="/.") + (f"?{urlencode(told, quote_via=quote)}" if told else "")

    def text(self, name: str) -> str:
        """A parameter without the space around it, ``''`` if it is not there.

        The last one counts if it is there more than once: stock harvesters append theirs to the address of the source.
        """
        given = self.http.args.getlist(name)
        return given[-1].strip() if given else ""

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number.

        Args:
            name: Name of the parameter.
            default: What counts if it is not there.
            least: The least that is allowed.
            most: The most that is allowed.

        Raises:
            BadRequest: It is none, or out of these limits.
        """
        text = self.text(name)
        if not text:
            return default
        number = int(text) if _NUMBER.fullmatch(text) else -1
        if number < least or (most is not None and number > most):
            limits = f"from {least} to {most}" if most is not None else f"from {least} up"
            raise BadRequest(f"{name} must be a whole number {limits}.")
        return min(number, _FARTHEST)

    def page(self) -> int:
        """Which page is asked for, from 1 up."""
        return self.number("page", 1, least=1)

    def size(self, default: int) -> int:
        """How many records a page is to have."""
        return self.number("page_size", default, least=1, most=LARGEST_PAGE)

    def moment(self, name: str) -> dt.datetime | None:
        """A time in ISO 8601; None if the parameter is not there.

        Without a zone it is read as the county's. Those who mean UTC, as the harvesters of ckanext-dcat do, then get
        what was changed in seven hours more; the other way round, those who mean the county's would miss seven.

        Raises:
            BadRequest: It is none.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            moment = isoparse(_LOST_PLUS.sub(r"\1+\2", text))
            return (moment if moment.tzinfo else moment.replace(tzinfo=WIB)).astimezone(dt.timezone.utc)
        except (ValueError, OverflowError):
            raise BadRequest(f"{name} must be a time in ISO 8601, as 2026-01-31T00:00:00+07:00.") from None
