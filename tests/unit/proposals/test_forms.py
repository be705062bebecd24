"""The forms FS3 and FP-KPA as the schema declares them: every question, in the order of its form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from ckanext.lebak.proposals.becoming import activity_fields
from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.exchange import from_bps, to_bps
from ckanext.lebak.statistics.questions import form
from ckanext.lebak.statistics.skipping import not_asked
from ckanext.lebak.vocabulary import vocabulary
from tests.proposals.factory import complete_proposal
from tests.unit.statistics.strategies import EXAMPLES, answers

FORMS = ("FS3", "FP-KPA")
NUMBERS = {
    "FS3": [
        *("1.1", "1.2", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2"),
        *(f"5.{number}" for number in range(1, 12)),
        *(f"6.{number}" for number in range(1, 8)),
        *(f"7.{number}" for number in range(1, 7)),
    ],
    "FP-KPA": [
        *("1.1", "1.2", "2.1", "2.2", "2.3", "3.1", "3.2", "4.1"),
        *(f"5.{number}" for number in range(1, 7)),
        *(f"6.{number}" for number in range(1, 5)),
        *(f"7.{number}" for number in range(1, 7)),
    ],
}
"""sdi-standards.md 4.2 and 4.3."""


@pytest.mark.parametrize("name", FORMS)
def test_every_question_is_there_in_the_order_of_the_form(name: str) -> None:
    numbers = [question.number for question in form(name).questions if question.number]
    assert list(dict.fromkeys(numbers)) == NUMBERS[name]
    blocks = [block.code for block in form(name).blocks]
    assert blocks == ["identitas", "I", "II", "III", "IV", "V", "VI", "VII"]
    assert all(block.title["id"] and block.title["en"] for block in form(name).blocks)


@pytest.mark.parametrize("name", FORMS)
def test_every_question_says_what_it_is(name: str) -> None:
    for question in form(name).questions:
        assert question.kind in q.KINDS, question.key
        assert all(vocabulary(list_) for list_ in question.lists.values()), question.key
        assert (question.kind in (q.CODE, q.CODES)) == bool(question.lists), question.key
        assert len(question.label["id"]) > 3, question.key


@pytest.mark.parametrize("name", FORMS)
def test_conditions_look_back_only(name: str) -> None:
    seen: set[str] = set()
    for question in form(name).questions:
        assert set(question.condition) <= seen, question.key
        seen.add(question.key)


@pytest.mark.parametrize("name", FORMS)
def test_what_belongs_to_a_person_is_private(name: str) -> None:
    private = form(name).private_keys
    assert {"pj_nama", "pj_telepon", "pj_email", "teknis_nama", "teknis_telepon", "teknis_email"} <= private
    assert not {key for key in private if "jabatan" in key}


def test_the_sample_is_asked_of_probability_samples_only() -> None:
    fs3 = form("FS3").questions
    sample = {question.key for question in fs3 if question.block == "VI"}
    assert len(sample) == 7
    drawn = {"cara_survei": "1", "rancangan_sampel": "1"}
    assert not sample & not_asked(fs3, drawn)
    assert sample <= not_asked(fs3, {**drawn, "rancangan_sampel": "2"})
    assert sample <= not_asked(fs3, {**drawn, "cara_survei": "2"})
    assert "metode_nonprobabilitas" in not_asked(fs3, drawn)


def test_what_bps_adds_up() -> None:
    told = to_bps(form("FS3"), {"metode_survei": ["1", "8", "16"], "tingkat_penyajian": ["4", "8"]})
    assert told == {"metode_survei": 25, "tingkat_penyajian": 12}


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_lost_on_the_way_through_json(name: str) -> None:
    filled = form(name)

    @EXAMPLES
    @given(answers(filled))
    def goes_round(told: dict[str, Any]) -> None:
        private = {key: value for key, value in told.items() if key in filled.private_keys}
        public = {key: value for key, value in told.items() if key not in private}
        read = from_bps(filled, json.loads(json.dumps(to_bps(filled, public, private))))
        assert (read.answers, read.private, read.unknown) == (public, private, ())

    goes_round()


@pytest.mark.parametrize(("name", "way"), [("FS3", "2"), ("FP-KPA", "3")])
def test_an_activity_begins_with_what_its_form_can_take(name: str, way: str) -> None:
    told = activity_fields(complete_proposal(name, owner_org="o"), "V-26.3602.001")
    keg = form("MS-Keg").by_key
    assert set(told) - set(keg) == {"type", "owner_org"}
    assert told["cara_pengumpulan_data"] == way
    for key, value in told.items():
        question = keg.get(key)
        if question is not None and question.kind in (q.CODE, q.CODES):
            codes = vocabulary(question.vocabulary(told))
            assert set(value if isinstance(value, list) else [value]) <= set(codes), key


def test_a_survey_of_the_whole_population_is_a_complete_enumeration() -> None:
    assert activity_fields(complete_proposal("FS3", cara_survei="2"), "V-26.3602.001")["cara_pengumpulan_data"] == "1"


@pytest.mark.parametrize("name", FORMS)
def test_nothing_private_of_a_proposal_becomes_public_in_the_activity(name: str) -> None:
    secret = {key: f"RAHASIA {key}" for key in form(name).private_keys}
    told = activity_fields({**complete_proposal(name, owner_org="o"), **secret}, "V-26.3602.001")
    assert {key for key, value in told.items() if "RAHASIA" in str(value)} <= form("MS-Keg").private_keys
