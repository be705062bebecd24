"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.lebak.logic.auth import (
    data_requests,
    epss,
    ewalidata,
    feed,
    files,
    forum,
    indicators,
    notices,
    office,
    people,
    planning,
    proposals,
    release,
    review,
    statistics,
    tables,
    withdrawal,
    workbooks,
)

_MODULES = (
    data_requests,
    epss,
    ewalidata,
    feed,
    files,
    forum,
    indicators,
    notices,
    office,
    people,
    planning,
    proposals,
    release,
    review,
    statistics,
    tables,
    withdrawal,
    workbooks,
)
FUNCTIONS: dict[str, Any] = {name: getattr(module, name) for module in _MODULES for name in module.__all__}
"""All our auth functions, by name: what the modules say in ``__all__``."""

CHAINED = {"datastore": ("datastore_info", "datastore_search", "datastore_search_sql")}
"""Auth functions of ours that chain those of another plugin, which need not be on."""


def available() -> dict[str, Any]:
    """The auth functions, but those that chain one of a plugin that is off."""
    missing = {name for plugin, names in CHAINED.items() if not p.plugin_loaded(plugin) for name in names}
    return {name: function for name, function in FUNCTIONS.items() if name not in missing}
