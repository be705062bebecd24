"""The Berita Acara of an office, or of the whole Forum, with its annex: as PDF, with empty lines to sign on.

It is printed before the meeting and signed there. Each page bears the digest of the list, so that what was signed can
be compared with what was agreed on. Nobody's name and no opinion is in it: who signs writes it by hand.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import reportlab
from babel.dates import format_date
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from ckanext.lebak.planning.entry import NATIONAL_PRIORITY, YES
from ckanext.lebak.vocabulary import vocabulary

SHOWN_OF_DIGEST = 16
_FONT, _BOLD = "Vera", "VeraBd"
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
    _fonts()
    stream = io.BytesIO()
    margins: dict[str, Any] = {"leftMargin": 18 * mm, "rightMargin": 18 * mm, "topMargin": 16 * mm}
    document = SimpleDocTemplate(
        stream,
        pagesize=landscape(A4),
        bottomMargin=20 * mm,
        title=_title(minutes),
        lang="id",
        invariant=1,
        **margins,
    )
    document.build([*_head(minutes), *_annex(minutes), *_signatures(minutes)], canvasmaker=_footed(minutes))
    return stream.getvalue()


@cache
def _fonts() -> None:
    """Reportlab's own free font, which has more letters than the fonts that every PDF reader has."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (_FONT, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def _style(size: float = 9, *, bold: bool = False, **more: Any) -> ParagraphStyle:
    return ParagraphStyle("lebak", fontName=_BOLD if bold else _FONT, fontSize=size, leading=size * 1.35, **more)


def _text(text: object, style: ParagraphStyle | None = None) -> Paragraph:
    # What people typed is text: escaped, it is no markup of reportlab, which could fetch a picture.
    return Paragraph(escape(str(text)), style or _style(7.5))


def _title(minutes: Minutes) -> str:
    whose = f" {minutes.office}" if minutes.office else ""
    return f"Berita Acara Daftar Data {minutes.year} versi {minutes.number}{whose}"


def _head(minutes: Minutes) -> list[Flowable]:
    centred = _style(12, bold=True, alignment=1)
    day = format_date(minutes.agreed_on, "d MMMM y", locale="id") if minutes.agreed_on else _DOTS
    whose = minutes.office or "seluruh perangkat daerah produsen data"
    lead = (
        f"Lampiran ini memuat {len(minutes.entries)} data yang dijanjikan untuk dirilis dalam Daftar Data Kabupaten "
        f"Lebak tahun {minutes.year}, versi {minutes.number}, oleh {whose}, dengan produsen data dan jadwal rilisnya "
        "(Perpres 39 Tahun 2019, Pasal 27)."
    )
    draft = [] if minutes.agreed_on else [_text("RANCANGAN, berlaku setelah disepakati Forum Satu Data", centred)]
    return [
        _text(f"BERITA ACARA DAFTAR DATA TAHUN {minutes.year}", _style(14, bold=True, alignment=1)),
        _text(minutes.office or "Forum Satu Data Kabupaten Lebak", centred),
        *draft,
        Spacer(1, 4 * mm),
        _text(f"Nomor: {minutes.letter or _DOTS}", _style()),
        _text(f"Tanggal: {day}", _style()),
        Spacer(1, 3 * mm),
        _text(lead, _style()),
        Spacer(1, 4 * mm),
    ]


def _annex(minutes: Minutes) -> list[Flowable]:
    frequency, access = vocabulary("frequency"), vocabulary("access")
    rows = [[_text(heading, _style(7.5, bold=True)) for heading in _HEADINGS]]
    office = ""
    spans: list[int] = []
    for number, entry in enumerate(minutes.entries, start=1):
        if not minutes.office and entry["organization"] != office:
            office = entry["organization"]
            spans.append(len(rows))
            rows.append([_text(office, _style(8, bold=True)), *([_text("")] * (len(_HEADINGS) - 1))])
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
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#dce9e0")),
                *(("SPAN", (0, row), (-1, row)) for row in spans),
            ]
        )
    )
    return [table, Spacer(1, 8 * mm)]


def _signatures(minutes: Minutes) -> list[Flowable]:
    first = [f"Kepala {minutes.office}"] if minutes.office else []
    roles = [*first, "Koordinator Forum Satu Data", "Walidata", "Pembina Data"]
    line = "\n\n\n\n" + "_" * 28
    table = Table([[_text(role, _style(8.5, alignment=1)) for role in roles], [line] * len(roles)])
    table.setStyle(TableStyle([("ALIGN", (0, 0), (-1, -1), "CENTER"), ("FONT", (0, 1), (-1, 1), _FONT, 9)]))
    return [KeepTogether([table])]


def _footed(minutes: Minutes) -> type[Canvas]:
    """A canvas that writes digest and page at the foot of each page, once it knows how many there are."""

    class Footed(Canvas):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # pyright: ignore[reportAttributeAccessIssue] - as reportlab's own numbered pages do it

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont(_FONT, 7)
                version = f"Daftar Data {minutes.year} versi {minutes.number}"
                self.drawString(18 * mm, 10 * mm, f"{version}, sidik isi {minutes.digest[:SHOWN_OF_DIGEST]}")
                place = f"Halaman {number} dari {len(self._pages)}"
                self.drawRightString(landscape(A4)[0] - 18 * mm, 10 * mm, place)
                super().showPage()
            super().save()

    return Footed
