"""The Forum's numbers and decisions for the meeting, as PDF on A4 paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from ckanext.lebak import papers
from ckanext.lebak.forum.figures import PROMISES, share
from ckanext.lebak.papers import style, words

COLOURS = {
    "released": colors.HexColor("#1b6e53"),
    "not_yet_due": colors.HexColor("#c9ced6"),
    "late": colors.HexColor("#b45309"),
}
LABELS = {"released": "sudah rilis", "not_yet_due": "belum jatuh tempo", "late": "terlambat"}
OTHERS = "Perangkat daerah lain"
"""What has no office that produces data now."""
COLUMNS = (
    ("OPD", "title", 66),
    ("Dijanjikan", "promised", 17),
    ("Sudah rilis", "released", 14),
    ("Belum jatuh tempo", "not_yet_due", 15),
    ("Terlambat", "late", 17),
    ("Kegiatan", "activities", 15),
    ("Metadata dirilis", "described", 17),
    ("Wajib rekomendasi", "compulsory", 20),
    ("Sudah direkomendasi", "recommended", 23),
    ("Dataset", "datasets", 14),
    ("Lima unsur lengkap", "complete", 14),
    ("Mutakhir", "fresh", 15),
    ("Lewat jadwal", "overdue", 14),
)
"""Heading, key and width in mm of each column of numbers."""
_BAR_WIDTH, _BAR_HEIGHT = 250 * mm, 6 * mm
_NUMBERS = TableStyle([*papers.HEADED.getCommands(), ("ALIGN", (1, 1), (-1, -1), "RIGHT")])
_HEADING, _SUBHEADING, _BODY, _SMALL = style(14, bold=True), style(11, bold=True), style(9), style(7.5)


def pdf(shown: Mapping[str, Any]) -> bytes:
    """The paper for a meeting: the county's numbers, those of each office, and the decisions of the last meeting.

    Args:
        shown: As ``lebak_forum_show`` gives it.
    """
    story: list[Flowable] = [
        words(f"Forum Satu Data: angka tahun {shown['year']}", _HEADING),
        Spacer(0, 3 * mm),
        words(_sentence(shown["total"]), _BODY),
        Spacer(0, 3 * mm),
        _bar(shown["total"]),
        Spacer(0, 4 * mm),
        _offices(shown),
        Spacer(0, 4 * mm),
        words("Keputusan rapat terakhir", _SUBHEADING),
        Spacer(0, 2 * mm),
        *_decisions(shown["meetings"][:1]),
    ]
    title = f"Forum Satu Data {shown['year']}"
    return papers.pdf(story, title=title, wide=True, foot=title)


def _sentence(total: Mapping[str, int]) -> str:
    complete = share(total["complete"], total["datasets"])
    told = (
        f"Dijanjikan {total['promised']} data: {total['released']} sudah rilis, {total['not_yet_due']} belum jatuh "
        f"tempo, {total['late']} terlambat. Dari {total['activities']} kegiatan statistik, metadata "
        f"{total['described']} sudah dirilis; {total['recommended']} dari {total['compulsory']} yang wajib "
        f"direkomendasi sudah direkomendasi BPS."
    )
    if complete is None:
        return told
    return (
        f"{told} Lima unsur standar data lengkap pada {complete} % dataset; {total['fresh']} dari {total['datasets']} "
        f"dataset mutakhir, {total['overdue']} lewat jadwal pemutakhirannya."
    )


def _bar(total: Mapping[str, int]) -> Drawing:
    """What became of the promises, as one bar with its words."""
    drawing, at = Drawing(_BAR_WIDTH, _BAR_HEIGHT * 2), 0.0
    for name in PROMISES:
        width = _BAR_WIDTH * total[name] / total["promised"] if total["promised"] else 0.0
        if width:
            bar = Rect(at, _BAR_HEIGHT, width, _BAR_HEIGHT)
            bar.fillColor, bar.strokeColor = COLOURS[name], colors.white
            drawing.add(bar)
            drawing.add(
                String(at, 0.3 * _BAR_HEIGHT, f"{total[name]} {LABELS[name]}", fontName=papers.FONT, fontSize=8)
            )
        at += width
    return drawing


def _offices(shown: Mapping[str, Any]) -> Table:
    rows = [*shown["offices"], {"title": "Jumlah", **shown["total"]}]
    cells: list[list[Any]] = [[words(heading, _SMALL) for heading, _key, _width in COLUMNS]]
    cells += [
        [words(row[key] or OTHERS, _SMALL) if key == "title" else row[key] for _h, key, _w in COLUMNS] for row in rows
    ]
    return Table(cells, [width * mm for _h, _k, width in COLUMNS], repeatRows=1, style=_NUMBERS)


def _decisions(meetings: Sequence[Mapping[str, Any]]) -> Iterable[Flowable]:
    if not meetings:
        yield words("Belum ada rapat yang dicatat.", _SMALL)
        return
    (meeting,) = meetings
    yield words(f"{meeting['held_on']}: {meeting['subject']}", _SMALL)
    headings = ("No.", "Keputusan", "Penanggung jawab", "Batas waktu", "Selesai")
    cells = [[words(heading, _SMALL) for heading in headings]]
    for decision in meeting["decisions"]:
        done = decision["done_on"] or ("belum, lewat batas waktu" if decision["overdue"] else "belum")
        told = (decision["number"], decision["text"], decision["office"] or "Semua OPD", decision["due"], done)
        cells.append([words(value, _SMALL) for value in told])
    yield Table(cells, [width * mm for width in (12, 120, 76, 28, 32)], repeatRows=1, style=papers.HEADED)
