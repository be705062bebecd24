"""The agreed list as a file: the same rows as CSV, XLSX and JSON, with labels where the list has codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from ckanext.lebak import worksheets
from ckanext.lebak.planning.entry import NATIONAL_PRIORITY
from ckanext.lebak.vocabulary import vocabulary

Row = dict[str, Any]

HEADINGS = {
    "year": "Tahun",
    "version": "Versi",
    "organization": "Produsen data",
    "unit_produsen": "Unit produsen",
    "title": "Judul data",
    "period": "Periode data",
    "jadwal_rilis": "Jadwal rilis",
    "first_promised": "Jadwal rilis semula",
    "accrualPeriodicity": "Frekuensi",
    "accessRights": "Akses",
    NATIONAL_PRIORITY: "Data Prioritas nasional",
    "prioritas_daerah": "Prioritas daerah",
    "state": "Keadaan",
    "released_on": "Tanggal rilis",
    "days_late": "Hari terlambat",
    "dataset": "Dataset",
}
"""The columns of the files. They are in Indonesian whatever the page is in: files are passed on."""

STATES = {"released": "Sudah rilis", "not_yet_due": "Belum jatuh tempo", "late": "Terlambat"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(shown: Mapping[str, Any], address: str) -> list[Row]:
    """The rows of a list, by key of `HEADINGS`.

    Args:
        shown: As ``lebak_list_show`` gives it.
        address: What the addresses of datasets begin with.
    """
    frequency, access = vocabulary("frequency"), vocabulary("access")
    made = []
    for entry in shown["entries"]:
        term = frequency.by_uri(entry["accrualPeriodicity"])
        row = {
            **entry,
            "year": shown["year"],
            "version": shown["version"],
            "accrualPeriodicity": term.id if term else entry["accrualPeriodicity"],
            "accessRights": access[entry["accessRights"]].id,
            NATIONAL_PRIORITY: "Ya" if entry[NATIONAL_PRIORITY] else "Tidak",
            "state": STATES[entry["state"]],
            "dataset": f"{address}/{entry['dataset']}" if entry["dataset"] else "",
        }
        made.append({key: row[key] for key in HEADINGS})
    return made


def as_csv(listed: Sequence[Row]) -> bytes:
    """CSV in UTF-8 with its mark, which Excel asks for."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS.values())
    writer.writerows([_harmless(value) for value in row.values()] for row in listed)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(listed: Sequence[Row], title: str) -> bytes:
    """A workbook with one sheet."""
    book = Workbook(write_only=True)
    worksheets.add(book, title, HEADINGS, listed, wide=("organization", "title"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_json(shown: Mapping[str, Any]) -> bytes:
    """What ``lebak_list_show`` gives, with codes."""
    return json.dumps(shown, ensure_ascii=False, indent=1).encode()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
