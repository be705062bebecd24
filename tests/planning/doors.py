"""The doors of the data list and of e-Walidata, for the table of doors: what each is tried on, and how it is called."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from ckan import model

from ckanext.lebak.ewalidata.model import CodeMapping
from ckanext.lebak.planning import versions
from ckanext.lebak.planning.model import CONSENT, HANDED_IN, Promise, Round, now
from tests.planning.conftest import given, signed

if TYPE_CHECKING:
    from tests.release.scene import Scene

OPEN, CLOSED = 2026, 2027
"""The years of a round that is open, and of one that is closed with something to agree on beside its version 1."""


def make(scene: Scene) -> None:
    """Two rounds: in one a draft and what waits for the head, in the other a version and a promise since."""
    office = scene.cast.id_of(scene.cast.office)
    until = dt.date(2099, 1, 31)
    model.Session.add(Round(year=OPEN, opened_by="simulasi", until=until))
    model.Session.add(Round(year=CLOSED, opened_by="simulasi", until=until, closed_at=now(), closed_by="simulasi"))
    model.Session.flush()

    def promised(year: int, title: str, **more: Any) -> Promise:
        said = {**dict.fromkeys(("dataset", "unit_produsen", "kegiatan", "indikator"), ""), **given(title=title)}
        said |= dict.fromkeys(("prioritas_daerah", "alasan_perubahan", "prioritas_nasional"), "")
        promise = Promise(year=year, organization_id=office, said=said, changed_by="simulasi", **more)
        if promise.state == HANDED_IN:
            promise.handed_in = said
        model.Session.add(promise)
        model.Session.flush()
        return promise

    scene.ids["promise"] = promised(OPEN, "SIMULASI konsep janji").id
    promised(OPEN, "SIMULASI menunggu kepala", state=CONSENT)
    scene.ids["handed_in"] = promised(OPEN, "SIMULASI sudah diserahkan", state=HANDED_IN).id
    promised(CLOSED, "SIMULASI disepakati", state=HANDED_IN)
    _agree(CLOSED)
    promised(CLOSED, "SIMULASI tambahan", state=HANDED_IN)
    mapping = CodeMapping(**_mapped(scene), filters={}, package_id=scene.records["approved"].id, changed_by="simulasi")
    model.Session.add(mapping)
    model.Session.flush()
    scene.ids["mapping"] = mapping.id
    scene.ids["digest"] = versions.digest(versions.proposal(CLOSED))


def _agree(year: int) -> None:
    versions.agree(
        year,
        "simulasi",
        agreed_on=dt.date(2026, 2, 27),
        letter="SIM/1",
        document=versions.Document("simulasi.pdf", signed().read()),
        seen=versions.digest(versions.proposal(year)),
    )


def _office(**more: Any) -> Any:
    return lambda scene, record: {"year": OPEN, "organization": scene.cast.office, **more}


def _promise(**more: Any) -> Any:
    return lambda scene, record: {"id": scene.ids["promise"], **more}


def _year(year: int, **more: Any) -> Any:
    return lambda scene, record: {"year": year, **more}


def _agreeing(scene: Scene, record: Any) -> dict[str, Any]:
    said = {"agreed_on": "2026-03-27", "letter": "SIM/2", "digest": scene.ids["digest"]}
    return {"year": CLOSED, **said, "upload": signed()}


_ROW = {"number": 2, "sheet": "Janji", "columns": {"title": "C"}, "values": given(title="SIMULASI dari lembar")}

CALLS: dict[str, Any] = {
    "lebak_list_agree": _agreeing,
    "lebak_list_document_add": lambda scene, record: {"year": CLOSED, "version": 1, "upload": signed()},
    "lebak_list_document_list": _year(CLOSED),
    "lebak_list_doubles": _year(OPEN),
    "lebak_list_proposal": _year(OPEN),
    "lebak_list_show": _year(CLOSED),
    "lebak_promise_consent": _office(),
    "lebak_promise_decline": _office(text="Simulasi"),
    "lebak_promise_drop": _promise(),
    "lebak_promise_import": _office(rows=[_ROW], write=True),
    "lebak_promise_link": _promise(dataset=""),
    "lebak_promise_list": _office(),
    "lebak_promise_priority_set": lambda scene, record: {"id": scene.ids["handed_in"], "listed": True},
    "lebak_promise_roll": _office(),
    "lebak_promise_save": _promise(**given(title="SIMULASI kata lain")),
    "lebak_promise_submit": _office(),
    "lebak_round_close": _year(OPEN),
    "lebak_round_list": lambda scene, record: {},
    "lebak_round_open": _year(2030, until="2099-01-31"),
}

CALLS |= {
    "lebak_ewalidata_export_keep": _year(2024),
    "lebak_ewalidata_remove": lambda scene, record: {"id": scene.ids["mapping"]},
    "lebak_ewalidata_save": lambda scene, record: {"id": scene.ids["mapping"], **_mapped(scene)},
    "lebak_ewalidata_show": lambda scene, record: {"year": 2024, "organization": scene.cast.office},
}


def _mapped(scene: Scene) -> dict[str, str]:
    file = scene.records["approved"].file
    columns = {"year_column": "tahun", "value_column": "jumlah", "aggregation": "sum"}
    return {"code": "SIM.1", "title": "SIMULASI", "unit": "Orang", "resource_id": file, **columns}


_WORK, _FORUM = f"/daftar-data/kerja/{OPEN}/{{office}}", "/daftar-data/koordinasi"


def _form(**said: Any) -> Any:
    return lambda scene, record: dict(said)


PAGES: dict[str, Any] = {
    f"{_WORK}/gulirkan": _form(),
    f"{_WORK}/janji": _form(**given(title="SIMULASI janji baru")),
    f"{_WORK}/janji/{{promise}}": _form(**given(title="SIMULASI janji lain")),
    f"{_WORK}/janji/{{promise}}/dataset": _form(dataset=""),
    f"{_WORK}/janji/{{promise}}/tarik": _form(),
    f"{_WORK}/lembar": _form(rows="[]"),
    f"{_WORK}/serahkan": _form(),
    f"{_WORK}/setujui": _form(),
    f"{_WORK}/tolak": _form(text="Simulasi"),
    f"{_FORUM}/buka": _form(year="2030", until="2099-01-31"),
    f"{_FORUM}/{CLOSED}/sepakati": lambda scene, record: {
        key: value for key, value in _agreeing(scene, record).items() if key != "year"
    },
    f"{_FORUM}/{CLOSED}/versi/1/dokumen": lambda scene, record: {"upload": signed()},
    f"{_FORUM}/{OPEN}/prioritas/{{handed_in}}": _form(listed="1"),
    f"{_FORUM}/{OPEN}/tutup": _form(),
    "/e-walidata": lambda scene, record: {"id": scene.ids["mapping"], **_mapped(scene)},
    "/e-walidata/2024/simpan": _form(),
    "/e-walidata/{mapping}/hapus": _form(),
}
