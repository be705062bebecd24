"""``/feed``, the change stream: a Linked Data Event Stream of activities, after DCAT-AP Feeds.

Sources: https://semiceu.github.io/LDES-DCAT-AP-feeds/, https://w3id.org/ldes/server-primer, https://w3id.org/tree.

Page k has the revisions k * PAGE - PAGE + 1 to k * PAGE, in their order. Of each record only its newest revision is
kept (latest-version retention): a page never gains a member once it is full, and loses those that a later page tells
again, newer or as gone. Whoever has read a full page need not read it again, which is what ``ldes:immutable`` and
``Cache-Control: immutable`` say. A cache between us and many asks again as soon as for any other page (``s-maxage``):
what was withdrawn must not be handed on for a week.

Pages form a chain from the oldest to the newest that passes over pages without a member; ``/feed`` leads to both ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement
from werkzeug import Response
from werkzeug.exceptions import NotAcceptable, NotFound, ServiceUnavailable

from ckanext.lebak import config
from ckanext.lebak.feed import answers, reading
from ckanext.lebak.feed.model import CREATE, DELETE, UPDATE, FeedRevision
from ckanext.lebak.feed.packing import Piece, pack
from ckanext.lebak.feed.reading import Snapshot
from ckanext.lebak.feed.request import FeedRequest
from ckanext.lebak.feed.syntaxes import RDF_SYNTAXES, Syntax
from ckanext.lebak.profiles import dataset
from ckanext.lebak.profiles.terms import AS, LDES, TREE, XSD, Iri, Triple, Value, integer, iri, moment, type_

PAGE = 20
"""Revisions on a page. Few, since whoever follows reads the page again that was not full the last time."""

SHAPE = Iri("https://semiceu.github.io/LDES-DCAT-AP-feeds/shape.ttl#ActivityShape")

_WEEK = 604_800  # what DCAT-AP Feeds wants for pages that do not change
_KINDS = {CREATE: AS.Create, UPDATE: AS.Update, DELETE: AS.Delete}


class _Form(NamedTuple):
    """How the stream is written.

    Attributes:
        syntax: Of what is told, and of the fragments.
        media_type: What it is called in HTTP.
        opening: What is told of an activity, and its name -> the same, up to where the graph of that name begins.
        closing: The end of that graph.
    """

    syntax: Syntax
    media_type: str
    opening: Callable[[str, Iri], str]
    closing: str


_FORMS = {
    "jsonld": _Form(
        RDF_SYNTAXES["jsonld"],
        "application/ld+json",
        lambda told, _name: told.removesuffix("}") + ',"@graph":[\n',
        "\n]}",
    ),
    "trig": _Form(RDF_SYNTAXES["ttl"], "application/trig", lambda told, name: f"{told}<{name}> {{\n", "}\n"),
}


class Activity(NamedTuple):
    """A member of the stream.

    Attributes:
        seq: Number of its revision.
        package_id: Id of the record.
        kind: ``create``, ``update`` or ``delete``.
        at: When it was published.
        ref: The IRI of the record, None for one that was published before this was kept.
    """

    seq: int
    package_id: str
    kind: str
    at: dt.datetime
    ref: str | None


def root(request: FeedRequest) -> Response:
    """``/feed``: what the stream is, and where it begins."""
    form, end = _negotiated(request)
    snapshot = request.newest
    first = _first(request.connection, snapshot, 0)
    latest = _page_of(snapshot.seq + 1)
    address, stream = request.url(f"/feed{end}"), _stream(request)
    beginnings = {"#first": (_page_of(first.seq), first.at)} if first else {}
    if first is None or _page_of(first.seq) != latest:
        beginnings["#latest"] = (latest, _first_at(request.connection, snapshot, latest))

    def triples() -> Iterator[Triple]:
        yield from _describe(stream, Iri(address))
        for name, (number, at) in beginnings.items():
            yield from _relation(Iri(address), name, request.url(f"/feed/{number}{end}"), at)

    return answers.answer(
        request.http,
        lambda: _document(form, [pack(form.syntax.write(triples()).encode())]),
        media_type=form.media_type,
        etag=answers.tag("feed", end, form.media_type, address, beginnings, snapshot.mapping),
        modified=snapshot.at,
        max_age=config.feed_max_age(),
        headers={"Vary": "Accept, Accept-Encoding"},
    )


def page(request: FeedRequest) -> Response:
    """``/feed/K``: the K-th page.

    Raises:
        NotFound: The stream does not go so far.
    """
    form, end = _negotiated(request)
    snapshot, number = request.newest, int(request.values["number"])
    latest = _page_of(snapshot.seq + 1)
    if not 1 <= number <= latest:
        raise NotFound("The change stream does not go so far.")
    address, full = request.url(f"/feed/{number}{end}"), number < latest
    members = _members(request.connection, snapshot, number)
    following = _following(request.connection, snapshot, number, members) if full else None

    def triples() -> Iterator[Triple]:
        stream = _stream(request)
        yield from _describe(stream, Iri(request.url(f"/feed{end}")))
        yield Iri(address), type_, TREE.Node
        if following:
            yield Iri(address), LDES.immutable, Value("true", datatype=XSD.boolean)
            yield from _relation(Iri(address), "#next", request.url(f"/feed/{following[0]}{end}"), following[1])
        for activity in members:
            yield stream, TREE.member, _iri(request, activity)

    def pieces() -> Iterator[Piece]:
        told = reading.changes(request.connection, (number - 1) * PAGE, PAGE, snapshot.seq, format_=form.syntax.name)
        payloads = {change.seq: change.piece for change in told}
        missing = [one.seq for one in members if one.kind != DELETE and payloads.get(one.seq) is None]
        if missing:
            reading.confirm_erased(request.connection, missing)
            raise ServiceUnavailable("The change stream was changed while it was read.")
        yield pack(form.syntax.write(triples()).encode())
        for activity in members:
            name, payload = _iri(request, activity), payloads.get(activity.seq)
            text = form.syntax.separator + form.syntax.write(_activity(name, activity))
            if payload is None:
                yield pack(text.encode())
            else:
                yield pack(form.opening(text, name).encode())
                yield payload
                yield pack(form.closing.encode())

    age = config.feed_max_age()
    keeping = f"public, max-age={_WEEK}, s-maxage={age}, immutable" if full else f"public, max-age={age}"
    return answers.answer(
        request.http,
        lambda: _document(form, pieces()),
        media_type=form.media_type,
        etag=answers.tag("feed", end, form.media_type, address, members, following, snapshot.mapping),
        modified=snapshot.at,
        max_age=age,
        headers={"Vary": "Accept, Accept-Encoding", "Cache-Control": keeping},
    )


def _negotiated(request: FeedRequest) -> tuple[_Form, str]:
    """The form that is asked for, and the end of all addresses that an answer in it leads to."""
    named = request.values.get("extension")
    if named is not None:
        if named not in _FORMS:
            raise NotFound(f"The change stream is there as {' and '.join(_FORMS)}.")
        return _FORMS[named], f".{named}"
    offered = [form.media_type for form in _FORMS.values()]
    accepted = request.http.accept_mimetypes
    chosen = accepted.best_match(offered) if accepted.provided else offered[0]
    for form in _FORMS.values():
        if form.media_type == chosen:
            return form, ""
    raise NotAcceptable(f"The change stream is there as {' and '.join(offered)}.")


def _page_of(seq: int) -> int:
    return (seq - 1) // PAGE + 1


def _stream(request: FeedRequest) -> Iri:
    return Iri(request.url("/feed") + "#stream")


def _iri(request: FeedRequest, activity: Activity) -> Iri:
    """The name of an activity: the same on whatever page, in whatever format."""
    return Iri(request.url("/feed") + f"#{activity.seq}")


def _shown(snapshot: Snapshot) -> ColumnElement[bool]:
    """The newest revision of each record, if it can be told: what is erased is told as gone by a later one."""
    return sa.and_(
        reading.last_words(snapshot),
        sa.or_(FeedRevision.kind == DELETE, FeedRevision.digest.is_not(None)),
    )


def _activities(snapshot: Snapshot) -> sa.Select[tuple[int, str, str, dt.datetime, str | None]]:
    columns = (FeedRevision.seq, FeedRevision.package_id, FeedRevision.kind, FeedRevision.at, FeedRevision.ref)
    return sa.select(*columns).where(_shown(snapshot)).order_by(FeedRevision.seq)


def _members(connection: sa.Connection, snapshot: Snapshot, number: int) -> list[Activity]:
    last = number * PAGE
    chosen = _activities(snapshot).where(FeedRevision.seq > last - PAGE, FeedRevision.seq <= last)
    return [Activity(*row) for row in connection.execute(chosen)]


def _first(connection: sa.Connection, snapshot: Snapshot, after: int) -> Activity | None:
    """The first member after a number."""
    row = connection.execute(_activities(snapshot).where(FeedRevision.seq > after).limit(1)).first()
    return Activity(*row) if row else None


def _following(
    connection: sa.Connection, snapshot: Snapshot, number: int, members: list[Activity]
) -> tuple[int, dt.datetime]:
    """The page that a full one leads to, and a time that nothing on it was published before.

    The time is that of the last member if there is one: what follows may change, while the page has nothing new.
    """
    first = _first(connection, snapshot, number * PAGE)
    bound = members[-1].at if members else first.at if first else snapshot.at
    return _page_of(first.seq if first else snapshot.seq + 1), bound


def _first_at(connection: sa.Connection, snapshot: Snapshot, number: int) -> dt.datetime:
    """A time that none of a page's members, and none that may still come, was published before."""
    first = _first(connection, snapshot, (number - 1) * PAGE)
    return first.at if first else snapshot.at


