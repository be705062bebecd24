"""Our actions, and CKAN's actions that we chain."""

from ckanext.lebak.logic.action.organizations import organization_list, organization_show
from ckanext.lebak.logic.action.reading import package_list
from ckanext.lebak.logic.action.saving import (
    package_create,
    package_patch,
    package_show,
    package_update,
    resource_create,
    resource_patch,
    resource_update,
)
from ckanext.lebak.logic.action.tables import lebak_table_load, lebak_table_show

__all__ = [
    "lebak_table_load",
    "lebak_table_show",
    "organization_list",
    "organization_show",
    "package_create",
    "package_list",
    "package_patch",
    "package_show",
    "package_update",
    "resource_create",
    "resource_patch",
    "resource_update",
]
