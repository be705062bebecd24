"""docs/mapping.md has a row for every field of the schema, and names the property that the feed gives it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckanext.lebak.profiles import fields
from tests.profiles.feed import ROOT, as_feed
from tests.profiles.generated import SCHEMA
from tests.sdi_factory import restricted, shown_dataset

TEXT = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")
COLUMNS = next(field for field in SCHEMA["resource_fields"] if field["field_name"] == "kolom")["repeating_subfields"]
SECTIONS = {"## Dataset": SCHEMA["dataset_fields"], "## Files": SCHEMA["resource_fields"], "### Columns": COLUMNS}


def rows(section: str) -> dict[str, str]:
    """The rows of a section's table by key."""
    part = re.split(r"\n#+ ", TEXT.split(f"\n{section}", 1)[1], maxsplit=1)[0]
    return {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)`.*$", part, re.MULTILINE)}


@pytest.mark.parametrize(
    ("section", "field"),
    [(section, field) for section, fields_ in SECTIONS.items() for field in fields_],
    ids=lambda value: value["field_name"] if isinstance(value, dict) else value.strip("# "),
)
def test_every_field_has_a_row_with_its_label_and_says_whether_sdi_asks_for_it(
    section: str, field: dict[str, Any]
) -> None:
    row = rows(section)[field["field_name"]]
    assert f"| {field['label']['id']} |" in row
    if field.get("required_at_release"):
        assert row.startswith(f"| `{field['field_name']}` † |")


def test_no_row_is_about_a_field_that_is_gone() -> None:
    for section, fields_ in SECTIONS.items():
        assert set(rows(section)) == {field["field_name"] for field in fields_}


@pytest.mark.parametrize("key", fields.ALL)
def test_a_national_key_is_the_property_that_its_row_names(key: str) -> None:
    assert f"`sdi:{key}`" in rows("## Dataset")[key]
    feed = as_feed([shown_dataset(**restricted())], "nt")
    assert f"<https://opendata.lebakkab.go.id/def/sdi#{key}>" in feed
