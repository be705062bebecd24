"""What everybody may read in bulk: lists by the one rule of what is public."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.logic import schema as core_schema
from ckan.logic import validate
from ckan.types import Context, DataDict

from ckanext.lebak.release.visibility import public_packages

__all__ = ["package_list"]

DATASET_TYPE = "dataset"


@tk.side_effect_free
@validate(core_schema.default_pagination_schema)
def package_list(context: Context, data_dict: DataDict) -> list[str]:
    """Return the names of the public datasets, in alphabetical order.

    CKAN's own lists every active record that is not private: also one whose office is gone, and records of other types
    than datasets, which a harvester would take for datasets.

    :param limit: at most this many names (optional)
    :type limit: int
    :param offset: after this many names (optional)
    :type offset: int

    :rtype: list of strings
    """
    tk.check_access("package_list", context, data_dict)
    by_id = context.get("api_version") == 2  # noqa: PLR2004 - CKAN's version 2 speaks of ids
    column = model.Package.id if by_id else model.Package.name
    names = sa.select(column).where(public_packages(), model.Package.type == DATASET_TYPE).order_by(column)
    if data_dict.get("limit"):
        names = names.limit(data_dict["limit"])
    if data_dict.get("offset"):
        names = names.offset(data_dict["offset"])
    return list(model.Session.scalars(names))
