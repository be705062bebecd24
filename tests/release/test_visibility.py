"""What is public (release/visibility.py): the rule, and that everything that shows anything follows it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.release.visibility import is_public, public_packages
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

HIDDEN = {
    "draft": {"state": "draft"},
    "private": {"private": True},
    "draft and private": {"state": "draft", "private": True},
}


def _dataset(owner_org: str | None = None, **fields: Any) -> dict[str, Any]:
    owner_org = owner_org or factories.Organization()["id"]
    context = {"user": factories.Sysadmin()["name"]}
    return call_action("package_create", context, **complete_dataset(owner_org=owner_org, **fields))


def _stored(dataset: dict[str, Any]) -> model.Package:
    package = model.Package.get(dataset["id"])
    assert package is not None
    return package


def _as_anonymous(action: str, **data: Any) -> Any:
    return call_action(action, {"user": "", "ignore_auth": False}, **data)


def test_an_active_dataset_of_an_office_is_public() -> None:
    dataset = _dataset()
    assert is_public(_stored(dataset))
    assert model.Session.scalars(sa.select(model.Package.id).where(public_packages())).all() == [dataset["id"]]
    assert _as_anonymous("package_show", id=dataset["id"])["id"] == dataset["id"]
    assert _as_anonymous("package_search")["count"] == 1


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_public_is_shown_nowhere(hidden: dict[str, Any], app: Any) -> None:
    word = "kataunikrahasia"
    dataset = _dataset(**{**hidden, "konsep": word, "title": word, "tags": [{"name": word}]})
    assert not is_public(_stored(dataset))
    assert model.Session.scalars(sa.select(model.Package.id).where(public_packages())).all() == []
    with pytest.raises(tk.NotAuthorized):
        _as_anonymous("package_show", id=dataset["id"])
    with pytest.raises(tk.NotAuthorized):
        _as_anonymous("resource_show", id=dataset["resources"][0]["id"])
    assert _as_anonymous("package_search", q=word)["count"] == 0
    assert dataset["name"] not in _as_anonymous("package_list")
    assert word not in _as_anonymous("tag_list")
    assert _as_anonymous("tag_search", query=word) == {"count": 0, "results": []}
    pages = [
        "/",
        "/dataset/",
        f"/dataset/?q={word}",
        "/catalog.ttl",
        "/catalog.xml",
        "/catalog.jsonld",
        "/feeds/dataset.atom",
    ]
    for page in [*pages, f"/organization/{dataset['organization']['name']}", f"/dataset/{dataset['id']}"]:
        body = app.get(page).body
        assert dataset["id"] not in body.replace(page, ""), page
        assert dataset["name"] not in body, page
    for extension in ("ttl", "xml", "jsonld"):
        assert app.get(f"/dataset/{dataset['id']}.{extension}").status_code in (403, 404)


def test_a_dataset_of_a_deleted_office_is_not_public() -> None:
    dataset = _dataset()
    office = model.Group.get(dataset["owner_org"])
    assert office is not None
    office.state = model.State.DELETED
    model.Session.commit()
    assert not is_public(_stored(dataset))
    assert model.Session.scalars(sa.select(model.Package.id).where(public_packages())).all() == []
    with pytest.raises(tk.NotAuthorized):
        _as_anonymous("package_show", id=dataset["id"])
    assert _as_anonymous("package_list") == []


def test_the_members_of_the_office_see_its_drafts_and_others_do_not() -> None:
    member, stranger = factories.User(), factories.User()
    office = factories.Organization(users=[{"name": member["name"], "capacity": "editor"}])
    factories.Organization(users=[{"name": stranger["name"], "capacity": "admin"}])
    dataset = _dataset(office["id"], private=True)
    assert call_action("package_show", {"user": member["name"], "ignore_auth": False}, id=dataset["id"])
    with pytest.raises(tk.NotAuthorized):
        call_action("package_show", {"user": stranger["name"], "ignore_auth": False}, id=dataset["id"])
