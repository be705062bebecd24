"""The pages of the catalogue, the dumps of all of it, and the documents of single records, in RDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

import ckan.plugins.toolkit as tk
from ckanext.dcat.utils import DEFAULT_CATALOG_ENDPOINT
from werkzeug import Response
from werkzeug.exceptions import BadRequest, NotAcceptable, NotFound

from ckanext.lebak import config
from ckanext.lebak.feed import foreign, reading, records, selection
from ckanext.lebak.feed.answers import answer, archive, tag
from ckanext.lebak.feed.documents import described, document, syntax_of, version, withdrawn, written
from ckanext.lebak.feed.packing import Piece, pack
from ckanext.lebak.feed.paging import Paging, link_header
from ckanext.lebak.feed.request import LARGEST_PAGE, FeedRequest
from ckanext.lebak.feed.syntaxes import EXTENSIONS, Syntax
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import Triple

DUMPED = ("nt", "ttl", "jsonld")
"""The formats of the dump. RDF/XML is left to the pages: few programs read a file of it piece by piece."""

NEGOTIATED = "ckanext.dcat.enable_content_negotiation"
_GONE = 410
_VARY = "Accept, Accept-Encoding"


def path_of(extension: str) -> str:
    """The path of the catalogue in a format, where ckanext-dcat is told to have it."""
    return tk.config.get("ckanext.dcat.catalog_endpoint", DEFAULT_CATALOG_ENDPOINT).replace("{_format}", extension)


def modified(request: FeedRequest) -> dt.datetime:
    """When documents of many records last changed, for clients that send a time and no tag.

    What the site says of itself is in them too, and no snapshot dates it: it counts as changed when this process first
    saw it. Only who asked later gets a 304 by the time alone. Who asked before gets the document once more.

    Args:
        request: The request.
    """
    return max(request.newest.at, _seen_since(version(request.site)))


@lru_cache(maxsize=1)  # of one: what was changed and changed back is new again
def _seen_since(_version: tuple[str, Site]) -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


# --- pages ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """Which page is asked for."""

    number: int
    size: int
    after: str
    since: dt.datetime | None
    searched: bool
    profiles: tuple[str, ...]

    @classmethod
    def read(cls, request: FeedRequest) -> _Asked:
        profiles = foreign.profiles(request.text("profiles"))
        most = foreign.MOST_RECORDS if profiles else LARGEST_PAGE
        return cls(
            number=request.page(),
            size=request.number("page_size", min(config.feed_page_size(), most), least=1, most=most),
            after=request.text("after"),
            since=request.moment("modified_since"),
            searched=bool(request.text("q") or request.text("fq")),
            profiles=profiles,
        )


class _Found(NamedTuple):
    """The records of a page; and what the next page goes on after, None if there is none."""

    items: list[reading.Item]
    following: str | None


def answer_catalog(request: FeedRequest) -> Response:
    """``/catalog.EXTENSION``: a page of the catalogue."""
    return _answer_page(request, request.values["extension"])


def _answer_page(request: FeedRequest, extension: str, **headers: str) -> Response:
    syntax, media_type = syntax_of(extension)
    asked = _Asked.read(request)
    snapshot = request.snapshot
    total, find = _finder(request, asked, snapshot, syntax.name)
    paging = _paging(request, extension, asked, total)
    # A page of a snapshot follows from its address: nothing is read for HEAD and 304. What a search finds changes with
    # the index, and in other profiles a page is written anew.
    found = find() if asked.searched or asked.profiles else None
    if found is not None:
        following = None if found.following is None else paging.to(asked.number + 1, found.following)
    else:
        following = paging.to(asked.number + 1) if paging.has_next else None
    decides = (*request.state, *version(request.site), paging.current, total)
    return answer(
        request.http,
        lambda: _pieces(request, syntax, asked, snapshot, paging, found or find()),
        media_type=media_type,
        etag=tag("catalog", *decides, found and [item.seq for item in found.items]),
        # The index tells no time: only the tag says whether a search finds the same.
        modified=dt.datetime.now(dt.timezone.utc) if asked.searched else modified(request),
        max_age=config.feed_max_age(),
        kept=found is None,
        weak=bool(asked.profiles),
        headers={"Link": link_header(paging.links(following)), **headers},
    )


def _finder(
    request: FeedRequest, asked: _Asked, snapshot: reading.Snapshot, format_: str
) -> tuple[int, Callable[[], _Found]]:
    """How many records there are on all pages, and what finds those of this one."""
    connection = request.connection
    if asked.searched:
        since = asked.since and reading.published(connection, snapshot, asked.since)
        chosen = selection.select(request, asked.size, number=asked.number, after=asked.after, among=since)
        items = reading.chosen(connection, snapshot, format_, chosen.ids)
        return chosen.total, lambda: _Found(items, chosen.ids[-1] if chosen.more else None)
    total = reading.count(connection, snapshot, since=asked.since)
    if asked.after:
        after = request.number("after", 0)
        page = partial(reading.page, connection, snapshot, format_, asked.size + 1, after=after, since=asked.since)
        return total, lambda: _cut(page(), asked.size)
    page = partial(reading.page, connection, snapshot, format_, asked.size, number=asked.number, since=asked.since)
    return total, lambda: _counted(page(), more=asked.number * asked.size < total)


def _cut(items: list[reading.Item], size: int) -> _Found:
    """A page of which one record more was read, to see whether there is one."""
    kept = items[:size]
    return _Found(kept, str(kept[-1].seq) if len(items) > size else None)


def _counted(items: list[reading.Item], *, more: bool) -> _Found:
    """A page that is known by its number not to be the last. All that stood on it may be gone."""
    after = str(items[-1].seq) if items else ""
    return _Found(items, after if more else None)


def _paging(request: FeedRequest, extension: str, asked: _Asked, total: int) -> Paging:
    chosen = {name: request.text(name) for name in ("modified_since", "q", "fq", "profiles")}
    if asked.since:
        chosen["modified_since"] = asked.since.isoformat()
    return Paging(
        request=request,
        path=path_of(extension),
        number=asked.number,
        size=asked.size,
        total=total,
        after=asked.after,
        kept=chosen,
    )


def _pieces(
    request: FeedRequest, syntax: Syntax, asked: _Asked, snapshot: reading.Snapshot, paging: Paging, found: _Found
) -> Iterator[Piece]:
    request.confirm()
    following = None if found.following is None else paging.to(asked.number + 1, found.following)
    said = list(paging.triples(request.site.catalog, following))
    said += _withdrawn(request, asked, snapshot)
    if asked.profiles:
        yield _in_profiles(request, syntax, asked, found, said)
        return
    yield from document(
        syntax, [described(syntax, snapshot, request.site), written(syntax, said)], (i.piece for i in found.items)
    )


def _withdrawn(request: FeedRequest, asked: _Asked, snapshot: reading.Snapshot) -> Iterator[Triple]:
    """On the first page of what was changed since a time: what is gone since then."""
    if asked.since and asked.number == 1:
        for gone in reading.gone(request.connection, snapshot, asked.since):
            yield from withdrawn(gone, request.site)


def _in_profiles(request: FeedRequest, syntax: Syntax, asked: _Asked, found: _Found, said: list[Triple]) -> Piece:
    ids = [item.package_id for item in found.items]
    public = records.load(request.connection, ids)
    with selection.as_anybody(request):
        told = [public[id_] for id_ in ids if id_ in public]
        return pack(foreign.write_page(asked.profiles, syntax.name, told, said).encode())


# --- all of it --------------------------------------------------------------------------------------------------------


def answer_dump(request: FeedRequest) -> Response:
    """``/catalog/dump.EXTENSION.gz``: the whole catalogue in one file, of one state."""
    extension = request.values["extension"]
    if extension not in DUMPED:
        raise NotFound(f"The dump is there as {', '.join(DUMPED)}.")
    syntax, _media_type = syntax_of(extension)
    snapshot, site = request.newest, request.site
    return archive(
        request.http,
        lambda: document(syntax, [described(syntax, snapshot, site)], everything(request, snapshot, syntax.name)),
        name=f"catalog-{snapshot.seq}.{extension}.gz",
        etag=tag("dump", snapshot.seq, *version(site), extension),
        modified=modified(request),
        max_age=config.feed_max_age(),
    )


def everything(request: FeedRequest, snapshot: reading.Snapshot, format_: str) -> Iterator[Piece]:
    """All fragments of a snapshot, read while they are sent.

    Args:
        request: The request.
        snapshot: The state of the feed.
        format_: One of ``fragments.FORMATS``.

    Returns:
        The fragments. The first ones are read already: a database that is away is told by the status of the answer.
    """
    stream = _everything(request, snapshot, format_)
    first = next(stream, None)
    return stream if first is None else chain([first], stream)


def _everything(request: FeedRequest, snapshot: reading.Snapshot, format_: str) -> Iterator[Piece]:
    # A connection of its own: that of the request is given back when the answer begins.
    with request.engine.connect() as connection:
        yield from reading.everything(connection, snapshot, format_)


# --- single records ---------------------------------------------------------------------------------------------------


def answer_document(request: FeedRequest) -> Response:
    """``/dataset/REFERENCE.EXTENSION``: a record, by its id or its name."""
    return _answer_document(request, request.values["extension"])


def _answer_document(request: FeedRequest, extension: str, **headers: str) -> Response:
    syntax, media_type = syntax_of(extension)
    profiles = foreign.profiles(request.text("profiles"))
    request.settle()
    found = reading.document(request.connection, request.values["reference"], syntax.name)
    if found is None:
        raise NotFound("There is no such record.")
    if isinstance(found, reading.Gone):
        return answer(
            request.http,
            lambda: document(syntax, [written(syntax, withdrawn(found, request.site))]),
            media_type=media_type,
            etag=tag("gone", found, extension),
            modified=found.at,
            max_age=config.feed_max_age(),
            status=_GONE,
            headers=headers,
        )
    item = found.item
    pieces = _document_in_profiles(request, syntax, profiles, item) if profiles else document(syntax, [], [item.piece])
    page = request.url(f"/dataset/{found.name}")  # a bad name must not break the header
    return answer(
        request.http,
        lambda: pieces,
        media_type=media_type,
        etag=tag("document", item.piece.body, extension, profiles),
        modified=found.at,
        max_age=config.feed_max_age(),
        weak=bool(profiles),
        headers={"Link": f'<{page}>; rel="alternate"; type="text/html"', **headers},
    )


def _document_in_profiles(
    request: FeedRequest, syntax: Syntax, profiles: tuple[str, ...], item: reading.Item
) -> Iterator[Piece]:
    record = records.load(request.connection, [item.package_id]).get(item.package_id)
    with selection.as_anybody(request):
        text = foreign.write_document(profiles, syntax.name, record) if record else None
    if text is None:
        raise BadRequest("These profiles cannot write this record.")
    yield pack(text.encode())


# --- content negotiation ----------------------------------------------------------------------------------------------


def negotiate_catalog(request: FeedRequest) -> Response | None:
    """``/``: the catalogue for those who accept RDF; None for those who want the page that people read."""
    extension = _negotiated(request)
    return _answer_page(request, extension, Vary=_VARY) if extension else None


def negotiate_document(request: FeedRequest) -> Response | None:
    """``/dataset/REFERENCE``: the record for those who accept RDF; None for those who want the page."""
    extension = _negotiated(request)
    return _answer_document(request, extension, Vary=_VARY) if extension else None


def _negotiated(request: FeedRequest) -> str | None:
    """The format that is accepted best, None for HTML.

    Raises:
        NotAcceptable: None is accepted.
    """
    accepted = request.http.accept_mimetypes
    offered = {"text/html": None, **{media_type: extension for extension, (_name, media_type) in EXTENSIONS.items()}}
    best = accepted.best_match(offered) if accepted.provided else "text/html"
    if best is None:
        raise NotAcceptable(f"This is there as {', '.join(offered)}.")
    return offered[best]
