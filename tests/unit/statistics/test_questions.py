"""The forms as the schemas declare them (statistics/questions.py), and what is skipped (statistics/skipping.py)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import form, list_name, resolved, suitable
from ckanext.lebak.statistics.skipping import asked, codes_of, condition, is_met, not_asked
from ckanext.lebak.vocabulary import vocabulary

MSKEG = form("MS-Keg")


def test_every_block_of_ms_keg_is_there_in_its_order() -> None:
    blocks = [block.code for block in MSKEG.blocks]
    assert blocks == ["identitas", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "pelaksanaan"]
    assert all(block.title["id"] and block.title["en"] for block in MSKEG.blocks)


def test_ms_var_has_the_columns_of_its_form() -> None:
    numbers = [question.number for question in form("MS-Var").questions if question.number]
    assert numbers == [str(number) for number in range(2, 14)]


@pytest.mark.parametrize("name", ["MS-Keg", "MS-Var", "MS-Ind"])
def test_every_question_says_what_it_is(name: str) -> None:
    for question in form(name).questions:
        assert all(question.label[lang] for lang in ("id", "en")), question.key
        assert question.kind in q.KINDS, question.key
        assert all(vocabulary(list_) for list_ in question.lists.values()), question.key
        suggested = question.field.get("preset") == "lebak_suggested_text"
        assert (question.kind in (q.CODE, q.CODES) or suggested) == bool(question.lists), question.key


def test_keys_of_bps_are_those_of_the_national_schema() -> None:
    keys = {question.bps_key for question in MSKEG.questions}
    # S7 metadata_statistik.yaml and S9: misspellings included
    assert {"judul_kegiatan", "tahun", "i_instansi_penyelanggara", "iv_frekuensi_penyelanggara"} <= keys
    assert len(keys) == len(MSKEG.questions)


def test_conditions_look_back_only() -> None:
    seen = set()
    for question in MSKEG.questions:
        assert set(question.condition) <= seen, question.key
        seen.add(question.key)


def test_person_in_charge_is_private() -> None:
    assert MSKEG.private_keys == {"ii_pj_nama", "ii_pj_telepon", "ii_pj_faksimile", "ii_pj_email"}


def test_blocks_are_skipped_as_the_form_says() -> None:
    compilation = {"cara_pengumpulan_data": "3", "jenis_statistik": "2"}
    skipped = not_asked(MSKEG.questions, compilation)
    assert {question.key for question in MSKEG.questions if question.block == "V"} <= skipped
    assert "mendapat_rekomendasi" in skipped
    staff = {"vi_petugas_pengumpulan_data", "vi_jumlah_petugas_supervisor", "vi_apakah_melakukan_pelatihan_petugas"}
    assert staff <= skipped
    assert staff & not_asked(MSKEG.questions, {**compilation, "iv_sarana_pengumpulan_data": ["8", "4"]}) == set()


def test_what_depends_on_a_skipped_question_is_skipped() -> None:
    answers = {"cara_pengumpulan_data": "3", "v_metode_pemilihan_sampel_tahap_terakhir": "1"}
    assert "v_metode_yang_digunakan" in not_asked(MSKEG.questions, answers)
    # 4.1 was answered "once" after 4.2 had been answered with its open class
    answers = {"iv_kegiatan_ini_dilakukan": "1", "iv_frekuensi_penyelanggara": "8"}
    assert "frekuensi_tepat" in not_asked(MSKEG.questions, answers)


def test_a_plan_is_not_asked_how_it_went() -> None:
    carried_out = {question.key for question in MSKEG.questions if question.stage}
    assert carried_out <= not_asked(MSKEG.questions, {"tahap_kegiatan": "rencana"})
    assert "realisasi_jumlah_respon" in asked(MSKEG.questions, {"tahap_kegiatan": "realisasi"})


def test_code_lists_follow_the_edition() -> None:
    field = MSKEG.by_key["iv_tipe_pengumpulan_data"].field
    for edition, code in (("2020", "3"), ("baru", "2")):
        terms = vocabulary(list_name(field, {"edisi_formulir": edition}))
        assert terms[code].id == "Cross Sectional"
    assert resolved(field, {"edisi_formulir": "baru"})["vocabulary"] == "mskeg_collection_type_baru"
    assert resolved(field, {})["label"]["id"] == "4.3 Tipe pengumpulan data"


def test_a_sampling_method_belongs_to_a_selection() -> None:
    field = MSKEG.by_key["v_metode_yang_digunakan"].field
    assert suitable(field, {"v_metode_pemilihan_sampel_tahap_terakhir": "1"}, "5")
    assert not suitable(field, {"v_metode_pemilihan_sampel_tahap_terakhir": "1"}, "6")
    assert suitable(field, {}, "6")


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ("2", {"2"}),
        ('["1", "4"]', {"1", "4"}),
        (["8"], {"8"}),
        (2, {"2"}),
        (None, set()),
        ("", set()),
        ("[x", {"[x"}),
        ({}, set()),
    ],
)
def test_codes_are_read_in_every_shape(answer: object, codes: set[str]) -> None:
    assert codes_of(answer) == codes


def test_a_condition_asks_for_all_of_its_fields() -> None:
    both = condition({"a": "1", "b": ["2", 3]})
    assert both == {"a": ("1",), "b": ("2", "3")}
    assert is_met(both, {"a": "1", "b": "3"})
    assert not is_met(both, {"a": "1"})
    assert is_met({}, {})


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from(["1", "2", "8", "16", "rencana", "realisasi", ""])
        for name in {other for question in MSKEG.questions for other in question.condition}
    },
)


@given(ANSWERS)
def test_clearing_what_is_not_asked_changes_nothing_more(answers: dict[str, str]) -> None:
    skipped = not_asked(MSKEG.questions, answers)
    cleared = {key: value for key, value in answers.items() if key not in skipped}
    assert not_asked(MSKEG.questions, cleared) == skipped
