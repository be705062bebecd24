"""``/data.json``: what the national portal takes from DCAT portals, in the frame of Project Open Data 1.1.

https://resources.data.gov/resources/dcat-us/; an item of ``dataset`` is written by ``profiles.pod``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from werkzeug import Response
from werkzeug.exceptions import NotFound

from ckanext.lebak import config
from ckanext.lebak.feed import reading
from ckanext.lebak.feed.answers import answer, tag
from ckanext.lebak.feed.catalog import everything, modified
from ckanext.lebak.feed.documents import version
from ckanext.lebak.feed.model import DELETE, FeedRevision
from ckanext.lebak.feed.packing import Piece, pack
from ckanext.lebak.feed.paging import Paging, link_header
from ckanext.lebak.feed.request import FeedRequest
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import WIB

PATH = "/data.json"

_FORMAT = "json"
_SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
_SEPARATOR = pack(b",\n")


def answer_datajson(request: FeedRequest) -> Response:
    """The whole catalogue, streamed; or a page of it for who names ``page_size``.

    Without ``page_size`` everything is on page 1, so page 2 is past the end. ckanext-dcat's harvester asks for the bare
    address and then for ``page=2``, ``page=3``, ... until there is none: pages that begin anew after everything would
    be taken for new datasets.

    Pages are in the order of ids and what is gone keeps its place, so that this harvester, whose addresses carry no
    snapshot, misses nothing when records change or go meanwhile. A record that comes moves others to the next page:
    they are told twice, which it passes over.

    Args:
        request: The request.

    Raises:
        NotFound: The page is past the end.
    """
    snapshot, number, size = request.snapshot, request.page(), request.size(0) if request.text("page_size") else 0
    total = _places(request) if size else snapshot.total
    paging = Paging(request, PATH, number, size or max(total, 1), total)
    if number > paging.last:
        raise NotFound("There are no more pages.")

    def items() -> Iterable[Piece]:
        found = _page(request, number, size) if size else everything(request, snapshot, _FORMAT)
        request.confirm()
        return found

    links = paging.links(paging.to(number + 1) if paging.has_next else None)
    return answer(
        request.http,
        lambda: _document(request.site, snapshot, items()),
        media_type="application/json",
        etag=tag(_FORMAT, *request.state, *version(request.site), number, size, total),
        modified=modified(request),
        max_age=config.feed_max_age(),
        streamed=not size,
        headers={"Link": link_header(links)} if size else None,
    )


def _places(request: FeedRequest) -> int:
    """How many places the pages have, with those of what is gone."""
    placed = sa.select(sa.func.count()).select_from(FeedRevision).where(reading.last_words(request.snapshot))
    return request.connection.scalar(placed) or 0


def _page(request: FeedRequest, number: int, size: int) -> list[Piece]:
    """The records of a page. Where all that stood on it is gone, the one that follows stands on it too.

    Harvesters that count pages take an empty one for the end. Those that follow links do not: on their pages, all but
    the first, it does not stand.
    """
    snapshot, shown = request.snapshot, sa.and_(FeedRevision.kind != DELETE, FeedRevision.digest.is_not(None))
    placed = (
        sa.select(FeedRevision.package_id, shown.label("shown"))
        .where(reading.last_words(snapshot))
        .order_by(FeedRevision.package_id)
    )
    rows = request.connection.execute(placed.offset((number - 1) * size).limit(size)).all()
    ids = [row.package_id for row in rows if row.shown]
    if rows and not ids and not request.text("snapshot"):
        following = placed.where(shown, FeedRevision.package_id > rows[-1].package_id).limit(1)
        ids = list(request.connection.scalars(following))
    return [item.piece for item in reading.chosen(request.connection, snapshot, _FORMAT, ids)]


def _document(site: Site, snapshot: reading.Snapshot, items: Iterable[Piece]) -> Iterator[Piece]:
    frame = json.dumps(_frame(site, snapshot), ensure_ascii=False, indent=1).removesuffix("\n}")
    yield pack(f'{frame},\n "dataset": [\n'.encode())
    for number, item in enumerate(items):
        if number:
            yield _SEPARATOR
        yield item
    yield pack(b"\n]}\n")


def _frame(site: Site, snapshot: reading.Snapshot) -> dict[str, object]:
    return {
        "@context": f"{_SCHEMA}/catalog.jsonld",
        "@id": f"{site.pages}{PATH}",
        "@type": "dcat:Catalog",
        "conformsTo": _SCHEMA,
        "describedBy": f"{_SCHEMA}/catalog.json",
        "title": site.title,
        "description": site.description,
        "publisher": {"@type": "org:Organization", "name": site.custodian.name},
        "modified": snapshot.at.astimezone(WIB).isoformat(timespec="seconds"),
    }
