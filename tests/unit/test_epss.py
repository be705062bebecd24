"""What the catalog can evidence, and the folder that is handed over."""

from __future__ import annotations

import io
import string
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import IO, Any

import pytest
from openpyxl import load_workbook

from ckanext.lebak.epss import folder
from ckanext.lebak.epss.evidence import CODES, evidence
from ckanext.lebak.epss.facts import Facts
from ckanext.lebak.forum.figures import NAMES, Figures
from ckanext.lebak.vocabulary import vocabulary

INDICATORS = list(vocabulary("epss_indicator"))
FACTS = Facts(
    figures=Figures(**{name: 10 + number for number, name in enumerate(NAMES)}),
    **{field.name: 100 + number for number, field in enumerate(fields(Facts)) if field.name != "figures"},
)


def test_the_indicators_are_those_of_the_regulation() -> None:
    terms = vocabulary("epss_indicator").terms()
    by_domain = [sum(term.more["domain"] == str(domain) for term in terms) for domain in range(1, 6)]
    assert by_domain == [4, 10, 7, 10, 7]  # Peraturan BPS 3/2022: 38 in five domains
    assert list(vocabulary("epss_level")) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_evidence_names_its_numbers(indicator: str) -> None:
    told = evidence(indicator, FACTS)
    assert (told is not None) == (indicator in CODES)
    if told:
        names = {name for _text, name, _spec, _conversion in string.Formatter().parse(told.sentence) if name}
        assert names == set(told.numbers)
        assert all(number >= 10 for number in told.numbers.values()), "a number that was not counted"


@pytest.mark.parametrize("indicator", ["2.2", "5.5"])
def test_no_list_is_said_to_be_agreed_where_none_was(indicator: str) -> None:
    assert evidence(indicator, replace(FACTS, version=0)) is None


def test_evidence_is_for_indicators_only() -> None:
    assert set(INDICATORS) > CODES


@pytest.fixture
def shown() -> dict[str, Any]:
    """Two indicators of a simulated assessment."""
    common = {"domain": "Prinsip SDI", "level": "2 Terkelola", "evidence": "", "link": ""}
    return {
        "year": 2026,
        "activities": ["SIMULASI: pendataan"],
        "indicators": [
            {
                **common,
                "code": "1.1",
                "indicator": "Standar Data Statistik",
                "explanation": "=1+1",
                "documents": [("bukti.pdf", "a"), ("bukti.pdf", "b"), ("../../etc/passwd.pdf", "a")],
            },
            {
                **common,
                "code": "1.4",
                "indicator": "Kode Referensi dan/atau Data Induk",
                "explanation": "",
                "documents": [],
            },
        ],
    }


@contextmanager
def opened(digest: str) -> Iterator[IO[bytes]]:
    yield io.BytesIO(digest.encode() * 1000)


def test_the_folder_holds_every_document_under_its_indicator(shown: dict[str, Any]) -> None:
    target = io.BytesIO()
    folder.write(target, shown, opened)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        assert names == [
            "EPSS 2026/Penilaian mandiri.xlsx",
            "EPSS 2026/1.1 Standar Data Statistik/01 bukti.pdf",
            "EPSS 2026/1.1 Standar Data Statistik/02 bukti.pdf",
            "EPSS 2026/1.1 Standar Data Statistik/03 -..-etc-passwd.pdf",
        ]
        assert archive.read(names[2]) == b"b" * 1000
        rows = list(load_workbook(io.BytesIO(archive.read(names[0])))["Indikator"].iter_rows(values_only=True))
    assert rows[0] == tuple(folder.HEADINGS.values())
    assert rows[1][4] == "=1+1"
    assert [row[0] for row in rows[1:]] == ["1.1", "1.4"]
