"""The points of Satu Data Indonesia, and the notes that a form carries."""

from __future__ import annotations

from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.desks import drafts
from ckanext.lebak.desks.checklist import checklist
from ckanext.lebak.tables.scan import CLEAN, ScanResult
from ckanext.lebak.tables.scanning import PENDING, ResourceScan
from tests.sdi_factory import complete_dataset

SCHEMA: dict[str, Any] = yaml.safe_load(files("ckanext.lebak.schemas").joinpath("dataset.yaml").read_text("utf-8"))
CHECKED = ResourceScan("1", "Tabel simulasi", CLEAN, is_table=True, result=ScanResult(CLEAN))


def _points(record: dict[str, Any], scans: list[ResourceScan], *, declared: bool = True) -> dict[str, Any]:
    found = checklist(record, SCHEMA, declared=declared, scans=scans, say=str)
    return {check.point: check for check in found}


def test_a_complete_record_meets_every_point() -> None:
    assert all(check.met for check in _points(complete_dataset(), [CHECKED]).values())


def test_what_is_missing_is_named_at_its_point() -> None:
    record = complete_dataset(konsep=None, kodereferensi=None, jadwal_rilis=None)
    record["resources"][0].update(format="PDF", kolom=[])
    points = _points(record, [ResourceScan("1", "Tabel simulasi", PENDING, True, None)], declared=False)
    assert not any(check.met for check in points.values())
    assert [label["en"] for label in points["standard"].fields] == ["Concept"]
    assert [label["en"] for label in points["codes"].fields] == ["Reference codes"]
    assert [label["en"] for label in points["metadata"].fields] == ["Release schedule"]
    assert "is PDF" in points["format"].sentences[0]
    assert "being checked" in points["scan"].sentences[0]


def test_a_type_without_files_and_elements_has_only_its_metadata() -> None:
    schema = {"dataset_fields": [{"field_name": "judul", "required_at_release": True}], "resource_fields": []}
    (check,) = checklist({"resources": []}, schema, declared=False, scans=[], say=str)
    assert (check.point, check.met) == ("metadata", False)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5))
def test_notes_come_back_from_their_form_as_they_were(told: list[tuple[str, str, str]]) -> None:
    form: dict[str, str] = {}
    for number, (field, column, text) in enumerate(told):
        place = drafts.at(urlencode({"field": field, "column": column, "row": number}))
        assert (place.column, place.text) == (column, "")
        for part in ("field", "resource_id", "row", "column"):
            form[f"note-{number}-{part}"] = getattr(place, part)
        form[f"note-{number}-text"] = text
    assert [note.text for note in drafts.posted(form)] == [text.strip() for *_, text in told]
    assert [note.row for note in drafts.posted(form)] == [str(number) for number in range(len(told))]


def test_a_place_names_nothing_else() -> None:
    assert drafts.at("text=x&author=y&row=2") == drafts.Draft(row="2")
    assert drafts.at("") == drafts.Draft()
    assert drafts.Draft(row="2", text="Simulasi").as_note() == {"row": "2", "text": "Simulasi"}
