"""Which records a search finds (``q`` and ``fq``), as anybody may search."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search import SearchError, SearchQueryError, SolrConnectionError
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from ckanext.lebak.feed.request import FeedRequest

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_FARTHEST = 10**9  # Solr counts in 32 bits
_AT_ONCE = 500  # ids in a question: Solr takes 1,024


class Selection(NamedTuple):
    """What a search found.

    Attributes:
        ids: Ids of the records of one page, in the order of the ids.
        total: How many the search finds.
        more: Whether others follow.
    """

    ids: list[str]
    total: int
    more: bool


def select(
    request: FeedRequest, size: int, *, number: int, after: str, among: Sequence[str] | None = None
) -> Selection:
    """Searches.

    Args:
        request: The request, with its ``q`` and ``fq``.
        size: How many records a page has.
        number: Which page, from 1 up.
        after: Go on after this id; wins over ``number``.
        among: Only these records, in the order of their ids. For what the index does not know, such as when they were
            published: all of them are looked for, so that they are counted too.

    Returns:
        The page.

    Raises:
        BadRequest: Solr does not understand the question.
        ServiceUnavailable: Solr does not answer.
    """
    if after and not _ID.fullmatch(after):
        raise BadRequest("after must be the id of a record.")
    if among is not None:
        return _page(_found(request, among), size, number, after)
    wanted = ["dataset_type:dataset"]
    rest = [f'id:{{"{after}" TO *]'] if after else []
    start = 0 if after else min((number - 1) * size, _FARTHEST)
    with as_anybody(request):
        ids, left = _ids(request, [*wanted, *rest], start, size)
        total = _search(request, wanted, 0, 0)["count"] if after else left
    return Selection(ids, total, start + len(ids) < left)


@contextmanager
def as_anybody(request: FeedRequest) -> Iterator[None]:
    """CKAN's own means, for somebody without an account.

    A request of its own, not the one that came: that may bring a cookie or a token.

    Args:
        request: The request to the feed.

    Raises:
        BadRequest: Solr does not understand the question.
        ServiceUnavailable: Solr does not answer.
    """
    with request.flask.test_request_context(base_url=request.site.pages):
        try:
            yield
        except (tk.ValidationError, SearchQueryError) as error:
            raise BadRequest(f"The search is not understood: {error}") from error
        except SearchError as error:
            # CKAN gives the same error for a question that Solr refuses and for a Solr that is starting.
            if str(error).startswith("SOLR returned") and "HTTP 400" not in str(error):
                raise ServiceUnavailable("The search does not answer.") from error
            raise BadRequest("The search is not understood.") from error
        except SolrConnectionError as error:
            raise ServiceUnavailable("The search does not answer.") from error
        finally:
            model.Session.remove()


def _found(request: FeedRequest, among: Sequence[str]) -> list[str]:
    """Those of these records that the search finds, in the order of their ids."""
    parts = [among[start : start + _AT_ONCE] for start in range(0, len(among), _AT_ONCE)]
    found: list[str] = []
    with as_anybody(request):
        for part in parts or [[""]]:  # nonsense is refused, and a search that is away is told, whatever there is
            wanted = ["dataset_type:dataset", f"id:({' OR '.join(map(_quoted, part))})"]
            found += _ids(request, wanted, 0, len(part))[0]
    return found


def _quoted(id_: str) -> str:
    escaped = id_.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _page(found: list[str], size: int, number: int, after: str) -> Selection:
    start = bisect_right(found, after) if after else (number - 1) * size
    return Selection(found[start : start + size], len(found), start + size < len(found))


def _ids(request: FeedRequest, wanted: list[str], start: int, size: int) -> tuple[list[str], int]:
    """As many ids as are asked for, in as many questions as CKAN's limit of rows makes of it; and the count."""
    ids: list[str] = []
    while True:
        found = _search(request, wanted, start + len(ids), size - len(ids))
        ids += [record["id"] for record in found["results"]]
        if len(ids) >= min(size, found["count"] - start) or not found["results"]:
            return ids, found["count"]


def _search(request: FeedRequest, wanted: list[str], start: int, rows: int) -> dict[str, Any]:
    question = {
        "q": request.text("q") or "*:*",
        "fq": request.text("fq"),
        "fq_list": wanted,
        "sort": "id asc",
        "fl": ["id"],
        "facet": "false",
        "start": start,
        "rows": rows,
    }
    return tk.get_action("package_search")({"user": ""}, question)
