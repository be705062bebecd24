"""Who sends workbooks of BPS's forms, and who sees what was found in them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE
from ckanext.lebak.workbooks.model import WorkbookUpload

__all__ = ["lebak_workbook_check", "lebak_workbook_show", "lebak_workbook_write"]


@tk.auth_sysadmins_check
def lebak_workbook_check(context: Context, data_dict: DataDict) -> AuthResult:
    """The operator and the head of the office whose records it becomes."""
    user = model.User.get(context.get("user"))
    allowed = bool(parts_of(user, data_dict.get("organization")) & OFFICE)
    return _answer(allowed, tk._("Only the office itself sends its forms."))


@tk.auth_sysadmins_check
def lebak_workbook_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who sent it."""
    found = model.Session.get(WorkbookUpload, data_dict.get("id"))
    return _answer(found is not None and found.sent_by == context.get("user"), tk._("Somebody else sent this file."))


@tk.auth_sysadmins_check
def lebak_workbook_write(context: Context, data_dict: DataDict) -> AuthResult:
    """Who sent it, as long as they work for the office."""
    found = model.Session.get(WorkbookUpload, data_dict.get("id"))
    if found is None or found.sent_by != context.get("user"):
        return lebak_workbook_show(context, data_dict)
    return lebak_workbook_check(context, {"organization": found.organization_id})


def _answer(allowed: bool, sentence: str) -> AuthResult:
    return {"success": True} if allowed else {"success": False, "msg": sentence}
