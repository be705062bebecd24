"""What is sent to each page that changes something, in the table of doors (rows of the class ``page``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckanext.lebak.release.gate import workflow_of
from tests.people_factory import HARVESTER, SYSADMIN, name_of
from tests.planning import doors as planning
from tests.release import door_forum, door_statistics
from tests.release.conftest import act
from tests.release.door_calls import OTHER_WORDS
from tests.release.scene import Record, Scene, make_upload
from tests.sdi_factory import complete_dataset, complete_resource

Form = Callable[[Scene, Record], dict[str, Any]]


def _says(**form: Any) -> Form:
    return lambda scene, record: dict(form)


def _dataset(scene: Scene, record: Record) -> dict[str, Any]:
    shown = act("package_show", name_of(SYSADMIN), id=record.id, use_cache=False)
    form = {key: value for key, value in shown.items() if isinstance(value, str)}
    return {**form, "notes": OTHER_WORDS, "state": "active", "private": "False", "save": "go-metadata-publish"}


def _new_dataset(scene: Scene, record: Record) -> dict[str, Any]:
    fields = complete_dataset(owner_org=scene.cast.id_of(scene.cast.office), name="simulasi-baru", resources=[])
    form = {key: value for key, value in fields.items() if isinstance(value, str)}
    return {**form, "state": "active", "private": "False", "save": "", "_ckan_phase": "1"}


def _file(**more: Any) -> Form:
    def form(scene: Scene, record: Record) -> dict[str, Any]:
        described = {key: value for key, value in complete_resource().items() if isinstance(value, str)}
        return {**described, "upload": make_upload(b"tahun,jumlah\n2024,999\n"), "url": "simulasi.csv", **more}

    return form


def _bulk(scene: Scene, record: Record) -> dict[str, Any]:
    return {"act": "return", "text": "Simulasi", "chosen": record.id}


STEPS = (
    "setujui",
    "tolak",
    "tarik-kembali",
    "mulai-perubahan",
    "periode-baru",
    "buang-perubahan",
    "tarik",
    "buka-lagi",
    "masih-berlaku",
)

PAGES: dict[str, Form] = {
    "/dataset/new": _new_dataset,
    "/dataset/edit/{id}": _dataset,
    "/dataset/edit/{id}/1": _dataset,
    "/dataset/delete/{id}": _says(),
    "/dataset/groups/{id}": lambda scene, record: {"group_added": scene.group},
    "/dataset/{id}/resource/new": _file(id="", save="go-metadata-publish"),
    "/dataset/{id}/resource/{file}/edit": lambda scene, record: _file(id=record.file, save="go-metadata")(
        scene, record
    ),
    "/dataset/{id}/resource/{file}/delete": _says(),
    "/dataset/{id}/resource/{file}/new_view?view_type=text_view": _says(title=OTHER_WORDS, description=OTHER_WORDS),
    "/dataset/{id}/resource/{file}/edit_view/{view}": _says(title=OTHER_WORDS, description=OTHER_WORDS),
    "/dataset/{id}/dictionary/{file}": _says(**{"info__1__label": OTHER_WORDS, "info__1__notes": OTHER_WORDS}),
    "/dataset/{id}/serahkan": _says(names_no_person="true", kind="tetap", text="Simulasi"),
    **{
        f"/dataset/{{id}}/langkah/{slug}": _says(text="Simulasi", letter="SIM/1", next_day="2099-12-31")
        for slug in STEPS
    },
    "/kegiatan-statistik/{id}/salin": _says(tahun="2027"),
    "/dataset/{id}/penarikan": _says(text="Simulasi"),
    "/dataset/{id}/penarikan/hapus-berkas": _says(),
    "/dataset/{id}/catatan/{note}": _says(text="Simulasi"),
    "/dataset/{id}/akses": lambda scene, record: {
        "organization_id": scene.cast.id_of(scene.cast.other_office),
        "purpose": "Simulasi",
        "until": "2099-12-31",
    },
    "/meja-walidata": _bulk,
    "/meja-walidata/{id}": _says(act="return", text="Simulasi"),
    "/meja-walidata/{id}#approve": lambda scene, record: {"act": "approve", "content": _handed_in(record)},
    "/meja-pembina/{id}": _says(act="agree", text="Simulasi"),
    "/data-prioritas/{id}": _says(years="2027"),
    "/organization/bulk_process/{office}": lambda scene, record: {
        "bulk_action.public": "public",
        f"dataset_{record.id}": "on",
    },
    "/organization/delete/{office}": _says(),
    "/organization/edit/{office}": _says(name="sim-dinas", title="SIMULASI sim-dinas", state="deleted"),
    "/organization/member_new/{office}": _says(username=name_of(HARVESTER), role="editor"),
    "/group/delete/{group}": _says(),
    "/group/delete/{office}": _says(),
    **door_forum.PAGES,
    **door_statistics.PAGES,
    **planning.PAGES,
}


def _handed_in(record: Record) -> str:
    """The digest of what was handed in, as the page of the walidata holds it; empty if nothing was."""
    row = workflow_of(record.id)
    return (row.content if row else "") or ""


def address(page: str, scene: Scene, record: Record) -> str:
    """The address of a page, about a record."""
    parts = {**scene.ids, "id": record.id, "file": record.file, "view": record.view}
    return page.partition("#")[0].format(**parts, office=scene.cast.office, group=scene.group)
