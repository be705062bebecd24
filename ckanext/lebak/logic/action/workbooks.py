"""Actions of workbooks of BPS's forms. What they do stands in the room ``workbooks/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.workbooks import importing
from ckanext.lebak.workbooks.model import WorkbookUpload

__all__ = ["lebak_workbook_check", "lebak_workbook_show", "lebak_workbook_write"]


def lebak_workbook_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Send a workbook of BPS's forms, or a ZIP file of many, to see what would become of it. Nothing is written.

    You must work for the office. More than five workbooks, or twenty records, are looked at in the background: ask
    ``lebak_workbook_show``.

    :param organization: id or name of the office
    :type organization: string
    :param upload: the file
    :type upload: file

    :returns: as ``lebak_workbook_show``
    :rtype: dictionary
    """
    office = model.Group.get(tk.get_or_bust(data_dict, "organization"))
    if office is None or not office.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    tk.check_access("lebak_workbook_check", context, {"organization": office.id})
    return _shown(importing.send(data_dict.get("upload"), office.id, context.get("user") or ""))


@tk.side_effect_free
def lebak_workbook_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What was found in a file of workbooks.

    You must have sent it.

    :param id: id of the file, as ``lebak_workbook_check`` gives it
    :type id: string

    :returns: ``id``, ``name``, ``organization``, ``state`` (``checking``, ``checked``, ``writing``, ``written`` or
        ``refused``), ``number`` of workbooks, ``done`` of them, ``refusal``, and ``report``: of each record ``file``,
        ``form``, ``title``, ``year``, ``answers``, ``missing``, ``changes``, ``written``, ``problems`` (``sheet``,
        ``cell``, ``label``, ``sentence``) and, of few workbooks, ``understood`` (``label``, ``text``)
    :rtype: dictionary
    """
    found = importing.get(tk.get_or_bust(data_dict, "id"))
    tk.check_access("lebak_workbook_show", context, {"id": found.id})
    importing.look_after(found)
    return _shown(found)


def lebak_workbook_write(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Write the records of a checked file that have no problem; each whole or not at all.

    You must have sent it, and work for the office.

    :param id: id of the file
    :type id: string

    :returns: as ``lebak_workbook_show``
    :rtype: dictionary
    """
    found = importing.get(tk.get_or_bust(data_dict, "id"))
    tk.check_access("lebak_workbook_write", context, {"id": found.id})
    importing.write_all(found)
    return _shown(found)


def _shown(found: WorkbookUpload) -> dict[str, Any]:
    office = model.Group.get(found.organization_id)
    return {
        "id": found.id,
        "name": found.name,
        "organization": office.name if office else "",
        "state": found.state,
        "number": found.number,
        "done": found.done,
        "refusal": found.refusal,
        "report": found.report,
    }
