"""Indicators as records: through the gate, on their pages, cited by datasets, with the values of released tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import CKANTestApp

from ckanext.lebak.statistics import carriers
from ckanext.lebak.tables.loading import load_table
from tests.indicator_factory import complete_indicator
from tests.release.conftest import act, submit
from tests.sdi_factory import restricted

pytestmark = pytest.mark.gate

Made = Callable[..., dict[str, Any]]


@pytest.fixture
def indicator(county: SimpleNamespace) -> Made:
    """Makes a draft of an indicator of the office."""
    return lambda **fields: act(
        "package_create", county.operator, **complete_indicator(owner_org=county.office["id"], **fields)
    )


@pytest.fixture
def released_indicator(county: SimpleNamespace, indicator: Made) -> Made:
    """Makes a released indicator of the office."""

    def make(**fields: Any) -> dict[str, Any]:
        made = indicator(**fields)
        release(county, made["id"])
        return act("package_show", "", id=made["id"])

    return make


def release(county: SimpleNamespace, package_id: str, by: str = "") -> None:
    """Metadata go to the pembina first, then to the walidata."""
    submit(county, package_id)
    act("lebak_release_agree", county.pembina, id=package_id)
    act("lebak_release_approve", by or county.walidata, id=package_id)


def page(app: CKANTestApp, address: str, status: int = 200) -> BeautifulSoup:
    return BeautifulSoup(app.get(address, status=status).text, "lxml")


def loaded(dataset: dict[str, Any]) -> dict[str, Any]:
    """The dataset with its tables in the datastore, as the worker leaves it."""
    for resource in dataset["resources"]:
        load_table(resource["id"])
    model.Session.remove()
    return dataset


def links_to(shown: BeautifulSoup, address: str) -> bool:
    return shown.find("a", href=lambda to: bool(to) and to.endswith(address)) is not None


def test_indicator_goes_through_the_gate_and_its_page_shows_it(
    county: SimpleNamespace, indicator: Made, released_indicator: Made, app: CKANTestApp
) -> None:
    made = indicator()
    address = f"/indikator/{made['name']}"
    assert made["state"] == "draft"
    app.get(address, status=404)
    forms = [
        app.get(f"/indikator/edit/{made['id']}/{number}", headers=token(county.operator)).text for number in (1, 2, 3)
    ]
    for form, said in zip(forms, (made["rumus"], "Pemakai metode modern", "SIM-MSIND-001"), strict=True):
        assert said in form
    submit(county, made["id"])
    with pytest.raises(tk.ValidationError):
        act("package_patch", county.operator, id=made["id"], interpretasi="Lain")
    act("lebak_release_agree", county.pembina, id=made["id"])
    act("lebak_release_approve", county.walidata, id=made["id"])

    shown = page(app, address)
    text = shown.get_text().replace("\xa0", " ")
    assert shown.find("math") is not None
    for said in ("PUS pemakai metode modern", made["notes"], made["interpretasi"], "Pemakai metode modern"):
        assert said in text
    assert made["rumus"] in shown.find("code").get_text()  # type: ignore[union-attr]
    assert made["title"] in page(app, "/indikator/").get_text()

    told = json.loads(app.get(f"{address}/bps.json").text)
    assert (told["form"], told["id"]) == ("MS-Ind", made["id"])
    assert (told["document"]["nama"], told["document"]["definisi"]) == (made["title"], made["notes"])
    assert told["document"]["variabel_pembangun"][0]["kode_kegiatan"] == "SIM-01"
    office = county.office["id"]
    back = act("lebak_bps_import", county.operator, form="MS-Ind", document=told["document"], owner_org=office)
    again = act("lebak_bps_show", county.operator, id=back["id"])
    assert again["document"] == told["document"]

    rows = [{"publikasi": "Katalog simulasi", "nama": made["title"], "indikator_id": made["id"]}]
    whole = released_indicator(apakah_indikator_komposit="1", indikator_pembangun=rows, title="SIMULASI komposit")
    assert links_to(page(app, f"/indikator/{whole['name']}"), address)

    # A harvester that names no type gets datasets alone.
    assert act("package_search", "", q="mCPR")["count"] == 0
    assert made["name"] not in act("package_list", "")
    assert act("package_autocomplete", "", q="mCPR") == []
    found = act("package_search", "", fq="dataset_type:indikator")["results"]
    assert {made["id"], whole["id"]} <= {each["id"] for each in found}


def test_answers_that_are_wrong_missing_or_not_asked(
    county: SimpleNamespace, indicator: Made, app: CKANTestApp
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        indicator(rumus=r"\frac{a}{b")
    assert "{" in str(refused.value.error_dict["rumus"])
    assert indicator(rumus="dihitung apa adanya")["rumus"] == "dihitung apa adanya"

    rows = [{"publikasi": "Publikasi simulasi", "nama": "Indeks simulasi"}]
    made = indicator(apakah_indikator_komposit="1", indikator_pembangun=rows)
    assert "variabel_pembangun" not in made
    assert [(row["publikasi"], row["nama"]) for row in made["indikator_pembangun"]] == [
        ("Publikasi simulasi", "Indeks simulasi")
    ]

    def lacks(**fields: Any) -> set[str]:
        made = indicator(**fields)
        with app.flask_app.test_request_context("/"), pytest.raises(tk.ValidationError) as refused:
            submit(county, made["id"])
        return set(refused.value.error_dict)

    assert lacks(apakah_indikator_komposit="1") == {"indikator_pembangun"}
    assert lacks(konsep=None, interpretasi=None, rumus=None, variabel_pembangun=[{"nama": "PUS"}]) == {
        "konsep",
        "interpretasi",
        "variabel_pembangun",
    }


def test_datasets_cite_an_indicator_and_its_page_has_their_values(
    county: SimpleNamespace,
    indicator: Made,
    released_indicator: Made,
    released: Made,
    draft: Made,
    app: CKANTestApp,
) -> None:
    cited = released_indicator()
    carrier = loaded(released(indikator_id=cited["id"]))
    assert carrier["indikator_id"] == cited["id"]
    closed = loaded(released(indikator_id=cited["id"], **restricted()))
    hidden = draft(indikator_id=cited["id"])

    found = {each["id"]: each for each in act("lebak_indicator_values", "", id=cited["name"])}
    assert found.keys() == {carrier["id"], closed["id"]}
    assert found[closed["id"]]["tables"] == []
    assert found[carrier["id"]]["organization"] == county.office["title"]
    [table] = found[carrier["id"]]["tables"]
    assert table["heads"][1:] == ["2024"]
    assert sorted(row[1] for row in table["rows"]) == [10, 20]
    assert (table["unit"], table["total"], table["complete"]) == ("Orang", 2, True)

    shown = page(app, f"/indikator/{cited['name']}")
    assert links_to(shown, f"/dataset/{carrier['name']}")
    assert "Rangkasbitung" in shown.find("table", class_="lebak-values").get_text()  # type: ignore[union-attr]
    assert hidden["title"] not in shown.get_text()
    assert links_to(page(app, f"/dataset/{carrier['name']}"), f"/indikator/{cited['name']}")
    act("lebak_release_withdraw", county.walidata, id=carrier["id"], text="Simulasi")
    assert [each["id"] for each in act("lebak_indicator_values", "", id=cited["id"])] == [closed["id"]]

    # One that is not public is cited by its own office, and tells nobody else of its datasets.
    unseen = indicator()
    with pytest.raises(tk.NotAuthorized):
        act("lebak_indicator_values", "", id=unseen["id"])
    assert draft(indikator_id=unseen["id"])["indikator_id"] == unseen["id"]
    fields = {"type": "dataset", "name": "sim-lain", "title": "SIMULASI", "owner_org": county.other["id"]}
    with pytest.raises(tk.ValidationError) as refused:
        act("package_create", county.stranger, **fields, indikator_id=unseen["id"])
    assert set(refused.value.error_dict) == {"indikator_id"}


@pytest.mark.parametrize("error", [tk.ObjectNotFound, tk.NotAuthorized, lambda: tk.ValidationError({"sort": ["x"]})])
def test_page_of_an_indicator_stands_without_a_table_that_cannot_be_had(
    released_indicator: Made,
    released: Made,
    app: CKANTestApp,
    monkeypatch: pytest.MonkeyPatch,
    error: Callable[[], Exception],
) -> None:
    cited = released_indicator()
    carrier = loaded(released(indikator_id=cited["id"]))

    def refused(*_given: Any) -> Any:
        raise error()

    monkeypatch.setattr(carriers, "roles_of", refused)
    [found] = act("lebak_indicator_values", "", id=cited["id"])
    assert (found["id"], found["tables"]) == (carrier["id"], [])
    assert links_to(page(app, f"/indikator/{cited['name']}"), f"/dataset/{carrier['name']}")


def test_reference_from_outside_is_the_walidatas(
    county: SimpleNamespace, indicator: Made, draft: Made, app: CKANTestApp
) -> None:
    outside = {"produsen_data_name": "Badan Pusat Statistik (simulasi)"}
    with pytest.raises(tk.ValidationError) as refused:
        indicator(**outside)
    assert set(refused.value.error_dict) == {"produsen_data_name"}
    fields = complete_indicator(owner_org=county.custodian["id"], **outside)
    made = act("package_create", county.walidata, **fields)

    clerk = county.colleague
    tk.get_action("organization_member_create")(
        {"ignore_auth": True, "user": ""}, {"id": county.custodian["id"], "username": clerk, "role": "editor"}
    )
    for change in ({"interpretasi": "Lain"}, {"produsen_data_name": ""}):
        with pytest.raises(tk.ValidationError) as refused:
            act("package_patch", clerk, id=made["id"], **change)
        assert set(refused.value.error_dict) == {"produsen_data_name"}

    act("lebak_release_submit", county.walidata, id=made["id"], names_no_person=True, kind="tetap")
    act("lebak_release_agree", county.pembina, id=made["id"])
    act("lebak_release_approve", county.second, id=made["id"])
    assert outside["produsen_data_name"] in page(app, f"/indikator/{made['name']}").find(role="note").get_text()  # type: ignore[union-attr]
    assert draft(indikator_id=made["id"])["indikator_id"] == made["id"]


def token(user: str) -> dict[str, str]:
    made = tk.get_action("api_token_create")({"ignore_auth": True, "user": user}, {"user": user, "name": "uji"})
    return {"Authorization": made["token"]}
