"""The EU's quality score of our records, and that the scorer sees what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from rdflib.namespace import SH

from ckanext.lebak.feed.score import MOST, Score, Statements, mandatory_missing, presumed, score, statements
from ckanext.lebak.profiles.sdi import current_site
from tests.profiles.feed import as_feed, as_graph, needs_official_shapes, official
from tests.sdi_factory import restricted, shown_dataset, shown_resource

EXCELLENT = 351


def scored(record: dict[str, Any], *, status: int = 200, conforms: bool = True) -> Score:
    said = Statements(as_graph(as_feed([record])))
    ref = f"http://test.ckan.net/dataset/{record['id']}"
    return score(said, ref, status=lambda _url: status, conforms=conforms)


@needs_official_shapes
def test_a_complete_record_with_a_table_has_at_least_385_points() -> None:
    record = shown_dataset()
    conforms = not official(as_graph(as_feed([record])), SH.Violation)
    reached = scored(record, conforms=conforms)
    assert reached.total >= 385, str(reached)
    assert reached.total == MOST, str(reached)


def test_the_points_are_those_of_the_assessment() -> None:
    reached = scored(shown_dataset())
    assert len(reached.points) == 23
    assert reached.total == MOST
    assert str(reached) == "405/405"


@pytest.mark.parametrize(
    ("fields", "missed"),
    [
        ({"tags": []}, {"dcat:keyword": 30}),
        ({"theme": None, "kode_urusan": None}, {"dcat:theme": 30}),
        ({"kode_wilayah": None}, {"dct:spatial": 20}),
        ({"temporal_start": None, "temporal_end": None}, {"dct:temporal": 20}),
        ({"license_id": "other-open"}, {"licence of the vocabulary": 10}),
        ({"accessRights": None}, {"dct:accessRights": 10, "access rights of the vocabulary": 5}),
    ],
)
def test_what_is_missing_costs_points(fields: dict[str, Any], missed: dict[str, float]) -> None:
    assert scored(shown_dataset(**fields)).missed == missed


def test_an_address_that_does_not_answer_costs_points() -> None:
    missed = {"dcat:accessURL answers 200": 50, "dcat:downloadURL answers 200": 30}
    assert scored(shown_dataset(), status=404).missed == missed
    assert scored(shown_dataset(), conforms=False).missed == {"conforms to DCAT-AP": 30}


def test_two_files_count_by_halves() -> None:
    record = shown_dataset()
    record["resources"].append(shown_resource(record["id"], 1, format="XLSX", size=None))
    assert scored(record).missed == {"format is not proprietary": 10, "dcat:byteSize": 2.5}


@pytest.mark.parametrize("fields", [restricted("tertutup"), {"resources": []}])
def test_a_record_without_a_file_to_download_is_still_good(fields: dict[str, Any]) -> None:
    reached = scored(shown_dataset(**fields))
    expected = {"dcat:downloadURL", "dcat:downloadURL answers 200", "dcat:byteSize", "format is machine-readable"}
    assert set(reached.missed) <= expected
    assert reached.total < EXCELLENT


@pytest.mark.parametrize(
    "fields", [{}, {"tags": []}, restricted("tertutup"), {"resources": []}, {"license_id": None}, {"notes": None}]
)
def test_the_score_of_a_record_is_that_of_its_feed(fields: dict[str, Any]) -> None:
    """Without writing and parsing a feed the same points are seen."""
    record = shown_dataset(**fields)
    assert presumed(record, current_site()) == scored(record, conforms="notes" not in fields)


def test_what_a_validating_portal_refuses_is_seen() -> None:
    def lacking(**fields: Any) -> list[str]:
        ref, said = statements(shown_dataset(**fields), current_site())
        return mandatory_missing(said, ref)

    assert lacking() == []
    assert lacking(notes="") == ["description"]
    assert lacking(title="", name="", notes=None) == ["description"]  # such a record goes by its id
    assert presumed(shown_dataset(notes=""), current_site()).missed == {"conforms to DCAT-AP": 30}
