"""Records read in bulk: what an anonymous ``package_show`` gives, also where that would stop."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.feed import records
from tests.sdi_factory import complete_dataset, complete_resource, restricted

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


def saved(**fields: Any) -> dict[str, Any]:
    context = {"user": factories.Sysadmin()["name"]}
    owner_org = fields.pop("owner_org", None) or factories.Organization()["id"]
    return call_action("package_create", context, **complete_dataset(owner_org=owner_org, **fields))


def loaded(*ids: str) -> dict[str, dict[str, Any]]:
    assert model.meta.engine is not None
    with model.meta.engine.connect() as connection:
        return records.load(connection, ids or records.public_ids(connection))


def shown(id_: str) -> dict[str, Any]:
    """What ``package_show`` gives, past the search index."""
    return told(call_action("package_show", {"user": "", "ignore_auth": False, "use_cache": False}, id=id_))


def told(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what is empty, the order of tags and extras, and the picture of groups, which nothing shows."""
    kept = {key: value for key, value in record.items() if value is not None}
    kept["resources"] = [{key: value for key, value in item.items() if value is not None} for item in kept["resources"]]
    kept["extras"] = sorted(kept.get("extras", []), key=lambda extra: extra["key"])
    kept["tags"] = sorted(kept["tags"], key=lambda tag: tag["name"])
    kept["groups"] = [{key: item[key] for key in item if key != "image_display_url"} for item in kept["groups"]]
    return kept


def test_as_package_show_gives_them(create_with_upload: Any) -> None:
    group = factories.Group(user=factories.Sysadmin())
    complete = saved(
        title="  SIMULASI ñ é 𝄞  ",
        groups=[{"id": group["id"]}],
        tags=[{"name": "zakat"}, {"name": "angka harapan hidup"}],
        extras=[{"key": "guid", "value": "simulasi"}, {"key": "a", "value": "[1]"}],
        resources=[complete_resource(), complete_resource(url="example.org/tanpa-skema", kolom=[], size=12)],
    )
    bare = saved(**dict.fromkeys(("theme", "kodereferensi", "jenis", "url"), None), resources=[])
    closed = saved(**restricted(), resources=[complete_resource()])
    upload = create_with_upload(
        b"tahun,jumlah\n2024,1\n",
        "Berkas Ñ simulasi (1).csv",
        context={"user": factories.Sysadmin()["name"]},
        package_id=bare["id"],
        **{key: value for key, value in complete_resource(kolom=[]).items() if key != "url"},
    )
    table = call_action(
        "datastore_create",
        {"user": factories.Sysadmin()["name"]},
        resource={"package_id": bare["id"], **complete_resource(name="SIMULASI tabel", url=None)},
        fields=[{"id": "tahun", "type": "int"}],
    )
    found = loaded()
    assert set(found) == {complete["id"], bare["id"], closed["id"]}
    for id_, record in found.items():
        assert told(record) == shown(id_)
    assert found[complete["id"]]["resources"][0]["kolom"][0]["nama"] == "tahun"
    assert [item["id"] for item in found[bare["id"]]["resources"]] == [upload["id"], table["resource_id"]]


def test_what_does_not_fit_stays_as_it_is_and_stops_nothing() -> None:
    good, bad = saved(), saved()
    deep = "[" * 100_000
    package, resource = model.package_table, model.resource_table
    session = model.Session
    session.execute(
        sa.update(package)
        .where(package.c.id == bad["id"])
        .values(
            extras={"theme": "[bukan json", "kode_wilayah": deep, "prioritas_tahun": '"2024"', "asing": "x"},
            title=None,
            license_id="tidak-ada",
            metadata_created=sa.text("'0044-03-15 BC'"),
            metadata_modified=sa.text("'infinity'"),
        )
    )
    for text in ("bukan json", deep, "[1]"):
        row = {"id": f"x{len(text)}", "package_id": bad["id"], "url": "", "state": "active", "size": 2**62}
        session.execute(sa.insert(resource).values(row))
        session.execute(sa.text("UPDATE resource SET extras = :text WHERE id = :id"), {"text": text, "id": row["id"]})
    kolom = json.dumps({"kolom": "[bukan json", "id": "lain", "url": "lain"})
    session.execute(sa.text("UPDATE resource SET extras = :text WHERE id = 'x3'"), {"text": kolom})
    session.commit()
    found = loaded(good["id"], bad["id"], "tidak-ada")
    assert told(found[good["id"]]) == shown(good["id"])
    record = found[bad["id"]]
    assert record["theme"] == "[bukan json"
    assert record["kode_wilayah"] == deep
    assert record["prioritas_tahun"] == "2024"
    assert record["extras"] == [{"key": "asing", "value": "x"}]
    assert (record["title"], record["license_title"]) == (None, "tidak-ada")
    last = record["resources"][-1]
    assert (last["id"], last["kolom"], last["url"]) == ("x3", "[bukan json", "")


def test_only_what_is_public_and_a_dataset() -> None:
    public, private, deleted, orphan = saved(), saved(private=True), saved(), saved()
    other = saved()
    call_action("package_delete", {"user": factories.Sysadmin()["name"]}, id=deleted["id"])
    package, group = model.package_table, model.group_table
    model.Session.execute(sa.update(package).where(package.c.id == other["id"]).values(type="showcase"))
    model.Session.execute(sa.update(group).where(group.c.id == orphan["owner_org"]).values(state="deleted"))
    model.Session.commit()
    everyone = (public, private, deleted, orphan, other)
    assert set(loaded(*(record["id"] for record in everyone))) == {public["id"]}
    assert set(loaded()) == {public["id"]}
