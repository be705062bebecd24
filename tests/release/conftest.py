"""The people of a small county for tests of releases, and a record that is ready to be handed in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.lebak import config
from ckanext.lebak.people.model import Capacity
from tests.remembering import remembered
from tests.sdi_factory import complete_dataset, complete_resource

if TYPE_CHECKING:
    from tests.release.scene import Scene

TABLE = b"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,10,simulasi\n2024,36.02.08,20,simulasi\n"


def act(action: str, user: str, **data: Any) -> Any:
    """Calls an action as a person, with CKAN's own look at what they may."""
    person = model.User.get(user)
    context = {"user": user, "auth_user_obj": person, "model": model, "session": model.Session}
    return tk.get_action(action)(context, data)  # type: ignore[arg-type]


@pytest.fixture
def county() -> SimpleNamespace:
    """Offices, and the names of people: ``operator``, ``colleague``, ``head``, ``other``, ``walidata``, ...."""
    return remembered(_county)


def _county() -> SimpleNamespace:
    office = factories.Organization(peran_sdi=["produsen"])
    other = factories.Organization(peran_sdi=["produsen"])
    custodian = factories.Organization(name=config.custodian(), peran_sdi=["walidata", "produsen"])
    bps = factories.Organization(name=config.supervisor(), peran_sdi=["pembina"])
    forum = factories.Organization(name=config.coordinator(), peran_sdi=["koordinator"])
    names = ("operator", "colleague", "head", "member", "stranger", "walidata", "second", "pembina", "koordinator")
    people = {name: factories.User() for name in names}
    for organization, name, capacity in (
        (office, "operator", "editor"),
        (office, "colleague", "editor"),
        (office, "head", "admin"),
        (office, "member", "member"),
        (other, "stranger", "editor"),
        (custodian, "walidata", "editor"),
        (custodian, "second", "editor"),
    ):
        tk.get_action("organization_member_create")(
            {"ignore_auth": True, "user": ""},
            {"id": organization["id"], "username": people[name]["name"], "role": capacity},
        )
    for organization, name, capacity in (
        (custodian, "walidata", "walidata"),
        (custodian, "second", "walidata"),
        (bps, "pembina", "pembina"),
        (forum, "koordinator", "koordinator"),
    ):
        granted = {"since": dt.date(2026, 1, 1), "granted_by": "simulasi", "capacity": capacity}
        model.Session.add(Capacity(user_id=people[name]["id"], organization_id=organization["id"], **granted))
    model.Session.commit()
    sysadmin = factories.Sysadmin()
    return SimpleNamespace(
        office=office,
        other=other,
        custodian=custodian,
        sysadmin=sysadmin["name"],
        **{name: person["name"] for name, person in people.items()},
    )


@pytest.fixture
def draft(county: SimpleNamespace) -> Callable[..., dict[str, Any]]:
    """Makes a complete draft of the office, with an uploaded table that was checked."""
    from ckanext.lebak.tables.scanning import ensure_scanned, stored_resource

    def make(content: bytes = TABLE, **fields: Any) -> dict[str, Any]:
        values = complete_dataset(owner_org=county.office["id"], resources=[], prioritas_tahun=None, **fields)
        made = act("package_create", county.operator, **values)
        table = complete_resource(url=None, name="Tabel simulasi")
        upload = FileStorage(io.BytesIO(content), "simulasi.csv", "upload", "text/csv")
        resource = act("resource_create", county.operator, package_id=made["id"], upload=upload, **table)
        ensure_scanned(stored_resource(resource["id"]))
        return act("package_show", county.operator, id=made["id"])

    return make


@pytest.fixture
def released(county: SimpleNamespace, draft: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Makes a released dataset, by hand-in and approval."""

    def make(**fields: Any) -> dict[str, Any]:
        made = draft(**fields)
        submit(county, made["id"])
        act("lebak_release_approve", county.walidata, id=made["id"])
        return act("package_show", "", id=made["id"])

    return make


@pytest.fixture
def scene(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The county with a record in every state, in a transaction that ends with the test (``scene``)."""
    from tests.release.scene import opened

    yield from opened(request, monkeypatch)


def submit(county: SimpleNamespace, package_id: str, **said: Any) -> dict[str, Any]:
    """The operator hands a record in."""
    return hand_in(county.operator, package_id, **said)


def hand_in(operator: str, package_id: str, **said: Any) -> dict[str, Any]:
    """An operator hands a record in, with what a hand-in must say."""
    given = {"names_no_person": True, "kind": "tetap", **said}
    return act("lebak_release_submit", operator, id=package_id, **given)
