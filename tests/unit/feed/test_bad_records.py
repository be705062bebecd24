"""Whatever stands in the database, the record is said as far as it can be, and its document parses.

A bad value in every place where a record has one: over 2,000 fixed cases. Then records made by chance: 1,000 of them,
and 10,000 where ``CI`` is set.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.lebak.feed.fragments import FORMATS, CannotBeSaidError, render
from ckanext.lebak.feed.packing import unpacked
from ckanext.lebak.feed.syntaxes import RDF_SYNTAXES
from ckanext.lebak.profiles.sdi import current_site
from tests.profiles.generated import SCHEMA
from tests.sdi_factory import shown_dataset
from tests.thoroughness import WHOLE
from tests.unit.feed.parsers import by_oxigraph, by_rdflib, document

_DEEP: Any = "x"
for _ in range(200):
    _DEEP = [_DEEP, {"a": _DEEP}] if len(str(_DEEP)) < 100 else [_DEEP]

BAD: dict[str, Any] = {
    "null": None,
    "empty": "",
    "true": True,
    "negative": -1,
    "number of 400 digits": 10**400,
    "NaN": float("nan"),
    "infinite": float("-inf"),
    "NaN in words": "NaN",
    "list": ["a", None, 3, float("nan"), {"b": float("inf")}],
    "dict": {"a": {"b": [None]}},
    "bad language keys": {"id": "a", "xx!!": "b", "": None, "en\n": 5},
    "list of dicts": [{"name": None}, {"key": "uri"}, {}],
    "two hundred levels": _DEEP,
    "JSON of two thousand levels": "[" * 2_000,
    "JSON list with rubbish": '["a", null, {"b": NaN, "c": 1e999}, "\\ud800\\u0000", 5]',
    "control characters": "a\x00\x01\x0b\x1f\x7f\x85b",
    "lone surrogates": "a\ud800\udfffb",
    "no characters": "a\ufffe\uffff\ufdd0\U0001ffffb",
    "right to left": "\u202e\u2066a\u200d\ufeff",
    "line ends": "a\r\nb\rc\u2028d\u2029e\tf",
    "end of a CDATA": "]]>&lt;&#0;&<b c=\"d\" e='f'><!--",
    "quotes and backslashes": '"""\\"\\\\u0041\'\'\'\\',
    "script": "javascript:alert(1)",
    "hostile address": 'http://a.example/ b<c>"{d}|\\^`[e]#f#g%zz\n\ue000',
    "broken host": "http://[::1",
    "broken port": "https://a:b@c@example.org:port/",
    "no date": "2026-02-30T25:61:61Z",
    "time far away": "9999-12-31T23:59:59.999999-12:00",
    "time of Python": dt.datetime(1, 1, 1),  # noqa: DTZ001, as a driver gives it
    "bytes": b"\xff\xfe",
    "name of an element": 'xml:lang="id" @id @value _:b0 <> a .',
    "30 kB": "panjang é\n" * 3_000,
}

Place = tuple[str, ...]
"""The way to a value: keys, and places in lists."""

_BROUGHT = ("uri", "identifier", "issued", "modified", "publisher_uri", "publisher_name", "publisher_email", "guid")
_COLUMN = next(field for field in SCHEMA["resource_fields"] if field["field_name"] == "kolom")["repeating_subfields"]


def record() -> dict[str, Any]:
    """A small record with a value in every place."""
    full = shown_dataset()
    full["resources"][0]["kolom"] = full["resources"][0]["kolom"][:1]
    full["kode_wilayah"] = ["36.02.01.2002"]
    full["extras"] = [{"key": "guid", "value": "x"}]
    full.update(groups=[{"id": "g", "name": "g", "title": "G"}], uri=None, version=None, license_title="x")
    return full


def places() -> Iterator[Place]:
    """Every place of a value."""
    yield from ((key,) for key in record() if key != "id")
    yield from (("resources", "0", key) for key in (*record()["resources"][0], "uri", "access_url", "download_url"))
    yield from (("resources", "0", "kolom", "0", part["field_name"]) for part in _COLUMN)
    yield from (("organization", key) for key in ("id", "name", "title", "situs", "email"))
    yield from (
        ("tags", "0", "name"),
        ("tags", "0"),
        ("resources", "0"),
        ("groups", "0", "name"),
        ("extras", "0", "key"),
    )
    yield from (("brought", key) for key in _BROUGHT)


