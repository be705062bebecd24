"""Actions around a withdrawal: whom to tell, and the end of the files. The move is ``lebak_release_withdraw``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.release import erasing
from ckanext.lebak.release.takers import takers

__all__ = ["lebak_release_erase", "lebak_release_takers"]


@tk.side_effect_free
def lebak_release_takers(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Who took a record since its first release, or may have: whom to tell that it is withdrawn.

    You must act as walidata, or be the head of its office.

    :param id: id or name of the record
    :type id: string

    :returns: ``since``, ``until`` (when it was withdrawn), ``harvesters``, ``readers``, ``downloads``, ``agencies``
    :rtype: dictionary
    """
    package = _checked("lebak_release_takers", context, data_dict)
    return takers(package.id)


def lebak_release_erase(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Erase the files of a withdrawn record for good, with their tables. It cannot be undone.

    You must act as walidata.

    :param id: id or name of the record
    :type id: string

    :returns: ``erased`` and ``left``: how many contents are gone, and how many another record still needs
    :rtype: dictionary
    """
    package = _checked("lebak_release_erase", context, data_dict)
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return erasing.erase(package.id, user)


def _checked(action: str, context: Context, data_dict: DataDict) -> model.Package:
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    tk.check_access(action, context, {"id": package.id})
    return package
