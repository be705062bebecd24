"""Every question of every form is in the schema, the form, the page, the workbook, the JSON and on paper.

The declaration that all are held against is `statistics.questions`, read from the schemas; that it has every question
of BPS's paper is tested in ``tests/unit/statistics`` and ``tests/unit/proposals``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from pypdf import PdfReader

from ckanext.lebak.statistics import private
from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.exchange import to_bps
from ckanext.lebak.statistics.questions import Form, Question, form
from ckanext.lebak.statistics.skipping import asked
from ckanext.lebak.workbooks import layout, paper
from ckanext.lebak.workbooks.writing import Filled, workbook
from tests.indicator_factory import complete_indicator
from tests.proposals.factory import complete_proposal
from tests.release.conftest import act
from tests.statistics_factory import answered, complete_activity

pytestmark = pytest.mark.gate

CONTACTS = {
    "email_penyelenggara": "kantor@example.org",
    "walidata_email": "walidata@example.org",
    "telepon_penyelenggara": "(0252) 123456",
    "faksimile_penyelenggara": "(0252) 123457",
}
SHOWN_BY_CKAN = {"title", "notes"}
"""On the page of a record they are its heading and what stands below it."""
FORMS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "MS-Keg": complete_activity,
    "MS-Ind": complete_indicator,
    "FS3": lambda **more: complete_proposal("FS3", **CONTACTS, **more),
    "FP-KPA": lambda **more: complete_proposal("FP-KPA", **CONTACTS, **more),
}


def in_rows(question: Question) -> bool:
    return question.kind in (q.ROWS, q.GROUP)


def paths(questions: tuple[Question, ...]) -> set[str]:
    """Names of the fields, and of the columns within those that have some."""
    return {
        path
        for question in questions
        for path in (
            {f"{question.key}.{column.key}" for column in question.columns} if in_rows(question) else {question.key}
        )
    }


def in_schema(described: Form) -> set[str]:
    fields = tk.h.scheming_get_dataset_schema(described.dataset_type)["dataset_fields"]
    found = {field["field_name"] for field in fields if "repeating_subfields" not in field}
    return found | {
        f"{field['field_name']}.{column['field_name']}"
        for field in fields
        for column in field.get("repeating_subfields", ())
    }


def in_workbook(name: str) -> set[str]:
    book = openpyxl.load_workbook(io.BytesIO(workbook([Filled(name, private={})])))
    found: set[str] = set()
    if name not in layout.ACROSS:
        found |= {str(cell.value) for cell in book[name]["F"]}
    for table in layout.tables(name):
        prefix = f"{table.of.key}." if table.of else ""
        found |= {f"{prefix}{cell.value}" for cell in book[table.title][layout.TOP - 1]}
    return found


def in_form(county: SimpleNamespace, app: Any, made: Mapping[str, Any], described: Form) -> set[str]:
    """What the pages of the form ask, or say that it is not asked."""
    headers = {"Authorization": factories.APIToken(user=county.operator)["token"]}
    found: set[str] = set()
    for number in range(1, max(question.page for question in described.questions) + 1):
        page = BeautifulSoup(
            app.get(f"/{described.dataset_type}/edit/{made['name']}/{number}", headers=headers).body, "lxml"
        )
        found |= {re.sub(r"-(\d+|INDEX-PLACEHOLDER|__ROW__)-", ".", str(tag["name"])) for tag in page.select("[name]")}
        found |= {str(tag["data-question"]) for tag in page.select("[data-question]")}
    return found


@pytest.mark.parametrize("name", FORMS)
def test_every_question_of_a_form_is_everywhere(county: SimpleNamespace, app: Any, name: str) -> None:
    described = form(name)
    chosen = FORMS[name](owner_org=county.office["id"])
    made = act("package_create", county.operator, **{**answered(described, chosen), **chosen})
    answers = {**act("package_show", county.operator, id=made["id"]), **private.of(made["id"])}
    declared = paths(described.questions)

    assert declared <= in_schema(described)
    assert declared <= in_workbook(name)
    there = in_form(county, app, made, described)
    assert not {path for path in declared if path not in there and path.partition(".")[0] not in there}

    heard = asked(described.questions, answers)
    answered_ones = {key for key in heard if answers.get(key) not in (None, "", [])}
    never = {question.key for question in described.questions if question.key not in answered_ones}
    assert all(described.by_key[key].issued or key not in heard for key in never)
    headers = {"Authorization": factories.APIToken(user=county.operator)["token"]}
    shown = BeautifulSoup(app.get(f"/{described.dataset_type}/{made['name']}", headers=headers).body, "lxml")
    on_page = {str(tag["data-question"]) for tag in shown.select("[data-question]")}
    assert answered_ones - SHOWN_BY_CKAN <= on_page
    article = " ".join(shown.get_text().split())
    assert all(answers[key] in article for key in answered_ones & SHOWN_BY_CKAN)
    document = to_bps(described, answers, private.of(made["id"]))
    assert {described.by_key[key].bps_key.partition(".")[0] for key in answered_ones} <= set(document)

    printed = PdfReader(io.BytesIO(paper.pdf(Filled(name, answers, private.of(made["id"])), office="OPD simulasi")))
    words = "".join("".join(page.extract_text().split()) for page in printed.pages)
    for key in heard:
        assert "".join(described.by_key[key].label["id"].split()) in words, key
    assert words.count("Tempat,tanggal:") == len(paper.SIGNATURES)
