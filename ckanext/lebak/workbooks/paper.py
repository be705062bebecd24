"""A filled form of BPS on A4 paper, with empty lines for signatures, as PDF. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from ckanext.lebak import papers
from ckanext.lebak.papers import style, words
from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Question, form
from ckanext.lebak.statistics.skipping import asked
from ckanext.lebak.workbooks import cells, layout
from ckanext.lebak.workbooks.writing import Filled

_WIDTHS = (16 * mm, 66 * mm, 98 * mm)
# A row that is higher than a page cannot be printed: 70 lines of its letters are a page.
_LONGEST_CELL, _MOST_LINES, _LEAST_OF_LINE = 1500, 50, 30
_LONGEST_FOOT = 110
SIGNATURES = ("Diisi oleh", "Diperiksa oleh")
_HEADING, _BLOCK, _BODY, _TEXT = style(14, bold=True), style(10, bold=True, spaceBefore=8), style(9), style(8)


def pdf(filled: Filled, *, office: str) -> bytes:
    """A form on paper, as it is filled in; empty lines where nothing was answered.

    Args:
        filled: The form with its answers.
        office: Title of the office.
    """
    described = form(filled.form)
    answers = {**filled.answers, **(filled.private or {})}
    title = str(answers.get("title") or answers.get("nama") or "")
    heard = asked(described.questions, answers)
    story: list[Flowable] = [
        words(f"Formulir {described.name}", _HEADING),
        Spacer(0, 2 * mm),
        words(f"{office}: {title}" if title else office, _BODY),
    ]
    for block in described.blocks:
        shown = [
            each for each in block.questions if each.key in heard and not (each.private and filled.private is None)
        ]
        if not shown:
            continue
        story += [words(block.title.get("id", "") or block.code, _BLOCK), Spacer(0, 1.5 * mm)]
        rows = [row for question in shown for row in told(question, answers)]
        for number, label, answer in rows:
            # A table for each row: a long answer goes on at the next page.
            parts = _parts(answer)
            story.append(_table([(number, label, parts[0])]))
            story += [_table([("", "", part)]) for part in parts[1:]]
    story.append(KeepTogether([Spacer(0, 8 * mm), _signatures()]))
    name = f"{described.name} {title}".strip()
    return papers.pdf(story, title=name, foot=name[:_LONGEST_FOOT])


def told(question: Question, answers: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """A question and its answer in words.

    Args:
        question: The question.
        answers: Those of the whole form.

    Yields:
        Number, what is asked, and the answer; of rows, one each after a line without an answer.
    """
    if question.kind != q.ROWS:
        for line in layout.lines((question,)):
            within = (answers.get(line.within.key) or [{}])[0] if line.within else answers
            parts = cells.written(line.question, within.get(line.question.key), within)
            yield line.number, line.label["id"], " sampai ".join(part for part in parts if part)
        return
    yield question.number, question.label["id"], ""
    for number, row in enumerate(answers.get(question.key) or (), 1):
        columns = [
            f"{column.label['id']}: {cells.written(column, row[column.key], row)[0]}"
            for column in question.columns
            if row.get(column.key)
        ]
        yield "", f"{number}", "\n".join(columns)


def _parts(text: str) -> list[str]:
    """A text in parts that fit on a page each: none of many letters, and none of many lines."""
    parts: list[list[str]] = [[]]
    left = _MOST_LINES
    for line in text.split("\n"):
        for at in range(0, len(line) or 1, _LONGEST_CELL):
            piece = line[at : at + _LONGEST_CELL]
            lines = 1 + len(piece) // _LEAST_OF_LINE  # the widest letters fill a line with so many
            if lines > left and parts[-1]:
                parts.append([])
                left = _MOST_LINES
            parts[-1].append(piece)
            left -= lines
    return ["\n".join(part) for part in parts]


def _table(rows: Sequence[tuple[str, str, str]]) -> Table:
    return Table([[words(cell, _TEXT) for cell in row] for row in rows], _WIDTHS, style=papers.GRID)


def _signatures() -> Table:
    """Empty lines: who signs, where and when is written by hand, and kept nowhere."""
    lines = "<br/><br/>Tempat, tanggal: ....................................<br/><br/><br/><br/>"
    names = "Nama: ....................................<br/>Jabatan: ...................................."
    return Table([[Paragraph(f"{who}{lines}{names}", _TEXT) for who in SIGNATURES]], (90 * mm, 90 * mm))
