"""Our actions, and CKAN's actions that we chain."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.lebak.logic.action import (
    activities,
    data_list,
    data_requests,
    epss,
    ewalidata,
    feed,
    files,
    forum,
    guarding,
    indicators,
    notices,
    office,
    organizations,
    people,
    planning,
    proposals,
    reading,
    release,
    review,
    saving,
    searching,
    statistics,
    tables,
    tags,
    withdrawal,
    workbooks,
)

_MODULES = (
    activities,
    data_list,
    data_requests,
    epss,
    ewalidata,
    feed,
    files,
    forum,
    guarding,
    indicators,
    notices,
    office,
    organizations,
    people,
    planning,
    proposals,
    reading,
    release,
    review,
    saving,
    searching,
    statistics,
    tables,
    tags,
    withdrawal,
    workbooks,
)
FUNCTIONS: dict[str, Any] = {name: getattr(module, name) for module in _MODULES for name in module.__all__}
"""All our actions, by name: what the modules say in ``__all__``."""

CHAINED = {
    "activity": tuple(activities.__all__),
    "datastore": tuple(name for name in FUNCTIONS if name.startswith("datastore_")),
}
"""Actions of ours that chain those of another plugin, which need not be on."""


def available() -> dict[str, Any]:
    """The actions, but those that chain one of a plugin that is off."""
    missing = {name for plugin, names in CHAINED.items() if not p.plugin_loaded(plugin) for name in names}
    return {name: function for name, function in FUNCTIONS.items() if name not in missing}
