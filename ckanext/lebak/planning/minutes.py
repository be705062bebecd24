"""The Berita Acara of an office, or of the whole Forum, with its annex: as PDF, with empty lines to sign on.

It is printed before the meeting and signed there. Each page bears the digest of the list, so that what was signed can
be compared with what was agreed on. Nobody's name and no opinion is in it: who signs writes it by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from babel.dates import format_date
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, Spacer, Table, TableStyle

from ckanext.lebak import papers
from ckanext.lebak.papers import style, words
from ckanext.lebak.planning.entry import NATIONAL_PRIORITY, YES
from ckanext.lebak.vocabulary import vocabulary

SHOWN_OF_DIGEST = 16
_DOTS = "." * 40
_WIDTHS = (9, 72, 22, 24, 24, 20, 42, 34)  # mm, of the annex
_HEADINGS = (
    "No.",
    "Judul data",
    "Periode data",
    "Jadwal rilis",
    "Frekuensi",
    "Akses",
    "Unit produsen",
    "Prioritas",
)


class Minutes(NamedTuple):
    """What is printed.

    Attributes:
        year: Of the list.
        number: Of the version: the one that was agreed on, or the one that it would be.
        digest: Of the whole list.
        entries: Those of the office, or of all.
        office: Title of the office; empty for the whole Forum.
        letter: Number of the Berita Acara; empty before it was agreed on, and written by hand.
        agreed_on: Day of the agreement; None before.
    """

    year: int
    number: int
    digest: str
    entries: Sequence[Mapping[str, Any]]
    office: str = ""
    letter: str = ""
    agreed_on: dt.date | None = None


def pdf(minutes: Minutes) -> bytes:
    """The document as PDF: the same content gives the same bytes."""
    version = f"Daftar Data {minutes.year} versi {minutes.number}"
    return papers.pdf(
        [*_head(minutes), *_annex(minutes), *_signatures(minutes)],
        title=_title(minutes),
        wide=True,
        foot=f"{version}, sidik isi {minutes.digest[:SHOWN_OF_DIGEST]}",
    )


def _text(text: object, as_: Any = None) -> Paragraph:
    return words(text, as_ or style(7.5))


def _title(minutes: Minutes) -> str:
    whose = f" {minutes.office}" if minutes.office else ""
    return f"Berita Acara Daftar Data {minutes.year} versi {minutes.number}{whose}"


def _head(minutes: Minutes) -> list[Flowable]:
    centred = style(12, bold=True, alignment=1)
    day = format_date(minutes.agreed_on, "d MMMM y", locale="id") if minutes.agreed_on else _DOTS
    whose = minutes.office or "seluruh perangkat daerah produsen data"
    lead = (
        f"Lampiran ini memuat {len(minutes.entries)} data yang dijanjikan untuk dirilis dalam Daftar Data Kabupaten "
        f"Lebak tahun {minutes.year}, versi {minutes.number}, oleh {whose}, dengan produsen data dan jadwal rilisnya "
        "(Perpres 39 Tahun 2019, Pasal 27)."
    )
    draft = [] if minutes.agreed_on else [_text("RANCANGAN, berlaku setelah disepakati Forum Satu Data", centred)]
    return [
        _text(f"BERITA ACARA DAFTAR DATA TAHUN {minutes.year}", style(14, bold=True, alignment=1)),
        _text(minutes.office or "Forum Satu Data Kabupaten Lebak", centred),
        *draft,
        Spacer(1, 4 * mm),
        _text(f"Nomor: {minutes.letter or _DOTS}", style()),
        _text(f"Tanggal: {day}", style()),
        Spacer(1, 3 * mm),
        _text(lead, style()),
        Spacer(1, 4 * mm),
    ]


def _annex(minutes: Minutes) -> list[Flowable]:
    frequency, access = vocabulary("frequency"), vocabulary("access")
    rows = [[_text(heading, style(7.5, bold=True)) for heading in _HEADINGS]]
    office = ""
    spans: list[int] = []
    for number, entry in enumerate(minutes.entries, start=1):
        if not minutes.office and entry["organization"] != office:
            office = entry["organization"]
            spans.append(len(rows))
            rows.append([_text(office, style(8, bold=True)), *([_text("")] * (len(_HEADINGS) - 1))])
        term = frequency.by_uri(entry["accrualPeriodicity"])
        national = ["Data Prioritas nasional"] if entry[NATIONAL_PRIORITY] == YES else []
        priorities = [*national, *([entry["prioritas_daerah"]] if entry["prioritas_daerah"] else [])]
        cells = (
            number,
            entry["title"],
            entry["period"],
            entry["jadwal_rilis"],
            term.id if term else entry["accrualPeriodicity"],
            access[entry["accessRights"]].id,
            entry["unit_produsen"],
            "; ".join(priorities),
        )
        rows.append([_text(cell) for cell in cells])
    table = LongTable(rows, colWidths=[width * mm for width in _WIDTHS], repeatRows=1)
    table.setStyle(papers.HEADED)
    table.setStyle(TableStyle([("SPAN", (0, row), (-1, row)) for row in spans]))
    return [table, Spacer(1, 8 * mm)]


def _signatures(minutes: Minutes) -> list[Flowable]:
    first = [f"Kepala {minutes.office}"] if minutes.office else []
    roles = [*first, "Koordinator Forum Satu Data", "Walidata", "Pembina Data"]
    line = "\n\n\n\n" + "_" * 28
    table = Table([[_text(role, style(8.5, alignment=1)) for role in roles], [line] * len(roles)])
    table.setStyle(TableStyle([("ALIGN", (0, 0), (-1, -1), "CENTER"), ("FONT", (0, 1), (-1, 1), papers.FONT, 9)]))
    return [KeepTogether([table])]
