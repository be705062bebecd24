"""Two people edit one record: each form, and the API (forms/editing.py, logic/action/saving.py)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from tests.posting import DATASET_FORM, RESOURCE_FORM, Form, form_of
from tests.sdi_factory import complete_dataset, complete_resource

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

CONFLICT = 409
TABLE = b"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,1,simulasi\n"
OTHER_TABLE = b"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,2,simulasi\n"


@pytest.fixture
def office() -> dict[str, Any]:
    """An office with two operators, of whom one uses the API here and the other one a browser."""
    users = [
        {"name": factories.User(name=name, fullname=fullname)["name"], "capacity": "editor"}
        for name, fullname in (("pertama", "Operator Pertama"), ("kedua", "Operator Kedua"))
    ]
    return factories.Organization(users=users)


@pytest.fixture
def dataset(office: dict[str, Any]) -> dict[str, Any]:
    return _first("package_create", **complete_dataset(owner_org=office["id"], private=True))


@pytest.fixture
def browser(app: Any, office: dict[str, Any]) -> Any:
    """What asks for pages as the second operator."""
    token = helpers.call_action("api_token_create", {"user": "kedua"}, user="kedua", name="uji")["token"]
    app.client.environ_base["HTTP_AUTHORIZATION"] = token
    return app


def _first(action: str, **data: Any) -> Any:
    """What the first operator does."""
    return helpers.call_action(action, {"user": "pertama", "ignore_auth": False}, **data)


def _shown(dataset: dict[str, Any]) -> dict[str, Any]:
    return helpers.call_action("package_show", id=dataset["id"])


def _open(browser: Any, address: str, form_id: str) -> Form:
    page = browser.get(address)
    assert page.status_code == 200, page.body
    form = form_of(page.body, form_id)
    form.action = form.action or address
    return form


def _send(browser: Any, form: Form, status: int = 200, **typed: Any) -> Any:
    return browser.post(form.action, data={"save": "", **form.values, **typed}, status=status)


def _rows(page: Any) -> dict[str, list[str]]:
    """The fields that the second person is shown, each with its four cells."""
    soup = BeautifulSoup(page.body, "lxml")
    return {
        str(row["data-field"]): [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in soup.select(".lebak-conflict tr[data-field]")
    }


# --- the dataset's form --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "field", "state"),
    [(1, "konsep", "active"), (4, "author", "active"), (1, "konsep", "draft"), (2, "jadwal_rilis", "draft")],
)
def test_the_second_is_told_and_keeps_what_was_typed(
    office: dict[str, Any], browser: Any, page: int, field: str, state: str
) -> None:
    theirs, mine = ("2028-01-01", "2029-01-01") if field.startswith("jadwal") else ("Kata mereka", "Kata saya")
    dataset = _first("package_create", **complete_dataset(owner_org=office["id"], private=True, state=state))
    part = "new" if state == "draft" else "edit"
    form = _open(browser, f"/dataset/{part}/{dataset['name']}/{page}", DATASET_FORM)
    _first("package_patch", id=dataset["id"], **{field: theirs})

    answer = _send(browser, form, CONFLICT, **{field: mine})
    assert _shown(dataset)[field] == theirs
    shown = _rows(answer)
    assert list(shown) == [field]
    assert theirs in shown[field][2] or "2028" in shown[field][2]
    assert mine in shown[field][3] or "2029" in shown[field][3]
    assert "Operator Pertama" in answer.body
    again = form_of(answer.body, DATASET_FORM)
    assert again.values[field] == mine
    own = ("lebak_loaded", "_csrf_token", field)
    assert {key: value for key, value in again.values.items() if key not in own} == {
        key: value for key, value in form.values.items() if key not in own
    }

    again.action = again.action or form.action
    _send(browser, again)
    assert _shown(dataset)[field] == mine


def test_theirs_is_taken_where_it_is_chosen(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    changed = {"konsep": "Kata mereka", "satuan": "Kasus", "tags": [{"name": "mereka"}]}
    _first("package_patch", id=dataset["id"], **changed)
    typed = {"konsep": "Kata saya", "satuan": "Persen", "tag_string": "saya"}
    answer = _send(browser, form, CONFLICT, **typed)
    assert sorted(_rows(answer)) == ["konsep", "satuan", "tag_string"]
    again = form_of(answer.body, DATASET_FORM)
    _send(browser, again, lebak_theirs=["konsep", "tag_string"])
    shown = _shown(dataset)
    assert (shown["konsep"], shown["satuan"]) == ("Kata mereka", "Persen")
    assert [tag["name"] for tag in shown["tags"]] == ["mereka"]


def test_what_only_the_other_one_changed_is_in_the_form_that_comes_back(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    _first("package_patch", id=dataset["id"], satuan="Kasus", variabel_disaggregasi=["Desa"])
    answer = _send(browser, form, CONFLICT, konsep="Kata saya")
    assert sorted(_rows(answer)) == ["satuan", "variabel_disaggregasi"]
    again = form_of(answer.body, DATASET_FORM)
    assert (again.values["satuan"], again.values["variabel_disaggregasi"]) == ("Kasus", "Desa")
    _send(browser, again)
    shown = _shown(dataset)
    assert (shown["konsep"], shown["satuan"], shown["variabel_disaggregasi"]) == ("Kata saya", "Kasus", ["Desa"])


def test_a_third_save_is_told_again(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    _first("package_patch", id=dataset["id"], konsep="Kata mereka")
    again = form_of(_send(browser, form, CONFLICT, konsep="Kata saya").body, DATASET_FORM)
    _first("package_patch", id=dataset["id"], konsep="Kata ketiga")
    answer = _send(browser, again, CONFLICT)
    assert _rows(answer)["konsep"][1:3] == ["Kata mereka", "Kata ketiga"]
    assert _shown(dataset)["konsep"] == "Kata ketiga"


def test_a_mistake_in_between_does_not_forget_what_the_form_was_opened_with(
    dataset: dict[str, Any], browser: Any
) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/2", DATASET_FORM)
    mistaken = _send(browser, form, temporal_end="20x4")
    assert not _rows(mistaken)
    _first("package_patch", id=dataset["id"], temporal_start="2019")
    again = form_of(mistaken.body, DATASET_FORM)
    _send(browser, again, CONFLICT, temporal_start="2018", temporal_end="2024")
    assert _shown(dataset)["temporal_start"] == "2019"


def test_two_pages_of_one_dataset_are_both_kept(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/2", DATASET_FORM)
    _first("package_patch", id=dataset["id"], konsep="Kata mereka")
    _send(browser, form, jadwal_rilis="2029-01-01")
    shown = _shown(dataset)
    assert (shown["konsep"], shown["jadwal_rilis"]) == ("Kata mereka", "2029-01-01")


def test_the_visibility_that_another_one_set_stays(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    _first("package_patch", id=dataset["id"], private=False)
    _send(browser, form, konsep="Kata saya")
    shown = _shown(dataset)
    assert (shown["konsep"], shown["private"]) == ("Kata saya", False)


def test_a_name_that_was_changed_meanwhile_loses_nothing(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    _first("package_patch", id=dataset["id"], name="nama-lain")
    answer = _send(browser, form, CONFLICT, konsep="Kata saya")
    assert form_of(answer.body, DATASET_FORM).values["name"] == "nama-lain"


def test_sending_a_form_twice_is_no_conflict(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    for _ in range(2):
        _send(browser, form, konsep="Kata saya")


def test_who_saved_in_another_window_is_told_so(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    _send(browser, form, konsep="Jendela satu")
    answer = _send(browser, form, CONFLICT, konsep="Jendela dua")
    sentence = BeautifulSoup(answer.body, "lxml").select_one(".lebak-conflict p")
    assert sentence
    assert "Operator" not in sentence.text


def test_a_damaged_mark_is_refused_and_nothing_typed_is_lost(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    answer = _send(browser, form, konsep="Kata saya", lebak_loaded="{", lebak_conflict="x")
    assert form_of(answer.body, DATASET_FORM).values["konsep"] == "Kata saya"
    assert _shown(dataset)["konsep"] == dataset["konsep"]


def test_markup_in_another_ones_text_is_shown_as_text(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/edit/{dataset['name']}/1", DATASET_FORM)
    package = model.Package.get(dataset["id"])
    assert package
    package.extras["konsep"] = "<script>alert(1)</script>"
    model.Session.commit()
    answer = _send(browser, form, CONFLICT, konsep="Kata saya")
    assert "<script>alert(1)" not in answer.body
    assert "<script>alert(1)</script>" in _rows(answer)["konsep"][2]


def test_who_may_not_save_learns_nothing_of_the_record(dataset: dict[str, Any], app: Any) -> None:
    factories.User(name="orang-luar")
    with pytest.raises(tk.NotAuthorized):
        helpers.call_action(
            "package_patch",
            {"user": "orang-luar", "ignore_auth": False},
            id=dataset["id"],
            konsep="x",
            lebak_loaded='{"konsep": "y"}',
        )
    with pytest.raises(tk.NotAuthorized):
        helpers.call_action(
            "resource_update",
            {"user": "orang-luar", "ignore_auth": False},
            id=dataset["resources"][0]["id"],
            name="x",
            lebak_loaded='{"name": "y"}',
        )


def test_a_form_without_pages_saves_by_update(dataset: dict[str, Any], app: Any) -> None:
    posted = {**_shown(dataset), "konsep": "Kata saya", "lebak_loaded": f'{{"konsep": "{dataset["konsep"]}"}}'}
    del posted["metadata_modified"]
    _first("package_patch", id=dataset["id"], konsep="Kata mereka")
    with app.flask_app.test_request_context(), pytest.raises(tk.ValidationError) as refused:
        _first("package_update", **posted)
    assert "lebak_conflict" in refused.value.error_dict
    assert _shown(dataset)["konsep"] == "Kata mereka"


# --- the file's form -----------------------------------------------------------------------------------------


def _file_form(browser: Any, dataset: dict[str, Any], number: int = 0) -> Form:
    address = f"/dataset/{dataset['id']}/resource/{dataset['resources'][number]['id']}/edit"
    return _open(browser, address, RESOURCE_FORM)


def _uploaded(dataset: dict[str, Any], content: bytes = TABLE, **fields: Any) -> dict[str, Any]:
    """The dataset after the first operator has put a file into its first resource."""
    upload = FileStorage(io.BytesIO(content), filename="tabel.csv", name="upload")
    _first("resource_patch", id=dataset["resources"][0]["id"], upload=upload, **fields)
    return _shown(dataset)


def test_the_same_file_is_a_conflict(dataset: dict[str, Any], browser: Any) -> None:
    form = _file_form(browser, dataset)
    resource = dataset["resources"][0]
    columns = [dict(row) for row in resource["kolom"]]
    columns[0]["definisi"] = "Arti mereka"
    _first("resource_patch", id=resource["id"], description="Kata mereka", kolom=columns)
    answer = _send(browser, form, CONFLICT, **{"description": "Kata saya", "kolom-1-definisi": "Arti saya"})
    assert list(_rows(answer)) == ["description", "kolom"]
    again = form_of(answer.body, RESOURCE_FORM)
    assert (again.values["description"], again.values["kolom-1-definisi"]) == ("Kata saya", "Arti saya")
    assert _shown(dataset)["resources"][0]["description"] == "Kata mereka"
    again.action = again.action or form.action
    _send(browser, again, lebak_theirs="kolom")
    (saved,) = _shown(dataset)["resources"]
    assert (saved["description"], saved["kolom"][0]["definisi"]) == ("Kata saya", "Arti mereka")
    assert "lebak_loaded" not in saved
    assert "lebak_theirs" not in saved


def test_two_files_of_one_dataset_are_both_kept(office: dict[str, Any], browser: Any) -> None:
    dataset = _first(
        "package_create",
        **complete_dataset(
            owner_org=office["id"], private=True, resources=[complete_resource(), complete_resource(name="Kedua")]
        ),
    )
    form = _file_form(browser, dataset, 1)
    _first("resource_patch", id=dataset["resources"][0]["id"], description="Kata mereka")
    _first("package_patch", id=dataset["id"], konsep="Kata mereka")
    _send(browser, form, description="Kata saya")
    shown = _shown(dataset)
    assert [resource["description"] for resource in shown["resources"]] == ["Kata mereka", "Kata saya"]
    assert shown["konsep"] == "Kata mereka"


def test_two_new_files_are_both_kept(dataset: dict[str, Any], browser: Any) -> None:
    form = _open(browser, f"/dataset/{dataset['id']}/resource/new", RESOURCE_FORM)
    assert "lebak_loaded" not in form.values
    _first("resource_create", package_id=dataset["id"], **complete_resource(name="Mereka"))
    _send(
        browser, form, name="Saya", description="Kata saya", url="https://example.org/b.csv", save="go-dataset-complete"
    )
    assert [resource["name"] for resource in _shown(dataset)["resources"]][1:] == ["Mereka", "Saya"]


def test_a_job_that_notes_something_in_a_file_is_nobodys_edit(dataset: dict[str, Any], browser: Any) -> None:
    dataset = _uploaded(dataset)
    form = _file_form(browser, dataset)
    _first("resource_patch", id=dataset["resources"][0]["id"], datastore_active=True)
    _send(browser, form, description="Kata saya")
    (saved,) = _shown(dataset)["resources"]
    assert (saved["description"], saved["datastore_active"]) == ("Kata saya", True)


@contextmanager
def _file(content: bytes) -> Iterator[tuple[io.BytesIO, str]]:
    with io.BytesIO(content) as stream:
        yield stream, "tabel.csv"


def _content(browser: Any, dataset: dict[str, Any]) -> bytes:
    (resource,) = _shown(dataset)["resources"]
    return browser.get(resource["url"]).data


@pytest.mark.parametrize(("choice", "content"), [({}, b"saya\n1\n"), ({"lebak_theirs": "url"}, OTHER_TABLE)], ids=str)
def test_both_replaced_the_file(dataset: dict[str, Any], browser: Any, choice: dict[str, Any], content: bytes) -> None:
    dataset = _uploaded(dataset)
    form = _file_form(browser, dataset)
    _uploaded(dataset, OTHER_TABLE)
    with _file(b"saya\n1\n") as mine:
        answer = _send(browser, form, CONFLICT, upload=mine)
    assert list(_rows(answer)) == ["url"]
    assert _content(browser, dataset) == OTHER_TABLE
    again = form_of(answer.body, RESOURCE_FORM)
    assert again.values["lebak_staged"]
    again.action = again.action or form.action
    _send(browser, again, **choice)
    assert _content(browser, dataset) == content


def test_a_file_that_only_the_other_one_replaced_stays(dataset: dict[str, Any], browser: Any) -> None:
    dataset = _uploaded(dataset)
    form = _file_form(browser, dataset)
    other = FileStorage(io.BytesIO(OTHER_TABLE), filename="lain.csv", name="upload")
    _first("resource_patch", id=dataset["resources"][0]["id"], upload=other)
    answer = _send(browser, form, CONFLICT, description="Kata saya")
    assert list(_rows(answer)) == ["url"]
    again = form_of(answer.body, RESOURCE_FORM)
    again.action = again.action or form.action
    _send(browser, again)
    (saved,) = _shown(dataset)["resources"]
    assert (saved["url"].rsplit("/", 1)[-1], saved["description"]) == ("lain.csv", "Kata saya")
    assert _content(browser, dataset) == OTHER_TABLE


def test_a_draft_keeps_its_file_through_a_conflict_and_a_mistake(office: dict[str, Any], browser: Any) -> None:
    dataset = _uploaded(_first("package_create", **complete_dataset(owner_org=office["id"], state="draft")))
    form = _file_form(browser, dataset)
    assert form.action.endswith(f"/resource/{dataset['resources'][0]['id']}/edit")
    _first("resource_patch", id=dataset["resources"][0]["id"], description="Kata mereka")
    answer = _send(browser, form, CONFLICT, description="Kata saya", save="go-dataset-complete")
    again = form_of(answer.body, RESOURCE_FORM)
    mistaken = _send(browser, again, periode="dua ribu", save="go-dataset-complete")
    last = form_of(mistaken.body, RESOURCE_FORM)
    _send(browser, last, periode="2024", save="go-dataset-complete")
    (saved,) = _shown(dataset)["resources"]
    assert (saved["description"], saved["url_type"]) == ("Kata saya", "upload")
    assert _content(browser, dataset) == TABLE


# --- the API -------------------------------------------------------------------------------------------------


@pytest.fixture
def stale(dataset: dict[str, Any]) -> dict[str, Any]:
    """What the second operator read before the first one saved, and has changed."""
    read = _shown(dataset)
    _first("package_patch", id=dataset["id"], konsep="Kata mereka")
    return {**read, "notes": "Kata saya"}


def _second(action: str, **data: Any) -> Any:
    return helpers.call_action(action, {"user": "kedua", "ignore_auth": False}, **data)


def test_a_record_that_was_read_before_is_not_written_back(stale: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        _second("package_update", **stale)
    assert list(refused.value.error_dict) == ["metadata_modified"]
    assert _shown(stale)["konsep"] == "Kata mereka"


def test_the_api_answers_409(stale: dict[str, Any], browser: Any) -> None:
    answer = browser.post("/api/3/action/package_update", json=stale, status=CONFLICT)
    assert answer.json["error"]["__type"] == "Validation Error"
    assert "2" in answer.json["error"]["metadata_modified"][0]


def test_a_record_without_the_time_is_taken_as_before(stale: dict[str, Any]) -> None:
    del stale["metadata_modified"]
    assert _second("package_update", **stale)["notes"] == "Kata saya"


@pytest.mark.parametrize("user", ["pertama", "admin"])
def test_two_who_write_back_what_they_read_are_told_apart(dataset: dict[str, Any], user: str) -> None:
    # CKAN keeps a time that a sysadmin sends, so that the second one would find it unchanged.
    factories.Sysadmin(name="admin")
    read = _shown(dataset)
    helpers.call_action("package_update", {"user": user, "ignore_auth": False}, **{**read, "konsep": "Kata mereka"})
    with pytest.raises(tk.ValidationError):
        _second("package_update", **{**read, "notes": "Kata saya"})
    assert _shown(dataset)["konsep"] == "Kata mereka"


def test_a_record_written_back_unchanged_stays_as_it_is(dataset: dict[str, Any]) -> None:
    read = _shown(dataset)
    _second("package_update", **read)
    assert _shown(dataset) == read


def test_the_time_of_a_harvested_source_is_no_conflict(dataset: dict[str, Any]) -> None:
    factories.Sysadmin(name="pemanen")
    harvested = {**_shown(dataset), "metadata_modified": "2099-01-01T00:00:00", "notes": "Dari sumber"}
    saved = helpers.call_action("package_update", {"user": "pemanen", "ignore_auth": False}, **harvested)
    assert (saved["notes"], saved["metadata_modified"]) == ("Dari sumber", "2099-01-01T00:00:00")


@pytest.mark.parametrize(
    "save",
    [
        lambda stale: _second("package_patch", id=stale["id"], notes="x", metadata_modified=stale["metadata_modified"]),
        lambda stale: _second("package_revise", match={"id": stale["id"]}, update={"notes": "x"}),
        lambda stale: _second("resource_create", package_id=stale["id"], **complete_resource(name="Baru")),
        lambda stale: _second("resource_update", **{**stale["resources"][0], "name": "Nama lain"}),
        lambda stale: _second("resource_patch", id=stale["resources"][0]["id"], name="Nama lain"),
        lambda stale: _second("resource_delete", id=stale["resources"][0]["id"]),
        lambda stale: _second("package_resource_reorder", id=stale["id"], order=[stale["resources"][0]["id"]]),
    ],
    ids=["patch", "revise", "resource_create", "resource_update", "resource_patch", "resource_delete", "reorder"],
)
def test_what_reads_under_the_lock_itself_is_as_before(stale: dict[str, Any], save: Callable[[Any], Any]) -> None:
    save(stale)
    assert _shown(stale)["konsep"] == "Kata mereka"


def test_a_save_of_a_file_that_waited_knows_where_the_file_stands_now(office: dict[str, Any]) -> None:
    files = [complete_resource(name=str(number)) for number in range(3)]
    dataset = _first("package_create", **complete_dataset(owner_org=office["id"], private=True, resources=files))
    third = dataset["resources"][2]["id"]
    known = model.Resource.get(third)
    assert known
    assert known.position == 2
    # Another process removes the first file: the session of this one does not know.
    table = model.resource_table
    assert model.meta.engine
    with model.meta.engine.begin() as other:
        for resource, changed in zip(
            dataset["resources"],
            ({"state": "deleted", "position": 2}, {"position": 0}, {"position": 1, "description": "Kata mereka"}),
            strict=True,
        ):
            other.execute(table.update().where(table.c.id == resource["id"]).values(changed))
        other.execute(
            model.package_table.update()
            .where(model.package_table.c.id == dataset["id"])
            .values(metadata_modified=tk.h.date_str_to_datetime("2030-01-01T00:00:00"))
        )
    _second("resource_patch", id=third, name="Nama lain")
    saved = _shown(dataset)["resources"]
    assert [resource["name"] for resource in saved] == ["1", "Nama lain"]
    assert saved[1]["description"] == "Kata mereka"
