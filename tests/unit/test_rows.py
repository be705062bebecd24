"""Posted rows of a form become lists (forms/rows.py)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.forms.rows import MAX_ROWS, TooManyRowsError, collect_rows

TEXT = st.text(min_size=1, max_size=20)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["nama", "definisi", "tipe_data", "satuan"]), TEXT, min_size=1), max_size=40
)


def _posted(rows: list[dict[str, str]]) -> dict[str, object]:
    return {f"kolom-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()}


@given(rows=ROWS, seed=st.integers())
def test_rows_come_back_in_their_order_however_the_keys_are_sorted(rows: list[dict[str, str]], seed: int) -> None:
    keys = list({**_posted(rows), "kolom-rows": "1", "title": "x"}.items())
    random.Random(seed).shuffle(keys)
    data = dict(keys)
    collect_rows(data, {"kolom"})
    assert data == {"title": "x", "kolom": rows}


def test_row_ten_comes_after_row_two() -> None:
    data: dict[str, Any] = {**_posted([{"nama": str(i)} for i in range(25)])}
    collect_rows(data, {"kolom"})
    assert [row["nama"] for row in data["kolom"]] == [str(i) for i in range(25)]


def test_posted_rows_win_over_the_stored_list() -> None:
    data = {"kolom": [{"nama": "lama"}], "kolom-0-nama": "baru"}
    collect_rows(data, {"kolom"})
    assert data == {"kolom": [{"nama": "baru"}]}


def test_a_form_without_rows_empties_the_field() -> None:
    data = {"kolom": [{"nama": "lama"}], "kolom-rows": "1"}
    collect_rows(data, {"kolom"})
    assert data == {"kolom": []}


def test_without_posted_rows_nothing_changes() -> None:
    data = {"kolom": [{"nama": "lama"}], "other-0-nama": "x"}
    collect_rows(data, {"kolom"})
    assert data == {"kolom": [{"nama": "lama"}], "other-0-nama": "x"}


def test_blank_rows_are_dropped() -> None:
    data = {"kolom-0-nama": "", "kolom-1-nama": "tahun", "kolom-2-nama": ""}
    collect_rows(data, {"kolom"})
    assert data["kolom"] == [{"nama": "tahun"}]


def test_a_hostile_number_of_rows_is_refused() -> None:
    data = {f"kolom-{i}-nama": "x" for i in range(MAX_ROWS + 1)}
    with pytest.raises(TooManyRowsError):
        collect_rows(data, {"kolom"})
