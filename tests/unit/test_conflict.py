"""What a form was opened with, what is stored, and what was typed (forms/conflict.py)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.forms.conflict import Difference, differences, form_fields, loaded, read_loaded, said, taken

TITLE = {"field_name": "title"}
TEXT = {"field_name": "konsep", "form_snippet": "text.html"}
LINES = {"field_name": "variabel", "form_snippet": "lebak_text_list.html"}
CODES = {"field_name": "wilayah", "choices_helper": "lebak_choices"}
TAGS = {"field_name": "tag_string"}
ROWS = {"field_name": "kolom", "repeating_subfields": [{"field_name": "nama"}, {"field_name": "arti"}]}
OFFICE = {"field_name": "owner_org"}
DERIVED = {"field_name": "publishing_status", "form_snippet": None}
FILE = {"field_name": "url"}
FIELDS: list[dict[str, Any]] = [TITLE, TEXT, LINES, CODES, TAGS, ROWS, OFFICE, DERIVED]

STORED: dict[str, Any] = {
    "title": "Simulasi",
    "konsep": "Satu\nDua",
    "variabel": ["Kecamatan", "Jenis kelamin"],
    "wilayah": ["36.02.14", "36.02"],
    "tags": [{"name": "kb"}, {"name": "alat"}],
    "kolom": [{"nama": "tahun", "arti": ""}, {"nama": "jumlah", "arti": "Banyaknya"}],
    "owner_org": "kantor",
    "private": False,
    "publishing_status": "draft",
}
UNTOUCHED: dict[str, Any] = {
    "title": "Simulasi",
    "konsep": "Satu\r\nDua\r\n",
    "variabel": "Kecamatan\r\nJenis kelamin",
    "wilayah": ["", "36.02", "36.02.14"],
    "tag_string": "kb, alat",
    "kolom": [{"nama": "tahun"}, {"nama": "jumlah", "arti": "Banyaknya"}],
    "owner_org": "kantor",
    "private": "False",
}
UPLOAD = {"url": "https://example.org/dataset/a/resource/b/download/tabel.csv", "url_type": "upload", "hash": "h1"}


def _found(stored: dict[str, Any], posted: dict[str, Any], fields: list[dict[str, Any]] = FIELDS) -> list[Difference]:
    base = UPLOAD if fields == [FILE] else STORED
    return differences(read_loaded(loaded(base, fields)), stored, posted, fields)


@pytest.mark.parametrize("field", form_fields(FIELDS), ids=lambda field: field["field_name"])
def test_a_field_that_was_not_touched_says_what_is_stored(field: dict[str, Any]) -> None:
    assert said(UNTOUCHED, field) == said(STORED, field)


def test_what_a_form_does_not_show_is_not_carried() -> None:
    assert "publishing_status" not in read_loaded(loaded(STORED, FIELDS))
    assert read_loaded(loaded(STORED, FIELDS))["private"] == "False"
    assert "private" not in read_loaded(loaded(STORED, [TITLE]))


def test_nothing_saved_meanwhile_is_no_conflict_whatever_was_typed() -> None:
    assert _found(STORED, {**UNTOUCHED, "title": "Lain", "kolom": [], "wilayah": ""}) == []


def test_what_a_job_notes_is_nobodys_edit() -> None:
    assert _found({**STORED, "datastore_active": True, "publishing_status": "approved"}, UNTOUCHED) == []


def test_both_changed_one_field() -> None:
    (found,) = _found({**STORED, "konsep": "Mereka"}, {**UNTOUCHED, "konsep": "Saya"})
    assert found == Difference("konsep", "Satu\nDua", "Mereka", "Saya")
    assert found.both


def test_both_wrote_the_same() -> None:
    assert _found({**STORED, "konsep": "Sama"}, {**UNTOUCHED, "konsep": "Sama\r\n"}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Mereka"),
        ("konsep", ""),
        ("variabel", ["Kecamatan"]),
        ("wilayah", ["36.02.14"]),
        ("tags", [{"name": "kb"}]),
        ("kolom", []),
        ("owner_org", "lain"),
        ("private", True),
    ],
)
def test_only_the_other_one_changed_a_field(name: str, value: Any) -> None:
    stored = {**STORED, name: value}
    (found,) = _found(stored, {**UNTOUCHED, **({"title": "Saya"} if name != "title" else {"konsep": "Saya"})})
    assert not found.both
    field = next(field for field in form_fields(FIELDS) if field["field_name"] == found.field_name)
    # Taken over, the form says what is stored.
    assert said({**UNTOUCHED, **taken(stored, found.field_name)}, field) == said(stored, field) == found.theirs


def test_an_emptied_field_counts() -> None:
    (found,) = _found({**STORED, "konsep": "Mereka"}, {**UNTOUCHED, "konsep": ""})
    assert (found.mine, found.both) == ("", True)


def test_fields_of_other_pages_do_not_count() -> None:
    assert _found({**STORED, "konsep": "Mereka"}, {"title": "Saya"}) == []


@pytest.mark.parametrize(
    ("stored", "posted", "expected"),
    [
        (UPLOAD, {"url": UPLOAD["url"], "url_type": "upload"}, None),
        ({**UPLOAD, "hash": "h2"}, {"url": UPLOAD["url"], "url_type": "upload"}, False),
        ({**UPLOAD, "hash": "h2"}, {"url": "tabel.csv", "url_type": "upload", "hash": "h2"}, None),
        ({**UPLOAD, "hash": "h2"}, {"url": "tabel.csv", "url_type": "upload", "hash": "h3"}, True),
        ({**UPLOAD, "hash": "h2"}, {"url": "https://example.org/tabel.csv", "url_type": ""}, True),
        ({"url": "https://example.org/x", "url_type": ""}, {"url": UPLOAD["url"], "url_type": "upload"}, False),
        ({**UPLOAD, "url": "https://example.org/x/baru.csv"}, {"url": UPLOAD["url"], "url_type": "upload"}, False),
    ],
    ids=["untouched", "theirs", "sent twice", "both", "a link against theirs", "theirs a link", "theirs another name"],
)
def test_a_file(stored: dict[str, Any], posted: dict[str, Any], expected: bool | None) -> None:
    found = _found(stored, posted, [FILE])
    assert [item.both for item in found] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"a": 1}', '{"a": [1]}', '{"a": [{"b": []}]}', "[" * 100_000, None, 5]
)
def test_what_is_no_content_of_a_form_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_loaded(text)


VALUES = st.one_of(st.none(), st.booleans(), st.text(), st.lists(st.text()), st.integers())


@given(record=st.dictionaries(st.sampled_from(["title", "konsep", "variabel", "wilayah"]), VALUES))
def test_what_is_carried_comes_back_and_is_no_conflict_with_itself(record: dict[str, Any]) -> None:
    text = loaded(record, FIELDS)
    assert json.loads(text) == read_loaded(text)
    assert differences(read_loaded(text), record, {**record, "title": "lain"}, FIELDS) == []
