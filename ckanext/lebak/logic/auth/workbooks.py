"""Who sends workbooks of BPS's forms, and who sees what was found in them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.logic.auth.asking import answer, asker, works_for
from ckanext.lebak.workbooks.model import WorkbookUpload

__all__ = ["lebak_workbook_check", "lebak_workbook_show", "lebak_workbook_write"]


@tk.auth_sysadmins_check
def lebak_workbook_check(context: Context, data_dict: DataDict) -> AuthResult:
    """The operator and the head of the office whose records it becomes."""
    user = asker(context)
    allowed = works_for(user, data_dict.get("organization"))
    return answer(allowed, tk._("Only the office itself sends its forms."))


@tk.auth_sysadmins_check
def lebak_workbook_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who sent it."""
    found = model.Session.get(WorkbookUpload, data_dict.get("id"))
    return answer(found is not None and found.sent_by == context.get("user"), tk._("Somebody else sent this file."))


@tk.auth_sysadmins_check
def lebak_workbook_write(context: Context, data_dict: DataDict) -> AuthResult:
    """Who sent it, as long as they work for the office."""
    found = model.Session.get(WorkbookUpload, data_dict.get("id"))
    if found is None or found.sent_by != context.get("user"):
        return lebak_workbook_show(context, data_dict)
    return lebak_workbook_check(context, {"organization": found.organization_id})
