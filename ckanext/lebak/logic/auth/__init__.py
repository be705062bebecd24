"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.lebak.logic.auth.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.auth.files import (
    datastore_info,
    datastore_search,
    datastore_search_sql,
    lebak_access_request_create,
    lebak_access_request_decide,
    lebak_access_request_end,
    lebak_access_request_list,
    lebak_file_show,
    resource_view_show,
    task_status_show,
)
from ckanext.lebak.logic.auth.notices import lebak_notice_digest_set, lebak_notice_list, lebak_notice_read
from ckanext.lebak.logic.auth.office import lebak_deputy_end, lebak_deputy_name, lebak_release_confirm
from ckanext.lebak.logic.auth.people import (
    group_delete,
    group_member_create,
    group_purge,
    group_update,
    lebak_capacity_end,
    lebak_capacity_grant,
    lebak_capacity_list,
    lebak_invitation_send,
    lebak_member_count,
    lebak_member_hand_over,
    lebak_member_list,
    member_create,
    member_delete,
    member_list,
    organization_create,
    organization_member_create,
    organization_member_delete,
    organization_update,
    user_invite,
)
from ckanext.lebak.logic.auth.release import (
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
    package_collaborator_create,
    package_collaborator_delete,
    package_collaborator_list,
)
from ckanext.lebak.logic.auth.review import lebak_review_queue
from ckanext.lebak.logic.auth.tables import lebak_table_load, lebak_table_show
from ckanext.lebak.logic.auth.withdrawal import lebak_release_erase, lebak_release_takers

__all__ = [
    "datastore_info",
    "datastore_search",
    "datastore_search_sql",
    "group_delete",
    "group_member_create",
    "group_purge",
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
    "member_list",
    "organization_create",
    "organization_member_create",
    "organization_member_delete",
    "organization_update",
    "package_collaborator_create",
    "package_collaborator_delete",
    "package_collaborator_list",
    "resource_view_show",
    "task_status_show",
    "user_invite",
]

CHAINED = {"datastore": ("datastore_info", "datastore_search", "datastore_search_sql")}
"""Auth functions of ours that chain those of another plugin, which need not be on."""


def available() -> dict[str, Any]:
    """The auth functions, but those that chain one of a plugin that is off."""
    missing = {name for plugin, names in CHAINED.items() if not p.plugin_loaded(plugin) for name in names}
    return {name: globals()[name] for name in __all__ if name not in missing}
