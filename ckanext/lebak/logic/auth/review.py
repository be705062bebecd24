"""Who sees what waits to be checked."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.people.capacities import PEMBINA, WALIDATA, holds

__all__ = ["lebak_review_queue"]


@tk.auth_sysadmins_check
def lebak_review_queue(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata; for the pembina's desk the pembina. Sysadmins are asked like everybody."""
    desk = PEMBINA if data_dict.get("desk") == PEMBINA else WALIDATA
    if holds(model.User.get(context.get("user")), desk):
        return {"success": True}
    return {"success": False, "msg": tk._("This desk is not yours. Ask for the capacity if you work there.")}
