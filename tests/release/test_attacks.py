"""Attempts to get something public past the gate, or to change what is public, by people who may do much.

What the public reads is compared after every step of every attempt; an attempt may be refused or come to nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import CKANTestApp

from tests.people_factory import (
    ANONYMOUS,
    HEAD,
    OPERATOR,
    OTHER_OPERATOR,
    STRANGER,
    SYSADMIN,
    WALIDATA,
    join,
    name_of,
)
from tests.release.conftest import act
from tests.release.scene import (
    APPROVED,
    CHANGE,
    DRAFT,
    IN_REVIEW,
    REJECTED,
    WITHDRAWN,
    Public,
    Scene,
    answer,
    make_upload,
)
from tests.sdi_factory import complete_dataset, complete_resource
from tests.thoroughness import WHOLE

pytestmark = pytest.mark.gate

Attempt = Callable[..., str]
MIGHTY = (OPERATOR, HEAD, SYSADMIN)
CLAIMS = {"publishing_status": "approved", "state": "active", "private": False}
WORDS = "Simulasi: kata dari pintu belakang"
SAYS_NO = ("gate", "refused", "invalid", "notfound")


@pytest.fixture
def attempt(scene: Scene) -> Iterator[Attempt]:
    """Calls an action as a role and tells what came of it; the public reads the same after it."""
    public = Public(scene)

    def made(role: str, action: str, **data: Any) -> str:
        scene.written = False
        user = "" if role == ANONYMOUS else name_of(role)
        came, _given = answer(lambda: act(action, user, **data))
        model.Session.remove()
        assert public.difference() == "", (role, action, came)
        return came

    with scene.tried():
        yield made


def test_posting_the_workflow_fields_changes_nothing(scene: Scene, attempt: Attempt) -> None:
    for role in MIGHTY:
        for state in (DRAFT, REJECTED, CHANGE):
            record = scene.records[state]
            assert attempt(role, "package_patch", id=record.id, **CLAIMS) == "ok"
            shown = act("package_show", name_of(SYSADMIN), id=record.id, use_cache=False)
            assert (shown["state"], shown["private"]) == ("draft", True)
            assert shown["publishing_status"] != "approved"
        for state in (IN_REVIEW, APPROVED, WITHDRAWN):
            assert attempt(role, "package_patch", id=scene.records[state].id, title=WORDS, **CLAIMS) == "gate"


def test_a_record_that_is_made_active_and_public_is_a_draft(scene: Scene, attempt: Attempt) -> None:
    for number, role in enumerate(MIGHTY):
        fields = complete_dataset(owner_org=scene.cast.id_of(scene.cast.office), name=f"simulasi-baru-{number}")
        assert attempt(role, "package_create", **{**fields, **CLAIMS}) == "ok"


def test_revise_with_filters(scene: Scene, attempt: Attempt) -> None:
    released, draft = scene.records[APPROVED], scene.records[DRAFT]
    ways: list[dict[str, Any]] = [
        {"filter": ["-resources"]},
        {"filter": ["-notes"], "update": {"notes": WORDS}},
        {"update__resources__0__url": "https://example.org/lain.csv"},
        {"update__resources__extend": [complete_resource()]},
        {"update": {"private": True}},
        {"update": {"state": "deleted"}},
    ]
    for role in MIGHTY:
        for way in ways:
            attempt(role, "package_revise", match={"id": released.id}, **way)
        assert attempt(role, "package_revise", match={"id": draft.id}, update=CLAIMS) == "ok"


def test_bulk_actions(scene: Scene, attempt: Attempt) -> None:
    office = scene.cast.id_of(scene.cast.office)
    everything = [record.id for record in scene.records.values()]
    for role in (HEAD, SYSADMIN):
        for action in ("bulk_update_public", "bulk_update_private", "bulk_update_delete"):
            assert attempt(role, action, datasets=everything, org_id=office) == "gate"
    assert attempt(OPERATOR, "bulk_update_public", datasets=everything, org_id=office) == "refused"


def test_the_publish_and_unpublish_buttons(scene: Scene, attempt: Attempt, app: CKANTestApp) -> None:
    public = Public(scene)
    for role in MIGHTY:
        headers = scene.cast.headers(role)
        for state in (DRAFT, APPROVED, WITHDRAWN, CHANGE) if WHOLE else (APPROVED, CHANGE):
            record = scene.records[state]
            shown = act("package_show", name_of(SYSADMIN), id=record.id, use_cache=False)
            form = {key: value for key, value in shown.items() if isinstance(value, str)}
            for save in ("go-metadata-unpublish", "go-metadata-publish", "save"):
                data = {**form, "save": save, "state": "active", "private": "False", "notes": WORDS, "_ckan_phase": "1"}
                app.post(f"/dataset/edit/{record.id}", data=data, headers=headers, follow_redirects=False)
                assert public.difference() == "", (role, state, save)
            for save in ("go-metadata", "go-metadata-preview", "go-metadata-publish", "go-dataset-complete"):
                data = {"save": save, "id": "", "name": "", "url": ""}
                address = f"/dataset/{record.id}/resource/new"
                app.post(address, data=data, headers=headers, follow_redirects=False)
                assert public.difference() == "", (role, state, save)
            for page in ("edit", "delete"):
                app.post(f"/dataset/{page}/{record.id}", data={"save": ""}, headers=headers, follow_redirects=False)
                assert public.difference() == "", (role, state, page)


def test_collaborators(scene: Scene, attempt: Attempt) -> None:
    stranger = name_of(STRANGER)
    for role in MIGHTY:
        for state in (DRAFT, APPROVED):
            record = scene.records[state].id
            came = attempt(role, "package_collaborator_create", id=record, user_id=stranger, capacity="editor")
            assert came == "refused"
            assert attempt(role, "package_collaborator_delete", id=record, user_id=stranger) == "refused"


def test_moving_to_another_office_and_back(scene: Scene, attempt: Attempt) -> None:
    office, other = (scene.cast.id_of(name) for name in (scene.cast.office, scene.cast.other_office))
    for role in MIGHTY:
        for state in (APPROVED, IN_REVIEW, WITHDRAWN):
            record = scene.records[state].id
            assert attempt(role, "package_owner_org_update", id=record, organization_id=other) in SAYS_NO
            assert attempt(role, "package_patch", id=record, owner_org=other) in SAYS_NO
    draft = scene.records[DRAFT].id
    for target in (other, office):
        assert attempt(SYSADMIN, "package_owner_org_update", id=draft, organization_id=target) == "ok"
    for name in (scene.cast.office, scene.cast.other_office):
        member = {"object": scene.records[APPROVED].id, "object_type": "package", "capacity": "organization"}
        for role in MIGHTY:
            attempt(role, "member_create", id=name, **member)
            attempt(role, "member_delete", id=name, **member)


def test_groups(scene: Scene, attempt: Attempt) -> None:
    for state in (APPROVED, IN_REVIEW, WITHDRAWN):
        record = scene.records[state]
        member = {"id": scene.group, "object": record.id, "object_type": "package", "capacity": "public"}
        for role in MIGHTY:
            attempt(role, "member_delete", **member)
            attempt(role, "member_create", **member)
            attempt(role, "group_create", name=f"sim-{state}-{role}", packages=[{"id": record.id}])
            attempt(role, "package_patch", id=record.id, groups=[])
    for role in MIGHTY:
        for way in ({"packages": []}, {"packages": [{"id": scene.records[DRAFT].id}]}, {"state": "deleted"}):
            attempt(role, "group_patch", id=scene.group, **way)
        for action in ("group_delete", "group_purge"):
            attempt(role, action, id=scene.group)


def test_an_office_is_no_group(scene: Scene, attempt: Attempt) -> None:
    for role in MIGHTY:
        for action in ("group_delete", "group_purge"):
            assert attempt(role, action, id=scene.cast.office) in SAYS_NO
        assert attempt(role, "group_patch", id=scene.cast.office, packages=[]) in SAYS_NO


def test_what_is_said_of_a_released_file(scene: Scene, attempt: Attempt) -> None:
    released = scene.records[APPROVED]
    says: list[dict[str, Any]] = [
        {"url": "https://example.org/lain.csv"},
        {"hash": "0" * 64},
        {"mimetype": "text/html"},
        {"size": 1},
        {"last_modified": "2020-01-01T00:00:00"},
        {"description": WORDS},
        {"state": "deleted"},
        {"cache_url": "https://example.org/lain.csv"},
        {"upload": make_upload(b"tahun,jumlah\n2024,999\n")},
    ]
    for role in MIGHTY:
        for file in (released.file, released.link) if WHOLE else (released.file,):
            for said in says:
                attempt(role, "resource_patch", id=file, **said)
                attempt(role, "resource_update", **{**complete_resource(id=file), **said})
            assert attempt(role, "resource_delete", id=file) in SAYS_NO
        assert attempt(role, "resource_patch", id=released.file, url_type="") == "gate"
        assert attempt(role, "resource_patch", id=released.file, clear_upload="true", url="") in SAYS_NO


def test_a_file_of_another_record(scene: Scene, attempt: Attempt) -> None:
    """A draft that lists a released file, or a hidden one, as its own."""
    draft, released = scene.records[DRAFT], scene.records[APPROVED]
    for role in MIGHTY:
        for file in (released.file, released.link):
            stolen = [complete_resource(id=file, url="https://example.org/lain.csv")]
            attempt(role, "package_patch", id=draft.id, resources=stolen)
            attempt(role, "package_update", **_whole(draft.id, resources=stolen))
            attempt(role, "resource_create", package_id=draft.id, **stolen[0])
            attempt(role, "resource_update", package_id=draft.id, **stolen[0])
        attempt(role, "package_resource_reorder", id=draft.id, order=[released.file, released.link])


def test_a_file_is_not_had_by_naming_its_digest(scene: Scene, attempt: Attempt, app: CKANTestApp) -> None:
    hidden = scene.records[IN_REVIEW]
    digest = act("resource_show", name_of(SYSADMIN), id=hidden.file)["hash"]
    fields = complete_dataset(owner_org=scene.cast.id_of(scene.cast.other_office), resources=[])
    made = act("package_create", name_of(OTHER_OPERATOR), **fields)
    for more in ({}, {"id": hidden.file}):
        claim = {"url": "rahasia.csv", "url_type": "upload", "hash": digest, **more}
        attempt(OTHER_OPERATOR, "resource_create", package_id=made["id"], **complete_resource(**claim))
        attempt(OTHER_OPERATOR, "package_patch", id=made["id"], resources=[complete_resource(**claim)])
        for file in act("package_show", name_of(OTHER_OPERATOR), id=made["id"], use_cache=False)["resources"]:
            address = f"/dataset/{made['id']}/resource/{file['id']}/download/rahasia.csv"
            got = app.get(address, headers=scene.cast.headers(OTHER_OPERATOR), follow_redirects=False)
            assert hidden.word not in got.get_data(as_text=True)


def test_tables_under_a_released_file(scene: Scene, attempt: Attempt) -> None:
    released, hidden = scene.records[APPROVED], scene.records[DRAFT]
    rows: dict[str, Any] = {"records": [{"tahun": "2024", "jumlah": 999}], "force": True}
    fields = [{"id": "tahun", "type": "text"}, {"id": "jumlah", "type": "int"}]
    for role in MIGHTY:
        for file in (released.file, released.link):
            assert attempt(role, "datastore_create", resource_id=file, fields=fields, **rows) in SAYS_NO
            for method in ("insert", "upsert", "update"):
                assert attempt(role, "datastore_upsert", resource_id=file, method=method, **rows) in SAYS_NO
            assert attempt(role, "datastore_delete", resource_id=file, force=True) in SAYS_NO
            assert attempt(role, "datastore_records_delete", resource_id=file, filters={}, force=True) in SAYS_NO
            assert attempt(role, "datastore_create", resource_id=file, aliases="sim_alias", force=True) in SAYS_NO
        new = {"package_id": released.id, "url": "https://example.org/lain.csv", "name": "Simulasi"}
        assert attempt(role, "datastore_create", resource=new, fields=fields, **rows) in SAYS_NO
        # An alias of a hidden table, and one with the name of a released table.
        for alias in ("sim_alias", released.file):
            attempt(role, "datastore_create", resource_id=hidden.link, aliases=alias, fields=fields, **rows)
            attempt(role, "datastore_create", resource_id=hidden.file, aliases=alias, force=True)
        for name in ("sim_alias", hidden.file, hidden.link):
            assert answer(lambda: act("datastore_search", "", resource_id=name))[0] in SAYS_NO  # noqa: B023


def test_words_of_a_view(scene: Scene, attempt: Attempt) -> None:
    released, draft = scene.records[APPROVED], scene.records[DRAFT]
    said = {"title": WORDS, "description": WORDS, "view_type": "text_view"}
    for role in MIGHTY:
        assert attempt(role, "resource_view_create", resource_id=released.file, **said) in SAYS_NO
        assert attempt(role, "resource_view_update", id=released.view, resource_id=released.file, **said) in SAYS_NO
        assert attempt(role, "resource_view_delete", id=released.view) in SAYS_NO
        assert attempt(role, "resource_view_clear") in SAYS_NO
        # What nobody reviews is not kept with a draft, to be public with it.
        attempt(role, "resource_view_create", resource_id=draft.file, **said)
        attempt(
            role,
            "resource_view_update",
            id=draft.view,
            resource_id=draft.file,
            **{**said, "view_type": "datatables_view"},
        )
        assert WORDS not in json.dumps(act("resource_view_list", name_of(SYSADMIN), id=draft.file))


def test_relations(scene: Scene, attempt: Attempt) -> None:
    for role in MIGHTY:
        for state in (DRAFT, APPROVED):
            for other in (DRAFT, APPROVED, REJECTED):
                ends = {"subject": scene.records[state].id, "object": scene.records[other].id, "type": "depends_on"}
                for action in ("create", "update", "delete"):
                    came = attempt(role, f"package_relationship_{action}", comment=WORDS, **ends)
                    assert came in SAYS_NO
            related = [{"subject": scene.records[APPROVED].id, "object": scene.records[DRAFT].id, "type": "child_of"}]
            attempt(role, "package_patch", id=scene.records[state].id, relationships_as_subject=related)


def test_words_by_tags_and_vocabularies(scene: Scene, attempt: Attempt) -> None:
    word = scene.records[APPROVED].word
    tag = act("tag_show", "", id=word)
    for role in MIGHTY:
        attempt(role, "tag_delete", id=word)
        attempt(role, "tag_delete", id=tag["id"])
        attempt(role, "tag_create", name="sim-lain", vocabulary_id="")
        vocabulary = scene.ids["vocabulary"]
        for tags in ([{"name": word}], [{"id": tag["id"], "name": "sim-lain"}], []):
            attempt(role, "vocabulary_update", id=vocabulary, name="sim-kosakata", tags=tags)
            attempt(role, "vocabulary_create", name=f"sim-{role}", tags=tags)
    renamed = model.Tag.get(tag["id"])
    assert renamed is not None
    renamed.name = "sim-lain"
    with pytest.raises(tk.ValidationError):
        model.Session.flush()


def test_an_office_that_has_public_records_is_not_closed(scene: Scene, attempt: Attempt) -> None:
    for role in MIGHTY:
        for action in ("organization_delete", "organization_purge"):
            assert attempt(role, action, id=scene.cast.office) in SAYS_NO
        for way in ({"state": "deleted"}, {"is_organization": False}, {"type": "group"}, {"packages": []}):
            attempt(role, "organization_patch", id=scene.cast.office, **way)
    record = scene.records[APPROVED]
    assert act("package_show", "", id=record.id)["organization"]["name"] == scene.cast.office


def test_a_renamed_office_keeps_its_records(scene: Scene) -> None:
    public = Public(scene)
    with scene.tried():
        act("organization_patch", name_of(SYSADMIN), id=scene.cast.office, name="sim-dinas-nama-baru")
        assert public.difference(office=True) == ""


def test_a_token_of_somebody_who_left(scene: Scene, attempt: Attempt, app: CKANTestApp) -> None:
    tokens = {role: scene.cast.headers(role) for role in (OPERATOR, HEAD, WALIDATA)}
    admin = name_of(SYSADMIN)
    for role in (OPERATOR, HEAD):
        act("organization_member_delete", admin, id=scene.cast.office, username=name_of(role))
    for held in act("lebak_capacity_list", admin):
        if held["user"] == name_of(WALIDATA):
            act("lebak_capacity_end", admin, id=held["id"])
    for headers in tokens.values():
        for action, data in (
            ("package_patch", {"id": scene.records[DRAFT].id, "notes": WORDS}),
            ("lebak_release_withdraw", {"id": scene.records[APPROVED].id, "text": WORDS}),
            ("lebak_release_approve", {"id": scene.records[IN_REVIEW].id}),
            ("package_show", {"id": scene.records[IN_REVIEW].id}),
        ):
            got = app.post(f"/api/3/action/{action}", json=data, headers=headers)
            assert got.status_code == 403, (action, got.get_data(as_text=True))
    assert attempt(WALIDATA, "lebak_release_approve", id=scene.records[IN_REVIEW].id) == "refused"
    assert attempt(HEAD, "lebak_release_withdraw", id=scene.records[APPROVED].id, text=WORDS) == "refused"


def test_a_harvester_that_brings_a_record_of_the_same_guid(scene: Scene) -> None:
    """What ckanext-harvest does: the site's own user, no authorisation, whole records, and state as it likes."""
    public, site = Public(scene), tk.config["ckan.site_id"]
    released, draft = scene.records[APPROVED], scene.records[DRAFT]
    ways: list[tuple[str, dict[str, Any]]] = [
        ("package_update", _whole(released.id, notes=WORDS)),
        ("package_update", _whole(draft.id, **CLAIMS)),
        ("package_patch", {"id": released.id, "title": WORDS}),
        ("package_delete", {"id": released.id}),
        ("package_create", {**_new(scene), **CLAIMS, "id": "guid-simulasi", "extras": [_guid(released.id)]}),
        ("package_create", {**_new(scene), **CLAIMS, "id": released.id}),
        ("resource_delete", {"id": released.file}),
    ]
    for action, data in ways:
        with scene.tried():
            context: Any = {"user": site, "ignore_auth": True}
            answer(lambda: tk.get_action(action)(context, data))  # noqa: B023
            model.Session.remove()
            assert public.difference() == "", action


