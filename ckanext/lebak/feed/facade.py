"""``/harvest/api/3/action/*``: the actions that CKAN harvesters call, for portals without our schema.

A harvester is given ``<site>/harvest`` as the address of its source and asks as of any CKAN. It gets the public records
with the SDI fields among ``extras``, and what is gone as ``state: deleted``, at which the stock harvester deletes its
copy. A plain CKAN has no way to tell of a deletion.

The list is in the order of ids and what is gone keeps its place in it, so that a harvester that pages by ``start``
misses nothing when records come and go meanwhile.

``metadata_modified`` is the time when the feed began to say what it says of a record, not when somebody saved it: that
time never goes back. It is newer too when an office was renamed, or when a record is public again; a harvester compares
it with the one it has, and asks by it for what is new.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from werkzeug import Response
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from ckanext.lebak import config
from ckanext.lebak.feed import harvest_query, reading
from ckanext.lebak.feed.answers import OPEN, answer, tag
from ckanext.lebak.feed.model import DELETE, FeedRevision
from ckanext.lebak.feed.packing import Piece, pack
from ckanext.lebak.feed.request import LARGEST_PAGE, FeedRequest
from ckanext.lebak.organizations.images import image_address

FORMAT = "ckan"
MEDIA_TYPE = "application/json;charset=utf-8"

_EVERYTHING = ("", "*", "*:*")
_BY_ID = ("", "id asc", "id")
_ROWS = 10  # of CKAN's package_search
_GROUP = model.group_table.c
_MEMBER = model.member_table.c
_COMMA = pack(b",")


class Result(NamedTuple):
    """What an action gives.

    Attributes:
        pieces: Gives the result as JSON.
        etag: What decides its bytes.
        modified: When it last changed.
    """

    pieces: Callable[[], Iterable[Piece]]
    etag: str
    modified: dt.datetime


def action(request: FeedRequest) -> Response:
    """Answers a call of an action, in the envelope of CKAN's action API."""
    name = request.values["action"]
    help_url = request.url("/harvest/api/3/action/help_show", name=name)
    try:
        result = _named(name)(request)
    except (BadRequest, NotFound) as error:
        return _refusal(error, help_url)
    # Any other error is not for here: in JSON, a stock harvester takes it for an empty page and the end of the list.
    head, tail = f'{{"help":{_json(help_url)},"success":true,"result":', "}"

    def pieces() -> Iterator[Piece]:
        yield pack(head.encode())
        yield from result.pieces()
        yield pack(tail.encode())

    return answer(
        request.http,
        pieces,
        media_type=MEDIA_TYPE,
        etag=tag(FORMAT, head, result.etag),
        modified=result.modified,
        max_age=config.feed_max_age(),
    )


def tombstone(package_id: str, at: dt.datetime) -> dict[str, Any]:
    """What is told of a record that is gone: that it was there, and since when it is not. Nothing of its own.

    Name and title are the id. CKAN wants both; a harvester that has the record keeps the name it gave it.
    """
    return {
        "id": package_id,
        "name": package_id,
        "title": package_id,
        "state": "deleted",
        "metadata_modified": stamp(at),
        "resources": [],
        "tags": [],
        "extras": [],
    }


def record(piece: Piece, at: dt.datetime) -> list[Piece]:
    """A record of the feed in JSON. It is stored without its opening brace, for its time is told by the revision."""
    return [pack(f'{{"metadata_modified":"{stamp(at)}",'.encode()), piece]


def stamp(at: dt.datetime) -> str:
    """A time as CKAN writes it: UTC without saying so. Always with microseconds, for harvesters compare the texts."""
    return at.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat(timespec="microseconds")


