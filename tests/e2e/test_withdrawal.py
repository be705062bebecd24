"""A withdrawal as everybody sees it: measured over HTTP on a running site, until the last surface has forgotten it.

Then the index is built again, the feed too, and the database is put back from a backup of before.
"""

from __future__ import annotations

import datetime as dt
import gzip
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ckanext.lebak.people.model import Capacity
from embedded import postgres
from tests.e2e.test_story import wait_until_checked
from tests.sdi_factory import complete_dataset, complete_resource
from tests.steps import act, sign_up

if TYPE_CHECKING:
    from embedded.site import Site

WORD = "kataunikpenarikan"
SECONDS = 60
TABLE = f"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,10,{WORD}\n".encode()


@pytest.fixture(scope="module")
def site(site_factory: Callable[..., Site]) -> Site:
    """A catalog with a worker, and nothing in it."""
    return site_factory("withdrawal")


class Person:
    """Somebody who asks the site with a token of theirs."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self.name = site, name
        self.headers = {"Authorization": sign_up(site, name)}

    def act(self, action: str, files: Any = None, **data: Any) -> Any:
        given: dict[str, Any] = {"data": data, "files": files} if files else {"json": data}
        address = f"{self.site.url}/api/3/action/{action}"
        answer = requests.post(address, headers=self.headers, timeout=60, **given)
        assert answer.ok, answer.text
        return answer.json()["result"]


def grant(site: Site, organization_id: str, name: str) -> None:
    engine = sa.create_engine(site.database_url)
    with Session(engine) as session:
        user_id = act(site, "user_show", id=name)["id"]
        values = {"capacity": "walidata", "since": dt.date(2026, 1, 1), "granted_by": "simulasi"}
        session.add(Capacity(user_id=user_id, organization_id=organization_id, **values))
        session.commit()
    engine.dispose()


def release(site: Site, operator: Person, walidata: Person, office: str, name: str) -> dict[str, Any]:
    """A record that is handed in and released, with its table in the datastore."""
    values = complete_dataset(
        owner_org=office, name=name, title=f"SIMULASI {WORD}", resources=[], prioritas_tahun=None, tags=[{"name": WORD}]
    )
    made = operator.act("package_create", **values)
    table = complete_resource(url=None, kolom=None, name=f"Tabel {WORD}")
    upload = {"upload": ("simulasi.csv", TABLE, "text/csv")}
    resource = operator.act("resource_create", files=upload, package_id=made["id"], **table)
    wait_until_checked(site, resource["id"])
    operator.act("lebak_release_submit", id=made["id"], names_no_person=True, kind="tetap")
    walidata.act("lebak_release_approve", id=made["id"])
    return walidata.act("package_show", id=made["id"])


def surfaces(record: dict[str, Any], office: str, view: str) -> dict[str, str]:
    """Addresses on which a reader or a program meets the record."""
    api, id_, name = "/api/3/action", record["id"], record["name"]
    (resource,) = record["resources"]
    file = resource["id"]
    found = {
        "page": f"/dataset/{name}",
        "page by id": f"/dataset/{id_}",
        "resource page": f"/dataset/{name}/resource/{file}",
        "view": f"/dataset/{name}/resource/{file}/view/{view}",
        "download": f"/dataset/{id_}/resource/{file}/download/simulasi.csv",
        "activity": f"/dataset/activity/{name}",
        "home": "/",
        "search": f"/dataset/?q={WORD}",
        "office": f"/organization/{office}",
        "office activity": f"/organization/activity/{office}",
        "area": "/wilayah/36.02.14",
        "atom": "/feeds/dataset.atom",
        "office atom": f"/feeds/organization/{office}.atom",
        "package_show": f"{api}/package_show?id={id_}",
        "package_list": f"{api}/package_list",
        "package_search": f"{api}/package_search?q={WORD}",
        "autocomplete": f"{api}/package_autocomplete?q={WORD}",
        "tag list": f"{api}/tag_list",
        "tag search": f"{api}/tag_search?query={WORD}",
        "tag autocomplete": f"{api}/tag_autocomplete?q={WORD}",
        "tag show": f"{api}/tag_show?id={WORD}&include_datasets=true",
        "resource_show": f"{api}/resource_show?id={file}",
        "resource_search": f"{api}/resource_search?query=name:{WORD}",
        "views": f"{api}/resource_view_list?id={file}",
        "package activity": f"{api}/package_activity_list?id={id_}",
        "organization activity": f"{api}/organization_activity_list?id={office}",
        "releases": f"{api}/lebak_release_list?id={id_}",
        "datastore_search": f"{api}/datastore_search?resource_id={file}",
        "datastore_info": f"{api}/datastore_info?id={file}",
        "datastore dump": f"/datastore/dump/{file}",
        "data.json": "/data.json",
        "change stream": "/feed/1",
        "facade": "/harvest/api/3/action/package_search?rows=100",
        "facade show": f"/harvest/api/3/action/package_show?id={id_}",
    }
    for extension in ("ttl", "xml", "jsonld", "nt"):
        found[f"catalog {extension}"] = f"/catalog.{extension}"
        found[f"document {extension}"] = f"/dataset/{id_}.{extension}"
        if extension != "xml":
            found[f"dump {extension}"] = f"/catalog/dump.{extension}.gz"
    return found


def said(site: Site, path: str) -> tuple[int, str]:
    answer = requests.get(site.url + path, timeout=60)
    packed = answer.content[:2] == b"\x1f\x8b"
    return answer.status_code, (gzip.decompress(answer.content) if packed else answer.content).decode(
        "utf-8", "replace"
    )


OF_THE_RECORD = ("page", "resource", "view", "download", "activity", "datastore", "document", "releases")


def shows(site: Site, name: str, path: str) -> bool:
    """Whether a surface still tells of the record: its word or its data, or that it is there."""
    status, body = said(site, path)
    assert status < 500, (name, status, body[:300])
    if name == "package activity" or name.startswith(OF_THE_RECORD) and name != "resource_search":
        return status < 400
    return WORD in body.replace(path, "").replace(f"q={WORD}", "").replace(f'value="{WORD}"', "").replace(
        f'"{WORD}"', "", 2 if name == "search" else 0
    )


def tombstone(site: Site, record: dict[str, Any]) -> None:
    status, body = said(site, f"/dataset/{record['name']}")
    assert status == 410
    assert WORD not in body.replace(record["name"], "")  # the address that was asked for, to change the language


def test_a_withdrawal_is_seen_everywhere_and_survives_a_rebuild_and_a_restore(
    site: Site, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    stamp = str(int(time.time()))  # a site may be used by several runs
    operator, walidata = Person(site, f"operator-{stamp}"), Person(site, f"walidata-{stamp}")
    office = act(site, "organization_create", name=f"dinas-{stamp}", title="Dinas simulasi", peran_sdi=["produsen"])
    act(site, "organization_member_create", id=office["id"], username=operator.name, role="editor")
    custodian = act(
        site, "organization_create", name=f"walidata-{stamp}", title="Walidata simulasi", peran_sdi=["walidata"]
    )
    grant(site, custodian["id"], walidata.name)
    record = release(site, operator, walidata, office["id"], f"{WORD}-{stamp}")
    file = record["resources"][0]["id"]
    views = act(site, "resource_view_list", id=file)
    all_surfaces = surfaces(record, office["name"], views[0]["id"] if views else "none")
    before = {name for name, path in all_surfaces.items() if shows(site, name, path)}
    # An area's page only leads to a search.
    assert set(all_surfaces) - before <= {"area"}

    dump = tmp_path / "backup"
    subprocess.run(
        [postgres._program("pg_dump"), "--format=custom", f"--file={dump}", site.database_url], check=True, timeout=120
    )

    began = time.monotonic()
    walidata.act("lebak_release_withdraw", id=record["id"], text="Simulasi penarikan")
    gone: dict[str, float] = {}
    while len(gone) < len(all_surfaces) and time.monotonic() - began < SECONDS:
        for name, path in all_surfaces.items():
            if name not in gone and not shows(site, name, path):
                gone[name] = round(time.monotonic() - began, 1)
    assert set(gone) == set(all_surfaces), set(all_surfaces) - set(gone)
    record_property("seconds until the last surface forgot it", max(gone.values()))
    print(f"\nGone from {len(gone)} surfaces ({len(before)} had shown it) after {max(gone.values())} s")
    tombstone(site, record)
    assert said(site, all_surfaces["document ttl"])[0] == 410
    assert record["id"] in said(site, "/feed")[1] + said(site, "/feed/1")[1]  # the change stream tells that it is gone

    site.ckan("search-index", "rebuild")
    site.ckan("lebak", "feed", "rebuild")
    assert not [name for name, path in all_surfaces.items() if shows(site, name, path)]

    site.stop()
    site.stack.postgres.drop_database(site.name)
    site.stack.postgres.create_database(site.name, site.name)
    subprocess.run(
        [postgres._program("pg_restore"), "--no-owner", f"--dbname={site.database_url}", dump], check=True, timeout=120
    )
    site.ckan("search-index", "rebuild")
    # What is asked first must not be answered as the backup has it.
    site.start(worker=False)
    assert not [name for name, path in all_surfaces.items() if shows(site, name, path)]
    tombstone(site, record)
