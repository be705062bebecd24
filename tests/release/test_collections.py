"""Collections of quotations (release/collections.py): a sysadmin makes them, and nothing else escapes a release."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.release.collections import is_collection

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def _as(user: dict[str, Any]) -> dict[str, Any]:
    return {"user": user["name"], "ignore_auth": False}


def test_the_head_of_an_office_cannot_make_it_a_collection_nor_give_it_a_role() -> None:
    head = factories.User()
    office = factories.Organization(users=[{"name": head["name"], "capacity": "admin"}])
    call_action(
        "organization_patch", _as(head), id=office["id"], jenis="koleksi", peran_sdi=["walidata"], singkatan="UJI"
    )
    stored = call_action("organization_show", id=office["id"])
    assert stored["singkatan"] == "UJI"
    assert "jenis" not in stored
    assert "peran_sdi" not in stored
    assert not is_collection(office["id"])


def test_a_quotation_in_a_collection_needs_no_more_than_its_source_gives() -> None:
    admin = factories.Sysadmin()
    collection = call_action("organization_create", _as(admin), name="kutipan", title="Kutipan", jenis="koleksi")
    quotation = {"name": "kutipan-uji", "title": "Kutipan (simulasi uji)"}
    with pytest.raises(tk.ValidationError):
        call_action("package_create", _as(admin), owner_org=factories.Organization()["id"], **quotation)
    dataset = call_action("package_create", _as(admin), owner_org=collection["id"], **quotation)
    assert dataset["publishing_status"] == "approved"


def test_a_released_dataset_moved_out_of_a_collection_must_be_complete() -> None:
    admin = factories.Sysadmin()
    collection = call_action("organization_create", _as(admin), name="kutipan", title="Kutipan", jenis="koleksi")
    call_action("package_create", _as(admin), owner_org=collection["id"], name="kutipan-uji", title="Kutipan (uji)")
    with pytest.raises(tk.ValidationError):
        call_action("package_patch", _as(admin), id="kutipan-uji", owner_org=factories.Organization()["id"])
