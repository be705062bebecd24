"""Every door of the live registry, tried by every role on a record in every state (``doors.csv``).

A cell says what the role gets: ``ok``; ``refused`` (not for this role); ``gate`` (not now, with a sentence that says
what to do instead); ``invalid`` (an ordinary mistake in what was sent); ``notfound``. Whatever the answer is, readers
get after it what they got before, but where the column ``effect`` says otherwise.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from ckan import logic, model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import CKANTestApp
from flask import Flask

from tests.people_factory import (
    ANONYMOUS,
    HEAD,
    KOORDINATOR,
    OPERATOR,
    OTHER_OPERATOR,
    PEMBINA,
    STRANGER,
    SYSADMIN,
    WALIDATA,
    name_of,
)
from tests.release.door_calls import CALLS
from tests.release.door_pages import PAGES, address
from tests.release.scene import APPROVED, IN_REVIEW, STATES, Public, Scene, answer
from tests.thoroughness import WHOLE

pytestmark = pytest.mark.gate

TABLE = Path(__file__).with_name("doors.csv")
ROLES = {
    "visitor": ANONYMOUS,
    "stranger": STRANGER,
    "operator": OPERATOR,
    "head": HEAD,
    "other_operator": OTHER_OPERATOR,
    "walidata": WALIDATA,
    "pembina": PEMBINA,
    "koordinator": KOORDINATOR,
    "sysadmin": SYSADMIN,
}
OUTSIDE = ("visitor", "stranger", "other_operator")
"""Who reads what is public and nothing else of the office."""
GROUPS = ("reads", "lists", "record", "file", "table", "view", "way", "words", "people", "own", "site", "page")
"""Of actions: what they are about. A page that changes something is a row too, by its address."""
PAGE = "page"
ON_NO_RECORD = {
    "datastore_function_create",
    "datastore_function_delete",
    "file_create",
    "file_delete",
    "file_pin",
    "file_register",
    "file_rename",
    "file_unpin",
    "package_create",
    "resource_view_clear",
}
OFTEN = ("-", IN_REVIEW, APPROVED)
"""The states that are tried always; the others in CI."""
_BY_REQUEST = ("dcat_", "lebak_notice_list")
Row = dict[str, str]


def rows() -> list[Row]:
    """The table, a row for each action and state."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def registry() -> set[str]:
    """The names of all actions there are."""
    logic.get_action("package_show")
    return set(logic._actions)


def without_row(actions: set[str], table: list[Row]) -> tuple[list[str], list[str]]:
    """Actions that have no row, and rows whose action does not exist."""
    told = {row["action"] for row in table}
    return sorted(actions - told), sorted(name for name in told - actions if not name.startswith("/"))


def call(scene: Scene, row: Row, role: str, app: Flask) -> tuple[str, Any]:
    """Does what a cell says, and gives what came of it."""
    record = scene.records[row["state"] if row["state"] != "-" else APPROVED]
    data = CALLS[row["action"]](scene, record)
    user = "" if ROLES[role] == ANONYMOUS else name_of(ROLES[role])
    context: dict[str, Any] = {"user": user, "ignore_auth": False}
    if user:
        context["auth_user_obj"] = model.User.get(user)
    scene.written = False
    # Some tell addresses of this site or days in words, by the request. Others would index in its language.
    with app.test_request_context("/") if row["action"].startswith(_BY_REQUEST) else nullcontext():
        came = answer(lambda: tk.get_action(row["action"])(context, data))  # type: ignore[arg-type]
    model.Session.remove()  # as at the end of a request: what was not committed is gone
    return came


def wrong(public: Public, row: Row, cell: str) -> str:
    """What is wrong with what the public reads after a cell; empty if nothing is."""
    effect = row["effect"] if cell == "ok" else ""
    if effect not in ("released", "withdrawn", "listed"):
        return public.difference(office=effect == "office")
    record = public.scene.records[row["state"]]
    changed = public.changed()
    there = (record.public or record.id) in public.scene.stored()
    if changed == [record.public or record.id] and there is (effect != "withdrawn"):
        return ""
    return f"{effect} is {changed}"


def told(scene: Scene, role: str, given: Any) -> str:
    """The hidden records of which an answer tells somebody who is not of the office."""
    text = json.dumps(given, default=str) if role in OUTSIDE else ""
    words = [record.word for record in scene.hidden() if record.word in text or record.id in text]
    return f"tells of {words}" if words else ""


def sent(scene: Scene, row: Row, role: str, app: CKANTestApp) -> str:
    """Sends a form as a cell says, and gives what came of it in the words of the table."""
    record = scene.records[row["state"] if row["state"] != "-" else APPROVED]
    to, form = address(row["action"], scene, record), PAGES[row["action"]](scene, record)
    headers = scene.cast.headers(ROLES[role])
    model.Session.remove()
    scene.written = False
    # Pages of CKAN do not catch every refusal of an action: on a site those give the page of errors.
    came, answered = answer(lambda: app.post(to, data=form, headers=headers, follow_redirects=False))
    model.Session.remove()
    if answered is None:
        return came
    status, goes_to = answered.status_code, answered.headers.get("Location", "")
    if status in (401, 403) or "/user/login" in goes_to:
        return "refused"
    if status in (404, 410):
        return "notfound"
    if status in (302, 303):
        return "ok"
    # The form again, with the sentence that says why.
    return "invalid" if status in (200, 400, 409, 422) else f"crash: {status}"


@pytest.mark.parametrize("group", GROUPS)
def test_every_cell(scene: Scene, app: CKANTestApp, group: str) -> None:
    table = [row for row in rows() if row["class"] == group and (WHOLE or row["state"] in OFTEN)]
    public = Public(scene)
    cells, unexpected = Counter[str](), []
    for row in table:
        for role in ROLES:
            with scene.tried():
                got, given = (
                    (sent(scene, row, role, app), None) if group == PAGE else call(scene, row, role, app.flask_app)
                )
                problem = wrong(public, row, got) or told(scene, role, given)
            cells[got] += 1
            if problem or got != row[role]:
                unexpected.append(f"{row['action']} {row['state']} {role}: {got}, not {row[role]} {problem}")
    print(f"{cells.total()} cells of {group}: {dict(cells)}")
    assert not unexpected, "\n".join(unexpected)
    assert cells.total() == len(table) * len(ROLES) > 0


def test_every_action_of_the_registry_has_a_row() -> None:
    assert without_row(registry(), rows()) == ([], [])
    assert registry() == set(CALLS)
    assert {row["action"] for row in rows() if row["class"] == PAGE} == set(PAGES)


def test_an_action_that_nobody_decided_on_fails_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    registry()
    monkeypatch.setitem(logic._actions, "sim_publish_everything", lambda context, data_dict: None)
    monkeypatch.delitem(logic._actions, "package_patch")
    assert without_row(registry(), rows()) == (["sim_publish_everything"], ["package_patch"])


def test_every_row_is_whole() -> None:
    cells = {"ok", "refused", "gate", "notfound", "invalid"}
    for row in rows():
        assert {row[role] for role in ROLES} <= cells, row
        assert row["class"] in GROUPS
        assert row["effect"] in ("", "released", "withdrawn", "listed", "office")
        if row["effect"] == "released":
            assert {role for role in ROLES if row[role] == "ok"} == {"walidata"}
        if row["effect"] == "withdrawn":
            assert {role for role in ROLES if row[role] == "ok"} == {"head", "walidata"}
    states = Counter(row["action"] for row in rows() if row["class"] in ("record", "file", "table", "view"))
    assert {name for name, number in states.items() if number < len(STATES)} <= ON_NO_RECORD
