"""A record in all formats: the same in each, the same every time, and nothing lost in silence."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from hypothesis import given, settings

from ckanext.lebak.feed import fragments
from ckanext.lebak.feed.documents import version
from ckanext.lebak.feed.fragments import FORMATS, CannotBeSaidError, digest, mapping_version, render
from ckanext.lebak.feed.packing import unpacked
from ckanext.lebak.feed.syntaxes import RDF_SYNTAXES
from ckanext.lebak.profiles import catalog, dataset
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import Shared
from tests.profiles.feed import OWN, ROOT, as_feed, as_graph, findings, needs_official_shapes, official
from tests.profiles.generated import records
from tests.sdi_factory import restricted, shown_dataset, shown_resource
from tests.unit.feed.parsers import Told, by_oxigraph, document, said


def texts(record: dict[str, Any]) -> dict[str, str]:
    """The fragments of a record by format."""
    pieces = render(record, current_site()).pieces
    return {name: b"".join(unpacked([piece])).decode() for name, piece in pieces.items()}


def own(record: dict[str, Any], name: str) -> Told:
    """What the fragment of a record says in a syntax."""
    return said(name, document(name, [texts(record)[name]]))


def test_there_is_a_piece_for_every_format(site: Site) -> None:
    assert set(render(shown_dataset(), site).pieces) == set(FORMATS)


@pytest.mark.parametrize("record", [shown_dataset(), shown_dataset(**restricted(), resources=[])], ids=["open", "not"])
def test_every_syntax_says_the_same(record: dict[str, Any]) -> None:
    assert len({own(record, name) for name in RDF_SYNTAXES}) == 1


@settings(max_examples=25)
@given(record=records())
def test_every_syntax_says_what_ckanext_dcat_makes_of_the_profile(record: dict[str, Any]) -> None:
    catalog_ref = str(current_site().catalog)
    by_profile = {triple for triple in by_oxigraph(as_feed([record], "nt"), "nt") if triple[0] != catalog_ref}
    for name in RDF_SYNTAXES:
        told = own(record, name)
        assert {triple for triple in told if triple[0] != catalog_ref} <= by_profile
        described = {triple[0] for triple in told}
        assert {triple for triple in by_profile if triple[0] in described} <= told


def test_the_catalogue_points_at_the_record_and_at_its_entry(site: Site) -> None:
    record = shown_dataset()
    told = {triple[1:] for triple in own(record, "nt") if triple[0] == str(site.catalog)}
    ref = f"{site.base}/dataset/{record['id']}"
    assert told == {
        ("http://www.w3.org/ns/dcat#dataset", ref),
        ("http://www.w3.org/ns/dcat#record", f"{ref}#rekaman"),
    }


def whole(name: str, records_: list[dict[str, Any]]) -> str:
    """A document with the catalogue and these records."""
    site, shared = current_site(), Shared()
    triples = list(catalog.write(site.catalog, site, "2026-01-01T00:00:00", "2026-06-01T00:00:00", shared))
    head = RDF_SYNTAXES[name].write([*triples, *(triple for node in shared.values() for triple in node)])
    return document(name, [head, *(texts(record)[name] for record in records_)])


@needs_official_shapes
@pytest.mark.parametrize("name", RDF_SYNTAXES)
def test_the_official_shapes_and_our_own_find_nothing(name: str) -> None:
    files = shown_dataset()
    files["resources"] = [shown_resource(files["id"]), shown_resource(files["id"], 1, format="XLSX", mimetype=None)]
    kinds = [shown_dataset(), files, shown_dataset(resources=[]), shown_dataset(**restricted("tertutup"))]
    graph = as_graph(whole(name, kinds), name)
    assert official(graph) == []
    assert findings(graph, OWN) == []


_PRINT = """
import sys, json
from tests.unit.profiles.conftest import SETTINGS
from ckan.plugins import toolkit as tk
import yaml, pathlib, ckanext.lebak
text = (pathlib.Path(ckanext.lebak.__file__).parent / "config_declaration.yaml").read_text(encoding="utf-8")
tk.config.update({o["key"]: o.get("default", "") for g in yaml.safe_load(text)["groups"] for o in g["options"]})
tk.config.update(SETTINGS)
from ckanext.lebak.feed import fragments
from ckanext.lebak.profiles.sdi import current_site
record = json.loads(sys.argv[1])
pieces = fragments.render(record, current_site()).pieces
print([(name, piece.body.hex(), piece.crc) for name, piece in sorted(pieces.items())])
version = fragments.mapping_version(current_site())
print(version, fragments.digest(record, version))
"""


def test_every_process_gives_the_same_bytes() -> None:
    record = shown_dataset()
    told = {
        subprocess.run(
            [sys.executable, "-c", _PRINT, json.dumps(record)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(told) == 1
    assert len(told.pop()) > 1000


@pytest.mark.parametrize(("missing", "shown"), [(["title"], "name"), (["title", "name"], "id")])
def test_a_record_without_a_title_goes_by_its_name_or_id(missing: list[str], shown: str) -> None:
    record = shown_dataset(**dict.fromkeys(missing))
    written = texts(record)
    assert json.loads(written["json"])["title"] == record[shown]
    assert json.loads("{" + written["ckan"])["title"] == record[shown]
    assert ("http://purl.org/dc/terms/title", record[shown]) in {
        (triple[1], triple[2][0]) for triple in own(record, "ttl") if isinstance(triple[2], tuple)
    }


# --- what is left out -------------------------------------------------------------------------------------------------

LEFT_OUT = {
    "source": ({"url": "ftp://a"}, "url", "This is not a web address: {value}"),
    "frequency": ({"accrualPeriodicity": "Tahunan"}, "accrualPeriodicity", "This is not a web address: {value}"),
    "area": ({"kode_wilayah": ["Lebak"]}, "kode_wilayah", "This is not the code of an area: {value}"),
    "time": ({"metadata_modified": "kemarin"}, "metadata_modified", "This is not a time: {value}"),
    "text": ({"konsep": {"id": "a"}}, "konsep", "This is not a text: {value}"),
    "number": ({"konsep": float("nan")}, "konsep", "This is not a number: {value}"),
    "files": ({"resources": [3]}, "resources", "Not every item of this is a row: {value}"),
}


@pytest.mark.parametrize(("fields", "field", "message"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_left_out_is_told_with_its_field(fields: dict[str, Any], field: str, message: str, site: Site) -> None:
    reasons = render({**shown_dataset(), **fields}, site).left_out
    assert (field, message) in {(reason["field"], reason["message"]) for reason in reasons}
    assert all(reason["message"].format(**reason["values"]) for reason in reasons)


@pytest.mark.parametrize(
    ("key", "value"), [("size", "2 MB"), ("url", "javascript:alert(1)"), ("kolom", [{"nama": {}}, 3])]
)
def test_what_is_left_out_of_a_file_names_the_file(key: str, value: Any, site: Site) -> None:
    record = shown_dataset()
    record["resources"].append(shown_resource(record["id"], 1, **{key: value}))
    assert {reason["field"] for reason in render(record, site).left_out} == {f"resources.1.{key}"}


def test_what_is_left_out_of_every_format_is_told_once(site: Site) -> None:
    [reason] = render(shown_dataset(kodereferensi='["a", {"b": 1}]'), site).left_out
    assert reason["values"] == {"value": "dict (1)"}


def test_nothing_is_left_out_of_a_good_record(site: Site) -> None:
    assert render(shown_dataset(), site).left_out == []


def test_what_is_left_out_is_logged_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    record = shown_dataset(url="ftp://a")
    with caplog.at_level(logging.WARNING):
        render(record, site)
    assert [line for line in caplog.messages if "ftp://a" in line] == [
        f"left out of the feed of {record['name']}: url: This is not a web address: ftp://a"
    ]


# --- what cannot be said ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["notes", "konsep", "catatan_data", "owner_org"])
def test_a_text_of_a_megabyte_sets_the_record_aside(key: str, site: Site) -> None:
    with pytest.raises(CannotBeSaidError) as caught:
        render(shown_dataset(**{key: "panjang " * 131_072}), site)
    [reason] = caught.value.reasons
    assert reason["field"] == key
    assert reason["values"] == {"size": str(2**20 + 2)}


def test_columns_that_would_fill_a_page_set_the_record_aside(site: Site) -> None:
    record = shown_dataset()
    record["resources"][0]["kolom"] = [{"nama": f"k{number}", "peran": "ukuran"} for number in range(6_000)]
    with pytest.raises(CannotBeSaidError) as caught:
        render(record, site)
    assert caught.value.reasons[0]["field"] == "resources"


def test_a_table_with_as_many_columns_as_saving_takes_is_said(site: Site) -> None:
    record = shown_dataset()
    column = {
        "nama": "k",
        "definisi": "Arti kolom ini. " * 4,
        "tipe_data": "teks",
        "satuan": "Orang",
        "peran": "ukuran",
    }
    record["resources"][0]["kolom"] = [{**column, "nama": f"kolom_{number}"} for number in range(1_000)]
    assert render(record, site).left_out == []


@pytest.mark.parametrize("id_", [None, "", {"a": 1}])
def test_a_record_without_an_id_is_set_aside(id_: Any, site: Site) -> None:
    with pytest.raises(CannotBeSaidError, match="no id"):
        render({**shown_dataset(), "id": id_}, site)


def test_an_error_of_the_writers_sets_the_record_aside_and_is_logged(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(dataset, "write", fail)
    with pytest.raises(CannotBeSaidError, match="ZeroDivisionError"):
        render(shown_dataset(), site)
    assert any(entry.exc_info and entry.exc_info[0] is ZeroDivisionError for entry in caplog.records)


# --- versions ---------------------------------------------------------------------------------------------------------


def _reversed(value: Any) -> Any:
    """The same with all keys in another order."""
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(part) for part in value] if isinstance(value, list) else value


def test_the_order_of_keys_changes_nothing() -> None:
    record = shown_dataset(extras=[{"key": "b", "value": "1"}, {"key": "a", "value": "2"}])
    assert texts(_reversed(record)) == texts(record)


def test_the_digest_follows_the_record_and_the_mapping() -> None:
    record = shown_dataset()
    same = json.loads(json.dumps(dict(reversed(record.items()))))
    others = [{**record, "title": "Lain"}, {**record, "tags": []}, {**record, "organization": {}}]
    assert digest(record, "1") == digest(same, "1")
    assert len({digest(record, "1"), digest(record, "2"), *(digest(other, "1") for other in others)}) == 5


def test_the_digest_does_not_follow_the_language_of_a_licences_title() -> None:
    record = shown_dataset()
    assert digest({**record, "license_title": "a"}, "1") == digest({**record, "license_title": "b"}, "1")
    assert texts({**record, "license_title": "a"}) == texts({**record, "license_title": "b"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ckan.site_url", "https://lain.example.org"),
        ("ckan.root_path", "/data"),
        ("ckanext.dcat.base_uri", "https://id.example.org"),
        ("ckanext.lebak.custodian_name", "Walidata lain"),
    ],
)
def test_the_mapping_follows_the_settings_of_the_site(key: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = mapping_version(current_site())
    monkeypatch.setitem(tk.config, key, value)
    assert mapping_version(current_site()) != before
    monkeypatch.undo()
    assert mapping_version(current_site()) == before


def test_the_mapping_does_not_follow_what_an_admin_changes_in_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Web and worker learn of it at different times, and would publish everything in turns."""
    before = mapping_version(current_site()), version(current_site())
    monkeypatch.setitem(tk.config, "ckan.site_title", "Judul lain")
    assert mapping_version(current_site()) == before[0]
    assert version(current_site()) != before[1]


