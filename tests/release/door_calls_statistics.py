"""With what the actions of BPS's forms are called in the table of doors."""

from __future__ import annotations

from typing import Any

from ckanext.lebak.statistics.exchange import to_bps
from ckanext.lebak.statistics.questions import form
from tests.people_factory import OPERATOR, name_of
from tests.release.conftest import act
from tests.release.scene import Record, Scene
from tests.statistics_factory import complete_activity


def _activity(scene: Scene) -> dict[str, Any]:
    return complete_activity(owner_org=scene.cast.id_of(scene.cast.office))


def _of_activity(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": act("package_create", name_of(OPERATOR), **_activity(scene))["id"]}


def _form(scene: Scene, record: Record) -> dict[str, Any]:
    activity = _activity(scene)
    document = to_bps(form("MS-Keg"), activity, activity)
    return {"form": "MS-Keg", "document": document, "owner_org": activity["owner_org"]}


def _record(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": record.id}


STATISTICS = {
    "lebak_activity_copy": _of_activity,
    "lebak_bps_import": _form,
    "lebak_bps_show": _record,
    "lebak_private_answers_show": _record,
}
