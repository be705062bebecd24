"""CKAN's actions on organizations, which also understand the former names of an office."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

from ckanext.lebak.organizations.aliases import current_name
from ckanext.lebak.organizations.names import matching

__all__ = ["organization_list", "organization_show"]


@tk.chained_action
@tk.side_effect_free
def organization_show(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``organization_show``; ``id`` may also be the address of an office before it was renamed or merged."""
    name = data_dict.get("id")
    current = current_name(name) if isinstance(name, str) else None
    return up(context, {**data_dict, "id": current} if current else data_dict)


@tk.chained_action
@tk.side_effect_free
def organization_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``organization_list``; ``q`` also looks at abbreviations and at other and former names.

    CKAN does the paging, sorting and counting: it is given the names of the offices that match.
    """
    q = data_dict.get("q")
    if not isinstance(q, str) or not q.strip():
        return up(context, data_dict)
    tk.check_access("organization_list", context, data_dict)
    names = set(matching(q.strip()))
    if data_dict.get("organizations"):
        names &= set(tk.aslist(data_dict["organizations"], sep=","))
    return up(context, {**data_dict, "q": "", "organizations": sorted(names)}) if names else []