def test_the_command_line(scene: Scene) -> None:
    """CKAN's commands ignore authorisation, and meet the gate all the same."""
    public = Public(scene)
    record = scene.records[APPROVED]
    for command in (["dataset", "delete", record.name], ["dataset", "purge", record.name]):
        ran = subprocess.run(
            [Path(sys.executable).with_name("ckan"), "-c", tk.config["__file__"], *command],
            capture_output=True,
            check=False,
        )
        assert ran.returncode != 0, ran.stdout
        scene.written = True
        assert public.difference() == "", command


def test_translations_of_terms(scene: Scene, attempt: Attempt) -> None:
    shown = act("package_show", "", id=scene.records[APPROVED].id)
    for role in MIGHTY:
        for term in (shown["title"], shown["notes"], scene.records[APPROVED].word):
            said = {"term": term, "term_translation": WORDS, "lang_code": "id"}
            attempt(role, "term_translation_update", **said)
            attempt(role, "term_translation_update_many", data=[said])


def test_an_id_of_ones_own(scene: Scene, attempt: Attempt) -> None:
    for role in (*MIGHTY, OTHER_OPERATOR):
        own = scene.cast.other_office if role == OTHER_OPERATOR else scene.cast.office
        for state in (APPROVED, DRAFT, CHANGE, WITHDRAWN):
            taken = scene.records[state]
            fields = complete_dataset(owner_org=scene.cast.id_of(own), **CLAIMS)
            assert attempt(role, "package_create", **{**fields, "id": taken.id}) in SAYS_NO
            assert attempt(role, "package_create", **{**fields, "name": taken.name}) in SAYS_NO
        assert attempt(role, "package_patch", id=scene.records[DRAFT].id, name=scene.records[APPROVED].name) in SAYS_NO


