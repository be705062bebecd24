"""Generated answers to the forms of BPS, made from their declaration: whatever a record may hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Form, Question, list_name, suitable
from ckanext.lebak.statistics.skipping import is_met
from ckanext.lebak.vocabulary import vocabulary
from tests.thoroughness import WHOLE

EXAMPLES = settings(max_examples=2000 if WHOLE else 100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""CI tries them all."""

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
TEXTS = _WORDS.map(str.strip).filter(bool)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)).map(dt.date.isoformat)


@st.composite
def answers(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Answers to some of the questions of a form that are asked, as ``package_show`` gives them."""
    given: dict[str, Any] = {}
    for question in form.questions:
        if is_met(question.condition, given) and draw(st.booleans()):
            given[question.key] = draw(_answer(question, given))
    return given


def _answer(question: Question, given: dict[str, Any]) -> st.SearchStrategy[Any]:
    if question.kind in (q.ROWS, q.GROUP):
        most = 1 if question.kind == q.GROUP else 3
        return st.lists(_row(question), min_size=1, max_size=most)
    if question.kind in (q.CODE, q.CODES):
        return _coded(question, given)
    return {
        q.TEXTS: st.lists(TEXTS, min_size=1, max_size=3, unique=True),
        q.NUMBER: st.integers(0, 10**9).map(str),
        q.DAY: DAYS,
        q.DAYS: st.lists(DAYS, min_size=2, max_size=2).map(sorted),
    }.get(question.kind, TEXTS)


@st.composite
def _row(draw: st.DrawFn, question: Question) -> dict[str, Any]:
    row = {column.key: draw(_answer(column, {})) for column in question.columns if draw(st.booleans())}
    first = question.columns[0]
    return row or {first.key: draw(_answer(first, {}))}


def _coded(question: Question, given: dict[str, Any]) -> st.SearchStrategy[Any]:
    terms = vocabulary(list_name(question.field, given)).terms()
    fitting = [term for term in terms if suitable(question.field, given, term.code)]
    codes = [term.uri if question.field.get("choice_value") == "uri" else term.code for term in fitting]
    if question.kind == q.CODE:
        return st.sampled_from(codes)
    return st.sets(st.sampled_from(codes), min_size=1).map(lambda chosen: sorted(chosen, key=codes.index))