def _describe(stream: Iri, view: Iri) -> Iterator[Triple]:
    retention = Iri(f"{view}#retention")
    yield stream, type_, LDES.EventStream
    yield stream, TREE.shape, SHAPE
    yield stream, LDES.timestampPath, AS.published
    yield stream, LDES.versionOfPath, AS.object
    yield stream, LDES.versionCreateObject, AS.Create
    yield stream, LDES.versionUpdateObject, AS.Update
    yield stream, LDES.versionDeleteObject, AS.Delete
    yield stream, TREE.view, view
    yield view, type_, TREE.Node
    yield view, LDES.retentionPolicy, retention
    yield retention, type_, LDES.LatestVersionSubset
    yield retention, LDES.amount, integer(1)
    yield retention, LDES.versionAmount, integer(1)
    yield retention, LDES.versionDeleteDuration, Value(f"P{config.feed_tombstone_days()}D", datatype=XSD.duration)


def _relation(page: Iri, name: str, node: str, at: dt.datetime) -> Iterator[Triple]:
    relation = Iri(page + name)
    yield page, TREE.relation, relation
    yield relation, type_, TREE.GreaterThanOrEqualToRelation
    yield relation, TREE.node, Iri(node)
    yield relation, TREE.path, AS.published
    yield from _timed(relation, TREE.value, at)


def _activity(name: Iri, activity: Activity) -> Iterator[Triple]:
    yield name, type_, _KINDS[activity.kind]
    if (ref := iri(activity.ref) or dataset.address({"id": activity.package_id})) is not None:
        yield name, AS.object, ref
    yield from _timed(name, AS.published, activity.at)


def _timed(subject: Iri, predicate: Iri, at: dt.datetime) -> Iterator[Triple]:
    value = moment(at)
    if value is not None:
        yield subject, predicate, value


def _document(form: _Form, body: Iterable[Piece]) -> Iterator[Piece]:
    yield pack(form.syntax.head.encode())
    yield from body
    yield pack(form.syntax.tail.encode())