def package_search(request: FeedRequest) -> Result:
    """Give the records of the catalogue and what is gone from it, in the order of their ids.

    :param fq: organization:NAME, groups:NAME, dataset_type:NAME or metadata_modified:[TIME TO *]; all that stand there
        must hold, OR joins those of one field, a minus sign excludes one
    :param rows: at most this many, up to 1000 (default: 10)
    :param start: after this many

    :returns: ``count`` and ``results``
    """
    if request.text("q") not in _EVERYTHING:
        raise BadRequest("q is not understood here, all records are given: search by package_search of /api/3/action.")
    if request.text("sort").lower() not in _BY_ID:
        raise BadRequest("Records are given in the order of their ids: leave out sort, or send sort=id asc.")
    terms = harvest_query.terms(request.text("fq"))
    rows = request.number("rows", _ROWS, most=LARGEST_PAGE)
    start = request.number("start", 0)
    snapshot = request.newest
    wanted = [reading.last_words(snapshot), *(harvest_query.condition(term) for term in terms)]
    count = request.connection.scalar(sa.select(sa.func.count()).select_from(FeedRevision).where(*wanted)) or 0
    revisions = request.connection.execute(
        sa.select(FeedRevision.seq, FeedRevision.package_id, FeedRevision.kind, FeedRevision.at)
        .where(*wanted)
        .order_by(FeedRevision.package_id)
        .limit(rows)
        .offset(start)
    ).all()

    def pieces() -> Iterator[Piece]:
        ids = [revision.package_id for revision in revisions if revision.kind != DELETE]
        items = {item.seq: item for item in reading.chosen(request.connection, snapshot, FORMAT, ids)}
        yield _packed({"count": count, "sort": "id asc", "facets": {}, "search_facets": {}}, open_at='"results":[')
        for number, revision in enumerate(revisions):
            if number:
                yield _COMMA
            item = items.get(revision.seq)
            if item:
                yield from record(item.piece, revision.at)
            else:
                yield _packed(tombstone(revision.package_id, revision.at))
        yield pack(b"]}")

    seqs = [revision.seq for revision in revisions]
    return Result(pieces, tag(snapshot.mapping, seqs, count), snapshot.at)


def package_show(request: FeedRequest) -> Result:
    """Give one record, or that it is gone.

    :param id: its id, or its name in addresses
    """
    id_, mapping = _required(request, "id"), request.newest.mapping
    found = reading.document(request.connection, id_, FORMAT)
    if found is None:
        raise NotFound("Not found.")
    if isinstance(found, reading.Gone):
        return _said(tombstone(found.package_id, found.at), found.at)
    live = found
    return Result(lambda: record(live.item.piece, live.at), tag(mapping, live.item.seq), live.at)


def package_list(request: FeedRequest) -> Result:
    """Give the names of all records, in alphabetical order.

    :param limit: at most this many (optional)
    :param offset: after this many (optional)
    """
    snapshot = request.newest
    names = (
        sa.select(FeedRevision.name)
        .where(reading.last_words(snapshot), FeedRevision.kind != DELETE)
        .order_by(FeedRevision.name)
    )
    return _said(list(request.connection.scalars(_part(request, names))), snapshot.at)


def organization_list(request: FeedRequest) -> Result:
    """Give the offices.

    :param all_fields: whether to give more than their names (default: false)
    :param limit: at most this many (optional)
    :param offset: after this many (optional)
    """
    return _list(request, is_organization=True)


def organization_show(request: FeedRequest) -> Result:
    """Give one office.

    :param id: its id, or its name in addresses
    """
    return _show(request, is_organization=True)


def group_list(request: FeedRequest) -> Result:
    """Give the groups.

    :param all_fields: whether to give more than their names (default: false)
    :param limit: at most this many (optional)
    :param offset: after this many (optional)
    """
    return _list(request, is_organization=False)


def group_show(request: FeedRequest) -> Result:
    """Give one group.

    :param id: its id, or its name in addresses
    """
    return _show(request, is_organization=False)


def license_list(request: FeedRequest) -> Result:
    """Give the licences that records may have."""
    return _said([licence.license_dictize() for licence in model.Package.get_license_register().values()])


def status_show(request: FeedRequest) -> Result:
    """Give what this site is."""
    told = ("ckan.site_title", "ckan.site_description", "ckan.locale_default")
    names = {key.removeprefix("ckan."): tk.config[key] for key in told}
    return _said({**names, "site_url": request.site.pages, "extensions": []})


def site_read(request: FeedRequest) -> Result:
    """Say that this site may be read."""
    return _said(True)


