"""Who leaves is out at the next request: with a cookie, with a token."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action

from ckanext.lebak.people.access import end_access
from ckanext.lebak.people.handover import MOVES
from ckanext.lebak.people.membership import capacity_in
from tests.people_factory import (
    HEAD,
    OPERATOR,
    OTHER_OPERATOR,
    PASSWORD,
    READER,
    STRANGER,
    SYSADMIN,
    WALIDATA,
    Cast,
    acts,
    add_user,
    join,
    name_of,
)
from tests.sdi_factory import complete_dataset

OWN = "/api/3/action/organization_list_for_user"


def sign_in(app: Any, role: str) -> Any:
    """A browser in which the role has signed in by name and password."""
    browser = app.flask_app.test_client()
    answer = browser.post("/user/login", data={"login": name_of(role), "password": PASSWORD})
    assert answer.status_code == 302
    assert signed_in(browser)
    return browser


def signed_in(browser: Any) -> bool:
    return browser.get("/user/edit").status_code == 200


def by_token(app: Any, cast: Cast, role: str) -> int:
    return app.get("/user/edit", headers=cast.headers(role), follow_redirects=False).status_code


def leave_by_handover(cast: Cast) -> None:
    fields = {"id": cast.office, "user": name_of(OPERATOR), "successor": name_of(HEAD)}
    call_action("lebak_member_hand_over", cast.context(HEAD), **fields)


def leave_by_end(cast: Cast) -> None:
    call_action("organization_member_delete", cast.context(HEAD), id=cast.office, username=name_of(OPERATOR))


def leave_by_deletion(cast: Cast) -> None:
    call_action("user_delete", cast.context(SYSADMIN), id=name_of(OPERATOR))


@pytest.mark.parametrize("leave", [leave_by_handover, leave_by_end, leave_by_deletion])
def test_cookie_and_token_are_refused_at_the_next_request(cast: Cast, app: Any, leave: Any) -> None:
    browser, other = sign_in(app, OPERATOR), sign_in(app, OTHER_OPERATOR)
    assert by_token(app, cast, OPERATOR) == 200
    assert [o["name"] for o in browser.get(OWN).get_json()["result"]] == [cast.office]
    leave(cast)
    model.Session.remove()
    assert not signed_in(browser)
    assert browser.get(OWN).get_json()["result"] == []
    assert by_token(app, cast, OPERATOR) != 200
    answer = app.post("/api/3/action/package_create", json={"name": "x"}, headers=cast.headers(OPERATOR))
    assert answer.status_code == 403
    assert signed_in(other)


def test_who_lost_a_capacity_is_signed_out_and_can_sign_in_again(cast: Cast, app: Any) -> None:
    browser = sign_in(app, WALIDATA)
    assert browser.get("/orang").status_code == 200
    (held,) = [c for c in call_action("lebak_capacity_list", cast.context(SYSADMIN)) if c["user"] == name_of(WALIDATA)]
    call_action("lebak_capacity_end", cast.context(SYSADMIN), id=held["id"])
    model.Session.remove()
    assert not signed_in(browser)
    again = sign_in(app, WALIDATA)
    assert signed_in(again)
    assert again.get("/orang").status_code == 403


def test_a_token_works_beside_a_session_that_has_ended(cast: Cast, app: Any) -> None:
    browser = sign_in(app, STRANGER)
    person = cast.user(STRANGER)
    assert person is not None
    end_access(person)
    model.Session.commit()
    assert browser.get("/user/edit", headers=cast.headers(STRANGER)).status_code == 200
    assert not signed_in(browser)


def test_the_mark_survives_when_a_person_edits_their_account(cast: Cast, app: Any) -> None:
    browser = sign_in(app, STRANGER)
    person = cast.user(STRANGER)
    assert person is not None
    end_access(person)
    model.Session.commit()
    own = {"id": person.name, "email": person.email, "fullname": "Simulasi", "plugin_extras": {}}
    call_action("user_update", cast.context(STRANGER), **own)
    model.Session.remove()
    assert not signed_in(browser)


def records(cast: Cast, *, by: str, office: str, **fields: Any) -> dict[str, Any]:
    return call_action("package_create", {"user": name_of(by)}, **complete_dataset(owner_org=office, **fields))


@pytest.mark.usefixtures("clean_queues")
def test_the_records_of_the_leaver_go_to_the_successor(cast: Cast) -> None:
    join(name_of(OPERATOR), cast.other_office, "editor")
    model.Session.commit()
    draft = records(cast, by=OPERATOR, office=cast.office, state="draft", private=True)
    gone = records(cast, by=OPERATOR, office=cast.office)
    elsewhere = records(cast, by=OPERATOR, office=cast.other_office)
    own = records(cast, by=HEAD, office=cast.office)
    call_action("package_delete", cast.context(SYSADMIN), id=gone["id"])
    moved = call_action(
        "lebak_member_hand_over",
        cast.context(WALIDATA),
        id=cast.office,
        user=name_of(OPERATOR),
        successor=name_of(HEAD),
    )
    leaver, successor = cast.user(OPERATOR), cast.user(HEAD)
    assert leaver is not None
    assert successor is not None
    assert moved == {"records": 1, "notices": 0}
    assert set(moved) == set(MOVES)
    creators = {record["id"]: model.Package.get(record["id"]) for record in (draft, gone, elsewhere, own)}
    assert [creators[record["id"]].creator_user_id for record in (draft, gone, elsewhere, own)] == [  # type: ignore[union-attr]
        successor.id,
        leaver.id,
        leaver.id,
        successor.id,
    ]
    (job,) = [job for job in jobs.get_queue().jobs if job.args == [cast.id_of(cast.office)]]
    assert job.func is not None
    job.func(*job.args)
    assert call_action("package_show", {}, id=draft["id"])["creator_user_id"] == successor.id
    assert capacity_in(cast.id_of(cast.office), leaver.id) is None
    assert capacity_in(cast.id_of(cast.other_office), leaver.id) == "editor"
    assert acts()[-2:] == [
        (name_of(WALIDATA), "member.hand_over", name_of(OPERATOR)),
        (name_of(WALIDATA), "member.end", name_of(OPERATOR)),
    ]


def test_who_may_not_end_a_membership_may_not_hand_it_over(cast: Cast) -> None:
    fields = {"id": cast.office, "user": name_of(OPERATOR), "successor": name_of(HEAD)}
    for role in (STRANGER, READER, OPERATOR, OTHER_OPERATOR):
        with pytest.raises(tk.NotAuthorized):
            call_action("lebak_member_hand_over", cast.context(role), **fields)
    add_user("kepala-lain")
    join("kepala-lain", cast.office, "admin")
    model.Session.commit()
    with pytest.raises(tk.NotAuthorized):
        call_action("lebak_member_hand_over", cast.context(HEAD), **{**fields, "user": "kepala-lain"})


def test_a_handover_needs_a_successor_who_works_there(cast: Cast) -> None:
    for user, successor, wrong in (
        (OPERATOR, OPERATOR, "successor"),
        (OPERATOR, READER, "successor"),
        (OPERATOR, OTHER_OPERATOR, "successor"),
        (STRANGER, HEAD, "user"),
    ):
        fields = {"id": cast.office, "user": name_of(user), "successor": name_of(successor)}
        with pytest.raises(tk.ValidationError) as refused:
            call_action("lebak_member_hand_over", cast.context(HEAD), **fields)
        assert list(refused.value.error_dict) == [wrong]
    assert acts() == []
