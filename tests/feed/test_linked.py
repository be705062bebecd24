"""What the feed tells of the activity and indicator of a dataset; a change of either is one of the dataset."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.feed import fragments, records
from ckanext.lebak.feed.model import FeedChange
from ckanext.lebak.profiles.sdi import current_site
from tests.indicator_factory import complete_indicator
from tests.sdi_factory import complete_dataset
from tests.statistics_factory import complete_activity

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


def saved(fields: dict[str, Any], office: str, **more: Any) -> dict[str, Any]:
    context = {"user": factories.Sysadmin()["name"]}
    return call_action("package_create", context, **{**fields, "owner_org": office, **more})


def loaded(id_: str) -> dict[str, Any]:
    assert model.meta.engine is not None
    with model.meta.engine.connect() as connection:
        return records.load(connection, [id_])[id_]


def changed(do: Any) -> set[str]:
    """Whose change the database notes while something is done."""
    model.Session.execute(sa.delete(FeedChange))
    model.Session.commit()
    do()
    model.Session.expire_all()
    return {id_ for id_ in model.Session.scalars(sa.select(FeedChange.package_id)) if id_}


def test_linked_records_are_told_and_their_changes_noted() -> None:
    office = factories.Organization()
    organiser = factories.Organization()
    admin = {"user": factories.Sysadmin()["name"]}
    activity = saved(complete_activity(), organiser["id"])
    indicator = saved(complete_indicator(), office["id"])
    hidden = saved(complete_indicator(), office["id"], private=True)
    links = {"kegiatan_id": activity["id"], "indikator_id": indicator["id"]}
    dataset = saved(complete_dataset(), office["id"], **links)
    other = saved(complete_dataset(), office["id"], indikator_id=hidden["id"])

    record = loaded(dataset["id"])
    assert record["kegiatan"]["organization"]["name"] == organiser["name"]
    assert record["kegiatan"]["jawaban"]["judul_kegiatan"] == activity["title"]
    assert len(record["kegiatan"]["jawaban"]["iii_variabel_yang_dikumpulkan"]) == 2
    assert record["indikator"]["jawaban"]["definisi"] == indicator["notes"]
    assert "SIMULASI ii_pj_nama" not in json.dumps(record)
    assert not {"indikator", "kegiatan"} & loaded(other["id"]).keys()

    with_them = fragments.render(record, current_site())
    assert not with_them.left_out
    assert fragments.digest(record, "") != fragments.digest({**record, "indikator": None}, "")

    def patch(id_: str, **fields: Any) -> set[str]:
        return changed(lambda: call_action("package_patch", dict(admin), id=id_, **fields))

    assert dataset["id"] in patch(indicator["id"], interpretasi="Simulasi lain")
    assert loaded(dataset["id"])["indikator"]["jawaban"]["interpretasi"] == "Simulasi lain"
    assert dataset["id"] in patch(activity["id"], iii_tujuan_kegiatan="Simulasi lain")
    assert patch(hidden["id"], interpretasi="Simulasi lain") == {hidden["id"]}
    assert other["id"] in patch(hidden["id"], private=False)
    assert "indikator" in loaded(other["id"])
    assert dataset["id"] in changed(
        lambda: call_action("organization_patch", dict(admin), id=organiser["id"], title="Dinas lain (simulasi)")
    )
    assert loaded(dataset["id"])["kegiatan"]["organization"]["title"] == "Dinas lain (simulasi)"
    assert dataset["id"] in patch(activity["id"], private=True)
    assert "kegiatan" not in loaded(dataset["id"])
