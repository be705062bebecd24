"""Actions about indicators. What they do stands in the room ``statistics/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.statistics import carriers

__all__ = ["lebak_indicator_values"]


@tk.side_effect_free
def lebak_indicator_values(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Give the public datasets that carry an indicator, with its values where their tables have them.

    You must be allowed to see the indicator.

    :param id: id or name of the indicator
    :type id: string

    :returns: for each dataset, by title: ``id``, ``name``, ``title``, ``organization`` (its title) and ``tables``,
        those whose columns say which are the values, for the first ten datasets: ``resource_id``, ``name``, ``heads``,
        ``rows``, ``unit``, ``total`` (rows of the table) and ``complete`` (whether all of them are there) of each
    :rtype: list of dictionaries
    """
    reference = tk.get_or_bust(data_dict, "id")
    package = model.Package.get(reference)
    if package is None or package.type != carriers.INDICATOR_TYPE:
        raise tk.ObjectNotFound(tk._("Indicator not found"))
    tk.check_access("lebak_indicator_values", context, {"id": package.id})
    return [
        {
            "id": dataset.id,
            "name": dataset.name,
            "title": dataset.title or dataset.name,
            "organization": office.title if (office := model.Group.get(dataset.owner_org)) else "",
            "tables": carriers.values(context, dataset) if number < carriers.MOST_SHOWN else [],
        }
        for number, dataset in enumerate(carriers.datasets(package.id))
    ]
