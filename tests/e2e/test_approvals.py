"""Several people decide on one hand-in at the same moment: one of them does, the others are told so."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests

from tests.sdi_factory import complete_dataset
from tests.steps import act, sign_up

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE, CUSTODIAN = "dp3ap2kb", "diskominfosp"
RUN = uuid.uuid4().hex[:8]  # a site may be used by several runs
RECORDS, AT_ONCE = 10, 5
OK = 200


class People(NamedTuple):
    """Tokens of an operator and of two persons who act as walidata."""

    operator: str
    walidata: tuple[str, str]


@pytest.fixture(scope="module")
def people(site: Site) -> People:
    names = [f"{name}-{RUN}" for name in ("operator", "walidata-satu", "walidata-dua")]
    operator, first, second = (sign_up(site, name) for name in names)
    act(site, "organization_member_create", id=OFFICE, username=names[0], role="editor")
    for name in names[1:]:
        act(site, "lebak_capacity_grant", user=name, organization=CUSTODIAN, capacity="walidata")
    return People(operator, (first, second))


def _call(site: Site, token: str, action: str, **data: Any) -> requests.Response:
    headers = {"Authorization": token}
    return requests.post(f"{site.url}/api/3/action/{action}", json=data, headers=headers, timeout=120)


def _did(site: Site, token: str, action: str, **data: Any) -> Any:
    answer = _call(site, token, action, **data)
    assert answer.ok, answer.text
    return answer.json()["result"]


def _handed_in(site: Site, people: People) -> dict[str, Any]:
    fields = complete_dataset(owner_org=OFFICE, name=f"simulasi-{uuid.uuid4().hex[:12]}", prioritas_tahun=None)
    record = _did(site, people.operator, "package_create", **fields)
    return _did(site, people.operator, "lebak_release_submit", id=record["id"], kind="tetap", names_no_person=True)


def _at_once(calls: list[Callable[[], requests.Response]]) -> list[requests.Response]:
    start = Barrier(len(calls))

    def run(call: Callable[[], requests.Response]) -> requests.Response:
        start.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _acts(site: Site, token: str, package_id: str) -> list[str]:
    return [entry["act"] for entry in _did(site, token, "lebak_release_show", id=package_id)["log"]]


def _sentences(answer: requests.Response) -> list[str]:
    error = answer.json()["error"]
    return [error["message"]] if error["__type"] == "Authorization Error" else error["publishing_status"]


def test_50_approvals_of_10_records_at_the_same_moment(site: Site, people: People) -> None:
    for _number in range(RECORDS):
        record = _handed_in(site, people)
        approve = {"id": record["id"], "content": record["content"]}
        tokens = [people.walidata[number % 2] for number in range(AT_ONCE)]
        answers = _at_once(
            [lambda token=token: _call(site, token, "lebak_release_approve", **approve) for token in tokens]  # noqa: B023
        )
        refused = [answer for answer in answers if answer.status_code != OK]
        assert len(refused) == AT_ONCE - 1, [answer.text for answer in answers]
        for answer in refused:
            (sentence,) = _sentences(answer)
            assert answer.status_code < 500
            assert sentence.endswith(".")
            assert len(sentence.split()) > 3
        assert _acts(site, people.walidata[0], record["id"]) == ["release.approve", "release.submit"]
        assert [release["number"] for release in _did(site, "", "lebak_release_list", id=record["id"])] == [1]
        assert _did(site, "", "package_show", id=record["id"])["publishing_status"] == "approved"


def test_a_hand_in_is_taken_back_while_it_is_approved(site: Site, people: People) -> None:
    """What was taken back is not released, and what was released is not taken back."""
    for _number in range(RECORDS):
        record = _handed_in(site, people)
        answers = _at_once(
            [
                lambda: _call(site, people.walidata[0], "lebak_release_approve", id=record["id"]),  # noqa: B023
                lambda: _call(site, people.operator, "lebak_release_recall", id=record["id"]),  # noqa: B023
            ]
        )
        done = [answer.status_code == OK for answer in answers]
        assert done.count(True) == 1, [answer.text for answer in answers]
        public = _call(site, "", "package_show", id=record["id"]).status_code == OK
        assert public is done[0]
        releases = len(_did(site, "", "lebak_release_list", id=record["id"])) if public else 0
        assert releases == int(public)


def test_a_hand_in_is_edited_while_it_is_approved(site: Site, people: People) -> None:
    """Readers get what was looked at; the edit is refused."""
    for number in range(RECORDS):
        record = _handed_in(site, people)
        before = _did(site, people.operator, "package_show", id=record["id"])["konsep"]
        word = f"Simulasi {number}"
        answers = _at_once(
            [
                lambda: _call(site, people.walidata[1], "lebak_release_approve", id=record["id"]),  # noqa: B023
                lambda: _call(site, people.operator, "package_patch", id=record["id"], konsep=word),  # noqa: B023
            ]
        )
        assert [answer.status_code == OK for answer in answers] == [True, False], [answer.text for answer in answers]
        assert _did(site, "", "package_show", id=record["id"])["konsep"] == before
