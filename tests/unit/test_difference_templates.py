"""The fragments that show differences and findings: every branch renders, and nothing of a file is taken for HTML."""

from __future__ import annotations

from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import jinja2
from bs4 import BeautifulSoup

from ckanext.lebak.release.differences import field_differences
from ckanext.lebak.release.plausibility import findings
from ckanext.lebak.release.table_differences import table_differences
from ckanext.lebak.tables.columns import Column
from ckanext.lebak.tables.table import Table

FOLDER = files("ckanext.lebak").joinpath("templates/lebak/snippets")
TRAP = "<b>simulasi</b>"
HELPERS = SimpleNamespace(scheming_language_text=lambda label: label["id"], lebak_code_label=lambda _name, code: code)


def _shown(name: str, **values: Any) -> BeautifulSoup:
    environment = jinja2.Environment(  # as CKAN's is, in what matters here
        autoescape=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    environment.globals["h"] = HELPERS
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    template = environment.from_string(FOLDER.joinpath(name).read_text(encoding="utf-8"))
    page = BeautifulSoup(template.render(**values), "html.parser")
    assert not page.find("b")
    return page


def test_field_differences() -> None:
    schema = {
        "dataset_fields": [{"field_name": "notes"}],
        "resource_fields": [{"field_name": "kolom", "repeating_subfields": [{"field_name": "nama"}]}],
    }
    before = {"notes": "satu dua tiga empat lima enam tujuh"}
    after = {
        "notes": f"satu dua tiga empat {TRAP} enam tujuh",
        "resources": [{"id": "1", "name": TRAP, "url": "https://example.go.id", "kolom": [{"nama": "a"}]}],
    }
    page = _shown("field_differences.html", differences=field_differences(before, after, schema))
    assert [cell.text.strip() for cell in page.find_all("del")] == ["lima"]
    assert [cell.text.strip() for cell in page.find_all("ins")] == [TRAP]
    assert "File 1: " + TRAP in page.text
    assert 'Row "a"' in page.text
    assert "same as before" in _shown("field_differences.html", differences=[]).text


def test_table_differences() -> None:
    before = [
        Column("kode", role="dimensi"),
        Column("nilai", "desimal", role="ukuran"),
        Column("lama", definition="x"),
        Column("pergi"),
    ]
    after = [
        Column("nilai", "bilangan_bulat", role="ukuran"),
        Column("kode", role="dimensi"),
        Column("baru", definition="x"),
        Column("datang"),
    ]
    told = table_differences(
        Table(before, [(2, ["a", 1, "", ""]), (3, [TRAP, 1, "", ""]), (4, ["d", 1, "", ""])]),
        Table(after, [(2, [2, "a", TRAP, ""]), (3, [1, "c", "", ""]), (4, [1, "d", "", ""]), (5, [1, "d", "", ""])]),
        limit=1,
    )
    text = _shown("table_differences.html", told=told).text
    for word in (
        "Rows before: 3. Rows now: 4. Rows are told apart by: kode.",
        'The column "datang" is new.',
        'The column "pergi" is gone.',
        'The column "lama" is called "baru" now.',
        'The column "nilai" was of the type "desimal" and is "bilangan_bulat" now.',
        "another order",
        "rows 4, 5",
        "Rows changed: 1",
        "Rows added: 2",
        "Rows removed: 1",
        "Shown are the first 1.",
        TRAP,
    ):
        assert word in text
    same = table_differences(Table(before, []), Table(before, []))
    assert "same as before" in _shown("table_differences.html", told=same).text


def test_findings() -> None:
    columns = [Column("tahun", "tahun", role="dimensi"), Column(TRAP, "bilangan_bulat", role="ukuran")]
    found = findings(Table(columns, [(2, [2023, 1]), (3, [2024, -3]), (4, [2024, -4])], sheet=TRAP), limit=1)
    page = _shown("findings.html", findings=found)
    first = page.select_one("[data-rule=negative]")
    assert first is not None
    assert (first["data-row"], first["data-column"], first["data-sheet"]) == ("3", TRAP, TRAP)
    said = f'Sheet "{TRAP}": Row 3, column "{TRAP}": -3 is less than 0. Can this figure be negative?'
    assert first.text.strip() == said
    assert "-800.0" in page.text
    assert "shown are the first" in page.text
    assert "Nothing unusual" in _shown("findings.html", findings=findings(Table(columns, []))).text
