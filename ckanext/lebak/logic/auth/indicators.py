"""Who sees what belongs to an indicator."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

__all__ = ["lebak_indicator_values"]


@tk.auth_allow_anonymous_access
def lebak_indicator_values(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the indicator."""
    return authz.is_authorized("package_show", context, data_dict)