def put(place: Place, value: Any, changed: Any = None) -> dict[str, Any]:
    """A record with a bad value in a place; as it was, if an earlier change left no such place."""
    changed = changed or record()
    found: Any = changed
    if place[0] == "brought":
        return {**changed, "extras": [{"key": place[1], "value": value}, {"key": "publisher_name", "value": "Kantor"}]}
    try:
        for step in place[:-1]:
            found = found[int(step) if isinstance(found, list) else step]
        found[int(place[-1]) if isinstance(found, list) else place[-1]] = value
    except (IndexError, KeyError, TypeError, ValueError):
        return changed
    return changed


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def check(bad: dict[str, Any], thorough: Callable[[str], bool]) -> None:
    """Renders a record and reads all that comes of it.

    Args:
        bad: The record.
        thorough: Whether rdflib, which takes its time, reads this syntax too.
    """
    pieces = render(bad, current_site()).pieces
    assert set(pieces) == set(FORMATS)
    texts = {name: b"".join(unpacked([piece])).decode() for name, piece in pieces.items()}
    told = set()
    for name in RDF_SYNTAXES:
        whole = document(name, [texts[name]])
        read = by_oxigraph(whole, name)
        told.add(read)
        if thorough(name):
            assert by_rdflib(whole, name) == read
    [triples] = told
    assert any(triple[2] == "http://www.w3.org/ns/dcat#Dataset" for triple in triples)
    item = json.loads(texts["json"], parse_constant=_refuse)
    facade = json.loads("{" + texts["ckan"], parse_constant=_refuse)
    assert item["identifier"] == facade["id"] == bad["id"]
    assert item["title"]
    keys = [extra["key"] for extra in facade["extras"]]
    assert len(keys) == len(set(keys))
    assert all(isinstance(extra["value"], str) for extra in facade["extras"])


@pytest.mark.parametrize("place", [*places()], ids=".".join)
def test_a_bad_value_in_any_place_leaves_a_record_that_parses(place: Place) -> None:
    """Oxigraph reads all the syntaxes of each case, rdflib one of the four in turn."""
    syntaxes = list(RDF_SYNTAXES)
    for number, value in enumerate(BAD.values(), len(".".join(place))):
        turn = syntaxes[number % len(syntaxes)]
        check(put(place, value), lambda name, turn=turn: name == turn)


def test_there_are_enough_fixed_cases() -> None:
    assert len(list(places())) * len(BAD) >= 2_000


@pytest.mark.parametrize("name", RDF_SYNTAXES)
def test_a_page_of_bad_records_holds_them_all(name: str) -> None:
    page = []
    for number, value in enumerate(BAD.values()):
        bad = {**put(("title",), value), "id": f"id-{number}", "notes": value, "url": value, "theme": value}
        page.append(b"".join(unpacked([render(bad, current_site()).pieces[name]])).decode())
    whole = document(name, page)
    told = by_rdflib(whole, name)
    assert told == by_oxigraph(whole, name)
    assert len({triple[0] for triple in told if triple[2] == "http://www.w3.org/ns/dcat#Dataset"}) == len(BAD)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from([value for name, value in BAD.items() if name != "30 kB" and isinstance(value, str | float)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
_PLACES = list(places())


@settings(max_examples=10_000 if WHOLE else 1_000, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.sampled_from(_PLACES), _JSON), min_size=1, max_size=5), turn=st.integers(0, 15))
def test_a_record_of_chance_parses(changes: list[tuple[Place, Any]], turn: int) -> None:
    bad = record()
    for place, value in changes:
        bad = put(place, copy.deepcopy(value), bad)
    # Rdflib reads one syntax of every fourth record: it takes as long as all the rest.
    check(bad, lambda name: turn < len(RDF_SYNTAXES) and name == list(RDF_SYNTAXES)[turn])


def test_only_a_record_without_an_id_cannot_be_said() -> None:
    for value in (None, "", [], {"a": 1}, "\x00\ud800"):
        with pytest.raises(CannotBeSaidError):
            render({**record(), "id": value}, current_site())
