"""Two operators of one office save the same record at the same moment, and one after the other in the browser."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
import requests
from selenium.webdriver import Chrome

from tests.posting import DATASET_FORM, RESOURCE_FORM, Form, form_of
from tests.sdi_factory import complete_dataset
from tests.steps import PASSWORD, act, fill, save, sign_in, sign_up, text, token, values
from tests.thoroughness import WHOLE

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE = "dp3ap2kb"
RUN = uuid.uuid4().hex[:8]  # a site may be used by several runs
PAIRS = 50 if WHOLE else 10
OK, CONFLICT = 200, 409


@pytest.fixture(scope="module")
def operators(site: Site) -> list[str]:
    """Two accounts that may write for one office."""
    names = [f"{name}-{RUN}" for name in ("pertama", "kedua")]
    for name in names:
        sign_up(site, name)
        act(site, "organization_member_create", id=OFFICE, username=name, role="editor")
    return names


@pytest.fixture(scope="module")
def sessions(site: Site, operators: list[str]) -> list[requests.Session]:
    """Both signed in, without a browser."""
    return [_signed_in(site, name) for name in operators]


@pytest.fixture
def dataset(site: Site) -> dict[str, Any]:
    fields = complete_dataset(owner_org=OFFICE, private=True, name=f"simulasi-{uuid.uuid4().hex[:12]}")
    return act(site, "package_create", **fields)


def _signed_in(site: Site, name: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{site.url}/user/login", timeout=60).text
    token = re.search(r'name="_csrf_token" content="([^"]+)"', page) or re.search(
        r'name="_csrf_token"[^>]*value="([^"]+)"', page
    )
    assert token, page
    typed = {"login": name, "password": PASSWORD, "_csrf_token": token[1]}
    answer = session.post(f"{site.url}/user/login", data=typed, timeout=60)
    assert "authed" in answer.text, answer.text
    return session


def _together(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Calls both at the same moment."""
    start = Barrier(2)

    def run(call: Callable[[], Any]) -> Any:
        start.wait(60)
        return call()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, (first, second)))


def _post(session: requests.Session, address: str, form: Form, **typed: str) -> requests.Response:
    return session.post(address, data={"save": "", **form.values, **typed}, timeout=120)


def _words(number: int) -> tuple[str, str]:
    return f"Kata pertama {number} (simulasi)", f"Kata kedua {number} (simulasi)"


def test_pairs_of_forms_at_the_same_moment(
    site: Site, sessions: list[requests.Session], dataset: dict[str, Any]
) -> None:
    """One of each pair is saved; the other is told and shown its own words and those that were saved."""
    page = f"{site.url}/dataset/edit/{dataset['id']}/1"
    file = f"{site.url}/dataset/{dataset['id']}/resource/{dataset['resources'][0]['id']}/edit"
    told: Counter[str] = Counter()
    lost = []
    for number in range(PAIRS):
        address, form_id, field = (page, DATASET_FORM, "konsep") if number % 2 else (file, RESOURCE_FORM, "description")
        forms = [form_of(session.get(address, timeout=60).text, form_id) for session in sessions]
        words = _words(number)
        answers = _together(
            lambda: _post(sessions[0], address, forms[0], **{field: words[0]}),  # noqa: B023 - called at once
            lambda: _post(sessions[1], address, forms[1], **{field: words[1]}),  # noqa: B023
        )
        assert sorted(answer.status_code for answer in answers) == [OK, CONFLICT]
        won = next(index for index, answer in enumerate(answers) if answer.status_code == OK)
        refused = answers[1 - won].text
        told[form_id] += "lebak-conflict" in refused and words[won] in refused
        assert form_of(refused, form_id).values[field] == words[1 - won]
        stored = act(site, "package_show", id=dataset["id"])
        if (stored if number % 2 else stored["resources"][0])[field] != words[won]:
            lost.append(number)
    assert (told.total(), lost) == (PAIRS, [])


