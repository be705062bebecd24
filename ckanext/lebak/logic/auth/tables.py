"""Who sees and loads the tables of uploaded files."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

__all__ = ["lebak_table_load", "lebak_table_show"]


@tk.auth_allow_anonymous_access
def lebak_table_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the resource."""
    return authz.is_authorized("resource_show", context, data_dict)


def lebak_table_load(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may edit the resource."""
    return authz.is_authorized("resource_update", context, data_dict)
