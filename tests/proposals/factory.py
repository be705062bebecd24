"""Proposals for tests, filled in as far as their forms ask. All of it is simulated."""

from __future__ import annotations

import io
import itertools
from typing import Any

from werkzeug.datastructures import FileStorage

from tests.sdi_factory import SIMULATED

LETTER = b"%PDF-1.4\n% simulasi\n"
_numbers = itertools.count(1)


def complete_proposal(form: str = "FP-KPA", **overrides: Any) -> dict[str, Any]:
    """What ``package_create`` takes: a proposal with every question of its form answered.

    Args:
        form: ``FS3`` or ``FP-KPA``.
        **overrides: Fields to replace or add; ``owner_org`` is among them. A value of None leaves the field out.
    """
    number = next(_numbers)
    span = ["2026-02-01", "2026-02-28"]
    record: dict[str, Any] = {
        "type": "usulan-rekomendasi",
        "jenis_formulir": form,
        "name": f"usulan-simulasi-{number}",
        "title": f"{SIMULATED}: kompilasi peserta KB aktif 2026",
        "tahun_kegiatan": "2026",
        "instansi_penyelenggara": "Dinas simulasi",
        "alamat_penyelenggara": "Jalan Simulasi 1",
        "kabupaten_penyelenggara": "Kabupaten Lebak",
        "provinsi_penyelenggara": "Banten",
        "telepon_penyelenggara": "(0252) 123456",
        "faksimile_penyelenggara": "(0252) 123457",
        "email_penyelenggara": "kantor@example.org",
        "pj_nama": "Nama Simulasi",
        "pj_jabatan": "Kepala bidang (simulasi)",
        "pj_telepon": "0800 000 000",
        "teknis_nama": "Nama Teknis Simulasi",
        "teknis_jabatan": "Ketua tim (simulasi)",
        "teknis_telepon": "0800 000 001",
        "walidata_unit": "Walidata simulasi",
        "walidata_email": "walidata@example.org",
        "tujuan": "Simulasi: menyediakan data peserta KB aktif.",
        "variabel": [{"nama": "Peserta KB aktif", "periode": "Tahun 2025", "sumber": "Buku register (simulasi)"}],
        "pelaksanaan": "1",
        "jadwal_perencanaan": span,
        "jadwal_pengumpulan": span,
        "jadwal_pengolahan": span,
        "jadwal_analisis": span,
        "jadwal_penyajian": span,
        "hasil_tersedia": "2026-03-01",
        "cakupan_wilayah": "2",
        "wilayah": ["Kabupaten Lebak, Banten"],
        "petugas": ["1", "2"],
        "pelatihan": "1",
        "jumlah_petugas": "4",
        "pengolahan_editing": "1",
        "pengolahan_coding": "2",
        "pengolahan_validasi": "1",
        "tingkat_penyajian": ["4", "8"],
        "metode_analisis": "Deskriptif",
        "produk_tercetak": "2",
        "produk_elektronik": "1",
    }
    compilation = {
        "jenis_data": "2",
        "metode_kompilasi": ["2"],
        "pendidikan_kompilasi": "2",
        "pengolahan_entri": "1",
        "unit_analisis": "Peserta (simulasi)",
    }
    survey = {
        "title": f"{SIMULATED}: survei peserta KB aktif 2026",
        "tipe_survei": "2",
        "cara_survei": "1",
        "metode_survei": ["1", "8"],
        "rancangan_sampel": "1",
        "uji_coba": "2",
        "pendidikan_survei": "2",
        "sampel_rancangan": "Satu tahap",
        "sampel_kerangka": "Daftar peserta (simulasi)",
        "sampel_metode": "Acak sederhana",
        "sampel_fraksi": "0,1",
        "sampel_unit": "Peserta",
        "sampel_error": "5 persen",
        "sampel_observasi": "Peserta",
        "produk_makro": "1",
        "produk_mikro": "2",
    }
    record |= (survey if form == "FS3" else compilation) | overrides
    return {key: value for key, value in record.items() if value is not None}


def letter(name: str = "surat-simulasi.pdf", content: bytes = LETTER) -> FileStorage:
    """A letter as a form or the API sends it."""
    return FileStorage(io.BytesIO(content), name, "upload", "application/pdf")
