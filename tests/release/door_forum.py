"""What is sent to the doors of the Forum, the self-assessment and workbooks, in the table of doors."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.lebak.epss.model import EpssDocument
from ckanext.lebak.forum import meetings
from ckanext.lebak.workbooks.model import CHECKED, WorkbookUpload
from ckanext.lebak.workbooks.writing import Filled, workbook
from tests.people_factory import OPERATOR, name_of

if TYPE_CHECKING:
    from tests.release.scene import Record, Scene

Call = Callable[["Scene", "Record"], dict[str, Any]]

YEAR = 2026
HELD = {"held_on": "2026-01-10", "subject": "Rapat simulasi"}
DECIDED = {"text": "SIMULASI: menyerahkan tabel", "due": "2026-12-31"}
ANSWER = {"level": "2", "explanation": "SIMULASI"}
NOWHERE = "0" * 64
"""The digest of a file that is not there."""


def make(scene: Scene) -> None:
    """Makes a meeting with a decision for the office, a document of the assessment, and a checked upload."""
    office = scene.cast.id_of(scene.cast.office)
    meeting = meetings.hold(dt.date(YEAR, 1, 10), "Rapat simulasi", "simulasi")
    decision = meetings.decide(meeting, DECIDED["text"], office, dt.date(YEAR, 12, 31), "simulasi")
    document = EpssDocument(year=YEAR, indicator="1.1", name="simulasi.pdf", digest=NOWHERE, added_by="simulasi")
    sent = WorkbookUpload(
        name="simulasi.xlsx", digest=NOWHERE, organization_id=office, sent_by=name_of(OPERATOR), state=CHECKED, number=1
    )
    model.Session.add_all([document, sent])
    model.Session.flush()
    scene.ids |= {"meeting": meeting.id, "decision": decision.id, "document": document.id, "upload": sent.id}
    model.Session.commit()


def _about(kind: str, **more: Any) -> Call:
    return lambda scene, record: {"id": scene.ids[kind], **more}


def _says(**form: Any) -> Call:
    return lambda scene, record: dict(form)


def _deciding(scene: Scene, record: Record) -> dict[str, Any]:
    return {**DECIDED, "meeting": scene.ids["meeting"], "organization": scene.cast.office}


def _bringing(scene: Scene, record: Record) -> dict[str, Any]:
    return {"year": YEAR, "indicator": "1.1", "upload": _file(b"%PDF-1.4\n% SIMULASI\n", "simulasi.pdf")}


def _sending(scene: Scene, record: Record) -> dict[str, Any]:
    body = workbook([Filled("MS-Keg", {"title": "SIMULASI"})])
    return {"organization": scene.cast.office, "upload": _file(body, "simulasi.xlsx")}


def _file(body: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(body), filename=name)


CALLS: dict[str, Call] = {
    "lebak_epss_activity_choose": lambda scene, record: {"year": YEAR, "id": record.id},
    "lebak_epss_answer_save": _says(year=YEAR, indicator="1.1", **ANSWER),
    "lebak_epss_document_add": _bringing,
    "lebak_epss_document_remove": _about("document"),
    "lebak_epss_document_show": _about("document"),
    "lebak_epss_show": _says(year=YEAR),
    "lebak_forum_decision_create": _deciding,
    "lebak_forum_decision_finish": _about("decision"),
    "lebak_forum_meeting_create": _says(**HELD),
    "lebak_forum_office_show": lambda scene, record: {"id": scene.cast.office, "year": YEAR},
    "lebak_forum_show": _says(year=YEAR),
    "lebak_forum_summary": _says(year=YEAR),
    "lebak_workbook_check": _sending,
    "lebak_workbook_show": _about("upload"),
    "lebak_workbook_write": _about("upload"),
}

PAGES: dict[str, Call] = {
    f"/epss/{YEAR}/dokumen/1.1": _bringing,
    f"/epss/{YEAR}/hapus-dokumen/{{document}}": _says(),
    f"/epss/{YEAR}/jawaban/1.1": _says(**ANSWER),
    f"/epss/{YEAR}/kegiatan": lambda scene, record: {"id": record.id, "chosen": "1"},
    "/formulir/": _sending,
    "/formulir/kiriman/{upload}/tulis": _says(),
    "/forum/keputusan": _deciding,
    "/forum/keputusan/{decision}": _says(done="1"),
    "/forum/rapat": _says(**HELD),
}
