"""A restricted dataset with a table, a file and a link, and the people who come for them."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.lebak.people.model import Capacity
from ckanext.lebak.tables.jobs import tables_by_caller
from ckanext.lebak.tables.loading import load_table
from tests.sdi_factory import complete_dataset, complete_resource, restricted

CANARY = "katarahasiasimulasi"
"""Stands in the file, in the name of the address, and in what else a link says of where it leads."""

TABLE = f"kode,nilai\n36.02.14,{CANARY}\n".encode()


def as_sysadmin(action: str, **data: Any) -> Any:
    return helpers.call_action(action, {"user": factories.Sysadmin()["name"]}, **data)


class Restricted:
    """What the tests of this room are about.

    Attributes:
        people: Who comes, by role, each with a token; ``visitor`` has none.
        dataset: The restricted dataset.
        table: Its uploaded table, which is in the datastore.
        link: Its file at an external address.
        view: The preview of the table.
    """

    def __init__(self) -> None:
        roles = ("owner", "agency", "former", "stranger", "walidata", "pembina", "coordinator")
        self.people: dict[str, dict[str, Any]] = {name: factories.UserWithToken() for name in roles}
        self.office = self._organization("owner")
        self.agency, self.former = self._organization("agency"), self._organization("former")
        self._organization("stranger")
        for role, capacity in (("walidata", "walidata"), ("pembina", "pembina"), ("coordinator", "koordinator")):
            self._grant(role, capacity)
        record = complete_dataset(owner_org=self.office["id"], resources=[], **restricted())
        with tables_by_caller():
            self.dataset = as_sysadmin("package_create", **record)
            upload = FileStorage(io.BytesIO(TABLE), "simulasi.csv", "upload")
            words = {"name": "Tabel", "description": "Satu baris", "package_id": self.dataset["id"]}
            self.table = as_sysadmin("resource_create", **words, format="CSV", upload=upload)
            address = f"https://{CANARY}.example.org/berkas.csv?kunci={CANARY}"
            link = complete_resource(url=address, download_url=f"{address}&unduh", access_url=address)
            self.link = as_sysadmin("resource_create", **{**link, "package_id": self.dataset["id"]})
        load_table(self.table["id"])
        [self.view] = [
            view
            for view in helpers.call_action("resource_view_list", id=self.table["id"])
            if view["view_type"] == "datatables_view"
        ]

    def _organization(self, role: str) -> dict[str, Any]:
        return factories.Organization(users=[{"name": self.people[role]["name"], "capacity": "editor"}])

    def _grant(self, role: str, capacity: str) -> None:
        organization = factories.Organization(peran_sdi=[capacity])
        model.Session.add(
            Capacity(
                user_id=self.people[role]["id"],
                organization_id=organization["id"],
                capacity=capacity,
                since=dt.date(2026, 1, 1),
                granted_by="uji",
            )
        )
        model.Session.commit()

    def headers(self, role: str) -> dict[str, str]:
        """What a request of somebody carries."""
        return {"Authorization": self.people[role]["token"]} if role in self.people else {}

    def context(self, role: str) -> dict[str, Any]:
        """The context of an action that somebody calls."""
        return {"user": self.people[role]["name"] if role in self.people else "", "ignore_auth": False}

    def call(self, role: str, action: str, **data: Any) -> Any:
        """Calls an action as somebody."""
        return helpers.call_action(action, self.context(role), **data)

    def user(self, role: str) -> model.User:
        """The account of somebody."""
        found = model.User.get(self.people[role]["name"])
        assert found is not None
        return found

    def approve(self, role: str, organization: dict[str, Any], until: str = "2099-12-31") -> dict[str, Any]:
        """Has an agency ask, and the walidata approve."""
        asked = {"package_id": self.dataset["id"], "organization_id": organization["id"], "until": until}
        request = self.call(role, "lebak_access_request_create", purpose="Simulasi keperluan", **asked)
        decision = {"id": request["id"], "decision": "approve", "reason": "Simulasi alasan", "letter": "SIM/1"}
        return self.call("walidata", "lebak_access_request_decide", **decision)


@pytest.fixture
def case(
    clean_db: None,
    clean_index: None,
    clean_queues: None,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Restricted:
    """The dataset with its people; one agency is approved, another was until its approval was ended."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    made = Restricted()
    made.approve("agency", made.agency)
    ended = made.approve("former", made.former)
    made.call("walidata", "lebak_access_request_end", id=ended["id"], reason="Simulasi")
    return made
