"""Our actions, and CKAN's actions that we chain."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.lebak.logic.action import activities
from ckanext.lebak.logic.action.activities import (
    activity_show,
    dashboard_activity_list,
    group_activity_list,
    organization_activity_list,
    package_activity_list,
    recently_changed_packages_activity_list,
    user_activity_list,
)
from ckanext.lebak.logic.action.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.action.files import (
    datastore_search,
    lebak_access_request_create,
    lebak_access_request_decide,
    lebak_access_request_end,
    lebak_access_request_list,
    lebak_file_show,
    resource_view_list,
)
from ckanext.lebak.logic.action.guarding import (
    bulk_update_delete,
    bulk_update_private,
    bulk_update_public,
    dataset_purge,
    datastore_create,
    datastore_delete,
    datastore_records_delete,
    datastore_run_triggers,
    datastore_upsert,
    group_create,
    group_update,
    organization_delete,
    organization_update,
    package_delete,
    package_owner_org_update,
    package_relationship_create,
    package_relationship_delete,
    package_relationship_update,
    resource_delete,
    resource_view_clear,
    resource_view_create,
    resource_view_delete,
    resource_view_reorder,
    resource_view_update,
)
from ckanext.lebak.logic.action.notices import lebak_notice_digest_set, lebak_notice_list, lebak_notice_read
from ckanext.lebak.logic.action.office import lebak_deputy_end, lebak_deputy_name, lebak_release_confirm
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
from ckanext.lebak.logic.action.release import (
    lebak_audit_redact,
    lebak_priority_set,
    lebak_release_agree,
    lebak_release_approve,
    lebak_release_change,
    lebak_release_consent,
    lebak_release_decline,
    lebak_release_discard,
    lebak_release_list,
    lebak_release_object,
    lebak_release_recall,
    lebak_release_reopen,
    lebak_release_return,
    lebak_release_show,
    lebak_release_submit,
    lebak_release_withdraw,
    lebak_review_note_answer,
    lebak_review_note_create,
)
from ckanext.lebak.logic.action.review import lebak_review_queue
from ckanext.lebak.logic.action.saving import (
    package_create,
    package_patch,
    package_show,
    package_update,
    resource_create,
    resource_patch,
    resource_update,
)
from ckanext.lebak.logic.action.searching import (
    format_autocomplete,
    package_autocomplete,
    package_search,
    resource_search,
)
from ckanext.lebak.logic.action.tables import lebak_table_load, lebak_table_show
from ckanext.lebak.logic.action.tags import tag_autocomplete, tag_list, tag_search, tag_show
from ckanext.lebak.logic.action.withdrawal import lebak_release_erase, lebak_release_takers

__all__ = [
    "activity_show",
    "bulk_update_delete",
    "bulk_update_private",
    "bulk_update_public",
    "dashboard_activity_list",
    "dataset_purge",
    "datastore_create",
    "datastore_delete",
    "datastore_records_delete",
    "datastore_run_triggers",
    "datastore_search",
    "datastore_upsert",
    "format_autocomplete",
    "group_activity_list",
    "group_create",
    "group_update",
    "lebak_access_request_create",
    "lebak_access_request_decide",
    "lebak_access_request_end",
    "lebak_access_request_list",
    "lebak_audit_redact",
    "lebak_capacity_end",
    "lebak_capacity_grant",
    "lebak_capacity_list",
    "lebak_deputy_end",
    "lebak_deputy_name",
    "lebak_feed_problem_show",
    "lebak_feed_report",
    "lebak_file_show",
    "lebak_invitation_send",
    "lebak_member_count",
    "lebak_member_hand_over",
    "lebak_member_list",
    "lebak_notice_digest_set",
    "lebak_notice_list",
    "lebak_notice_read",
    "lebak_priority_set",
    "lebak_release_agree",
    "lebak_release_approve",
    "lebak_release_change",
    "lebak_release_confirm",
    "lebak_release_consent",
    "lebak_release_decline",
    "lebak_release_discard",
    "lebak_release_erase",
    "lebak_release_list",
    "lebak_release_object",
    "lebak_release_recall",
    "lebak_release_reopen",
    "lebak_release_return",
    "lebak_release_show",
    "lebak_release_submit",
    "lebak_release_takers",
    "lebak_release_withdraw",
    "lebak_review_note_answer",
    "lebak_review_note_create",
    "lebak_review_queue",
    "lebak_table_load",
    "lebak_table_show",
    "member_create",
    "member_delete",
    "organization_activity_list",
    "organization_create",
    "organization_delete",
    "organization_list",
    "organization_show",
    "organization_update",
    "package_activity_list",
    "package_autocomplete",
    "package_create",
    "package_delete",
    "package_list",
    "package_owner_org_update",
    "package_patch",
    "package_relationship_create",
    "package_relationship_delete",
    "package_relationship_update",
    "package_search",
    "package_show",
    "package_update",
    "recently_changed_packages_activity_list",
    "resource_create",
    "resource_delete",
    "resource_patch",
    "resource_search",
    "resource_update",
    "resource_view_clear",
    "resource_view_create",
    "resource_view_delete",
    "resource_view_list",
    "resource_view_reorder",
    "resource_view_update",
    "tag_autocomplete",
    "tag_list",
    "tag_search",
    "tag_show",
    "user_activity_list",
    "user_delete",
    "user_invite",
]

CHAINED = {
    "activity": tuple(activities.__all__),
    "datastore": tuple(name for name in __all__ if name.startswith("datastore_")),
}
"""Actions of ours that chain those of another plugin, which need not be on."""


def available() -> dict[str, Any]:
    """The actions, but those that chain one of a plugin that is off."""
    missing = {name for plugin, names in CHAINED.items() if not p.plugin_loaded(plugin) for name in names}
    return {name: globals()[name] for name in __all__ if name not in missing}
