"""The offices into CKAN. It can run again: what a person changed meanwhile stays, unless asked otherwise.

For each field the value that was loaded last is remembered. A field that has another value now is the person's own, and
loading leaves it alone. A field that nobody touched follows ``opd.csv``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.lebak import config
from ckanext.lebak.organizations.aliases import current_name
from ckanext.lebak.organizations.catalog import Office, offices
from ckanext.lebak.organizations.model import LoadedOrganization
from ckanext.lebak.organizations.names import as_list

log = logging.getLogger(__name__)

State = Literal["created", "updated", "unchanged", "deleted"]


@dataclass(frozen=True)
class Outcome:
    """What loading did with one office.

    Attributes:
        name: The name (slug) that the office bears now.
        state: ``deleted`` is an office that a person deleted or that was merged into another: it is left alone.
        kept: Fields that stay as a person changed them.
    """

    name: str
    state: State
    kept: tuple[str, ...] = field(default=())


def load(records: Iterable[Office] | None = None, *, force: bool = False) -> Iterator[Outcome]:
    """Creates the offices or brings them up to date, one after the other.

    Args:
        records: The offices; without them, all of ``opd.csv``.
        force: Whether fields that a person changed are overwritten too.

    Yields:
        What was done, as it is done.
    """
    for office in offices() if records is None else records:
        yield _load(office, force=force)


def context() -> Context:
    """A context of the site user, for what the command line does."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return Context(user=site_user["name"], ignore_auth=True)


def create(fields: dict[str, Any]) -> str:
    """Creates an organization that nobody is a member of yet.

    Args:
        fields: As ``organization_create`` takes them.

    Returns:
        Its id.
    """
    maker = context()
    id_ = tk.get_action("organization_create")(maker, fields)["id"]
    # CKAN makes its creator an administrator of it; here that is the site itself, which is nobody's colleague.
    site_user = model.User.get(maker.get("user"))
    member = {"id": id_, "object": site_user.id if site_user else "", "object_type": "user"}
    tk.get_action("member_delete")(context(), member)
    return id_


def _load(office: Office, *, force: bool) -> Outcome:
    loaded = LoadedOrganization.get(office.id)
    organization = _organization(office, loaded)
    if organization and organization.state != model.State.ACTIVE:
        return Outcome(organization.name, "deleted")
    name = organization.name if organization else office.id
    wanted = {**office.fields, "peran_sdi": _roles(office, name)}
    if organization is None:
        _remember(office.id, create({"name": name, **_given(wanted)}), wanted)
        return Outcome(name, "created")
    present = tk.get_action("organization_show")(context(), {"id": organization.id})
    before = loaded.fields if loaded else {}
    changes: dict[str, Any] = {}
    kept: list[str] = []
    for key, value in wanted.items():
        now = _plain(present.get(key))
        if now == _plain(value):
            continue
        # Without a memory of an earlier load only an empty field is nobody's.
        if force or now == _plain(before.get(key)):
            changes[key] = value
        else:
            kept.append(key)
    remembered = {**before, **{key: value for key, value in wanted.items() if key not in kept}}
    if changes:
        tk.get_action("organization_patch")(context(), {"id": organization.id, **changes})
    if changes or loaded is None or remembered != before:
        _remember(office.id, organization.id, remembered)
    return Outcome(name, "updated" if changes else "unchanged", tuple(kept))


def _organization(office: Office, loaded: LoadedOrganization | None) -> model.Group | None:
    if loaded:
        return model.Group.get(loaded.organization_id)
    found = model.Group.by_name(office.id)
    if found and found.is_organization and found.state == model.State.ACTIVE:
        return found
    former = current_name(office.id)
    return model.Group.by_name(former) if former else found


def _roles(office: Office, name: str) -> list[str]:
    return office.roles(
        name, custodian=config.custodian(), supervisor=config.supervisor(), coordinator=config.coordinator()
    )


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in ("", [])}


def _plain(value: Any) -> Any:
    """A value for comparison: an empty one is None, and the order of a list does not count."""
    if isinstance(value, list) or (isinstance(value, str) and value.startswith("[")):
        return sorted(as_list(value)) or None
    return value or None


def _remember(source_id: str, organization_id: str, fields: dict[str, Any]) -> None:
    loaded = LoadedOrganization.get(source_id)
    if loaded:
        loaded.fields = fields
        loaded.organization_id = organization_id
    else:
        model.Session.add(LoadedOrganization(source_id=source_id, organization_id=organization_id, fields=fields))
    model.Session.commit()
