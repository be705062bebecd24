"""The Forum's numbers and decisions for the meeting, as PDF on A4 paper."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from ckanext.lebak.forum.figures import PROMISES, share

COLOURS = {
    "released": colors.HexColor("#1b6e53"),
    "not_yet_due": colors.HexColor("#c9ced6"),
    "late": colors.HexColor("#b45309"),
}
LABELS = {"released": "sudah rilis", "not_yet_due": "belum jatuh tempo", "late": "terlambat"}
_COLUMNS = (
    ("OPD", "title", 78),
    ("Dijanjikan", "promised", 20),
    ("Sudah rilis", "released", 20),
    ("Belum jatuh tempo", "not_yet_due", 22),
    ("Terlambat", "late", 20),
    ("Kegiatan", "activities", 20),
    ("Metadata dirilis", "described", 20),
    ("Wajib rekomendasi", "compulsory", 24),
    ("Sudah direkomendasi", "recommended", 26),
    ("Dataset", "datasets", 18),
)
_BAR_WIDTH, _BAR_HEIGHT = 250 * mm, 6 * mm
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.25, colors.HexColor("#8a94a0")),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef1f4")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("ALIGN", (1, 1), (-1, -1), "RIGHT"),
    ]
)
_TEXTS = TableStyle([*_GRID.getCommands()[:3]])


def pdf(shown: Mapping[str, Any]) -> bytes:
    """The paper for a meeting: the county's numbers, those of each office, and the decisions of the last meeting.

    Args:
        shown: As ``lebak_forum_show`` gives it.
    """
    styles = getSampleStyleSheet()
    small = styles["BodyText"].clone("small", fontSize=8, leading=10)
    story: list[Flowable] = [
        Paragraph(f"Forum Satu Data: angka tahun {shown['year']}", styles["Heading1"]),
        Paragraph(_sentence(shown["total"]), styles["BodyText"]),
        Spacer(0, 3 * mm),
        _bar(shown["total"]),
        Spacer(0, 4 * mm),
        _offices(shown, small),
        Paragraph("Keputusan rapat terakhir", styles["Heading2"]),
        *_decisions(shown["meetings"][:1], small),
    ]
    stream = io.BytesIO()
    # The same numbers give the same file: no time of printing in it.
    document = SimpleDocTemplate(
        stream,
        pagesize=landscape(A4),
        title=f"Forum Satu Data {shown['year']}",
        author="",
        invariant=1,
        leftMargin=14 * mm,
        rightMargin=14 * mm,
        topMargin=14 * mm,
        bottomMargin=14 * mm,
    )
    document.build(story)
    return stream.getvalue()


def _sentence(total: Mapping[str, int]) -> str:
    complete = share(total["complete"], total["datasets"])
    told = (
        f"Dijanjikan {total['promised']} data: {total['released']} sudah rilis, {total['not_yet_due']} belum jatuh "
        f"tempo, {total['late']} terlambat. Dari {total['activities']} kegiatan statistik, metadata "
        f"{total['described']} sudah dirilis; {total['recommended']} dari {total['compulsory']} yang wajib "
        f"direkomendasi sudah direkomendasi BPS."
    )
    return told if complete is None else f"{told} Lima unsur standar data lengkap pada {complete} % dataset."


def _bar(total: Mapping[str, int]) -> Drawing:
    """What became of the promises, as one bar with its words."""
    drawing, at = Drawing(_BAR_WIDTH, _BAR_HEIGHT * 2), 0.0
    for name in PROMISES:
        width = _BAR_WIDTH * total[name] / total["promised"] if total["promised"] else 0.0
        if width:
            bar = Rect(at, _BAR_HEIGHT, width, _BAR_HEIGHT)
            bar.fillColor, bar.strokeColor = COLOURS[name], colors.white
            drawing.add(bar)
            drawing.add(String(at, 0.3 * _BAR_HEIGHT, f"{total[name]} {LABELS[name]}", fontSize=8))
        at += width
    return drawing


def _offices(shown: Mapping[str, Any], style: Any) -> Table:
    rows = [*shown["offices"], {"title": "Jumlah", **shown["total"]}]
    cells: list[list[Any]] = [[_words(heading, style) for heading, _key, _width in _COLUMNS]]
    cells += [[_words(row[key], style) if key == "title" else row[key] for _h, key, _w in _COLUMNS] for row in rows]
    return Table(cells, [width * mm for _h, _k, width in _COLUMNS], repeatRows=1, style=_GRID)


def _decisions(meetings: Sequence[Mapping[str, Any]], style: Any) -> Iterable[Flowable]:
    if not meetings:
        yield _words("Belum ada rapat yang dicatat.", style)
        return
    (meeting,) = meetings
    yield _words(f"{meeting['held_on']}: {meeting['subject']}", style)
    headings = ("No.", "Keputusan", "Penanggung jawab", "Batas waktu", "Selesai")
    cells = [[_words(heading, style) for heading in headings]]
    for decision in meeting["decisions"]:
        done = decision["done_on"] or ("belum, lewat batas waktu" if decision["overdue"] else "belum")
        told = (decision["number"], decision["text"], decision["office"] or "Semua OPD", decision["due"], done)
        cells.append([_words(value, style) for value in told])
    yield Table(cells, [width * mm for width in (12, 120, 76, 28, 32)], repeatRows=1, style=_TEXTS)


def _words(value: object, style: Any) -> Paragraph:
    return Paragraph(escape(str(value)), style)