def test_a_deleted_draft_comes_back_as_a_draft(scene: Scene, attempt: Attempt) -> None:
    record = scene.records[DRAFT].id
    for role in MIGHTY:
        assert attempt(role, "package_delete", id=record) == "ok"
        attempt(role, "package_patch", id=record, **CLAIMS)
        attempt(SYSADMIN, "package_patch", id=record, **CLAIMS)
        assert act("package_show", name_of(SYSADMIN), id=record, use_cache=False)["state"] == "draft"


def test_a_deleted_change_frees_the_released_record(scene: Scene, attempt: Attempt) -> None:
    change = scene.records[CHANGE]
    assert attempt(OPERATOR, "package_delete", id=change.id) == "ok"
    assert act("lebak_release_show", name_of(OPERATOR), id=change.public)["change"] is None
    assert attempt(OPERATOR, "lebak_release_change", id=change.public) == "ok"


def test_an_edit_between_the_look_and_the_approval(scene: Scene, attempt: Attempt) -> None:
    record = scene.records[IN_REVIEW].id
    looked_at = act("lebak_release_show", name_of(WALIDATA), id=record)["content"]
    assert attempt(OPERATOR, "package_patch", id=record, notes=WORDS) == "gate"
    assert attempt(OPERATOR, "lebak_release_recall", id=record) == "ok"
    assert attempt(OPERATOR, "package_patch", id=record, notes=WORDS) == "ok"
    given = {"names_no_person": True, "kind": "tetap"}
    assert attempt(OPERATOR, "lebak_release_submit", id=record, **given) == "ok"
    assert attempt(WALIDATA, "lebak_release_approve", id=record, content=looked_at) == "gate"
    assert act("lebak_release_show", name_of(WALIDATA), id=record)["status"] == "in_review"


