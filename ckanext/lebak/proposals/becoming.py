"""A feasible proposal becomes an activity: what was proposed is filled in, and nobody types it twice.

Forms FS3 and FP-KPA ask in other words than MS-Keg, and their codes differ. What has no certain counterpart there is
left empty, and asked by the activity's own form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak.proposals import numbers, recording
from ckanext.lebak.proposals.looking import ACTIVITY
from ckanext.lebak.statistics import private

_SAME = {
    "owner_org": "owner_org",
    "title": "title",
    "tahun_kegiatan": "tahun_kegiatan",
    "instansi_penyelenggara": "i_instansi_penyelanggara",
    "telepon_penyelenggara": "i_telepon",
    "faksimile_penyelenggara": "i_faksimile",
    "email_penyelenggara": "i_email",
    "teknis_jabatan": "ii_pj_jabatan",
    "teknis_faksimile": "ii_pj_faksimile",
    "teknis_nama": "ii_pj_nama",
    "teknis_telepon": "ii_pj_telepon",
    "teknis_email": "ii_pj_email",
    "tujuan": "iii_tujuan_kegiatan",
    "jadwal_perencanaan": "iii_jadwal_perencanaan_kegiatan",
    "jadwal_pengumpulan": "iii_jadwal_pengumpulan_data",
    "jadwal_pengolahan": "iii_jadwal_pengolahan_data",
    "jadwal_analisis": "iii_jadwal_analisis",
    "jadwal_penyajian": "iii_jadwal_diseminasi_hasil",
    "pelaksanaan": "iv_kegiatan_ini_dilakukan",
    "cakupan_wilayah": "iv_cakupan_wilayah_pengumpulan_data",
    "rancangan_sampel": "v_metode_pemilihan_sampel_tahap_terakhir",
    "sampel_fraksi": "v_fraksi_sampel_keseluruhan",
    "sampel_error": "v_nilai_perkiraan_sampling_error_variabel_utama",
    "sampel_unit": "v_unit_sampel",
    "sampel_observasi": "v_unit_observasi",
    "uji_coba": "vi_apakah_melakukan_uji_coba",
    "produk_tercetak": "viii_ketersediaan_produk_tercetak",
    "produk_elektronik": "viii_ketersediaan_produk_digital",
    "produk_mikro": "viii_ketersediaan_produk_mikrodata",
}
"""Answers that are the same on both forms, by the names of the fields.

Not the address of the person technically responsible: it is private in a proposal, and public in an activity.
"""

_CODES: dict[str, tuple[str, dict[str, str]]] = {
    "frekuensi_survei": (
        "iv_frekuensi_penyelanggara",
        {code: code for code in ("1", "2", "3", "4", "5", "6", "7", "8")},
    ),
    "frekuensi_kompilasi": ("iv_frekuensi_penyelanggara", {"1": "3", "2": "4", "3": "7"}),
    # FS3 asks for two kinds of interview, MS-Keg for interviews.
    "metode_survei": ("iv_metode_pengumpulan_data", {"1": "1", "2": "1", "4": "2", "8": "4", "16": "16"}),
    "metode_kompilasi": ("iv_metode_pengumpulan_data", {"1": "2", "2": "8", "4": "16"}),
    "tingkat_penyajian": (
        "vii_tingkat_penyajian_hasil_analisis",
        {code: code for code in ("1", "2", "4", "8", "16")},
    ),
}
"""Questions with other codes on MS-Keg: the field there, and the code that stands for each."""

_STEPS = {"editing": "penyuntingan", "coding": "penyandian", "entri": "data_entry", "validasi": "penyahihan"}
"""Steps of the processing: ``pengolahan_`` and this in a proposal, and the column on MS-Keg."""

_WHOLE_POPULATION, _SURVEY, _COMPILATION = "1", "2", "3"
_SECTORAL, _YES = "2", "1"


def activity_fields(proposal: Mapping[str, Any], number: str) -> dict[str, Any]:
    """What an activity says from the start, given its proposal. Pure.

    Args:
        proposal: As ``package_show`` gives it, with its private answers.
        number: Of BPS's recommendation.
    """
    way = _way(proposal)
    told: dict[str, Any] = {
        "type": ACTIVITY,
        "jenis_statistik": _SECTORAL,
        "cara_pengumpulan_data": way,
        "identitas_rekomendasi": number,
        **({"mendapat_rekomendasi": _YES} if way == _SURVEY else {}),
    }
    told.update({theirs: proposal[ours] for ours, theirs in _SAME.items() if proposal.get(ours)})
    for ours, (theirs, codes) in _CODES.items():
        answer = proposal.get(ours)
        many = isinstance(answer, list)
        found = list(dict.fromkeys(codes[code] for code in (answer if many else [answer]) if code in codes))
        if found:
            told[theirs] = found if many else found[0]
    address = [proposal.get(f"{part}_penyelenggara") for part in ("alamat", "kabupaten", "provinsi")]
    steps = {column: proposal.get(f"pengolahan_{step}") or "" for step, column in _STEPS.items()}
    rows = [
        {"nama": row["nama"], "referensi_waktu": row.get("periode") or ""}
        for row in proposal.get("variabel") or ()
        if row.get("nama")
    ]
    more = {
        "i_alamat": ", ".join(filter(None, address)),
        "vii_tahapan_pengolahan_data": [steps] if any(steps.values()) else [],
        "iii_variabel_yang_dikumpulkan": rows,
    }
    return {**told, **{key: value for key, value in more.items() if value}}


def become(package_id: str, user: model.User) -> str:
    """Makes the activity that was proposed, and notes it. Commits, or leaves everything as it was.

    Args:
        package_id: Id of the proposal.
        user: Operator or head of its office.

    Returns:
        Name of the activity.

    Raises:
        ObjectNotFound: There is no such proposal.
        NotAuthorized: The person may not make records of this office.
        ValidationError: BPS has not found it feasible, its number is not recorded, or it became one already.
    """
    package, now = recording.locked_for_activity(package_id)
    asking = Context(user=user.name, auth_user_obj=user)
    shown = tk.get_action("package_show")(asking, {"id": package.id, "use_cache": False})
    fields = activity_fields({**shown, **private.of(package.id)}, now.number)
    making = Context(user=user.name, auth_user_obj=user, defer_commit=True)
    try:
        made = tk.get_action("package_create")(making, {**fields, "name": _free_name(package.name)})
        recording.note_activity(package, user, made["id"])
    except (tk.ValidationError, tk.NotAuthorized):
        model.Session.rollback()
        raise
    model.Session.commit()
    return made["name"]


def _way(proposal: Mapping[str, Any]) -> str:
    if proposal.get(recording.FORM) == numbers.COMPILATION:
        return _COMPILATION
    return _WHOLE_POPULATION if proposal.get("cara_survei") == "2" else _SURVEY


def _free_name(name: str) -> str:
    """An address for the activity that nobody has yet, near to that of the proposal."""
    head = f"kegiatan-{name.removeprefix('usulan-')}"[: model.PACKAGE_NAME_MAX_LENGTH - 4]
    taken = set(model.Session.scalars(sa.select(model.Package.name).where(model.Package.name.startswith(head))))
    return next(each for each in (head, *(f"{head}-{number}" for number in range(2, 999))) if each not in taken)
