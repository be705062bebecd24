"""The catalog does not start where CKAN's own settings let people make themselves heads of offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.lebak.doctor import SAFE_SETTINGS, Finding

MUST = (
    "ckan.auth.user_create_organizations",
    "ckan.auth.user_delete_organizations",
    "ckan.auth.user_create_groups",
    "ckan.auth.user_delete_groups",
    "ckan.auth.allow_dataset_collaborators",
    "ckan.auth.create_unowned_dataset",
    "ckan.auth.anon_create_dataset",
)
"""Settings of `doctor.SAFE_SETTINGS` that are a way round who may what, and not only unwise."""


def findings(config: Mapping[str, Any]) -> Iterable[Finding]:
    """Which of `MUST` are on, each with why and the mend. Pure."""
    for setting in SAFE_SETTINGS:
        if setting.key in MUST and tk.asbool(config.get(setting.key) or False):
            yield Finding(f"{setting.key} is on: {setting.why}", f"set {setting.key} = {setting.value}")


def refuse_unsafe(config: Mapping[str, Any]) -> None:
    """Ends the start with settings with which this catalog must not run.

    Raises:
        CkanConfigurationException: It names each option and what to set.
    """
    found = list(findings(config))
    if found:
        raise CkanConfigurationException("ckanext-lebak does not start. " + "; ".join(map(str, found)))