def test_pairs_that_write_back_at_the_same_moment(site: Site, dataset: dict[str, Any]) -> None:
    """The same by the API, with the whole record as it was read."""
    for number in range(PAIRS):
        read = act(site, "package_show", id=dataset["id"])
        first, second = ({**read, "konsep": word} for word in _words(number))
        answers = _together(lambda: _write_back(site, first), lambda: _write_back(site, second))  # noqa: B023
        assert sorted(answer.status_code for answer in answers) == [OK, CONFLICT]
        won = next(index for index, answer in enumerate(answers) if answer.status_code == OK)
        assert "metadata_modified" in answers[1 - won].json()["error"]
        assert act(site, "package_show", id=dataset["id"])["konsep"] == _words(number)[won]


def test_two_files_and_two_pages_at_the_same_moment_are_all_kept(
    site: Site, sessions: list[requests.Session], dataset: dict[str, Any]
) -> None:
    file = act(site, "resource_create", package_id=dataset["id"], name="Kedua", url="https://example.org/b.csv")
    files = [dataset["resources"][0]["id"], file["id"]]
    for number in range(5):
        words = _words(number)
        for addresses, form_id, fields in (
            (
                [f"{site.url}/dataset/{dataset['id']}/resource/{id_}/edit" for id_ in files],
                RESOURCE_FORM,
                ("description", "description"),
            ),
            (
                [f"{site.url}/dataset/edit/{dataset['id']}/{page}" for page in (1, 4)],
                DATASET_FORM,
                ("konsep", "unit_produsen"),
            ),
        ):
            forms = [
                form_of(session.get(address, timeout=60).text, form_id)
                for session, address in zip(sessions, addresses, strict=True)
            ]
            answers = _together(
                lambda: _post(sessions[0], addresses[0], forms[0], **{fields[0]: words[0]}),  # noqa: B023
                lambda: _post(sessions[1], addresses[1], forms[1], **{fields[1]: words[1]}),  # noqa: B023
            )
            assert [answer.status_code for answer in answers] == [OK, OK]
        stored = act(site, "package_show", id=dataset["id"])
        assert tuple(resource["description"] for resource in stored["resources"]) == words
        assert (stored["konsep"], stored["unit_produsen"]) == words


def test_the_second_person_sees_the_difference_and_keeps_the_text(
    site: Site, browser: Chrome, operators: list[str], sessions: list[requests.Session], dataset: dict[str, Any]
) -> None:
    address = f"{site.url}/dataset/edit/{dataset['id']}/1"
    sign_in(browser, site, operators[1])
    browser.get(address)
    mine = {"notes": "Pasangan usia subur yang memakai alat. Tulisan orang kedua (simulasi).", "satuan": "Orang"}
    fill(browser, mine)
    form = form_of(sessions[0].get(address, timeout=60).text, DATASET_FORM)
    theirs = {"notes": "Tulisan orang pertama (simulasi).", "konsep": "Konsep orang pertama (simulasi)"}
    assert _post(sessions[0], address, form, **theirs).status_code == OK

    save(browser)
    shown = text(browser, ".lebak-conflict")
    assert operators[0] in shown
    assert all(word in shown for word in (*theirs.values(), mine["notes"], "Peserta Keluarga Berencana"))
    assert values(browser, "notes", "konsep", "satuan") == {**mine, "konsep": theirs["konsep"]}
    assert act(site, "package_show", id=dataset["id"])["notes"] == theirs["notes"]

    save(browser)
    assert browser.current_url.endswith("/2")  # a draft's form goes on to its next page
    stored = act(site, "package_show", id=dataset["id"])
    assert (stored["notes"], stored["konsep"]) == (mine["notes"], theirs["konsep"])


def _write_back(site: Site, record: dict[str, Any]) -> requests.Response:
    headers = {"Authorization": token(site)}
    return requests.post(f"{site.url}/api/3/action/package_update", json=record, headers=headers, timeout=120)
