"""Answers made of stored pieces: conditional, compressed, the same for everybody."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date, quote_etag

from ckanext.lebak.feed.packing import Piece, folded, gzipped, unfolded, unpacked

_WORTH_SENDING = 1 << 18
_SECOND = dt.timedelta(seconds=1)
_OK, _NOT_MODIFIED = 200, 304

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer of the feed carries: it is public, and it is what its media type says."""


def tag(*parts: object) -> str:
    """A validator from all that decides the bytes of an answer."""
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def answer(
    request: Request,
    pieces: Callable[[], Iterable[Piece]],
    *,
    media_type: str,
    etag: str,
    modified: dt.datetime,
    max_age: int,
    streamed: bool = False,
    kept: bool = False,
    weak: bool = False,
    status: int = _OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answers with a document, or with 304 if the client has it.

    It has a validator of its own in each encoding, as strong ones must. Who takes gzip and has it without has it too:
    a tag that was taken by a bare HEAD is as good as that of what was read. Not the other way round: a cache between
    us and many would give the gzipped one to somebody who does not take it.

    Args:
        request: The request, GET or HEAD.
        pieces: Gives the document. Not called for HEAD and 304.
        media_type: Its media type.
        etag: What `tag` made.
        modified: When it last changed.
        max_age: For how many seconds a cache may keep it.
        streamed: Whether it is sent while it is read, since it may be long. It then has no Content-Length; a failure
            in the middle ends the connection.
        kept: Whether this process keeps it for the next who asks. Its validator must then decide every byte.
        weak: Whether its bytes may differ while what they say does not.
        status: The status if it is sent.
        headers: More headers.

    Returns:
        The answer.
    """
    packed = bool(request.accept_encodings["gzip"])
    tags = (f"{etag}-gzip", etag) if packed else (etag,)
    told = {"Vary": "Accept-Encoding", **(headers or {})}
    if packed:
        told["Content-Encoding"] = "gzip"
    response, wanted = _begin(request, tags, media_type, modified, max_age, told, status, weak=weak)
    if wanted:
        if streamed:
            response.response = _gathered((gzipped if packed else unpacked)(pieces()))
            return response
        write = _zipped if packed else _plain
        document = _shelf.get(tags[0], lambda: write(pieces())) if kept else write(pieces())
        response.response, response.content_length = document.body(), document.length
    return response


def archive(
    request: Request,
    pieces: Callable[[], Iterable[Piece]],
    *,
    name: str,
    etag: str,
    modified: dt.datetime,
    max_age: int,
) -> Response:
    """Answers with a gzip file to keep, streamed; or with 304 if the client has it.

    Args:
        request: The request, GET or HEAD.
        pieces: Gives what is in it. Not called for HEAD and 304.
        name: Name of the file.
        etag: What `tag` made.
        modified: When it last changed.
        max_age: For how many seconds a cache may keep it.

    Returns:
        The answer. A failure in the middle ends the connection, and what was sent is no whole gzip file.
    """
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    response, wanted = _begin(request, (etag,), "application/gzip", modified, max_age, told, _OK)
    if wanted:
        response.response = _gathered(gzipped(pieces()))
    return response


def refusal(error: HTTPException, retry_after: int | None = None) -> Response:
    """Answers with an error: one short sentence, and nothing that a harvester could take for a catalogue.

    Args:
        error: What is wrong.
        retry_after: After how many seconds to ask again.

    Returns:
        The answer.
    """
    headers = {**OPEN, "Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    text = f"{error.description}\n"
    return Response(text, status=error.code, content_type="text/plain; charset=utf-8", headers=headers)


class _Document(NamedTuple):
    """A document as it is kept: one gzip stream, or a text that is folded, since as it is it takes five times the room.

    Attributes:
        parts: What is kept.
        length: Bytes that are sent.
        folded: Whether the parts have to be unfolded for that.
    """

    parts: list[bytes]
    length: int
    folded: bool = False

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return sum(map(len, self.parts))

    def body(self) -> Iterable[bytes]:
        """What is sent."""
        return unfolded(self.parts) if self.folded else self.parts


def _zipped(pieces: Iterable[Piece]) -> _Document:
    stream = b"".join(gzipped(pieces))
    return _Document([stream], len(stream))


def _plain(pieces: Iterable[Piece]) -> _Document:
    listed = list(pieces)
    return _Document(folded(_gathered(unpacked(listed))), sum(piece.size for piece in listed), folded=True)


class _Shelf:
    """The documents that were asked for last. Every harvester asks for the newest snapshot's pages.

    Args:
        room: Bytes that they may take together.
        largest: Bytes that one of them may take.
    """

    def __init__(self, room: int = 128 << 20, largest: int = 16 << 20) -> None:
        self._room = room
        self._largest = largest
        self._documents: OrderedDict[str, _Document] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, etag: str, make: Callable[[], _Document]) -> _Document:
        """The document with this validator, made if it is not here."""
        with self._lock:
            if etag in self._documents:
                self._documents.move_to_end(etag)
                return self._documents[etag]
        document = make()
        if document.size <= self._largest:
            with self._lock:
                before = self._documents.pop(etag, None)
                self._size += document.size - (before.size if before else 0)
                self._documents[etag] = document
                while self._size > self._room:
                    self._size -= self._documents.popitem(last=False)[1].size
        return document


_shelf = _Shelf()


def _begin(
    request: Request,
    tags: Sequence[str],
    media_type: str,
    modified: dt.datetime,
    max_age: int,
    headers: Mapping[str, str],
    status: int,
    *,
    weak: bool = False,
) -> tuple[Response, bool]:
    """An answer without its body, and whether a body is wanted. The first tag is its own, the others as good."""
    told = {
        **OPEN,
        "ETag": quote_etag(tags[0], weak),
        "Last-Modified": http_date(_settled(modified)),
        "Cache-Control": f"public, max-age={max_age}",
        **headers,
    }
    response = Response(status=status, content_type=media_type, headers=told)
    response.automatically_set_content_length = False
    had = _had(request, tags, modified, weak=weak) if status == _OK else None
    if had:
        response.status_code = _NOT_MODIFIED
        response.headers["ETag"] = had
        for name in ("Content-Type", "Content-Encoding"):
            response.headers.pop(name, None)
        return response, False
    return response, request.method != "HEAD"


def _had(request: Request, tags: Sequence[str], modified: dt.datetime, *, weak: bool) -> str | None:
    """The tag of what the client has, as it sent it; None if it has to be sent the document.

    Tags are compared weakly (RFC 9110, 13.1.2): what packs answers on the way makes them weak. If it sends any, the
    time that it sends does not count.
    """
    sent = request.if_none_match
    if sent:
        if sent.star_tag:
            return quote_etag(tags[0], weak)
        found = next((tag for tag in tags if sent.contains_weak(tag)), None)
        return None if found is None else quote_etag(found, sent.is_weak(found))
    since = request.if_modified_since
    return quote_etag(tags[0], weak) if since and modified.replace(microsecond=0) <= since else None


def _gathered(body: Iterable[bytes]) -> Iterator[bytes]:
    """The body in parts that are worth a packet: each one is sent by itself."""
    kept: list[bytes] = []
    size = 0
    for part in body:
        kept.append(part)
        size += len(part)
        if size >= _WORTH_SENDING:
            yield b"".join(kept)
            kept, size = [], 0
    if kept:
        yield b"".join(kept)


def _settled(modified: dt.datetime) -> dt.datetime:
    """The time to tell. In the second after a change another one may come, with the same time in whole seconds."""
    fresh = dt.datetime.now(dt.timezone.utc) - modified < _SECOND
    return modified - _SECOND if fresh else modified
