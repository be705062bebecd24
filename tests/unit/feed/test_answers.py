"""Answers made of stored pieces."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Request, Response
from werkzeug.exceptions import NotFound
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ckanext.lebak.feed.answers import _Document, _Shelf, answer, archive, refusal, tag
from ckanext.lebak.feed.packing import Piece, pack

AT = dt.datetime(2026, 1, 31, 5, 0, 0, 250_000, tzinfo=dt.timezone.utc)


class Refused(Exception):
    """The pieces were asked for though nobody gets them."""


def unread() -> Iterator[Piece]:
    raise Refused


def ask(method: str = "GET", **headers: str) -> Request:
    names = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request(EnvironBuilder(path="/catalog.nt", method=method, headers=names).get_environ())


def page(request: Request, pieces: object = unread, **options: object) -> Response:
    given = {"media_type": "text/turtle", "etag": tag("a"), "modified": AT, "max_age": 60, **options}
    return answer(request, pieces, **given)  # type: ignore[arg-type]


def received(response: Response, request: Request) -> tuple[str, dict[str, str], bytes]:
    body, status, headers = run_wsgi_app(response, request.environ)
    return status, dict(headers), b"".join(body)


@given(st.lists(st.text()), st.booleans(), st.booleans())
def test_whole_document_comes_out_packed_or_not(texts: list[str], packed: bool, streamed: bool) -> None:
    request = ask(Accept_Encoding="gzip, br" if packed else "br")
    response = page(request, lambda: [pack(text.encode()) for text in texts], streamed=streamed)
    _status, headers, body = received(response, request)
    assert (gzip.decompress(body) if packed else body) == "".join(texts).encode()
    assert ("Content-Length" in headers) is not streamed
    assert headers.get("Content-Encoding") == ("gzip" if packed else None)


def test_encodings_have_validators_of_their_own() -> None:
    plain, packed = page(ask("HEAD")), page(ask("HEAD", Accept_Encoding="gzip"))
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert not plain.headers["ETag"].startswith("W/")
    assert page(ask("HEAD", Accept_Encoding="gzip;q=0")).headers["ETag"] == plain.headers["ETag"]
    assert page(ask("HEAD"), weak=True).headers["ETag"].startswith("W/")


def test_head_and_304_read_nothing() -> None:
    request = ask("HEAD")
    status, headers, body = received(page(request), request)
    assert (status, body) == ("200 OK", b"")
    assert "Content-Length" not in headers  # it would be a lie: nobody has counted
    request = ask(If_None_Match=f'"other", {headers["ETag"]}')
    status, headers, body = received(page(request), request)
    assert (status, body) == ("304 NOT MODIFIED", b"")
    assert headers["Cache-Control"] == "public, max-age=60"
    assert "Content-Type" not in headers


@pytest.mark.parametrize(("then", "now"), [("gzip", "gzip"), ("identity", "identity"), ("identity", "gzip")])
@pytest.mark.parametrize("weakened", ["", "W/"])
def test_who_has_a_document_in_an_encoding_that_it_takes_has_it(now: str, then: str, weakened: str) -> None:
    has = weakened + page(ask("HEAD", Accept_Encoding=then)).headers["ETag"]
    for method in ("GET", "HEAD"):
        answered = page(ask(method, Accept_Encoding=now, If_None_Match=f'"other", {has}'))
        # What the client keeps by this tag is what is still good: another tag would not tell it so.
        assert (answered.status_code, answered.headers["ETag"]) == (304, has)


def test_a_cache_does_not_give_the_gzipped_one_to_who_does_not_take_it() -> None:
    packed = page(ask("HEAD", Accept_Encoding="gzip")).headers["ETag"]
    assert page(ask("HEAD", Accept_Encoding="identity", If_None_Match=packed)).status_code == 200


def test_the_encoding_that_is_accepted_goes_first() -> None:
    plain, packed = (page(ask("HEAD", Accept_Encoding=name)).headers["ETag"] for name in ("identity", "gzip"))
    both = f"{packed}, {plain}"
    assert page(ask(Accept_Encoding="gzip", If_None_Match=both)).headers["ETag"] == packed
    assert page(ask(If_None_Match=both)).headers["ETag"] == plain
    assert page(ask(If_None_Match="*")).headers["ETag"] == plain


def test_a_weak_tag_is_told_as_weak() -> None:
    has = page(ask("HEAD"), weak=True).headers["ETag"]
    assert page(ask(If_None_Match=has), weak=True).headers["ETag"] == has
    assert page(ask(If_None_Match=has.removeprefix("W/")), weak=True).status_code == 304


def test_caches_keep_an_answer_by_its_encoding() -> None:
    for request in (ask(), ask("HEAD"), ask(If_None_Match="*"), ask(Accept_Encoding="gzip")):
        assert page(request, lambda: []).headers["Vary"] == "Accept-Encoding"


def test_time_counts_where_no_validator_is_sent() -> None:
    assert page(ask(If_Modified_Since="Sat, 31 Jan 2026 05:00:00 GMT")).status_code == 304
    assert page(ask(If_Modified_Since="Sat, 31 Jan 2026 04:59:59 GMT"), lambda: []).status_code == 200
    both = ask(If_Modified_Since="Sat, 31 Jan 2026 05:00:00 GMT", If_None_Match='"other"')
    assert page(both, lambda: []).status_code == 200


def test_second_in_which_more_may_change_is_not_told_as_settled() -> None:
    now = dt.datetime.now(dt.timezone.utc)
    told = page(ask("HEAD"), modified=now).last_modified
    assert told is not None
    assert told < now.replace(microsecond=0)
    assert page(ask(If_Modified_Since=_http(told)), lambda: [], modified=now).status_code == 200


def _http(at: dt.datetime) -> str:
    return at.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_status_but_200_is_not_conditional() -> None:
    etag = page(ask("HEAD"), status=410).headers["ETag"]
    assert page(ask(If_None_Match=etag), lambda: [], status=410).status_code == 410


def test_archive_is_the_same_whatever_encodings_are_accepted() -> None:
    options = {"name": "catalog.nt.gz", "etag": tag("a"), "modified": AT, "max_age": 60}
    for request in (ask(), ask(Accept_Encoding="gzip")):
        response = archive(request, lambda: [pack(b"a"), pack(b"b")], **options)  # type: ignore[arg-type]
        _status, headers, body = received(response, request)
        assert gzip.decompress(body) == b"ab"
        assert "Content-Encoding" not in headers
        assert headers["Content-Type"] == "application/gzip"
        assert headers["Content-Disposition"] == 'attachment; filename="catalog.nt.gz"'
        assert archive(ask(If_None_Match=headers["ETag"]), unread, **options).status_code == 304  # type: ignore[arg-type]


def test_failure_in_the_middle_does_not_end_well() -> None:
    def broken() -> Iterator[Piece]:
        yield pack(b"a")
        raise Refused

    request = ask()
    response = page(request, broken, streamed=True)
    with pytest.raises(Refused):
        received(response, request)


@given(st.lists(st.binary(max_size=1 << 19), max_size=3))
def test_an_archive_that_breaks_off_is_no_whole_file(texts: list[bytes]) -> None:
    def broken() -> Iterator[Piece]:
        yield from map(pack, texts)
        raise Refused

    request = ask()
    response = archive(request, broken, name="a.gz", etag=tag("a"), modified=AT, max_age=60)
    assert "Content-Length" not in response.headers
    sent: list[bytes] = []
    with pytest.raises(Refused):
        sent.extend(response.iter_encoded())
    with pytest.raises(EOFError):
        gzip.decompress(b"".join(sent) or b"\x1f\x8b")  # of nothing Python would say that it is whole


def test_refusal_is_short_text_that_nobody_keeps() -> None:
    response = refusal(NotFound("There is none."), 30)
    assert response.status_code == 404
    assert response.get_data() == b"There is none.\n"
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type == "text/plain; charset=utf-8"


@given(st.lists(st.text()), st.lists(st.text()))
def test_tags_differ_where_what_they_are_made_of_differs(one: list[str], other: list[str]) -> None:
    assert (tag(*one) == tag(*other)) == (one == other)


def test_a_kept_document_is_made_once_in_each_encoding() -> None:
    made: list[str] = []

    def pieces(text: str) -> list[Piece]:
        made.append(text)
        return [pack(text.encode())]

    def asked(text: str, **headers: str) -> bytes:
        request = ask(**headers)
        return received(page(request, lambda: pieces(text), etag=tag("kept", text), kept=True), request)[2]

    assert [asked("one"), asked("one"), asked("two"), asked("one")] == [b"one", b"one", b"two", b"one"]
    assert gzip.decompress(asked("one", Accept_Encoding="gzip")) == b"one"
    assert gzip.decompress(asked("one", Accept_Encoding="gzip")) == b"one"
    assert made == ["one", "two", "one"]


def test_what_is_kept_has_an_end() -> None:
    shelf = _Shelf(room=10, largest=6)
    made: list[str] = []

    def get(name: str, size: int) -> None:
        shelf.get(name, lambda: made.append(name) or _Document([bytes(size)], size))

    for name, size in (("a", 5), ("b", 5), ("a", 5), ("c", 5), ("a", 5), ("b", 5), ("large", 7), ("large", 7)):
        get(name, size)
    assert made == ["a", "b", "c", "b", "large", "large"]
