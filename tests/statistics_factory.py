"""Filled forms of BPS for tests. All of it is simulated; no person, telephone or figure here is real."""

from __future__ import annotations

import itertools
from typing import Any

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Form, Question, form, list_name
from ckanext.lebak.statistics.skipping import is_met
from ckanext.lebak.vocabulary import vocabulary

SIMULATED = "SIMULASI"
_numbers = itertools.count(1)


def complete_activity(**overrides: Any) -> dict[str, Any]:
    """What ``package_create`` takes: a survey with every question answered that is asked of it.

    Args:
        **overrides: Fields to replace or add; ``owner_org`` is among them. A value of None leaves the field out.

    Returns:
        The record, its private answers among the others.
    """
    number = next(_numbers)
    chosen: dict[str, Any] = {
        "type": "kegiatan-statistik",
        "name": f"simulasi-kegiatan-{number}",
        "title": f"{SIMULATED} {number}: survei kepuasan layanan",
        "tahun_kegiatan": "2026",
        "tahap_kegiatan": "rencana",
        "edisi_formulir": "2020",
        "cara_pengumpulan_data": "2",
        "jenis_statistik": "2",
        "mendapat_rekomendasi": "1",
        "identitas_rekomendasi": "V-26.3602.001",
        "i_telepon": "(0252) 123456",
        "i_faksimile": "(0252) 123457",
        "i_email": "kantor@example.org",
        "iv_cakupan_wilayah_pengumpulan_data": "2",
        "iv_sebagian_cakupan_wilayah_pengumpulan_data": [
            {
                "kode_provinsi": "36",
                "nama_provinsi": "Banten",
                "kode_kabupaten_kota": "36.02",
                "nama_kabupaten_kota": "Kabupaten Lebak",
            }
        ],
        "iii_variabel_yang_dikumpulkan": variables(2),
    }
    chosen.update(overrides)
    record = {**answered(form("MS-Keg"), chosen), **chosen}
    return {key: value for key, value in record.items() if value is not None}


def variables(count: int) -> list[dict[str, Any]]:
    """Rows of MS-Var, every column filled in."""
    return [
        {**answered(form("MS-Var"), {}), "nama": f"Variabel simulasi {number}", "alias": f"v{number}", "tahun": "2026"}
        for number in range(1, count + 1)
    ]


def answered(filled: Form, chosen: dict[str, Any]) -> dict[str, Any]:
    """An answer to every question of a form that is asked, given what is chosen already."""
    answers = dict(chosen)
    for question in filled.questions:
        if question.key not in answers and is_met(question.condition, answers):
            answers[question.key] = answer(question, answers)
    return answers


def answer(question: Question, answers: dict[str, Any]) -> Any:
    """A plain answer to a question."""
    codes = _codes(question, answers)
    if question.kind == q.CODE:
        return codes[0]
    if question.kind == q.CODES:
        return codes[:2]
    if question.kind in (q.ROWS, q.GROUP):
        return [{column.key: answer(column, answers) for column in question.columns}]
    return {
        q.TEXTS: [f"{SIMULATED} satu", f"{SIMULATED} dua"],
        q.NUMBER: "12",
        q.DAY: "2026-11-30",
        q.DAYS: ["2026-03-01", "2026-04-30"],
        q.LONG_TEXT: f"{SIMULATED} {question.key}.\nBaris kedua.",
    }.get(question.kind, f"{SIMULATED} {question.key}")


def _codes(question: Question, answers: dict[str, Any]) -> list[str]:
    name = list_name(question.field, answers)
    if not name:
        return []
    uris = question.field.get("choice_value") == "uri"
    return [term.uri if uris else term.code for term in vocabulary(name).terms()]
