"""No file of a closed record: what must not be given away is not kept here at all."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.lebak.files.access import CLOSED, access_of
from ckanext.lebak.logic.validators.values import is_empty

_ = tk._

_ACCESS = ("accessRights",)


def lebak_closed_keeps_no_file(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """A record that has files or links cannot become closed: somebody must take them away knowingly.

    Args:
        key: Of the field `accessRights`.
        data: The flattened record.
        errors: Takes the sentence.
        context: Holds the stored record, if there is one.
    """
    if data.get(key) == CLOSED and _becomes_closed(context) and any(map(_has_file, _files(data))):
        errors.setdefault(key, []).append(
            _("Of a closed dataset only the description is kept. Remove its files and links first, then close it.")
        )


def lebak_no_file_of_closed(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A closed record takes neither a file nor a link.

    Args:
        key: Of the field `url` of a file.
        data: The flattened record.
        errors: Takes the sentence.
        context: Holds the stored record, if there is one.
    """
    # Where the record is only now to be closed, one sentence at the access class says it for all files.
    if data.get(_ACCESS) != CLOSED or _becomes_closed(context) or is_empty(data.get(key)):
        return
    errors.setdefault(key, []).append(
        _("This dataset is closed: its file is not kept here, and no link to it either. Only its description is shown.")
    )


def _becomes_closed(context: Context) -> bool:
    stored = context.get("package")
    return stored is not None and access_of(stored) != CLOSED


def _files(data: FlattenDataDict) -> list[Any]:
    return [value for key, value in data.items() if len(key) == 3 and key[0] == "resources" and key[2] == "url"]


def _has_file(url: Any) -> bool:
    return not is_empty(url)
