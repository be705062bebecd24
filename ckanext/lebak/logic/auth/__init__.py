"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from ckanext.lebak.logic.auth.feed import lebak_feed_problem_show, lebak_feed_report
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
)
from ckanext.lebak.logic.auth.tables import lebak_table_load, lebak_table_show

__all__ = [
    "lebak_audit_redact",
    "lebak_feed_problem_show",
    "lebak_feed_report",
    "lebak_priority_set",
    "lebak_release_agree",
    "lebak_release_approve",
    "lebak_release_change",
    "lebak_release_consent",
    "lebak_release_decline",
    "lebak_release_discard",
    "lebak_release_list",
    "lebak_release_object",
    "lebak_release_recall",
    "lebak_release_reopen",
    "lebak_release_return",
    "lebak_release_show",
    "lebak_release_submit",
    "lebak_release_withdraw",
    "lebak_review_note_answer",
    "lebak_review_note_create",
    "lebak_table_load",
    "lebak_table_show",
]
