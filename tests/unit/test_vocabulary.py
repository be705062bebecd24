"""Code lists: what is in them, and that every code leads to its labels and address and back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from ckan.model.license import DefaultLicense
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.vocabulary import Term, Vocabulary, _terms, names, vocabulary

EU = "http://publications.europa.eu/resource/authority/"
ALL = names()
TERMS = [(name, term) for name in ALL for term in vocabulary(name).terms()]
any_term = st.sampled_from(TERMS)


ASKED_BY_CODE = {
    *(
        "area",
        "column_role",
        "column_type",
        "epss_indicator",
        "epss_level",
        "file_type",
        "release_status",
        "romantik_status",
        "sds_domain",
    ),
    *("source_status", "unit"),
}
"""Lists that no field of a schema chooses from, beside those that do."""


def _named(fields: Any) -> Iterator[str]:
    for field in fields:
        yield from [field["vocabulary"]] if "vocabulary" in field else []
        for by_answer in field.get("pilihan_menurut", {}).values():
            yield from by_answer.values()
        yield from _named(field.get("repeating_subfields", ()))


def test_the_lists_that_the_schemas_name_are_there_and_no_other() -> None:
    named = set()
    for schema in files("ckanext.lebak.schemas").iterdir():
        if schema.name.endswith(".yaml"):
            read = yaml.safe_load(schema.read_text(encoding="utf-8"))
            for part in ("dataset_fields", "resource_fields", "fields"):
                named |= set(_named(read.get(part) or ()))
    assert set(ALL) == named | ASKED_BY_CODE


def test_an_unknown_list_is_named_together_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no code list 'wilayah'.*area.*urusan"):
        vocabulary("wilayah")


@pytest.mark.parametrize("name", ALL)
def test_every_list_says_where_it_is_from(name: str) -> None:
    codes = vocabulary(name)
    assert codes.name == name
    assert codes.title != name
    assert len(codes.source) > 30
    assert date.fromisoformat(codes.date).year >= 2026


@pytest.mark.parametrize("name", ALL)
def test_what_was_not_verified_is_marked_in_words_of_one_kind(name: str) -> None:
    status = {term.more["status"] for term in vocabulary(name).terms() if "status" in term.more}
    assert status <= {"terverifikasi", "belum_terverifikasi"}


@pytest.mark.parametrize("name", ALL)
def test_files_are_clean_text(name: str) -> None:
    text = files("ckanext.lebak").joinpath("vocabularies").joinpath(f"{name}.csv").read_bytes().decode("utf-8")
    assert "\r" not in text
    assert text.endswith("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u00a0\u200b-\u200f\ufeff]", text)
    assert all(
        cell == cell.strip() for term in vocabulary(name).terms() for cell in (term.code, term.id, term.en, term.uri)
    )


@given(any_term)
def test_code_to_term_and_back(case: tuple[str, Term]) -> None:
    name, term = case
    codes = vocabulary(name)
    assert codes[term.code] is term
    assert term.label("id") == term.label() == term.id
    assert term.label("en") == term.label("en_GB") == term.en
    assert term.label("su") == term.id


@given(any_term)
def test_address_leads_back_to_its_code(case: tuple[str, Term]) -> None:
    name, term = case
    if term.uri:
        assert vocabulary(name).by_uri(term.uri) is term
    assert vocabulary(name).by_uri("") is None


@given(any_term, st.sampled_from(["id", "en"]), st.sampled_from([str, str.upper, str.lower, lambda text: f"  {text} "]))
def test_label_leads_back_to_its_code(case: tuple[str, Term], lang: str, write: Callable[[str], str]) -> None:
    name, term = case
    place = {"level": term.more["level"], "parent": term.more["parent"]} if name == "area" else {}
    found = vocabulary(name).by_label(write(term.label(lang)), **place)
    # Two desa of one kecamatan share their name in no case, so level and parent always tell.
    assert found is term


@pytest.mark.parametrize("name", [name for name in ALL if name != "area"])
def test_labels_are_unique_except_of_places(name: str) -> None:
    for lang in ("id", "en"):
        labels = Counter(term.label(lang).casefold() for term in vocabulary(name).terms())
        assert [label for label, count in labels.items() if count > 1] == []


@given(st.text(max_size=50))
def test_any_text_is_answered(text: str) -> None:
    for name in ("area", "unit", "frequency"):
        codes = vocabulary(name)
        term = codes.by_label(text)
        assert term is None or codes[term.code] is term
        assert codes.by_uri(text) is None


def test_a_label_as_long_as_a_book_is_none() -> None:
    assert vocabulary("area").by_label("Kecamatan Bayah" + " " * 100_000) is None


def test_terms_keep_the_order_of_the_file() -> None:
    assert list(vocabulary("sector")) == [str(number) for number in range(1, 23)]
    assert [term.code for term in vocabulary("sector").terms()] == list(vocabulary("sector"))


# --- places


def test_the_county_has_28_kecamatan_340_desa_and_5_kelurahan() -> None:
    levels = Counter(term.more["level"] for term in vocabulary("area").terms())
    assert levels == {"kabupaten": 1, "kecamatan": 28, "desa": 340, "kelurahan": 5}


@given(st.sampled_from(vocabulary("area").terms()))
def test_every_place_lies_in_the_one_above_it(term: Term) -> None:
    area = vocabulary("area")
    if term.code == "36.02":
        assert term.more["parent"] == ""
        return
    parent = area[term.more["parent"]]
    assert term.code.startswith(f"{parent.code}.")
    # BPS numbers a desa of 2018 below its kecamatan of then; Cikaratuan moved in between and kept its number.
    assert term.more["bps"].startswith(parent.more["bps"])
    if parent.more["bbox"]:
        west, south, east, north = (float(edge) for edge in parent.more["bbox"].split(","))
        assert west <= float(term.more["lon"]) <= east
        assert south <= float(term.more["lat"]) <= north


def test_the_two_codes_of_a_place_differ() -> None:
    area = vocabulary("area")
    assert (area["36.02.14"].more["name"], area["36.02.14"].more["bps"]) == ("Rangkasbitung", "3602180")
    assert (area["36.02"].more["bps"], area["36.02"].label("en")) == ("3602", "Lebak Regency")
    assert [
        t.code for t in area.terms() if t.more["level"] == "kecamatan" and t.more["bps"] == t.code.replace(".", "")
    ] == []
    assert max(Counter(term.more["bps"] for term in area.terms()).values()) == 1


def test_a_name_that_several_places_share_finds_none_until_it_is_told_which() -> None:
    area = vocabulary("area")
    assert area.by_label("Sukaraja") is None
    assert area.by_label("Sukaraja", parent="36.02.01") is area["36.02.01.2004"]
    assert area.by_label("Banjarsari") is None
    assert area.by_label("Banjarsari", level="kecamatan") is area["36.02.09"]
    assert area.by_label("kecamatan  banjarsari") is area["36.02.09"]
    assert area.by_label("Bayah District") is area["36.02.03"]


def test_boxes_go_from_west_south_to_east_north() -> None:
    for term in vocabulary("area").terms():
        if term.more["level"] in {"kabupaten", "kecamatan"}:
            west, south, east, north = (float(edge) for edge in term.more["bbox"].split(","))
            assert west < east
            assert south < north
        else:
            assert term.more["bbox"] == ""
            assert re.fullmatch(r"\d{5}", term.more["postal_code"])


# --- urusan and topics


def test_32_urusan_and_the_supporting_elements() -> None:
    urusan = vocabulary("urusan")
    groups = Counter(term.more["group"] for term in urusan.terms())
    assert (groups["1"], groups["2"], groups["3"]) == (6, 18, 8)
    assert all(re.fullmatch(r"[1-8]\.\d\d", code) and code[0] == term.more["group"] for code, term in urusan.items())
    assert "2.1" not in urusan
    assert urusan["2.10"].id == "Pertanahan"
    assert urusan["2.08"].label("en") == "Women's empowerment and child protection"


def test_urusan_lead_to_topics_and_every_topic_has_one() -> None:
    themes = vocabulary("theme")
    assert len(themes) == 13
    used = {theme for term in vocabulary("urusan").terms() for theme in term.more["theme"].split("|")}
    assert used == set(themes)


def test_urusan_that_a_county_usually_does_not_have_are_marked_unverified() -> None:
    unusual = [term for term in vocabulary("urusan").terms() if term.more["berlaku_di_kabupaten"] != "ya"]
    assert [term.code for term in unusual] == ["3.28", "3.29", "5.06", "5.07"]
    assert {term.more["status"] for term in unusual} == {"belum_terverifikasi"}


# --- pairings with other vocabularies


@pytest.mark.parametrize(
    ("eu", "bps", "iso"),
    [
        *[("DAILY", "1", "R/P1D"), ("WEEKLY", "2", "R/P1W"), ("MONTHLY", "3", "R/P1M"), ("QUARTERLY", "4", "R/P3M")],
        *[("ANNUAL_3", "5", "R/P4M"), ("ANNUAL_2", "6", "R/P6M"), ("ANNUAL", "7", "R/P1Y")],
        # "> Dua Tahunan" is an open class: the exact period leads to it, never the other way round.
        *[
            ("BIENNIAL", "8", "R/P2Y"),
            ("TRIENNIAL", "8", "R/P3Y"),
            ("QUINQUENNIAL", "8", "R/P5Y"),
            ("DECENNIAL", "8", "R/P10Y"),
        ],
        *[("NEVER", "", ""), ("IRREG", "", "irregular"), ("BIWEEKLY", "", "R/P2W"), ("UNKNOWN", "", "")],
    ],
)
def test_frequency_leads_to_the_code_of_bps(eu: str, bps: str, iso: str) -> None:
    term = vocabulary("frequency").by_uri(f"{EU}frequency/{eu}")
    assert term is not None
    assert (term.more["bps"], term.more["iso8601"]) == (bps, iso)


def test_presentation_levels_are_powers_of_two_for_bps() -> None:
    bits = {code: term.more["bps"] for code, term in vocabulary("presentation_level").items()}
    assert (bits["nasional"], bits["provinsi"], bits["kabupaten_kota"], bits["kecamatan"]) == ("1", "2", "4", "8")
    assert {
        bit for code, bit in bits.items() if code not in {"nasional", "provinsi", "kabupaten_kota", "kecamatan"}
    } == {"16"}


def test_access_leads_to_the_eu_list() -> None:
    assert {code: term.uri.rpartition("/")[2] for code, term in vocabulary("access").items()} == {
        "terbuka": "PUBLIC",
        "terbatas": "RESTRICTED",
        "tertutup": "NON_PUBLIC",
    }


def test_licenses_are_those_of_ckan() -> None:
    """Every licence that CKAN offers by default, and no other."""
    classes = DefaultLicense.__subclasses__()
    assert set(vocabulary("license")) == {c.id for c in classes}
    by_open = {c.id: "ya" if c.od_conformance == "approved" else "tidak" for c in classes}
    assert {code: term.more["open"] for code, term in vocabulary("license").items()} == by_open


@given(any_term)
def test_addresses_are_absolute(case: tuple[str, Term]) -> None:
    _name, term = case
    for text in (term.uri, *(term.more.get(column, "") for column in ("media_type_uri", "type", "deed", "adms"))):
        parts = urlsplit(text)
        assert not text or (parts.scheme in {"http", "https"} and "." in parts.netloc and " " not in text)


def test_file_types_pair_format_and_media_type() -> None:
    for code, term in vocabulary("file_type").items():
        assert code == code.upper()
        media_type = term.more["media_type"]
        assert term.more["media_type_uri"] == (
            f"https://www.iana.org/assignments/media-types/{media_type}" if media_type else ""
        )
    csv, xlsx, pdf = (vocabulary("file_type")[code].more for code in ("CSV", "XLSX", "PDF"))
    assert (csv["non_proprietary"], csv["machine_readable"]) == ("ya", "ya")
    assert (xlsx["non_proprietary"], xlsx["machine_readable"]) == ("tidak", "ya")
    assert (pdf["non_proprietary"], pdf["machine_readable"]) == ("tidak", "tidak")
    assert vocabulary("file_type").by_label("jpg") is vocabulary("file_type")["JPEG"]


def test_column_types_know_how_they_are_stored() -> None:
    assert {code: term.more["postgres"] for code, term in vocabulary("column_type").items()} == {
        **{"teks": "text", "bilangan_bulat": "bigint", "desimal": "numeric", "tahun": "bigint"},
        **{"tanggal": "date", "boolean": "boolean"},
    }


# --- the reader


def test_a_code_that_stands_twice_is_refused() -> None:
    twice = [Term("a", "A", "A", "", {}), Term("a", "B", "B", "", {})]
    with pytest.raises(ValueError, match="twice"):
        Vocabulary("x", {}, twice)
    same_address = [Term("a", "A", "A", "http://x.example/", {}), Term("b", "B", "B", "http://x.example/", {})]
    with pytest.raises(ValueError, match="twice"):
        Vocabulary("x", {}, same_address)


def test_a_label_of_two_terms_finds_none() -> None:
    codes = Vocabulary(
        "x",
        {"alias": "alias"},
        [Term("a", "Sama", "A", "", {"alias": "p|q"}), Term("b", "Sama", "B", "", {"alias": ""})],
    )
    assert codes.by_label("sama") is None
    assert codes.by_label("Q") is codes["a"]
    assert codes.by_label("") is None


@pytest.mark.parametrize(
    "lines",
    [
        ["code,id,uri,en", "a,A,,A"],
        ["code,id,en,uri", "a,A,A"],
        ["code,id,en,uri", "a,A,A,,more"],
        ["code,id,en,uri", ",A,A,"],
        ["code,id,en,uri", "a,A,,"],
        [],
    ],
)
def test_a_file_that_is_not_in_order_is_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="^x"):
        list(_terms("x", lines))
