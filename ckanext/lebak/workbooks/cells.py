"""An answer as cells, and back. Pure.

A code stands with its label, several a line each; a span of days takes two cells. What people type instead is
understood where it can mean one thing only: the code or the label alone, the sum of codes that BPS's forms ask for, a
day as 31/12/2026.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.exchange import codes_of_sum, whole
from ckanext.lebak.statistics.questions import Question
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.vocabulary import Term, Vocabulary, vocabulary

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | None
"""What a workbook gives for a cell."""

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CODE = re.compile(r"\s*([\w.]+)")
_SOME = 12
"""Labels of a code list that a sentence names."""


class CellError(Exception):
    """A cell that cannot be understood.

    Args:
        message: A sentence marked by ``N_``, with ``{name}`` for what varies.
        **values: What stands for the names.
    """

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


def written(question: Question, value: Any, answers: Mapping[str, Any]) -> tuple[str, str]:
    """An answer as the texts of its cell and the one beside it.

    Args:
        question: The question.
        value: The answer as ``package_show`` gives it; None for none.
        answers: The other answers, which may decide on the code list.
    """
    if value in (None, "", []):
        return "", ""
    if question.kind == q.DAYS:
        start, end = [*value, "", ""][:2]
        return start, end
    if question.kind in (q.CODE, q.CODES):
        terms = vocabulary(question.vocabulary(answers))
        many = value if isinstance(value, (list, tuple)) else [value]
        return "\n".join(_coded(terms, str(code)) for code in many), ""
    return ("\n".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)), ""


def choices(question: Question, answers: Mapping[str, Any]) -> list[str]:
    """What the cell of a question may hold, for its drop-down; empty where anything may stand.

    Where another answer decides on the code list, such as the edition of the form, and is not given yet, the options of
    all its lists are there: it is read after the other answer is.
    """
    if question.kind not in (q.CODE, q.CODES):
        return []
    open_ = not any(answers.get(other) for other in _deciding(question))
    names = question.lists.values() if open_ else [question.vocabulary(answers)]
    return list(dict.fromkeys(_option(term) for name in names if name for term in vocabulary(name).terms()))


def understood(question: Question, cell: Value, beside: Value, answers: Mapping[str, Any]) -> Any:
    """The answer that cells hold, as ``package_create`` takes it; None for none.

    Args:
        question: The question.
        cell: Its cell.
        beside: The cell beside it, for a span of days.
        answers: The answers before it.

    Raises:
        CellError: It cannot be understood.
    """
    if question.kind == q.DAYS:
        return _days(cell, beside)
    text = _text(cell)
    if not text.strip():
        return None
    if question.kind in (q.CODE, q.CODES):
        return _codes(question, text, answers)
    if question.kind == q.TEXTS:
        return [line for line in text.split("\n") if line.strip()]
    if question.kind == q.DAY:
        return _day(cell)
    return text


def _days(cell: Value, beside: Value) -> list[str] | None:
    days = [_day(each) for each in (cell, beside) if _text(each).strip()]
    if len(days) == 1:
        raise CellError(N_("Give both days: when it begins and when it ends."))
    return days or None


def _day(cell: Value) -> str:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = _text(cell).strip()
    backwards = _DAY_FIRST.fullmatch(text)
    try:
        if backwards:
            day, month, year = map(int, backwards.groups())
            return dt.date(year, month, day).isoformat()
        return (
            dt.date.fromisoformat(text[:10]).isoformat() if len(text) <= len("2026-12-31 00:00:00") else _no_day(text)
        )
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> str:
    raise CellError(N_('"{text}" is no day. Write it as 2026-12-31.'), text=text[:60])


def _text(cell: Value) -> str:
    """A cell as text: what Excel made a number of, as it was typed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "2"  # yes and no of vocabularies/yes_no.csv, which Excel writes as TRUE and FALSE
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell).replace("\r\n", "\n").replace("\r", "\n")


def _codes(question: Question, text: str, answers: Mapping[str, Any]) -> str | list[str]:
    terms = vocabulary(question.vocabulary(answers))
    if question.kind == q.CODE:
        return _code(question, terms, text.strip())
    stripped = text.strip()
    if question.summed and (number := whole(stripped)) is not None:
        return codes_of_sum(question, number)
    parts = [line.strip() for line in text.split("\n") if line.strip()]
    # Several in a line are understood too, where the line is no label itself.
    named = [[line] if _named(question, terms, line) else line.split(";") for line in parts]
    found = [_code(question, terms, part.strip()) for line in named for part in line if part.strip()]
    return list(dict.fromkeys(found))


def _code(question: Question, terms: Vocabulary, text: str) -> str:
    term = _named(question, terms, text)
    if term is None:
        _refuse_of_other_list(question, terms, text)
        options = ", ".join(_option(each) for each in terms.terms()[:_SOME])
        more = ", ..." if len(terms) > _SOME else ""
        raise CellError(
            N_('"{text}" is not in the list. Choose one of: {options}.'), text=text[:60], options=f"{options}{more}"
        )
    return term.uri if question.field.get("choice_value") == "uri" else term.code


def _deciding(question: Question) -> Mapping[str, Any]:
    """The other questions whose answer decides on the code list."""
    return question.field.get("pilihan_menurut") or {}


def _refuse_of_other_list(question: Question, terms: Vocabulary, text: str) -> None:
    """Refuses a choice of another edition in words of its own: its code has another meaning in this one."""
    for name in question.lists.values():
        other = vocabulary(name)
        if other.name != terms.name and _exact(other, text):
            raise CellError(
                N_(
                    '"{text}" is a choice of another edition of the form than the one that this workbook names. Choose '
                    "one of: {options}."
                ),
                text=text[:60],
                options=", ".join(_option(each) for each in terms.terms()),
            )


def _exact(terms: Vocabulary, text: str) -> Term | None:
    """The term that a text is: as the drop-down has it, its code, its address or its label."""
    exact = next((term for term in terms.terms() if text in (_option(term), term.code)), None)
    return exact or terms.by_uri(text) or terms.by_label(text)


def _named(question: Question, terms: Vocabulary, text: str) -> Term | None:
    """The term that a text names: what `_exact` finds, or a code with other words behind it.

    Where editions give a code different meanings, words behind it that are not those of the list are no choice.
    """
    found = _exact(terms, text)
    if found is None and not _deciding(question) and (match := _CODE.match(text)):
        code = match.group(1).rstrip(".")
        # A code with other words behind it: shortened, or in the words of a paper.
        return terms.get(code) if text[match.end() :][:1] in ("", " ", ")", ".") else None
    return found


def _coded(terms: Vocabulary, stored: str) -> str:
    term = terms.by_uri(stored) or terms.get(stored)
    return _option(term) if term else stored


def _option(term: Term) -> str:
    """A term as a cell has it: with its code where that is a number of the form."""
    return f"{term.code} {term.id}" if term.code.isdigit() else term.id
