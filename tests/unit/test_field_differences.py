"""What became of a record's fields and files (release/differences.py)."""

from __future__ import annotations

import copy
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.release.differences import FieldDifference, field_differences, words


def _expanded() -> dict[str, Any]:
    """The schema of datasets with its presets put in, as scheming does it."""
    root = files("ckanext.lebak.schemas")
    schema = yaml.safe_load(root.joinpath("dataset.yaml").read_text(encoding="utf-8"))
    listed = yaml.safe_load(root.joinpath("presets.yaml").read_text(encoding="utf-8"))["presets"]
    presets = {preset["preset_name"]: preset["values"] for preset in listed}

    def expand(field: dict[str, Any]) -> dict[str, Any]:
        whole = {**presets.get(field.get("preset", ""), {}), **field}
        if "repeating_subfields" in whole:
            whole["repeating_subfields"] = [expand(subfield) for subfield in whole["repeating_subfields"]]
        return whole

    return {
        **schema,
        "dataset_fields": [expand(field) for field in schema["dataset_fields"]],
        "resource_fields": [expand(field) for field in schema["resource_fields"]],
    }


SCHEMA = _expanded()
LONG = "Jumlah peserta KB aktif menurut kecamatan dan metode, data simulasi."


def _file(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"id-{name}",
        "name": name,
        "url_type": "upload",
        "url": f"http://localhost/dataset/x/resource/id-{name}/download/{name}.csv",
        "hash": f"hash-{name}",
        **more,
    }


def _dataset(**more: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "title": "Peserta KB simulasi",
        "notes": LONG,
        "accessRights": "terbuka",
        "kode_wilayah": ["36.02"],
        "tags": [{"name": "kb"}],
        "publishing_status": "approved",
        "state": "active",
        "metadata_modified": "2026-01-01",
        "resources": [_file("a", kolom=[{"nama": "kode", "tipe_data": "teks"}, {"nama": "nilai"}]), _file("b")],
        **more,
    }


def _told(before: dict[str, Any] | None, after: dict[str, Any], **options: Any) -> list[FieldDifference]:
    return field_differences(before, after, SCHEMA, **options)


def test_the_same_dataset_has_no_differences() -> None:
    assert _told(_dataset(), copy.deepcopy(_dataset())) == []


def test_where_a_record_stands_is_not_what_it_says() -> None:
    assert not _told(
        _dataset(), _dataset(publishing_status="in_review", state="draft", private=True, metadata_modified="2027")
    )


def test_a_changed_text_is_told_word_by_word_with_its_place_in_the_form() -> None:
    (told,) = _told(_dataset(), _dataset(notes=LONG.replace("aktif", "baru")))
    assert (told.field_name, told.page, told.resource, told.change) == ("notes", 1, None, "changed")
    assert told.label["id"]
    changed = [(segment.kind, segment.text) for segment in told.segments if segment.kind != "equal"]
    assert changed == [("removed", "aktif "), ("added", "baru ")]


def test_codes_are_told_by_their_labels() -> None:
    (told,) = _told(_dataset(), _dataset(accessRights="tertutup"))
    assert (told.before, told.after, told.segments) == ("Terbuka", "Tertutup", ())
    (english,) = _told(_dataset(), _dataset(accessRights="tertutup"), lang="en")
    assert (english.before, english.after) == ("Open", "Closed")


def test_several_values_stand_a_line_each() -> None:
    (told,) = _told(_dataset(), _dataset(kode_wilayah=["36.02", "36.02.14"]))
    assert told.after.splitlines() == ["Kabupaten Lebak", "Kecamatan Rangkasbitung"]


def test_tags_are_compared_by_name_in_any_order() -> None:
    tags = [{"name": "kb", "id": "1"}, {"name": "akseptor", "id": "2"}]
    assert not _told(_dataset(tags=tags), _dataset(tags=tags[::-1]))
    (told,) = _told(_dataset(), _dataset(tags=tags))
    assert (told.field_name, told.after) == ("tag_string", "akseptor\nkb")


@pytest.mark.parametrize("nothing", [None, "", [], "  "])
def test_nothing_is_nothing_however_it_is_stored(nothing: Any) -> None:
    assert not _told(_dataset(), _dataset(konsep=nothing))
    (told,) = _told(_dataset(konsep="Keluarga berencana"), _dataset(konsep=nothing))
    assert (told.change, told.after) == ("removed", "")


