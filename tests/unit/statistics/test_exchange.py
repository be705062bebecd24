"""Answers in the keys of BPS's system and back (statistics/exchange.py): nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.exchange import from_bps, to_bps, whole
from ckanext.lebak.statistics.questions import form
from tests.statistics_factory import complete_activity, variables
from tests.unit.statistics.strategies import EXAMPLES, answers

MSKEG, MSVAR = form("MS-Keg"), form("MS-Var")


@pytest.mark.parametrize("name", ["MS-Keg", "MS-Var", "MS-Ind"])
def test_nothing_is_lost_on_the_way_through_json(name: str) -> None:
    filled = form(name)

    @EXAMPLES
    @given(answers(filled))
    def goes_round(told: dict[str, Any]) -> None:
        private = {key: value for key, value in told.items() if key in filled.private_keys}
        public = {key: value for key, value in told.items() if key not in private}
        document = json.loads(json.dumps(to_bps(filled, public, private)))
        read = from_bps(filled, document)
        assert (read.answers, read.private, read.unknown) == (public, private, ())

    goes_round()


def test_every_question_of_a_filled_form_is_told() -> None:
    activity = complete_activity()
    document = to_bps(MSKEG, activity, activity)
    expected = {question.bps_key for question in MSKEG.questions if question.key in activity}
    assert set(document) == expected


def test_several_choices_are_told_as_bps_adds_them_up() -> None:
    document = to_bps(MSKEG, {"iv_metode_pengumpulan_data": ["1", "4", "16"], "vii_unit_analisis": ["2"]})
    assert document == {"iv_metode_pengumpulan_data": 21, "vii_unit_analisis": 2}
    assert from_bps(MSKEG, document).answers["iv_metode_pengumpulan_data"] == ["1", "4", "16"]


def test_a_sum_that_no_choices_make_is_left_for_the_validator() -> None:
    assert from_bps(MSKEG, {"iv_metode_pengumpulan_data": 65}).answers["iv_metode_pengumpulan_data"] == ["1", "64"]


def test_days_rows_and_groups_have_a_shape_of_their_own() -> None:
    told = to_bps(
        MSKEG,
        {
            "iii_jadwal_desain": ["2026-01-02", "2026-01-09"],
            "vii_tahapan_pengolahan_data": [{"penyuntingan": "1", "penyandian": "2"}],
        },
    )
    assert told["iii_jadwal_desain"] == {"mulai": "2026-01-02", "selesai": "2026-01-09"}
    assert told["vii_tahapan_pengolahan_data"] == {"penyuntingan": "1", "penyandian": "2"}


def test_private_answers_are_told_only_to_who_may_have_them() -> None:
    record = {"ii_pj_jabatan": "Kepala Bidang"}
    assert "ii_pj_nama" not in to_bps(MSKEG, {**record, "ii_pj_nama": "SIMULASI"})
    assert to_bps(MSKEG, record, {"ii_pj_nama": "SIMULASI"})["ii_pj_nama"] == "SIMULASI"


def test_what_the_form_does_not_know_is_named() -> None:
    document = {
        "judul": "x",
        "iii_variabel_yang_dikumpulkan": [{**to_bps(MSVAR, variables(1)[0]), "warna": "biru"}, "x"],
        "vii_tahapan_pengolahan_data": {"lain": 1},
    }
    assert set(from_bps(MSKEG, document).unknown) == {
        "judul",
        "iii_variabel_yang_dikumpulkan.0.warna",
        "iii_variabel_yang_dikumpulkan.1",
        "vii_tahapan_pengolahan_data.0.lain",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([question.bps_key for question in MSKEG.questions]) | st.text(max_size=5), JSON))
def test_any_document_is_read(document: dict[str, Any]) -> None:
    read = from_bps(MSKEG, document)
    assert set(read.answers) | set(read.private) <= set(MSKEG.by_key)


DIGITS = st.sampled_from(["²", "٣", "12²", "1" * 5_000, "-1", "1e3", "1_0", " 7", "1" * 16]) | st.text("0123456789²٣")
"""Texts that somebody takes for numbers."""


@given(
    st.dictionaries(
        st.sampled_from([question.bps_key for question in MSKEG.questions]),
        DIGITS | st.lists(DIGITS, max_size=2) | st.integers(-(10**400), 10**400),
    )
)
def test_what_is_nearly_a_number_is_left_for_the_validator(document: dict[str, Any]) -> None:
    read = from_bps(MSKEG, document)
    to_bps(MSKEG, {key: value for key, value in read.answers.items() if MSKEG.by_key[key].kind == q.NUMBER})
    if (sums := document.get("iv_metode_pengumpulan_data")) in ("²", "1" * 5_000):
        assert read.answers["iv_metode_pengumpulan_data"] == sums


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        (12, 12),
        (0, 0),
        ("²", None),
        ("1" * 16, None),
        (10**20, None),
        (-1, None),
        (True, None),
        (1.5, None),
    ],
)
def test_a_whole_number_is_told_from_what_looks_like_one(value: Any, number: int | None) -> None:
    assert whole(value) == number


def test_what_indah_answers_comes_in() -> None:
    noted = {
        "status": "APPROVED",
        "last_sync": "2026-01-01",
        "total_msvar": 3,
        "id_mskeg": "x",
        "produsen_data_name": "DP3AP2KB (simulasi)",
    }
    variable = {"nama": "Variabel simulasi", "id_variabel_mms": "x", "link_msvar": "https://example.org/"}
    document = {
        **noted,
        "judul_kegiatan": "SIMULASI",
        "jenis_statistik": "STATISTIK_SEKTORAL",
        "cara_pengumpulan_data": "SURVEI",
        "iii_variabel_yang_dikumpulkan": [variable],
    }
    read = from_bps(MSKEG, document)
    assert read.unknown == ()
    assert read.answers == {
        "title": "SIMULASI",
        "jenis_statistik": "2",
        "cara_pengumpulan_data": "2",
        "iii_variabel_yang_dikumpulkan": [{"nama": "Variabel simulasi"}],
    }
    # A question of the form is one, whatever INDAH notes elsewhere under its key.
    assert from_bps(form("MS-Ind"), {"id_mskeg": "x"}).answers == {"id_mskeg": "x"}


def test_a_word_that_indah_was_seen_to_write_is_written() -> None:
    told = to_bps(MSKEG, {"jenis_statistik": "2", "cara_pengumpulan_data": "2"})
    assert told == {"jenis_statistik": "STATISTIK_SEKTORAL", "cara_pengumpulan_data": "2"}
    assert to_bps(MSKEG, {"jenis_statistik": "1"}) == {"jenis_statistik": "1"}