def test_nobody_approves_their_own_edit(scene: Scene, attempt: Attempt) -> None:
    join(name_of(WALIDATA), scene.cast.office, "editor")
    model.Session.commit()
    record = scene.records[DRAFT].id
    assert attempt(WALIDATA, "package_patch", id=record, notes=WORDS) == "ok"
    given = {"id": record, "names_no_person": True, "kind": "tetap"}
    assert attempt(OPERATOR, "lebak_release_submit", **given) == "ok"
    assert attempt(WALIDATA, "lebak_release_approve", id=record) == "refused"
    record = scene.records[REJECTED].id
    assert attempt(WALIDATA, "lebak_release_submit", **{**given, "id": record}) == "ok"
    assert attempt(WALIDATA, "lebak_release_approve", id=record) == "refused"


def test_words_by_the_activity_stream(scene: Scene, attempt: Attempt, app: CKANTestApp) -> None:
    """What a forged entry says would be read beside the record."""
    record = scene.records[APPROVED]
    for role in MIGHTY:
        entry = {"object_id": record.id, "activity_type": "changed package", "data": {"package": {"title": WORDS}}}
        attempt(role, "activity_create", user_id=name_of(OPERATOR), **entry)
    assert WORDS not in json.dumps(act("package_activity_list", "", id=record.id))
    assert WORDS not in app.get(f"/dataset/activity/{record.id}").get_data(as_text=True)


def _whole(package_id: str, **more: Any) -> dict[str, Any]:
    return {**act("package_show", name_of(SYSADMIN), id=package_id, use_cache=False), **more}


def _new(scene: Scene) -> dict[str, Any]:
    return complete_dataset(owner_org=scene.cast.id_of(scene.cast.office))


def _guid(value: str) -> dict[str, str]:
    return {"key": "guid", "value": value}