@pytest.mark.parametrize(
    "changed",
    ["vocabularies/unit.csv", "profiles/place.py", "feed/linked.py", "files/masking.py", "organizations/images.py"],
)
def test_the_mapping_follows_code_and_code_lists(changed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """As with another release of the extension: what is read is the files of the package."""
    before = mapping_version(current_site())
    real = fragments.files
    for folder in ("profiles", "feed", "files", "organizations", "statistics", "vocabularies"):
        (tmp_path / folder).mkdir()
    for source in (*(ROOT / "ckanext/lebak").glob("*.py"), *(ROOT / "ckanext/lebak").glob("*/*.*")):
        target = tmp_path / source.relative_to(ROOT / "ckanext/lebak")
        if target.parent.is_dir():
            target.write_bytes(source.read_bytes())
    monkeypatch.setattr(fragments, "files", lambda name: tmp_path if name == "ckanext.lebak" else real(name))
    for cached in (fragments._code, fragments._version):
        cached.cache_clear()
    assert mapping_version(current_site()) == before
    (tmp_path / changed).write_bytes(b"")
    for cached in (fragments._code, fragments._version):
        cached.cache_clear()
    assert mapping_version(current_site()) != before
    monkeypatch.undo()
    for cached in (fragments._code, fragments._version):
        cached.cache_clear()