def help_show(request: FeedRequest) -> Result:
    """Give the description of an action.

    :param name: its name
    """
    return _said(inspect.getdoc(_named(_required(request, "name"))))


ACTIONS: dict[str, Callable[[FeedRequest], Result]] = {
    function.__name__: function
    for function in (
        *(package_search, package_show, package_list, organization_list, organization_show, group_list, group_show),
        *(license_list, status_show, site_read, help_show),
    )
}
"""What can be called: what harvesters of CKAN portals ask for."""


def _named(action: str) -> Callable[[FeedRequest], Result]:
    if action not in ACTIONS:
        raise NotFound(f"There is no action {action[:100]} here. There are: {', '.join(sorted(ACTIONS))}.")
    return ACTIONS[action]


def _list(request: FeedRequest, *, is_organization: bool) -> Result:
    query = _part(request, _groups(request.newest, is_organization).order_by(_GROUP.name))
    found = [_described(request, row) for row in request.connection.execute(query)]
    wanted = request.text("all_fields").lower() in ("true", "1")
    return _said(found if wanted else [group["name"] for group in found])


def _show(request: FeedRequest, *, is_organization: bool) -> Result:
    id_ = _required(request, "id")
    named = sa.or_(_GROUP.id == id_, _GROUP.name == id_)
    row = request.connection.execute(_groups(request.newest, is_organization).where(named)).first()
    if row is None:
        raise NotFound("Not found.")
    return _said(_described(request, row))


def _groups(snapshot: reading.Snapshot, is_organization: bool) -> sa.Select[Any]:
    counted = (
        sa.select(_MEMBER.group_id, sa.func.count().label("records"))
        .join(FeedRevision, FeedRevision.package_id == _MEMBER.table_id)
        .where(_MEMBER.state == model.State.ACTIVE, reading.last_words(snapshot), FeedRevision.kind != DELETE)
        .group_by(_MEMBER.group_id)
        .subquery()
    )
    return (
        sa.select(
            *(_GROUP.id, _GROUP.name, _GROUP.title, _GROUP.description, _GROUP.image_url, _GROUP.created, _GROUP.type),
            sa.func.coalesce(counted.c.records, 0).label("package_count"),
        )
        .select_from(model.group_table)
        .outerjoin(counted, counted.c.group_id == _GROUP.id)
        .where(_GROUP.is_organization.is_(is_organization), _GROUP.state == model.State.ACTIVE)
    )


def _described(request: FeedRequest, row: sa.Row[Any]) -> dict[str, Any]:
    image = image_address(row.image_url, request.site.pages) or ""
    return {
        **row._mapping,
        "created": row.created.isoformat() if row.created else None,
        "display_name": row.title or row.name,
        "image_url": image,
        "image_display_url": image,
        "is_organization": row.type == "organization",
        "state": model.State.ACTIVE,
        "approval_status": "approved",
        "extras": [],
        "groups": [],
        "tags": [],
        "users": [],
    }


def _part(request: FeedRequest, query: sa.Select[Any]) -> sa.Select[Any]:
    limit = request.number("limit", 0)
    return query.limit(limit or None).offset(request.number("offset", 0))


def _required(request: FeedRequest, name: str) -> str:
    value = request.text(name)
    if not value:
        raise BadRequest(f"Missing value: {name}")
    return value


def _said(value: Any, modified: dt.datetime | None = None) -> Result:
    """A result that is made anew each time. Without a time, only its ETag tells whether it changed."""
    text = _json(value)
    return Result(lambda: [pack(text.encode())], tag(text), modified or dt.datetime.now(dt.timezone.utc))


def _packed(value: dict[str, Any], *, open_at: str = "") -> Piece:
    text = _json(value)
    return pack((f"{text[:-1]},{open_at}" if open_at else text).encode())


def _refusal(error: HTTPException, help_url: str) -> Response:
    kind = "Not Found Error" if isinstance(error, NotFound) else "Validation Error"
    body = {"help": help_url, "success": False, "error": {"__type": kind, "message": error.description}}
    return Response(
        _json(body), status=error.code, content_type=MEDIA_TYPE, headers={**OPEN, "Cache-Control": "no-store"}
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