def test_the_line_ends_of_a_form_are_no_change() -> None:
    assert not _told(_dataset(notes="a\nb"), _dataset(notes="a\r\nb"))


def test_without_a_release_everything_is_new() -> None:
    told = _told(None, _dataset())
    assert {difference.change for difference in told} == {"added"}
    assert {"title", "notes", "tag_string", "url"} <= {difference.field_name for difference in told}


def test_an_office_is_told_by_its_name() -> None:
    offices = [{"id": "o1", "title": "Dinas simulasi satu"}, {"id": "o2", "title": "Dinas simulasi dua"}]
    (told,) = _told(*(_dataset(owner_org=office["id"], organization=office) for office in offices))
    assert (told.before, told.after) == ("Dinas simulasi satu", "Dinas simulasi dua")


def test_files_that_came_went_and_were_replaced() -> None:
    after = _dataset(resources=[_file("a", hash="other", kolom=_dataset()["resources"][0]["kolom"]), _file("c")])
    told = [(d.change, d.resource, d.file) for d in _told(_dataset(), after) if d.field_name == "url"]
    assert told == [("replaced", 0, "a"), ("added", 1, "c"), ("removed", 1, "b")]


def test_files_of_a_working_copy_are_matched_by_the_callers_key() -> None:
    copied = _dataset()
    for resource in copied["resources"]:
        resource["url"] = resource["url"].replace(resource["id"], "copy-" + resource["id"])
        resource["id"] = "copy-" + resource["id"]
    assert not _told(_dataset(), copied, key=lambda resource: resource["id"].removeprefix("copy-"))
    assert {d.change for d in _told(_dataset(), copied)} == {"added", "removed"}


def test_another_order_of_files_is_told_once() -> None:
    after = _dataset()
    after["resources"].reverse()
    (told,) = _told(_dataset(), after)
    assert (told.field_name, told.change, told.before, told.after) == ("resources", "moved", "a\nb", "b\na")


def test_a_link_is_compared_by_its_address() -> None:
    link = {"id": "l", "name": "tautan", "url": "https://example.go.id/a.csv"}
    (told,) = _told(_dataset(resources=[link]), _dataset(resources=[{**link, "url": "https://example.go.id/b.csv"}]))
    assert (told.change, told.before, told.after) == (
        "replaced",
        "https://example.go.id/a.csv",
        "https://example.go.id/b.csv",
    )


def test_described_columns_are_matched_by_name() -> None:
    before, after = _dataset(), _dataset()
    after["resources"][0]["kolom"] = [
        {"nama": "nilai", "tipe_data": "desimal"},
        {"nama": "kode", "tipe_data": "teks"},
        {"nama": "tahun", "definisi": "Tahun data"},
    ]
    told = _told(before, after)
    assert [(d.row, d.subfield, d.change, d.resource) for d in told] == [
        ("nilai", "tipe_data", "added", 0),
        ("tahun", "", "added", 0),
        ("", "", "moved", 0),
    ]
    assert told[0].after == "Bilangan desimal"
    assert told[1].after == "Nama kolom: tahun\nArti: Tahun data"


def test_fields_can_be_left_out() -> None:
    assert not _told(_dataset(name="a"), _dataset(name="b"), leave_out={"name"})


_PIECES = st.lists(st.sampled_from(["jumlah", "peserta", "kb", "di", "Lebak", "2024", ",", "\n"]), max_size=40)


@given(_PIECES, _PIECES)
def test_a_text_can_be_put_together_from_its_segments(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old).strip(), " ".join(new).strip()
    segments = words(before, after)
    if segments:
        assert "".join(s.text for s in segments if s.kind != "added") == before
        assert "".join(s.text for s in segments if s.kind != "removed") == after


def test_a_text_made_to_be_slow_is_shown_whole() -> None:
    assert words("a " * 16_000, "a " * 16_000 + "b") == ()


_TEXTS = st.dictionaries(
    st.sampled_from(["title", "notes", "konsep", "jenis", "catatan_data"]), st.text(alphabet="ab \n", max_size=8)
)


@given(_TEXTS, _TEXTS)
def test_exactly_the_fields_that_differ_are_told(before: dict[str, str], after: dict[str, str]) -> None:
    told = {difference.field_name: difference for difference in _told(before, after)}
    for name in ("title", "notes", "konsep", "jenis", "catatan_data"):
        old, new = before.get(name, "").strip(), after.get(name, "").strip()
        assert (name in told) is (old != new)
        if name in told:
            assert (told[name].before, told[name].after) == (old, new)
