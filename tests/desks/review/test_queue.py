"""What waits for the walidata and the pembina, and several records at once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.lebak.release.model import Workflow
from tests.release.conftest import act, submit
from tests.sdi_factory import complete_dataset

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Draft = Callable[..., dict[str, Any]]
Browser = Callable[..., Any]

DESK, PEMBINA, PRIORITY = "/meja-walidata", "/meja-pembina", "/data-prioritas"


def _handed_in(county: SimpleNamespace, **fields: Any) -> dict[str, Any]:
    """A record that is a link, so that nothing has to be read."""
    made = act("package_create", county.operator, **complete_dataset(owner_org=county.office["id"], **fields))
    submit(county, made["id"])
    return made


def _older(package_id: str, days: int) -> None:
    row = model.Session.get(Workflow, package_id)
    assert row is not None
    row.since = row.since.replace(year=row.since.year - days)
    model.Session.commit()


def test_the_queue_by_age_office_step_and_priority(county: SimpleNamespace) -> None:
    first, second = _handed_in(county), _handed_in(county)
    listed = act("package_create", county.stranger, **complete_dataset(owner_org=county.other["id"]))
    act("lebak_priority_set", county.koordinator, id=listed["id"], years=["2026"])
    act("lebak_release_submit", county.stranger, id=listed["id"], names_no_person=True, kind="tetap")
    _older(second["id"], 1)
    act("package_create", county.operator, **complete_dataset(owner_org=county.office["id"]))

    def ids(**asked: Any) -> list[str]:
        return [row["id"] for row in act("lebak_review_queue", county.walidata, **asked)["results"]]

    assert ids() == [second["id"], first["id"], listed["id"]]
    assert ids(limit=1, offset=1) == [first["id"]]
    assert ids(step="pembina") == ids(priority=True) == [listed["id"]]
    assert ids(organization=county.office["name"]) == [second["id"], first["id"]]
    assert set(ids(sort="office")[:2]) <= {second["id"], first["id"]} or ids(sort="office")[0] == listed["id"]
    found = act("lebak_review_queue", county.walidata)
    assert found["count"] == len(found["results"])
    assert {office["name"]: office["count"] for office in found["offices"]} == {
        county.office["name"]: 2,
        county.other["name"]: 1,
    }
    assert found["results"][0]["days"] >= 365  # noqa: PLR2004
    with pytest.raises(tk.ValidationError):
        act("lebak_review_queue", county.walidata, step="simulasi")

    act("lebak_release_return", county.walidata, id=first["id"], text="Simulasi: belum lengkap")
    assert ids(tab="returned") == [first["id"]]
    act("lebak_release_approve", county.walidata, id=second["id"])
    act("lebak_release_withdraw", county.walidata, id=second["id"], text="Simulasi: salah rilis")
    assert ids(tab="withdrawn") == [second["id"]]
    assert ids() == [listed["id"]]


def test_the_pembina_sees_what_waits_for_it_alone(county: SimpleNamespace, browser: Browser) -> None:
    ordinary = _handed_in(county)
    listed = act("package_create", county.operator, **complete_dataset(owner_org=county.office["id"]))
    act("lebak_priority_set", county.walidata, id=listed["id"], years=["2026"], indicator="Indikator simulasi")
    submit(county, listed["id"])
    page = browser(county.pembina, PEMBINA).soup
    assert [heading.text for heading in page.select("article h2")] == ["Priority data"]
    assert listed["title"] in page.text
    assert ordinary["title"] not in page.text
    link = page.select_one(f'a[href$="{PEMBINA}/{listed["id"]}"]')
    assert link is not None
    assert "1" in browser(county.pembina, PEMBINA).soup.select_one(f'.account-masthead a[href$="{PEMBINA}"]').text


def test_each_desk_is_for_those_who_work_there(county: SimpleNamespace, browser: Browser) -> None:
    record = _handed_in(county)
    for who in ("operator", "head", "member", "stranger", "koordinator", "sysadmin", "pembina", "walidata"):
        person, keeper = getattr(county, who), who in ("walidata", "koordinator")
        shown = {
            DESK: who == "walidata",
            f"{DESK}/{record['id']}": who == "walidata",
            PEMBINA: who == "pembina",
            f"{PEMBINA}/{record['id']}": who == "pembina",
            PRIORITY: keeper,
        }
        for address, allowed in shown.items():
            browser(person, address, status=200 if allowed else 403)
        header = str(browser(person, "/dataset/").soup.select_one(".account-masthead"))
        assert [address in header for address in (DESK, PEMBINA, PRIORITY)] == [
            who == "walidata",
            who == "pembina",
            keeper,
        ]


def test_several_records_are_released_and_what_is_refused_is_told(county: SimpleNamespace, browser: Browser) -> None:
    good, changed, back = _handed_in(county), _handed_in(county), _handed_in(county)
    page = browser(county.walidata, DESK).soup
    boxes = {box["value"]: page.find("label", attrs={"for": box["id"]}).text for box in page.select("[name=chosen]")}
    assert boxes == {record["id"]: record["title"] for record in (good, changed, back)}
    seen = {f"content-{id_}": page.select_one(f'[name="content-{id_}"]')["value"] for id_ in boxes}
    act("lebak_release_recall", county.operator, id=changed["id"])
    act("package_patch", county.operator, id=changed["id"], notes="Simulasi: definisi lain")
    submit(county, changed["id"])
    data = {"act": "approve", "chosen": [good["id"], changed["id"]], "text": "Simulasi catatan", **seen}
    page = browser(county.walidata, DESK, data).soup
    told = [item.text for item in page.select("[role=status] li")]
    assert [good["title"] in told[0], "done, " in told[0]] == [True, True]
    assert "not done" in told[1]
    assert "The content is not the one you looked at" in told[1]
    assert [box["value"] for box in page.select("[name=chosen][checked]")] == [changed["id"]]
    assert act("lebak_release_show", county.walidata, id=good["id"])["status"] == "approved"
    assert act("lebak_release_show", county.walidata, id=changed["id"])["status"] == "in_review"

    day = {"act": "approve", "chosen": [back["id"]], "day": "2999-01-01", **seen}
    browser(county.walidata, DESK, day)
    assert act("lebak_release_show", county.walidata, id=back["id"])["step"] == "date"


def test_several_records_are_returned_with_one_reason(county: SimpleNamespace, browser: Browser) -> None:
    records = [_handed_in(county), _handed_in(county)]
    chosen = [record["id"] for record in records]
    page = browser(county.walidata, DESK, {"act": "return", "chosen": chosen, "text": " "}, status=409).soup
    assert len(page.select("[name=chosen][checked]")) == len(records)
    browser(county.walidata, DESK, {"act": "return", "text": "Simulasi"}, status=409)
    browser(county.operator, DESK, {"act": "return", "chosen": chosen, "text": "Simulasi"}, status=403)
    browser(county.walidata, DESK, {"act": "return", "chosen": chosen, "text": "Simulasi: lengkapi metadata"})
    for package_id in chosen:
        state = act("lebak_release_show", county.operator, id=package_id)
        assert (state["status"], state["log"][0]["text"]) == ("rejected", "Simulasi: lengkapi metadata")


def test_the_list_of_priority_data_is_kept_by_walidata_and_coordinator(
    county: SimpleNamespace, browser: Browser
) -> None:
    record = act("package_create", county.operator, **complete_dataset(owner_org=county.office["id"]))
    address = f"{PRIORITY}/{record['id']}"
    data = {"years": "2025, 2026", "criterion": "Simulasi", "indicator": "Indikator simulasi"}
    browser(county.operator, address, data, status=403)
    browser(county.koordinator, address, data, status=302)
    shown = act("package_show", county.operator, id=record["id"])
    assert (shown["prioritas_tahun"], shown["indikator_prioritas"]) == (["2025", "2026"], "Indikator simulasi")
    page = browser(county.koordinator, f"{PRIORITY}?year=2026").soup
    assert "Indikator simulasi" in page.text
    assert record["title"] not in page.text  # a draft is its office's own
    form = browser(county.koordinator, f"{PRIORITY}?change={record['id']}").soup.select_one(
        f'form[action$="{address}"]'
    )
    assert form.select_one("[name=years]")["value"] == "2025, 2026"
    assert "Indikator simulasi" not in browser(county.koordinator, f"{PRIORITY}?year=2024").soup.text
    page = browser(county.koordinator, address, {**data, "years": "dua ribu"}, status=409).soup
    assert page.select_one(".alert [name=years]")["value"] == "dua ribu"
    browser(county.walidata, address, {"years": ""}, status=302)
    assert not act("package_show", county.operator, id=record["id"]).get("prioritas_tahun")
