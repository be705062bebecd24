"""Records made from the schema: every field that it has gets values of its kind, so that a new field is tested too."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

from ckanext.lebak.vocabulary import vocabulary
from tests.profiles.feed import ROOT
from tests.sdi_factory import shown_dataset, shown_resource

SCHEMA = yaml.safe_load((ROOT / "schemas" / "dataset.yaml").read_text(encoding="utf-8"))

NOT_DESCRIPTION = {"name", "owner_org", "tag_string"}
"""What a receiver makes on its own (address, owner), and tags, which have another form when shown."""

_WORDS = (
    "Jumlah peserta KB aktif menurut kecamatan",
    "Persentase rumah tangga dengan akses air minum layak (%)",
    "«Bukan» angka resmi & belum <final> — lihat catatan: 100 % 😀👩‍👩‍👧",
    "Kampung Baduy; Ciboleger, Leuwidamar — 東京 ﷺ e\u0301",
    "baris pertama\nbaris kedua\n\n- butir\t]]> &amp; \"kutip\" 'tunggal' \\ garis miring",
    "panjang " * 3000,
)


def _written(one_line: bool) -> st.SearchStrategy[str]:
    """Texts as the validators leave them: no controls, no space around them."""
    letters = st.characters(exclude_categories=("Cc", "Cs", "Cn"), include_characters="" if one_line else "\n")
    text = st.one_of(st.sampled_from(_WORDS), st.text(letters, min_size=1, max_size=80))
    return text.map(lambda word: " ".join(word.split()) if one_line else word.strip()).filter(bool)


_DATES = st.dates().map(lambda day: day.isoformat())
_PERIODS = st.one_of(
    st.integers(1900, 2100).map(str),
    st.sampled_from(["2024-S1", "2023-S2", "2024-Q1", "2022-Q4", "2024-07", "2024-02-29"]),
)
_CODES = st.from_regex(r"[A-Z0-9][A-Za-z0-9./-]{0,30}", fullmatch=True)
_ADDRESSES = st.sampled_from(["https://example.org/a?b=c&d=1%202#e", "http://contoh.go.id/publikasi/2024/ä"])
_EMAILS = st.sampled_from(["data@example.org", "o'brien+data@example.co.id"])


def _value(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The values that a field of the schema may have, by its preset."""
    preset = field.get("preset", "")
    if preset in ("lebak_code", "lebak_codes"):
        terms = vocabulary(field["vocabulary"]).terms()
        codes = st.sampled_from([term.uri if field.get("choice_value") == "uri" else term.code for term in terms])
        return codes if preset == "lebak_code" else st.lists(codes, min_size=1, max_size=4, unique=True)
    if preset == "lebak_rows":
        parts = field["repeating_subfields"]
        row = st.fixed_dictionaries({}, optional={part["field_name"]: _value(part) for part in parts}).filter(bool)
        return st.lists(row, min_size=1, max_size=12)
    return {
        "lebak_period": _PERIODS,
        "lebak_date": _DATES,
        "lebak_issued_id": _CODES,
        "lebak_record": st.uuids().map(str),
        "lebak_email": _EMAILS,
        "lebak_text_list": st.lists(_written(one_line=True), min_size=1, max_size=5, unique=True),
        "lebak_long_text": _written(one_line=False),
        "resource_format_autocomplete": st.sampled_from(
            ["CSV", "XLSX", "csv", "GeoJSON", "PDF", "Parquet", "tabel sendiri"]
        ),
    }.get(preset, _ADDRESSES if field["field_name"] == "url" else _written(one_line=True))


DATASET = {
    field["field_name"]: _value(field)
    for field in SCHEMA["dataset_fields"]
    if field["field_name"] not in NOT_DESCRIPTION
}
RESOURCE = {field["field_name"]: _value(field) for field in SCHEMA["resource_fields"] if field["field_name"] != "url"}
TAGS = st.lists(
    st.from_regex(r"[a-z0-9][a-z0-9 ._-]{1,20}[a-z0-9]", fullmatch=True), min_size=1, max_size=4, unique=True
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """An open record with any of the fields, and up to three files."""
    optional = {key: value for key, value in DATASET.items() if key not in ("accessRights", "title")}
    fields = draw(st.fixed_dictionaries({"title": DATASET["title"]}, optional=optional))
    record = shown_dataset(**dict.fromkeys(DATASET), resources=[])
    files = draw(st.lists(st.fixed_dictionaries({}, optional=RESOURCE), max_size=3))
    tags = [{"name": name} for name in sorted(draw(TAGS))]
    bare = dict.fromkeys(RESOURCE)
    resources = [shown_resource(record["id"], place, **{**bare, **file}) for place, file in enumerate(files)]
    return {**record, **fields, "accessRights": "terbuka", "tags": tags, "resources": resources}
