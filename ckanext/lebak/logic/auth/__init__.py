"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from ckanext.lebak.logic.auth.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.auth.people import (
    group_member_create,
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
from ckanext.lebak.logic.auth.tables import lebak_table_load, lebak_table_show

__all__ = [
    "group_member_create",
    "group_update",
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
    "member_list",
    "organization_create",
    "organization_member_create",
    "organization_member_delete",
    "organization_update",
    "user_invite",
]
