"""Records with complete SDI metadata for tests. All of it is simulated: no figure, code or contact here is real."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

SIMULATED = "SIMULASI"
"""Stands at the head of every title, so that no test record can be taken for data."""

_numbers = itertools.count(1)
# Ids are made from the number of the record: two runs make the same records.
_IDS = uuid.UUID("5d1f0e1c-0000-4000-8000-000000000000")

COLUMNS: list[dict[str, str]] = [
    {
        "nama": "tahun",
        "definisi": "Tahun data",
        "tipe_data": "tahun",
        "satuan": "Tahun",
        "peran": "dimensi",
    },
    {
        "nama": "kode_kecamatan",
        "definisi": "Kode kecamatan (Kemendagri)",
        "tipe_data": "teks",
        "peran": "dimensi",
    },
    {
        "nama": "jumlah",
        "definisi": "Jumlah peserta KB aktif",
        "tipe_data": "bilangan_bulat",
        "satuan": "Orang",
        "peran": "ukuran",
    },
    {
        "nama": "catatan",
        "definisi": "Keterangan atas angka pada baris ini",
        "tipe_data": "teks",
        "peran": "atribut",
    },
]


def complete_dataset(**overrides: Any) -> dict[str, Any]:
    """What ``package_create`` takes: every field of the schema that a person fills in, filled in.

    Args:
        **overrides: Fields to replace or add; ``owner_org`` is among them. A value of None leaves the field out.

    Returns:
        The record, with one table given by address.
    """
    number = next(_numbers)
    record: dict[str, Any] = {
        "type": "dataset",
        "name": f"simulasi-peserta-kb-aktif-{number}",
        "title": f"{SIMULATED} {number}: jumlah peserta KB aktif menurut kecamatan di Kabupaten Lebak",
        "notes": "Simulasi untuk pengujian, bukan data. Peserta KB aktif adalah pasangan usia subur yang memakai "
        "alat atau obat kontrasepsi.",
        "konsep": "Peserta Keluarga Berencana",
        "variabel_disaggregasi": ["Metode kontrasepsi", "Kecamatan"],
        "ukuran": "Jumlah",
        "satuan": "Orang",
        "jenis": "Data statistik sektoral",
        "tags": [{"name": "keluarga berencana"}, {"name": "kontrasepsi"}],
        "catatan_data": "Catatan simulasi.\nDua baris.",
        "url": "https://example.org/publikasi/simulasi",
        "accrualPeriodicity": "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
        "temporal_start": "2020",
        "temporal_end": "2024-S1",
        "level_estimasi": "kecamatan",
        "kode_wilayah": ["36.02", "36.02.14"],
        "kodereferensi": ["Kode wilayah Kemendagri"],
        "jadwal_rilis": "2027-02-01",
        "jadwal_pemutakhiran": "2027-08-01",
        "kode_urusan": "2.14",
        "theme": ["SOCI", "HEAL"],
        "id_dds": "SIM-DDS-001",
        "id_sds": "SP00012.00.00",
        "id_indikator_mms": "SIM-MMS-001",
        "id_msind": "SIM-MSIND-001",
        "id_mskeg": "SIM-MSKEG-001",
        "identitas_rekomendasi": "V-25.3602.001",
        "kodeindikator_ewalidata": "SIM-EW-001",
        "apakah_indikator_komposit": "2",
        "interpretasi": "Makin besar nilainya, makin banyak peserta.",
        "metode_perhitungan": "Pencacahan peserta yang tercatat.",
        "rumus": "jumlah = a + b",
        "prioritas_tahun": ["2024", "2025"],
        "kriteria_prioritas": "TPB/SDGs",
        "indikator_prioritas": "Angka prevalensi kontrasepsi",
        "prioritas_daerah": "RPJMD",
        "accessRights": "terbuka",
        "license_id": "cc-by",
        "unit_produsen": "Bidang Keluarga Berencana",
        "author": "DP3AP2KB Kabupaten Lebak (simulasi)",
        "author_email": "produsen@example.org",
        "maintainer": "Walidata Kabupaten Lebak (simulasi)",
        "maintainer_email": "walidata@example.org",
        "resources": [complete_resource()],
    }
    record.update(overrides)
    return {key: value for key, value in record.items() if value is not None}


def complete_resource(**overrides: Any) -> dict[str, Any]:
    """What ``package_create`` takes as one resource: a table by address, with its columns.

    Args:
        **overrides: Fields to replace or add. A value of None leaves the field out.

    Returns:
        The resource.
    """
    resource: dict[str, Any] = {
        "url": "https://example.org/berkas/simulasi-2024.csv",
        "name": "Simulasi peserta KB aktif 2024",
        "description": "Satu baris untuk setiap kecamatan dan tahun. Simulasi.",
        "format": "CSV",
        "periode": "2024",
        "kolom": [dict(column) for column in COLUMNS],
    }
    resource.update(overrides)
    return {key: value for key, value in resource.items() if value is not None}


def restricted(access: str = "terbatas") -> dict[str, Any]:
    """The fields that a record needs when it is not open, to be given as overrides.

    Args:
        access: ``terbatas`` or ``tertutup``.

    Returns:
        Access class, reason, legal basis, decision and review date.
    """
    return {
        "accessRights": access,
        "alasan_akses": "Simulasi: rincian dapat menunjuk kepada orang tertentu.",
        "dasar_hukum_akses": "Simulasi dasar hukum",
        "rujukan_keputusan_akses": "Simulasi nomor dan tanggal keputusan",
        "tanggal_tinjau_akses": "2027-12-31",
    }


def shown_dataset(**overrides: Any) -> dict[str, Any]:
    """What ``package_show`` gives for a complete, released record: an uploaded table that is in the datastore.

    For tests without a database.

    Args:
        **overrides: Fields to replace or add. A value of None leaves the field out.

    Returns:
        The record, with ids, times and office as CKAN adds them.
    """
    record = complete_dataset()
    number = record["name"].rpartition("-")[2]
    id_ = str(uuid.uuid5(_IDS, f"dataset {number}"))
    office = str(uuid.uuid5(_IDS, "organization"))
    record.update(
        id=id_,
        owner_org=office,
        organization={
            "id": office,
            "name": "dp3ap2kb",
            "title": "Dinas simulasi",
            "type": "organization",
            "is_organization": True,
            "state": "active",
        },
        metadata_created="2026-01-02T01:02:03.000004",
        metadata_modified="2026-05-06T17:08:09.123456",
        kegiatan_id=str(uuid.uuid5(_IDS, "activity")),
        indikator_id=str(uuid.uuid5(_IDS, "indikator")),
        state="active",
        private=False,
        publishing_status="approved",
        status_review_pembina="onprogress",
        publisher_type="daerah-kabupaten",
        tags=[{"name": tag["name"], "display_name": tag["name"]} for tag in record["tags"]],
        extras=[],
        num_resources=1,
    )
    record["resources"] = [shown_resource(id_)]
    record.update(overrides)
    return {key: value for key, value in record.items() if value is not None}


def shown_resource(package_id: str, position: int = 0, **overrides: Any) -> dict[str, Any]:
    """What ``package_show`` gives for an uploaded table that is in the datastore.

    Args:
        package_id: Id of its dataset.
        position: Its place in the dataset.
        **overrides: Fields to replace or add. A value of None leaves the field out.

    Returns:
        The resource.
    """
    id_ = str(uuid.uuid5(_IDS, f"resource {package_id} {position}"))
    resource = complete_resource(
        id=id_,
        package_id=package_id,
        position=position,
        url=f"http://test.ckan.net/dataset/{package_id}/resource/{id_}/download/simulasi-2024.csv",
        url_type="upload",
        mimetype="text/csv",
        size=4321,
        hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        created="2026-01-02T01:02:04.000000",
        last_modified="2026-05-06T17:08:08.000000",
        metadata_modified="2026-05-06T17:08:09.000000",
        state="active",
        datastore_active=True,
    )
    resource.update(overrides)
    return {key: value for key, value in resource.items() if value is not None}


def linked_records() -> dict[str, Any]:
    """The activity and the indicator of a dataset as the feed loads them, to be given as overrides. All simulated.

    Returns:
        ``kegiatan`` and ``indikator``: id, name, title, office, and their answers in BPS's keys.
    """
    office = {"name": "dp3ap2kb", "title": "Dinas simulasi"}
    return {
        "kegiatan": {
            "id": str(uuid.uuid5(_IDS, "kegiatan")),
            "name": "simulasi-kompilasi",
            "title": f"{SIMULATED}: kompilasi data peserta KB",
            "organization": office,
            "jawaban": {
                "judul_kegiatan": f"{SIMULATED}: kompilasi data peserta KB",
                "tahun": 2024,
                "id_kegiatan_mms": "SIM-MMS-KEG",
                "id_kegiatan": "SIM-KEG-001",
                "identitas_rekomendasi": "K-24.3602.001",
                "i_instansi_penyelanggara": "Dinas simulasi",
                "iii_tujuan_kegiatan": "Simulasi tujuan.",
                "iv_metode_pengumpulan_data": 9,
                "realisasi_pengumpulan_data": {"mulai": "2024-01-01", "selesai": "2024-12-31"},
                "iii_variabel_yang_dikumpulkan": [
                    {
                        "nama": "Jumlah peserta KB aktif",
                        "alias": "jumlah",
                        "definisi": "Simulasi definisi.",
                        "tipe_data": "integer",
                        "satuan": "Orang",
                    },
                    {"nama": "Kecamatan", "alias": "kode_kecamatan", "definisi": "Simulasi.", "tipe_data": "char"},
                ],
            },
        },
        "indikator": {
            "id": str(uuid.uuid5(_IDS, "indikator")),
            "name": "simulasi-mcpr",
            "title": f"{SIMULATED}: prevalensi kontrasepsi modern",
            "organization": office,
            "jawaban": {
                "nama": f"{SIMULATED}: prevalensi kontrasepsi modern",
                "konsep": ["Peserta KB"],
                "definisi": "Simulasi definisi indikator.",
                "interpretasi": "Simulasi interpretasi.",
                "metode_perhitungan": "Simulasi metode.",
                "rumus": r"\frac{a}{b}",
                "ukuran": "Persentase",
                "satuan": "Persen",
                "level_estimasi": "kecamatan",
                "id_indikator_mms": "SIM-MMS-IND",
                "id_msind": "SIM-MSIND",
                "link_msind": "https://example.org/simulasi-msind",
            },
        },
    }
