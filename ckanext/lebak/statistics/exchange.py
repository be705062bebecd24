"""Answers to a form in the keys of BPS's system, as JSON, and back. Pure; nothing is lost on the way.

Keys are those of INDAH and of the national SDI schema (misspellings included); ``kunci`` of a question says where one
differs from the field. A code for which INDAH was seen to have a word is told by it. Several codes become the sum that
BPS's forms ask for. No public description of INDAH says how it writes days and rows: rows are lists of objects, a span
of days is ``{"mulai", "selesai"}``, both our own choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Form, Question
from ckanext.lebak.vocabulary import vocabulary

START, END = "mulai", "selesai"
SYSTEM_KEYS = frozenset(
    (
        *("produsen_data_name", "produsen_data_province_code", "produsen_data_city_code", "total_msvar", "total_msind"),
        *("submission_period", "status", "last_sync", "requested_by", "updated_by", "approved_by"),
        *("created_at", "updated_at"),
        *("id_mskeg", "link_mskeg", "id_variabel_mms", "id_msvar", "link_msvar", "id_msind", "link_msind"),
    )
)
"""What INDAH itself notes of a form and answers with it: nothing that anybody filled in. Such a key is passed over,
unless a question of the form has it."""
_MOST_DIGITS = 15
"""No answer of a form comes near such a number."""


class Read(NamedTuple):
    """What a document says.

    Attributes:
        answers: By the names of the fields, as ``package_create`` takes them.
        private: Those that are kept in the private table.
        unknown: Keys that no question of the form has; nothing was taken from them.
    """

    answers: dict[str, Any]
    private: dict[str, Any]
    unknown: tuple[str, ...]


def to_bps(form: Form, answers: Mapping[str, Any], private: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A filled form in the keys of BPS's system.

    Args:
        form: The form.
        answers: The record as ``package_show`` gives it, or a row.
        private: Its private answers, for a reader who may have them.

    Returns:
        JSON. What is not answered is left out.
    """
    return _object(form.questions, {**answers, **(private or {})}, with_private=private is not None)


def from_bps(form: Form, document: Mapping[str, Any]) -> Read:
    """What a document of BPS's system says, in the fields of a record.

    Codes may be the words of INDAH, as ``STATISTIK_SEKTORAL``. What INDAH notes of a form (`SYSTEM_KEYS`) is left out.
    What has another shape than it should is passed on as it is, so that the validator of its field speaks of it.

    Args:
        form: The form.
        document: JSON, as `to_bps` writes it.
    """
    answers, unknown = _answers(form.questions, document)
    private = {key: answers.pop(key) for key in form.private_keys & answers.keys()}
    return Read(answers, private, tuple(unknown))


def _object(questions: Iterable[Question], answers: Mapping[str, Any], *, with_private: bool) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for question in questions:
        value = answers.get(question.key)
        if value in (None, "", [], {}) or (question.private and not with_private):
            continue
        head, dot, tail = question.bps_key.partition(".")
        said = _said(question, value)
        if dot:
            told.setdefault(head, {})[tail] = said
        else:
            told[head] = said
    return told


def _said(question: Question, value: Any) -> Any:
    if question.kind in (q.ROWS, q.GROUP):
        rows = [_object(question.columns, row, with_private=False) for row in value]
        return rows if question.kind == q.ROWS else rows[0]
    if question.kind == q.DAYS:
        start, end = [*value, "", ""][:2]
        return {name: day for name, day in ((START, start), (END, end)) if day}
    if question.summed:
        return sum(int(code) for code in value)
    if question.kind == q.CODE:
        return next((word for word, code in _by_indah(question, seen=True).items() if code == value), value)
    if question.kind == q.NUMBER:
        return value if (number := whole(value)) is None else number
    return list(value) if isinstance(value, (list, tuple)) else value


def _answers(
    questions: Iterable[Question], document: Mapping[str, Any], place: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """The answers in an object, and the keys that are of no question."""
    answers: dict[str, Any] = {}
    unknown: list[str] = []
    left = {key: dict(value) if isinstance(value, Mapping) else value for key, value in document.items()}
    for question in questions:
        head, dot, tail = question.bps_key.partition(".")
        within = left.get(head) if dot else left
        if not isinstance(within, dict) or (tail or head) not in within:
            continue
        value = within.pop(tail or head)
        if question.kind in (q.ROWS, q.GROUP):
            rows, more = _rows(question, value, f"{place}{question.bps_key}.")
            answers[question.key] = rows
            unknown += more
        else:
            answers[question.key] = _heard(question, value)
    for key, value in left.items():
        if key in SYSTEM_KEYS:
            continue
        if not (isinstance(value, dict) and any(question.bps_key.startswith(f"{key}.") for question in questions)):
            unknown.append(f"{place}{key}")
        else:
            unknown += [f"{place}{key}.{sub}" for sub in value]
    return answers, unknown


def _rows(question: Question, value: Any, place: str) -> tuple[list[dict[str, Any]], list[str]]:
    rows = [value] if isinstance(value, Mapping) else value if isinstance(value, list) else []
    found, unknown = [], [] if rows or not value else [place[:-1]]
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            unknown.append(f"{place}{number}")
            continue
        answers, more = _answers(question.columns, row, f"{place}{number}.")
        found.append(answers)
        unknown += more
    return found, unknown


def _heard(question: Question, value: Any) -> Any:
    if question.kind == q.DAYS and isinstance(value, Mapping):
        return [str(value.get(START) or ""), str(value.get(END) or "")]
    number = whole(value)
    if question.summed and number is not None:
        return codes_of_sum(question, number)
    if question.kind in (q.CODE, q.NUMBER) and number is not None:
        return str(value)
    if question.kind == q.CODE and isinstance(value, str) and (code := _by_indah(question).get(value)):
        return code
    return value


def _by_indah(question: Question, *, seen: bool = False) -> dict[str, str]:
    """The codes of a list by the words that INDAH has for them; with `seen`, those seen in its own answers alone."""
    terms = vocabulary(question.lists[""]).terms() if question.lists.get("") else []
    return {
        term.more["indah"]: term.code
        for term in terms
        if term.more.get("indah") and (not seen or term.more.get("status") == "terverifikasi")
    }


def codes_of_sum(question: Question, number: int) -> list[str]:
    """The codes that a sum of BPS's forms is made of. What is left over is a code that the list does not have."""
    codes = [code for code in vocabulary(question.lists[""]) if number & int(code)]
    rest = number - sum(int(code) for code in codes)
    return [*codes, str(rest)] if rest else codes


def whole(value: Any) -> int | None:
    """A whole number, 0 or more, given as one or in plain digits; None for anything else, or one that is too long.

    What Unicode calls digits is more than Python makes numbers of ("²"), and a long text of them takes long to read.
    """
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 10**_MOST_DIGITS else None
    return None
