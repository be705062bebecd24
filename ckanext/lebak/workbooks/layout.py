"""Where each question of a form stands in a workbook. Pure.

A form of a record is a sheet with a question a row, in BPS's order and with BPS's numbers; questions with rows have a
sheet of their own. MS-Ind is a table as on BPS's paper: an indicator a row, and what it is made of on other sheets,
joined by the number of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Form, Question, Text, form

ACROSS = ("MS-Ind",)
"""Forms that are a table on BPS's paper, a record a row."""
RECORD_FORMS = ("MS-Keg", "MS-Ind", "FS3", "FP-KPA")
"""Forms of whole records, each with a sheet of its name. MS-Var is the rows of MS-Keg."""

NUMBER, LABEL, ANSWER, UNTIL, HELP, KEY = range(1, 7)
"""Columns of a sheet with a question a row."""
LINK = "no"
"""Key of the first column of a table: the number of the record whose row or rows it is."""
ID = "id"
"""Key of the hidden last column of a table of records: the id of each. People renumber rows; nobody sees this one."""
TOP = 3
"""First row of answers of a table: headings stand above, and the keys, which are hidden."""

_MS_VAR = "MS-Var"
_NO_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_TITLE = 31  # Excel's limit


@dataclass(frozen=True)
class Line:
    """A question, or a part of one, with an answer of its own.

    Attributes:
        question: What is asked.
        within: The question whose part it is; None for a whole one.
    """

    question: Question
    within: Question | None = None

    @property
    def path(self) -> str:
        """What the hidden column calls it."""
        return f"{self.within.key}.{self.question.key}" if self.within else self.question.key

    @property
    def number(self) -> str:
        """On the form."""
        return self.question.number or (self.within.number if self.within else "")

    @property
    def label(self) -> Text:
        """What is asked."""
        if self.within is None:
            return self.question.label
        return {lang: f"{self.within.label[lang]}: {text}" for lang, text in self.question.label.items()}


@dataclass(frozen=True)
class Table:
    """A sheet with rows.

    Attributes:
        title: Of the sheet.
        columns: Its questions.
        of: The question whose rows it holds; None for a form that is a table itself.
        linked: Whether a first column tells which record each row belongs to.
    """

    title: str
    columns: tuple[Line, ...]
    of: Question | None
    linked: bool


def lines(questions: tuple[Question, ...]) -> Iterator[Line]:
    """The lines of questions, without those that have rows."""
    for question in questions:
        if question.kind == q.GROUP:
            yield from (Line(column, question) for column in question.columns)
        elif question.kind != q.ROWS:
            yield Line(question)


def tables(name: str) -> list[Table]:
    """The sheets with rows of a form; for one of `ACROSS` the form itself is the first."""
    described, linked = form(name), name in ACROSS
    found = [Table(name, tuple(lines(described.questions)), None, linked=True)] if linked else []
    for question in described.questions:
        if question.kind == q.ROWS:
            title = _MS_VAR if _is_ms_var(described, question) else _title(name, question)
            found.append(Table(title, tuple(lines(question.columns)), question, linked))
    return found


def _is_ms_var(described: Form, question: Question) -> bool:
    var = form(_MS_VAR)
    return (var.dataset_type, var.rows) == (described.dataset_type, question.key)


def _title(name: str, question: Question) -> str:
    number = f" {question.number}" if question.number else ""
    return f"{name}{number} {question.label['id']}".translate(_NO_TITLE)[:_LONGEST_TITLE].strip()
