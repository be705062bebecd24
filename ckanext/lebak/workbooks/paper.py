"""A filled form of BPS on A4 paper, with empty lines for signatures, as PDF. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Question, form
from ckanext.lebak.statistics.skipping import asked
from ckanext.lebak.workbooks import cells, layout
from ckanext.lebak.workbooks.writing import Filled

_WIDTHS = (16 * mm, 66 * mm, 98 * mm)
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.25, colors.HexColor("#8a94a0")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
)
_LONGEST_CELL = 1500  # characters of a table cell: a row that is higher than a page cannot be printed
_SIGNATURES = ("Diisi oleh", "Diperiksa oleh")


def pdf(filled: Filled, *, office: str) -> bytes:
    """A form on paper, as it is filled in; empty lines where nothing was answered.

    Args:
        filled: The form with its answers.
        office: Title of the office.
    """
    styles = getSampleStyleSheet()
    text = styles["BodyText"].clone("text", fontSize=8.5, leading=10.5)
    described = form(filled.form)
    answers = {**filled.answers, **(filled.private or {})}
    title = str(answers.get("title") or answers.get("nama") or "")
    heard = asked(described.questions, answers)
    story: list[Flowable] = [
        Paragraph(escape(f"Formulir {described.name}"), styles["Heading1"]),
        Paragraph(escape(f"{office}: {title}" if title else office), styles["BodyText"]),
    ]
    for block in described.blocks:
        shown = [
            each for each in block.questions if each.key in heard and not (each.private and filled.private is None)
        ]
        if not shown:
            continue
        story.append(Paragraph(escape(block.title.get("id", "") or block.code), styles["Heading3"]))
        rows = [row for question in shown for row in _rows(question, answers)]
        for number, label, answer in rows:
            # A table for each row: a long answer goes on at the next page.
            parts = _parts(answer)
            story.append(_table([(number, label, parts[0])], text))
            story += [_table([("", "", part)], text) for part in parts[1:]]
    story.append(KeepTogether([Spacer(0, 8 * mm), _signatures(text)]))
    stream = io.BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        title=f"{described.name} {title}".strip(),
        author="",
        invariant=1,  # the same answers give the same file
        leftMargin=15 * mm,
        rightMargin=15 * mm,
        topMargin=15 * mm,
        bottomMargin=15 * mm,
    )
    document.build(story)
    return stream.getvalue()


def _rows(question: Question, answers: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if question.kind != q.ROWS:
        for line in layout.lines((question,)):
            within = (answers.get(line.within.key) or [{}])[0] if line.within else answers
            told = cells.written(line.question, within.get(line.question.key), within)
            yield line.number, line.label["id"], " sampai ".join(part for part in told if part)
        return
    yield question.number, question.label["id"], ""
    for number, row in enumerate(answers.get(question.key) or (), 1):
        told = [
            f"{column.label['id']}: {cells.written(column, row[column.key], row)[0]}"
            for column in question.columns
            if row.get(column.key)
        ]
        yield "", f"{number}", "\n".join(told)


def _parts(text: str) -> list[str]:
    return [text[at : at + _LONGEST_CELL] for at in range(0, len(text), _LONGEST_CELL)] or [""]


def _table(rows: Sequence[tuple[str, str, str]], style: Any) -> Table:
    return Table([[_words(cell, style) for cell in row] for row in rows], _WIDTHS, style=_GRID)


def _words(text: str, style: Any) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _signatures(style: Any) -> Table:
    """Empty lines: who signs, where and when is written by hand, and kept nowhere."""
    lines = "<br/><br/>Tempat, tanggal: ....................................<br/><br/><br/><br/>"
    names = "Nama: ....................................<br/>Jabatan: ...................................."
    return Table([[Paragraph(f"{who}{lines}{names}", style) for who in _SIGNATURES]], (90 * mm, 90 * mm))
