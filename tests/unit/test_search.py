"""Which searches name a type of records (search.py)."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.lebak.search import SearchHooks, names_a_type, with_every_type


@pytest.mark.parametrize(
    "query",
    [
        {"fq": "+dataset_type:harvest"},
        {"fq": 'owner_org:"a" +dataset_type:dataset'},
        {"fq": "(dataset_type:a OR dataset_type:b)"},
        {"fq": "-dataset_type:harvest +dataset_type:indikator"},
        {"q": "type:indikator"},
        {"fq_list": ["tags:a", "dataset_type:indikator"]},
        {"fq_list": "dataset_type:indikator"},
    ],
)
def test_a_search_that_names_a_type_is_left_as_it_is(query: dict[str, Any]) -> None:
    assert names_a_type(query)
    assert SearchHooks().before_dataset_search(dict(query)) == query
    assert with_every_type(query) == query


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "*:*", "fq": None, "fq_list": None},
        {"q": "type of data", "include_private": True},
        {"fq": "publisher_type:daerah extras_type:a res_type:file"},
        {"fq": " -dataset_type:harvest"},
        {"fq": "NOT dataset_type:harvest", "fq_list": ["-dataset_type:harvest", "!dataset_type:showcase"]},
        {"fq_list": "tags:a"},
    ],
)
def test_any_other_search_is_for_datasets(query: dict[str, Any]) -> None:
    given = dict(query)
    found = SearchHooks().before_dataset_search(query)
    more = given.get("fq_list") or []
    assert found == {**given, "fq_list": [*([more] if isinstance(more, str) else more), "dataset_type:dataset"]}
    assert with_every_type(query)["fq_list"][-1] == "dataset_type:*"
    assert query == given, "the search that was given is not changed"
