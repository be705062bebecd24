"""Our actions, and CKAN's actions that we chain."""

from ckanext.lebak.logic.action.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.action.organizations import organization_list, organization_show
from ckanext.lebak.logic.action.people import (
    lebak_capacity_end,
    lebak_capacity_grant,
    lebak_capacity_list,
    lebak_invitation_send,
    lebak_member_count,
    lebak_member_hand_over,
    lebak_member_list,
    member_create,
    member_delete,
    organization_create,
    user_delete,
    user_invite,
)
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
from ckanext.lebak.logic.action.searching import package_autocomplete, package_search, resource_search
from ckanext.lebak.logic.action.tables import lebak_table_load, lebak_table_show

__all__ = [
    "lebak_capacity_end",
    "lebak_capacity_grant",
    "lebak_capacity_list",
    "lebak_feed_problem_show",
    "lebak_feed_report",
    "lebak_invitation_send",
    "lebak_member_count",
    "lebak_member_hand_over",
    "lebak_member_list",
    "lebak_table_load",
    "lebak_table_show",
    "member_create",
    "member_delete",
    "organization_create",
    "organization_list",
    "organization_show",
    "package_autocomplete",
    "package_create",
    "package_list",
    "package_patch",
    "package_search",
    "package_show",
    "package_update",
    "resource_create",
    "resource_patch",
    "resource_search",
    "resource_update",
    "user_delete",
    "user_invite",
]
