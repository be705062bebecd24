"""A former address of an office leads to the present one: in the API by chained actions, in a browser by a redirect.

An office that bears a name now always wins over an alias of that name.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from flask import Blueprint, redirect, request
from sqlalchemy.orm import aliased
from werkzeug import Response

from ckanext.lebak.organizations.model import OrganizationAlias

__all__ = ["lebak_organization_aliases"]

lebak_organization_aliases = Blueprint("lebak_organization_aliases", __name__)

MOVED = 301


def current_name(name: str) -> str | None:
    """The present name of an office that once had this one.

    Args:
        name: A name (slug) from an address.

    Returns:
        The present name; None where the name is nobody's former one, or an active organization bears it.
    """
    now, former = aliased(model.Group), aliased(model.Group)
    query = (
        sa.select(now.name)
        .join(OrganizationAlias, OrganizationAlias.organization_id == now.id)
        .where(OrganizationAlias.name == name, now.state == model.State.ACTIVE)
        .where(~sa.exists().where(former.name == name, former.state == model.State.ACTIVE))
    )
    return model.Session.scalar(query)


def point(name: str, organization_id: str) -> None:
    """Has a former name lead to an organization, without committing."""
    alias = OrganizationAlias.get(name)
    if alias:
        alias.organization_id = organization_id
    else:
        model.Session.add(OrganizationAlias(name=name, organization_id=organization_id))


@lebak_organization_aliases.before_app_request
def _redirect() -> Response | None:
    """Sends readers of a former address to the present one, for good.

    It costs one indexed query, on pages of organizations only.
    """
    if request.method not in ("GET", "HEAD") or not request.view_args:
        return None
    if request.blueprint != "organization" and request.endpoint != "feeds.organization":
        return None
    current = current_name(str(request.view_args.get("id", "")))
    if current is None:
        return None
    address = tk.url_for(str(request.endpoint), **{**request.view_args, "id": current})
    query = request.query_string.decode()
    return redirect(f"{address}?{query}" if query else address, code=MOVED)
