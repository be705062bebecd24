"""The Forum's numbers and decisions as a workbook, to reckon on with."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook

from ckanext.lebak import worksheets
from ckanext.lebak.forum.paper import OTHERS

HEADINGS = {
    "title": "OPD",
    "promised": "Dijanjikan",
    "released": "Sudah rilis",
    "not_yet_due": "Belum jatuh tempo",
    "late": "Terlambat",
    "activities": "Kegiatan statistik",
    "described": "Kegiatan dengan metadata dirilis",
    "compulsory": "Kegiatan wajib rekomendasi",
    "recommended": "Kegiatan wajib yang sudah direkomendasi",
    "datasets": "Dataset dirilis",
    "complete": "Dataset dengan lima unsur lengkap",
    "fresh": "Dataset mutakhir",
    "overdue": "Dataset lewat jadwal pemutakhiran",
}
"""Columns of the numbers, in Indonesian whatever the page is in: the file is passed on."""
DECISIONS = {
    "held_on": "Tanggal rapat",
    "number": "Nomor",
    "text": "Keputusan",
    "office": "Penanggung jawab",
    "due": "Batas waktu",
    "done_on": "Selesai tanggal",
}
_WIDE = {"title", "text", "office"}


def xlsx(shown: Mapping[str, Any]) -> bytes:
    """A workbook of two sheets.

    Args:
        shown: As ``lebak_forum_show`` gives it.
    """
    book = Workbook(write_only=True)
    last = {"title": "Jumlah", **shown["total"]}
    rows = [{**office, "title": office["title"] or OTHERS} for office in shown["offices"]]
    worksheets.add(book, f"Angka {shown['year']}", HEADINGS, [*rows, last], wide=_WIDE)
    decided = [
        {**decision, "held_on": meeting["held_on"], "office": decision["office"] or "Semua OPD"}
        for meeting in shown["meetings"]
        for decision in meeting["decisions"]
    ]
    worksheets.add(book, "Keputusan", DECISIONS, decided, wide=_WIDE)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
