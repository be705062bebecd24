"""Indicators for tests. All of it is simulated: no definition, formula or figure here is BPS's."""

from __future__ import annotations

import itertools
from typing import Any

SIMULATED = "SIMULASI"
FORMULA = r"\text{mCPR} = \frac{\text{PUS pemakai metode modern}}{\text{PUS}} \times 100"

_numbers = itertools.count(1)


def complete_indicator(**overrides: Any) -> dict[str, Any]:
    """What ``package_create`` takes: an indicator that is not composite, every question of the form answered.

    Args:
        **overrides: Fields to replace or add; ``owner_org`` is among them. A value of None leaves the field out.

    Returns:
        The record.
    """
    number = next(_numbers)
    record: dict[str, Any] = {
        "type": "indikator",
        "name": f"simulasi-indikator-{number}",
        "title": f"{SIMULATED} {number}: prevalensi kontrasepsi modern (mCPR)",
        "konsep": ["Peserta Keluarga Berencana", "Kontrasepsi"],
        "notes": "Simulasi untuk pengujian, bukan definisi BPS. Bagian PUS yang memakai metode modern.",
        "interpretasi": "Makin besar nilainya, makin banyak pemakai metode modern.",
        "edisi_formulir": "baru",
        "metode_perhitungan": "Pemakai metode modern dibagi PUS, dikali 100.",
        "rumus": FORMULA,
        "ukuran": "Persentase",
        "satuan": "Persen",
        "variabel_disaggregasi": ["Kecamatan"],
        "apakah_indikator_komposit": "2",
        "variabel_pembangun": [
            {"kegiatan_penghasil": "Kompilasi simulasi", "kode_kegiatan": "SIM-01", "nama": "Pemakai metode modern"},
            {"kegiatan_penghasil": "Kompilasi simulasi", "nama": "PUS"},
        ],
        "level_estimasi": "kecamatan",
        "apakah_indikator_bisa_diakses_umum": "1",
        "tahun": "2024",
        "kode_urusan": "2.14",
        "id_indikator_mms": "SIM-MMS-001",
        "id_msind": "SIM-MSIND-001",
        "id_mskeg": "SIM-MSKEG-001",
        "link_msind": "https://example.org/simulasi-msind",
        "url": "https://example.org/simulasi-sumber",
    }
    record.update(overrides)
    return {key: value for key, value in record.items() if value is not None}
