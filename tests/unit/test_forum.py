"""The Forum's numbers and what an office does next; its paper and its workbook."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from ckanext.lebak import papers
from ckanext.lebak.forum import paper, sheet
from ckanext.lebak.forum.figures import NAMES, Figures, OfficeFigures, share, total
from ckanext.lebak.forum.next_steps import MOST, ORDER, next_steps

numbers = st.builds(Figures, **{name: st.integers(0, 500) for name in NAMES})


@given(st.lists(numbers))
def test_offices_add_up(all_of_them: list[Figures]) -> None:
    offices = [OfficeFigures(str(n), f"opd-{n}", f"OPD {n}", each) for n, each in enumerate(all_of_them)]
    whole = total(offices)
    for name in NAMES:
        assert getattr(whole, name) == sum(getattr(each, name) for each in all_of_them)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_only_all_of_it_is_a_hundred_per_cent(part: int, rest: int) -> None:
    told = share(part, part + rest)
    assert (told is None) == (part + rest == 0)
    if told is not None:
        assert (told == 100) == (rest == 0)
        assert (told == 0) == (part == 0)


def test_what_others_wait_for_comes_first() -> None:
    figures = Figures(promised=9, late=2, not_yet_due=7, activities=4, described=1, compulsory=2, recommended=1)
    steps = next_steps(figures, returned=1, decisions=0)
    assert [(step.what, step.number) for step in steps] == [("returned", 1), ("late", 2), ("recommendation", 1)]


@given(numbers, st.integers(0, 3), st.integers(0, 3))
def test_there_are_three_steps_at_most_and_each_has_something_to_do(figures: Figures, returned: int, due: int) -> None:
    steps = next_steps(figures, returned=returned, decisions=due)
    assert len(steps) <= MOST
    assert all(step.number > 0 for step in steps)
    assert [step.what for step in steps] == sorted((step.what for step in steps), key=ORDER.index)


def test_an_office_that_has_done_everything_has_no_step() -> None:
    done = Figures(
        promised=3, released=3, activities=2, described=2, compulsory=1, recommended=1, datasets=5, complete=5
    )
    assert next_steps(done, returned=0, decisions=0) == []


@pytest.fixture
def shown() -> dict[str, Any]:
    """As ``lebak_forum_show`` gives it. A simulation."""
    figures = asdict(Figures(promised=12, released=5, not_yet_due=6, late=1, activities=3, described=2))
    decision = {
        "id": "a",
        "number": 1,
        "text": "=SIMULASI & <uji>",
        "organization": "",
        "office": "",
        "due": "2026-02-01",
        "done_on": "",
        "overdue": True,
    }
    meeting = {"id": "m", "held_on": "2026-01-10", "subject": "Rapat simulasi", "decisions": [decision]}
    office = {"id": "1", "name": "opd-a", "title": "OPD A & B (simulasi)", **figures}
    return {"year": 2026, "years": [2026], "total": figures, "offices": [office], "meetings": [meeting]}


def test_the_workbook_has_the_numbers_and_the_decisions(shown: dict[str, Any]) -> None:
    book = load_workbook(io.BytesIO(sheet.xlsx(shown)))
    rows = list(book["Angka 2026"].iter_rows(values_only=True))
    assert rows[0] == tuple(sheet.HEADINGS.values())
    assert rows[1][:5] == ("OPD A & B (simulasi)", 12, 5, 6, 1)
    assert rows[2][0] == "Jumlah"
    assert rows[2][1:] == rows[1][1:]
    cell = book["Keputusan"]["C2"]
    assert (cell.value, cell.data_type) == ("=SIMULASI & <uji>", "s")
    assert set(NAMES) < set(sheet.HEADINGS)


def test_the_paper_says_how_fresh_and_complete_each_office_is(shown: dict[str, Any]) -> None:
    keys = {key for _heading, key, _width in paper.COLUMNS}
    assert keys == {"title", *NAMES}
    paper.pdf(shown)  # has the fonts read
    for heading, _key, width in paper.COLUMNS:
        widest = max(stringWidth(word, papers.FONT, 7.5) for word in heading.split())
        assert widest + 6 <= width * mm, heading  # with the space at both sides
    lying = landscape(A4)[0] - 2 * papers.MARGIN - 12
    assert sum(width for _heading, _key, width in paper.COLUMNS) * mm <= lying
    for name in ("complete", "fresh", "overdue"):
        told = {**shown["total"], "datasets": 9}
        assert paper.pdf({**shown, "total": {**told, name: 4}}) != paper.pdf({**shown, "total": told})


def test_what_belongs_to_no_office_has_a_row_with_a_name(shown: dict[str, Any]) -> None:
    others = {**shown["offices"][0], "id": "", "name": "", "title": ""}
    told = {**shown, "offices": [*shown["offices"], others]}
    rows = list(load_workbook(io.BytesIO(sheet.xlsx(told)))["Angka 2026"].iter_rows(values_only=True))
    assert rows[2][0] == paper.OTHERS
    assert paper.pdf(told) != paper.pdf(shown)


def test_the_workbook_is_made_whatever_was_typed(shown: dict[str, Any]) -> None:
    shown["meetings"][0]["decisions"][0]["text"] = "SIMULASI\x0b dan\x00 lain"
    book = load_workbook(io.BytesIO(sheet.xlsx(shown)))
    assert book["Keputusan"]["C2"].value == "SIMULASI dan lain"


def test_the_paper_is_the_same_for_the_same_numbers(shown: dict[str, Any]) -> None:
    printed = paper.pdf(shown)
    assert printed.startswith(b"%PDF-")
    assert printed == paper.pdf(shown)
    assert printed != paper.pdf({**shown, "total": {**shown["total"], "late": 2}})
    assert paper.pdf({**shown, "meetings": [], "offices": []}).startswith(b"%PDF-")
