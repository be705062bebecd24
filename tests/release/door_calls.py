"""With what each action of the registry is called in the table of doors: as somebody would who tries to get through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit as tk

from tests.days import in_days
from tests.people_factory import HARVESTER, OPERATOR, READER, SYSADMIN, name_of
from tests.planning import doors as planning
from tests.release import door_forum, door_statistics
from tests.release.conftest import act
from tests.release.door_calls_statistics import STATISTICS
from tests.release.scene import APPROVED, Record, Scene, make_upload
from tests.sdi_factory import complete_dataset, complete_resource

Call = Callable[[Scene, Record], dict[str, Any]]

OTHER_WORDS = "Simulasi: kata lain dari pintu belakang"
MEMBER, NEWCOMER = name_of(READER), name_of(HARVESTER)
ROWS = [{"tahun": "2024", "jumlah": 999}]
FIELDS = [{"id": "tahun", "type": "text"}, {"id": "jumlah", "type": "int"}]


def _job(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": tk.enqueue_job(print, ["simulasi"]).id}


def _nothing(scene: Scene, record: Record) -> dict[str, Any]:
    return {}


def _record(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": record.id}


def _with(**more: Any) -> Call:
    return lambda scene, record: {"id": record.id, **more}


def _file(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": record.file}


def _office(**more: Any) -> Call:
    return lambda scene, record: {"id": scene.cast.office, **more}


def _group(**more: Any) -> Call:
    return lambda scene, record: {"id": scene.group, **more}


def _person(**more: Any) -> Call:
    return lambda scene, record: {"id": MEMBER, **more}


def _just(**data: Any) -> Call:
    return lambda scene, record: dict(data)


def _whole(scene: Scene, record: Record) -> dict[str, Any]:
    shown = act("package_show", name_of(SYSADMIN), id=record.id, use_cache=False)
    return {**shown, "notes": OTHER_WORDS, "state": "active", "private": False, "publishing_status": "approved"}


def _new(scene: Scene, record: Record) -> dict[str, Any]:
    fields = complete_dataset(owner_org=scene.cast.id_of(scene.cast.office), name="simulasi-baru")
    return {**fields, "state": "active", "private": False, "publishing_status": "approved"}


def _new_file(scene: Scene, record: Record) -> dict[str, Any]:
    return {"package_id": record.id, **complete_resource()}


def _bulk(scene: Scene, record: Record) -> dict[str, Any]:
    return {"datasets": [record.id], "org_id": scene.cast.id_of(scene.cast.office)}


def _rows(**more: Any) -> Call:
    return lambda scene, record: {"resource_id": record.link, "force": True, **more}


def _view(**more: Any) -> Call:
    return lambda scene, record: {"id": record.view, **more}


def _relation(scene: Scene, record: Record) -> dict[str, Any]:
    return {"subject": record.id, "object": scene.records[APPROVED].id, "type": "depends_on", "comment": OTHER_WORDS}


def _collaborator(**more: Any) -> Call:
    return lambda scene, record: {"id": record.id, "user_id": NEWCOMER, **more}


def _in_group(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": scene.group, "object": record.id, "object_type": "package", "capacity": "public"}


def _tag(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": record.word}


def _capacity(scene: Scene, record: Record) -> dict[str, Any]:
    return {"id": scene.ids["capacity"]}


def _task(**more: Any) -> Call:
    return lambda scene, record: {
        "entity_id": record.file,
        "entity_type": "resource",
        "task_type": "simulasi",
        "key": "simulasi",
        "value": OTHER_WORDS,
        **more,
    }


CALLS: dict[str, Call] = {
    **STATISTICS,
    # what is read of a record
    "activity_data_show": lambda scene, record: {"id": record.activity},
    "activity_diff": lambda scene, record: {"id": record.activity, "object_type": "package"},
    "activity_show": lambda scene, record: {"id": record.activity, "include_data": True},
    "am_following_dataset": _record,
    "datastore_info": _file,
    "datastore_search": lambda scene, record: {"resource_id": record.file},
    "dataset_follower_count": _record,
    "dataset_follower_list": _record,
    "dcat_dataset_show": _with(format="ttl"),
    "lebak_feed_problem_show": _record,
    "lebak_file_show": _file,
    "lebak_indicator_values": _record,  # of a record that is none
    "lebak_release_list": _record,
    "lebak_release_show": _record,
    "lebak_release_takers": _record,
    "lebak_table_show": _file,
    "package_activity_list": _record,
    "package_collaborator_list": _record,
    "package_relationships_list": _record,
    "package_show": _record,
    "resource_show": _file,
    "resource_view_list": _file,
    "resource_view_show": _view(),
    "tag_show": _tag,
    # what is read of many
    "activity_delete_counts": _just(offset_days=1),
    "am_following_group": _group(),
    "am_following_user": _person(),
    "api_token_list": _just(user_id=MEMBER),
    "config_option_list": _nothing,
    "config_option_show": _just(key="ckan.site_about"),
    "current_package_list_with_resources": _just(limit=100),
    "dashboard_activity_list": _nothing,
    "dashboard_new_activities_count": _nothing,
    "dataset_followee_count": _person(),
    "dataset_followee_list": _person(),
    "dcat_catalog_search": _just(q="simulasi"),
    "dcat_catalog_show": _nothing,
    "file_owner_scan": lambda scene, record: {"owner_type": "package", "owner_id": record.id},
    "file_show": lambda scene, record: {"id": scene.ids["file"]},
    "followee_count": _person(),
    "followee_list": _person(),
    "format_autocomplete": _just(q="c"),
    "get_site_user": _nothing,
    "group_activity_list": _group(),
    "group_autocomplete": _just(q="sim"),
    "group_followee_count": _person(),
    "group_followee_list": _person(),
    "group_follower_count": _group(),
    "group_follower_list": _group(),
    "group_list": _just(all_fields=True),
    "group_list_authz": _nothing,
    "group_package_show": _group(),
    "group_show": _group(include_datasets=True),
    "help_show": _just(name="package_show"),
    "job_list": _nothing,
    "job_show": _job,
    "lebak_access_request_list": _nothing,
    "lebak_capacity_list": _nothing,
    "lebak_feed_report": _nothing,
    "lebak_member_count": _nothing,
    "lebak_member_list": _office(),
    "lebak_notice_list": _nothing,
    "lebak_review_queue": _nothing,
    "license_list": _nothing,
    "member_list": _office(object_type="package"),
    "member_roles_list": _just(group_type="organization"),
    "organization_activity_list": _office(),
    "organization_autocomplete": _just(q="sim"),
    "organization_followee_count": _person(),
    "organization_followee_list": _person(),
    "organization_follower_count": _office(),
    "organization_follower_list": _office(),
    "organization_list": _just(all_fields=True, include_dataset_count=True),
    "organization_list_for_user": _just(permission="update_dataset"),
    "organization_show": _office(include_datasets=True),
    "package_autocomplete": _just(q="simulasi"),
    "package_collaborator_list_for_user": _person(),
    "package_list": _nothing,
    "package_search": _just(
        q="*:*", rows=100, include_private=True, include_drafts=True, include_deleted=True, facet="true"
    ),
    "recently_changed_packages_activity_list": _nothing,
    "resource_search": _just(query="name:rahasia"),
    "scheming_dataset_schema_list": _nothing,
    "scheming_dataset_schema_show": _just(type="dataset"),
    "scheming_organization_schema_list": _nothing,
    "scheming_organization_schema_show": _just(type="organization"),
    "status_show": _nothing,
    "tag_autocomplete": _just(q="rahasia"),
    "tag_list": _nothing,
    "tag_search": _just(query="rahasia"),
    "task_status_show": lambda scene, record: {"id": scene.ids["task"]},
    "term_translation_show": _just(terms=["Orang"]),
    "user_activity_list": lambda scene, record: {"id": name_of(OPERATOR)},
    "user_autocomplete": _just(q="sim"),
    "user_followee_count": _person(),
    "user_followee_list": _person(),
    "user_follower_count": _person(),
    "user_follower_list": _person(),
    "user_list": _just(all_fields=True),
    "user_show": lambda scene, record: {"id": name_of(OPERATOR), "include_datasets": True},
    "vocabulary_list": _nothing,
    "vocabulary_show": lambda scene, record: {"id": scene.ids["vocabulary"]},
    # the record
    "bulk_update_delete": _bulk,
    "bulk_update_private": _bulk,
    "bulk_update_public": _bulk,
    "dataset_purge": _record,
    "package_collaborator_create": _collaborator(capacity="editor"),
    "package_collaborator_delete": _collaborator(),
    "package_create": _new,
    "package_create_default_resource_views": lambda scene, record: {"package": {"id": record.id}},
    "package_delete": _record,
    "package_owner_org_update": lambda scene, record: {
        "id": record.id,
        "organization_id": scene.cast.id_of(scene.cast.other_office),
    },
    "package_patch": _with(notes=OTHER_WORDS, state="active", private=False, publishing_status="approved"),
    "package_relationship_create": _relation,
    "package_relationship_delete": _relation,
    "package_relationship_update": _relation,
    "package_resource_reorder": lambda scene, record: {"id": record.id, "order": [record.link, record.file]},
    "package_revise": lambda scene, record: {
        "match": {"id": record.id},
        "update": {"notes": OTHER_WORDS, "private": False, "state": "active"},
    },
    "package_update": _whole,
    # its files
    "resource_create": _new_file,
    "resource_delete": _file,
    "resource_patch": lambda scene, record: {"id": record.file, "upload": make_upload(b"tahun,jumlah\n2024,999\n")},
    "resource_update": lambda scene, record: {
        "id": record.link,
        **complete_resource(url="https://example.org/lain.csv"),
    },
    "file_create": lambda scene, record: {"upload": make_upload(b"simulasi lain"), "storage": "default"},
    "file_delete": _just(id="sim-tanpa-berkas"),
    "file_ownership_transfer": lambda scene, record: {
        "id": scene.ids["file"],
        "owner_type": "resource",
        "owner_id": record.file,
        "force": True,
    },
    "file_pin": lambda scene, record: {"id": scene.ids["file"]},  # it belongs to nobody, and is not pinned
    "file_register": lambda scene, record: {"location": "simulasi.csv", "storage": "default"},
    "file_rename": lambda scene, record: {"id": scene.ids["file"], "name": "simulasi-lain.csv"},
    "file_unpin": lambda scene, record: {"id": scene.ids["file"]},
    # its tables
    "datastore_create": _rows(fields=FIELDS, records=ROWS),
    "datastore_delete": lambda scene, record: {"resource_id": record.file, "force": True},
    "datastore_records_delete": lambda scene, record: {"resource_id": record.file, "filters": {}, "force": True},
    "datastore_run_triggers": lambda scene, record: {"resource_id": record.file},
    "datastore_upsert": lambda scene, record: {
        "resource_id": record.file,
        "records": [{"tahun": "2024", "jumlah": 999}],
        "method": "insert",
        "force": True,
    },
    "datastore_function_create": _just(name="sim_fungsi", rettype="trigger", definition="BEGIN RETURN NEW; END;"),
    "datastore_function_delete": _just(name="sim_fungsi", if_exists=True),
    "lebak_table_load": _file,
    # its views
    "resource_create_default_resource_views": lambda scene, record: {
        "resource": {"id": record.file, "package_id": record.id, "format": "TXT", "url": "simulasi.txt"},
    },
    "resource_view_clear": _nothing,
    "resource_view_create": lambda scene, record: {
        "resource_id": record.file,
        "view_type": "text_view",
        "title": OTHER_WORDS,
        "description": OTHER_WORDS,
    },
    "resource_view_delete": _view(),
    "resource_view_reorder": lambda scene, record: {"id": record.file, "order": [record.view]},
    "resource_view_update": lambda scene, record: {
        "id": record.view,
        "resource_id": record.file,
        "view_type": "datatables_view",
        "title": OTHER_WORDS,
        "description": OTHER_WORDS,
    },
    # its way
    "lebak_access_request_create": lambda scene, record: {
        "package_id": record.id,
        "organization_id": scene.cast.id_of(scene.cast.other_office),
        "purpose": "Simulasi",
        "until": "2099-12-31",
    },
    "lebak_priority_set": _with(years=["2027"], criterion="TPB/SDGs"),
    "lebak_release_agree": _record,
    "lebak_release_approve": _record,
    "lebak_release_change": _record,
    "lebak_release_confirm": _with(next_day="2099-12-31"),
    "lebak_release_consent": _record,
    "lebak_release_decline": _with(text="Simulasi"),
    "lebak_release_discard": _record,
    "lebak_release_erase": _record,
    "lebak_release_object": _with(text="Simulasi"),
    "lebak_release_recall": _record,
    "lebak_release_reopen": _record,
    "lebak_release_return": _with(text="Simulasi"),
    "lebak_release_submit": _with(names_no_person=True, kind="revisi", reason="Simulasi"),
    "lebak_release_withdraw": _with(text="Simulasi"),
    "lebak_review_note_create": _with(text="Simulasi", field="notes"),
    "lebak_review_note_answer": lambda scene, record: {"id": scene.ids["note"], "text": "Simulasi"},
    "lebak_access_request_decide": lambda scene, record: {
        "id": scene.ids["request"],
        "decision": "refuse",
        "reason": "Simulasi",
    },
    "lebak_access_request_end": lambda scene, record: {"id": scene.ids["request"], "reason": "Simulasi"},
    "lebak_audit_redact": lambda scene, record: {"id": scene.ids["entry"]},
    "lebak_notice_digest_set": _just(digest=False),
    "lebak_notice_read": _nothing,
    # its words elsewhere
    "tag_create": lambda scene, record: {"name": "sim-lain", "vocabulary_id": scene.ids["vocabulary"]},
    "tag_delete": lambda scene, record: {"id": "sim-istilah", "vocabulary_id": scene.ids["vocabulary"]},
    "vocabulary_create": _just(name="sim-kosakata-lain", tags=[{"name": "sim-kata"}]),
    "vocabulary_delete": lambda scene, record: {"id": scene.ids["empty_vocabulary"]},
    "vocabulary_update": lambda scene, record: {"id": scene.ids["vocabulary"], "name": "sim-lain"},
    "term_translation_update": _just(term="Orang", term_translation=OTHER_WORDS, lang_code="id"),
    "term_translation_update_many": _just(data=[{"term": "Orang", "term_translation": OTHER_WORDS, "lang_code": "id"}]),
    "task_status_update": _task(),
    "task_status_update_many": lambda scene, record: {"data": [_task()(scene, record)]},
    "task_status_delete": lambda scene, record: {"id": scene.ids["task"]},
    # groups and members
    "group_create": lambda scene, record: {"name": "sim-baru", "packages": [{"id": record.id}]},
    "group_delete": _group(),
    "group_member_create": _group(username=NEWCOMER, role="editor"),
    "group_member_delete": _group(username=name_of(SYSADMIN)),
    "group_patch": lambda scene, record: {"id": scene.group, "packages": [{"id": record.id}]},
    "group_purge": _group(),
    "group_update": lambda scene, record: {
        "id": scene.group,
        "name": scene.group,
        "packages": [{"id": record.id}],
    },
    "member_create": _in_group,
    "member_delete": _in_group,
    # offices and people
    "api_token_create": _just(user=MEMBER, name="simulasi"),
    "api_token_revoke": lambda scene, record: {"jti": scene.ids["token"]},
    "lebak_capacity_end": _capacity,
    "lebak_capacity_grant": lambda scene, record: {
        "user": MEMBER,
        "organization": scene.cast.custodian,
        "capacity": "walidata",
    },
    "lebak_deputy_end": lambda scene, record: {"id": scene.ids["deputy"]},
    "lebak_deputy_name": _office(username=name_of(OPERATOR), until=in_days(30)),
    "lebak_invitation_send": _office(user=MEMBER),  # who has a password already
    "lebak_member_hand_over": _office(user=MEMBER, successor=name_of(OPERATOR)),
    "organization_create": _just(name="sim-dinas-baru", title="SIMULASI dinas baru"),
    "organization_delete": _office(),
    "organization_member_create": _office(username=NEWCOMER, role="editor"),
    "organization_member_delete": _office(username=MEMBER),
    "organization_patch": _office(description=OTHER_WORDS),
    "organization_purge": _office(),
    "organization_update": _office(name="sim-dinas", title="SIMULASI sim-dinas", description=OTHER_WORDS),
    "user_create": _just(name="sim-orang", email="sim-orang@example.org", password="Kata-sandi-simulasi-2"),
    "user_delete": _person(),
    "user_invite": lambda scene, record: {
        "email": "sim-undangan@example.org",
        "group_id": scene.cast.office,
        "role": "editor",
    },
    "user_patch": _person(fullname="Simulasi"),
    "user_update": _person(email="sim-lain@example.org", fullname="Simulasi"),
    # one's own
    "dashboard_mark_activities_old": _nothing,
    "follow_dataset": _record,
    "follow_group": _group(),
    "follow_user": _person(),
    "unfollow_dataset": _record,
    "unfollow_group": _group(),
    "unfollow_user": _person(),
    # the site
    "activity_create": lambda scene, record: {
        "user_id": name_of(OPERATOR),
        "object_id": record.id,
        "activity_type": "changed package",
        "data": {"package": {"title": OTHER_WORDS}},
    },
    "activity_delete": lambda scene, record: {"id": record.activity},
    "activity_delete_all": _nothing,
    "config_option_update": _just(**{"ckan.site_about": ""}),
    "job_cancel": _job,
    "job_clear": _nothing,
    "send_email_notifications": _nothing,
    **door_forum.CALLS,
    **door_statistics.CALLS,
    # the data list
    **planning.CALLS,
}
