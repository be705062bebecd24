"""What a harvester filters by, read back (feed/harvest_query.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from werkzeug.exceptions import BadRequest

from ckanext.lebak.feed.harvest_query import Changed, Named, Term, condition, terms

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{1,40}", fullmatch=True).filter(lambda name: name not in ("or", "and"))
TIMES = st.datetimes(min_value=dt.datetime(1900, 1, 1), max_value=dt.datetime(2200, 1, 1))  # noqa: DTZ001 - as theirs


def _stock(field: str, names: Sequence[str], *, excluded: bool) -> list[str]:
    """As ckanext-harvest's ``gather_stage`` writes a filter of its configuration."""
    if excluded:
        return [f"-{field}:{name}" for name in names]
    return [" OR ".join(f"{field}:{name}" for name in names)]


def _expected(field: str, names: Sequence[str], *, excluded: bool) -> list[Term]:
    return [Named(field, (name,), True) for name in names] if excluded else [Named(field, tuple(names))]


@given(
    filters=st.lists(
        st.tuples(st.sampled_from(["organization", "groups"]), st.lists(NAMES, min_size=1, max_size=4), st.booleans()),
        max_size=2,
        unique_by=lambda chosen: chosen[0],
    ),
    since=st.none() | TIMES,
)
def test_what_the_stock_harvester_sends_is_understood(
    filters: list[tuple[str, list[str], bool]], since: dt.datetime | None
) -> None:
    sent: list[str] = []
    expected: list[Term] = []
    for field, names, excluded in filters:
        sent += _stock(field, names, excluded=excluded)
        expected += _expected(field, names, excluded=excluded)
    if since:
        sent.append(f"metadata_modified:[{since.isoformat()}Z TO *]")
        expected.append(Changed(since.replace(tzinfo=dt.timezone.utc), None))
    address = urlencode({"fq": " ".join(sent)})
    assert terms(parse_qs(address, keep_blank_values=True)["fq"][0]) == expected
    for term in expected:
        assert str(condition(term).compile(dialect=postgresql.dialect()))  # every term becomes SQL


ALMOST = st.text(alphabet='abc organization:metadata_modified+-"[]()*TOZ0123456789ORAND\\{}!^~', max_size=60)


@given(fq=st.text() | ALMOST)
@example(fq="metadata_modified:[0001-01-01T00:00:00+14:00 TO *]")
@example(fq="metadata_modified:[99999-01-01T00:00:00Z TO *]")
def test_whatever_is_sent_is_understood_or_refused(fq: str) -> None:
    with suppress(BadRequest):
        assert bool(terms(fq)) == bool(fq.strip())


@pytest.mark.parametrize(
    ("fq", "expected"),
    [
        ("", []),
        ("+dataset_type:dataset", [Named("dataset_type", ("dataset",))]),
        ('organization:"a" AND groups:b', [Named("organization", ("a",)), Named("groups", ("b",))]),
        ("organization:a OR organization:b OR organization:c", [Named("organization", ("a", "b", "c"))]),
        ("metadata_modified:[* TO NOW]", [Changed(None, None)]),
        (
            "metadata_modified:[2026-01-31T07:00:00+07:00 TO 2026-02-01T00:00:00]",
            [
                Changed(
                    dt.datetime(2026, 1, 31, tzinfo=dt.timezone.utc), dt.datetime(2026, 2, 1, tzinfo=dt.timezone.utc)
                )
            ],
        ),
    ],
)
def test_what_people_write_by_hand(fq: str, expected: list[Term]) -> None:
    assert terms(fq) == expected


@pytest.mark.parametrize(
    "fq",
    [
        *("tags:kontrasepsi", "satuan:Orang", "kontrasepsi", "organization:", "organization:a b", "*:*"),
        *("organization:a OR", "OR organization:a", "organization:a OR OR organization:b", "organization:a AND"),
        *("organization:a OR groups:b", "-organization:a OR -organization:b", "organization:[a TO b]"),
        *("organization:(a OR b)", "metadata_modified:2026", "metadata_modified:[kemarin TO *]"),
        "-metadata_modified:[2026-01-01T00:00:00Z TO *]",
    ],
)
def test_what_is_not_understood_is_refused(fq: str) -> None:
    with pytest.raises(BadRequest):
        terms(fq)
