"""What is sent to the doors of proposals and of requests of tables, in the table of doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model

from tests.days import in_days
from tests.people_factory import OPERATOR, PEMBINA, WALIDATA, name_of
from tests.proposals.factory import complete_proposal
from tests.release.conftest import act, hand_in
from tests.release.scene import Record, Scene

Call = Callable[[Scene, Record], dict[str, Any]]

TODAY = in_days(0)
LATER = in_days(30)
REQUEST = {"title": "SIMULASI permintaan", "asker": "BPS (simulasi)", "due": LATER}
TABLE = {"title": "Tabel", "stub": "Kecamatan", "rows": "a", "columns": "b", "unit": "Orang", "period": "2026"}


def make_others(scene: Scene) -> None:
    """Makes a proposal that was passed on to BPS, and a request of a table of its office."""
    operator, office = name_of(OPERATOR), scene.cast.id_of(scene.cast.office)
    proposal = act("package_create", operator, **complete_proposal(owner_org=office, name="simulasi-usulan"))["id"]
    hand_in(operator, proposal)
    act("lebak_proposal_pass_on", name_of(WALIDATA), id=proposal)
    request = act("lebak_data_request_create", name_of(PEMBINA), **REQUEST)["id"]
    table = act("lebak_data_request_table_create", name_of(PEMBINA), request_id=request, organization=office, **TABLE)
    scene.ids |= {"proposal": proposal, "data_request": request, "requested_table": table["id"]}
    model.Session.commit()


def _about(kind: str, **more: Any) -> Call:
    return lambda scene, record: {"id": scene.ids[kind], **more}


def _table(scene: Scene, record: Record) -> dict[str, Any]:
    return {**TABLE, "organization": scene.cast.office, "request_id": scene.ids["data_request"]}


def _says(**form: Any) -> Call:
    return lambda scene, record: dict(form)


ENTERED = {"what": "belum_divalidasi", "day": TODAY}

CALLS: dict[str, Call] = {
    "lebak_data_request_answer": _about("requested_table", note="SIMULASI"),
    "lebak_data_request_close": _about("data_request"),
    "lebak_data_request_create": _says(**REQUEST),
    "lebak_data_request_list": _says(),
    "lebak_data_request_show": _about("data_request"),
    "lebak_data_request_table_create": _table,
    "lebak_data_request_table_delete": _about("requested_table"),
    "lebak_proposal_activity_create": _about("proposal"),
    "lebak_proposal_entry_undo": _about("proposal", note="SIMULASI"),
    "lebak_proposal_handover_record": _about("proposal", day=TODAY),
    "lebak_proposal_list": _says(),
    "lebak_proposal_number_record": _about("proposal", number="K-26.3602.001", day=TODAY),
    "lebak_proposal_pass_on": _about("proposal"),
    "lebak_proposal_record": _about("proposal", **ENTERED),
    "lebak_proposal_show": _about("proposal"),
    "lebak_proposal_similar": _about("proposal"),
}

PAGES: dict[str, Call] = {
    "/usulan-rekomendasi/{proposal}/romantik/catat": _says(**ENTERED),
    "/usulan-rekomendasi/{proposal}/romantik/nomor": _says(number="K-26.3602.001", day=TODAY),
    "/usulan-rekomendasi/{proposal}/romantik/penyerahan": _says(day=TODAY),
    "/usulan-rekomendasi/{proposal}/romantik/koreksi": _says(note="SIMULASI"),
    "/usulan-rekomendasi/{proposal}/romantik/kegiatan": _says(),
    "/permintaan-data/": _says(**REQUEST),
    "/permintaan-data/{data_request}/tabel": _table,
    "/permintaan-data/{data_request}/tabel/{requested_table}/hapus": _says(),
    "/permintaan-data/{data_request}/tutup": _says(),
    "/permintaan-data/{data_request}/isi/{requested_table}": _says(note="SIMULASI"),
}
