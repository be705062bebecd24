"""Actions on e-Walidata. What they do stands in the room ``ewalidata/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.ewalidata import exporting, mappings
from ckanext.lebak.ewalidata.model import CodeMapping
from ckanext.lebak.logic.action.asked import id_of, number_of, office_of, text_of, year_of

__all__ = [
    "lebak_ewalidata_export_keep",
    "lebak_ewalidata_remove",
    "lebak_ewalidata_save",
    "lebak_ewalidata_show",
]


@tk.side_effect_free
def lebak_ewalidata_show(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The value of each code of e-Walidata in a year, each with the cells that it came from.

    You must act as walidata; of one office, be its operator or head.

    :param year: of the values
    :type year: int
    :param organization: id or name of an office: only codes of its datasets (optional for the walidata)
    :type organization: string
    :param offset: how many codes are left out (optional, default: 0)
    :type offset: int
    :param limit: how many codes there are at most (optional, default: all)
    :type limit: int

    :returns: for each code ``kodeindikator``, ``uraian_indikator``, ``satuan``, ``tahun``, ``data``, ``last_year``,
        ``exported_last_year``, ``flags``, ``problem``, ``dataset``, ``column``, ``filters``, ``aggregation`` and
        ``cells``
    :rtype: list of dictionaries
    """
    office = office_of(data_dict) if data_dict.get("organization") else None
    tk.check_access("lebak_ewalidata_show", context, {"organization": office.id if office else ""})
    offset, limit = number_of(data_dict, "offset", 0), number_of(data_dict, "limit", 0)
    listed = mappings.listed(office.id if office else None, offset=offset, limit=limit or None)
    return exporting.lines(context, year_of(data_dict), listed)


def lebak_ewalidata_save(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say where the value of a code stands. You must act as walidata, or work for the office of the dataset.

    :param id: of the mapping to change (optional)
    :type id: string
    :param code: ``kodeindikator`` of e-Walidata
    :type code: string
    :param title: ``uraian_indikator``
    :type title: string
    :param unit: ``satuan``
    :type unit: string
    :param resource_id: the file of a released dataset
    :type resource_id: string
    :param year_column: the column that holds the year
    :type year_column: string
    :param value_column: the column that is aggregated
    :type value_column: string
    :param filters: value by column, or a text with a ``column=value`` a line (optional)
    :type filters: dictionary or string
    :param aggregation: ``single``, ``sum``, ``mean``, ``count``, ``max`` or ``min``
    :type aggregation: string

    :returns: the mapping
    :rtype: dictionary
    """
    present = mappings.get(id_of(data_dict)) if data_dict.get("id") else None
    if present:
        tk.check_access("lebak_ewalidata_save", context, {"package_id": present.package_id})
    else:
        tk.check_access("lebak_ewalidata_show", context, {"organization": "", "anywhere": True})
    given = {**data_dict, "resource_id": text_of(data_dict, "resource_id")}
    package = mappings.package_of(given["resource_id"])
    tk.check_access("lebak_ewalidata_save", context, {"package_id": package.id})
    saved = mappings.save(context, given, mapping=present)
    model.Session.commit()
    return _shown(saved)


def lebak_ewalidata_remove(context: Context, data_dict: DataDict) -> None:
    """Take a code off the list. You must act as walidata, or work for the office of the dataset.

    :param id: of the mapping
    :type id: string
    """
    mapping = mappings.get(id_of(data_dict))
    tk.check_access("lebak_ewalidata_remove", context, {"package_id": mapping.package_id})
    mappings.remove(mapping, context.get("user") or "")
    model.Session.commit()


def lebak_ewalidata_export_keep(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Keep the values of a year as you give them to e-Walidata: next year's are compared with them.

    You must act as walidata.

    :param year: of the values
    :type year: int

    :returns: ``year`` and ``codes``: how many have a value
    :rtype: dictionary
    """
    tk.check_access("lebak_ewalidata_export_keep", context, data_dict)
    year = year_of(data_dict)
    kept = exporting.keep(year, exporting.lines(context, year, mappings.listed()), context.get("user") or "")
    model.Session.commit()
    return {"year": year, "codes": len(kept.values)}


def _shown(mapping: CodeMapping) -> dict[str, Any]:
    keys = ("id", "code", "title", "unit", "package_id", "resource_id", "year_column", "value_column", "filters")
    return {**{key: getattr(mapping, key) for key in keys}, "aggregation": mapping.aggregation}
