"""Validators of the SDI fields: what each takes, what it refuses, and that nobody can hold it up."""

from __future__ import annotations

import datetime
import inspect
import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy.orm
from ckan.logic.converters import convert_to_extras
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.logic import validators
from ckanext.lebak.logic.validators import (
    codes,
    contact,
    dates,
    files,
    indicators,
    presence,
    questions,
    text,
    values,
    workflow,
)
from ckanext.lebak.release.gate import opened
from ckanext.lebak.vocabulary import vocabulary

KEY = ("field",)
OPTIONS: dict[str, Any] = {
    "field_name": "field",
    "vocabulary": "area",
    "period_start": "temporal_start",
    "required_at_release": True,
    "required_when": {"field": "accessRights", "not": "terbuka"},
}


def made(name: str, **options: Any) -> Callable[..., Any]:
    """The validator of that name; a factory gets its field as ckanext-scheming gives it."""
    found = getattr(validators, name)
    return found({**OPTIONS, **options}, {}) if getattr(found, "is_a_scheming_validator", False) else found


def run(validator: Callable[..., Any], value: Any, context: Any = None, **rest: Any) -> Any:
    """Calls a validator the way CKAN does and returns what is left in the record: `missing` if nothing."""
    data = {KEY: value, **{(key,): other for key, other in rest.items()}}
    if len(inspect.signature(validator).parameters) == 1:
        return validator(value)
    errors: dict[tuple[Any, ...], list[str]] = {KEY: []}
    try:
        validator(KEY, data, errors, {} if context is None else context)
    except tk.StopOnError:
        if errors[KEY]:
            raise tk.Invalid(errors[KEY][0]) from None
    return data.get(KEY, tk.missing)


def refused(validator: Callable[..., Any], value: Any, **rest: Any) -> str:
    """The sentence with which a value is refused."""
    with pytest.raises(tk.Invalid) as caught:
        run(validator, value, **rest)
    return caught.value.error


# --- the module


def test_every_public_validator_is_exported_and_no_other_name() -> None:
    public = {
        name
        for module in (codes, contact, dates, files, indicators, presence, questions, text, workflow)
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not name.startswith("_")
    }
    assert set(validators.__all__) == public
    assert all(name.startswith("lebak_") for name in public)


@pytest.mark.parametrize("name", validators.__all__)
def test_ckan_can_call_it(name: str) -> None:
    assert made(name).__code__.co_argcount in {1, 4}
    assert "Args:" in (getattr(validators, name).__doc__ or "")


# --- hostile input


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


SIZE = 100_000
HOSTILE: dict[str, Any] = {
    **{f"{char!r} repeated": char * SIZE for char in 'a 0[]{}",.-@/:\n\r\t\0\\'},
    **{
        f"{part!r} repeated": part * (SIZE // len(part))
        for part in ("a.", "a@", "2024-", "0252 ", "http://", '[["', "V-21.0000.007 ")
    },
    "marks": "a" + "\u0315\u0300" * (SIZE // 4),
    "marks that the index would take": "a" + "\u0315\u0300" * 7_900,
    "marks in heaps of thirty": ("a" + "\u0315\u0300" * 15) * 500,
    "letters that grow": "\u0390" * 15_900,
    "direction marks": "\u202e" * (SIZE // 3),
    "direction marks that the index would take": "\u202e" * 10_000,
    "half characters": "\ud800" * (SIZE // 3),
    "spaces without width": "\u200b" * 10_000,
    "mail": "a@" + "a." * (SIZE // 2) + "!",
    "mail that is short": "a@" + "a-" * 60 + "." * 100,
    "web": "https://" + "a." * (SIZE // 2),
    "web with brackets": "http://[" + ":" * 1_900,
    "json of brackets": "[" * 31_000,
    "json of texts": json.dumps(["a"] * 6_000),
    "json of numbers": "[" + "1," * 15_000 + "1]",
    "json of a long number": "[" + "1" * 31_000 + "]",
    "json of objects": json.dumps([{"a": 1}] * 3_000),
    "json of nothing": "[" + "null," * 6_000 + "null]",
    "one line too many": "a\n" * 15_900,
    "list of blanks": [""] * (SIZE // 2),
    "list of codes": ["36.02"] * (SIZE // 5),
    "list of a thousand": ["36.02.14"] * 1_000,
    "list of one": ["a" * SIZE],
    "list of objects": [{"a": 1}] * (SIZE // 10),
    "list of lists": _nested(900),
    "list of anything": [None, 1, 1.5, True, b"a", object(), {}, []],
    "tuple": ("a",) * 50_000,
    "object": {str(number): number for number in range(10_000)},
    "empty object": {},
    "set": set(range(10_000)),
    "big number": 10**SIZE,
    "big negative number": -(10**SIZE),
    "not a number": float("nan"),
    "infinite": float("inf"),
    "bytes": b"a" * SIZE,
    "mutable bytes": bytearray(SIZE),
    "something": object(),
    "last day": datetime.datetime.max,
    "true": True,
    "nothing": None,
    "missing": tk.missing,
}


def answer(validator: Callable[..., Any], value: Any) -> None:
    """Calls it and lets it refuse; anything else that it raises is a fault."""
    _answer_once(validator, value, {"ignore_auth": True})
    _answer_once(validator, value, {}, temporal_start=value, accessRights=value, state=value)


def _answer_once(validator: Callable[..., Any], value: Any, context: Any, **rest: Any) -> None:
    sentence = "nothing was wrong"
    try:
        run(validator, value, context, **rest)
    except tk.Invalid as refusal:
        sentence = refusal.error
    assert 10 < len(sentence) < 400


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("name", validators.__all__)
def test_hostile_input_is_answered_within_50_ms(name: str, what: str) -> None:
    validator, value = made(name), HOSTILE[what]
    durations = []
    while len(durations) < 5 and (not durations or min(durations) > 0.025):
        start = time.perf_counter()
        answer(validator, value)
        durations.append((time.perf_counter() - start) / 2)
    assert min(durations) < 0.05


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.text(alphabet='[]",.-0123S \n', max_size=30),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize("name", validators.__all__)
@given(value=ANYTHING)
def test_any_input_is_taken_or_refused(name: str, value: Any) -> None:
    answer(made(name), value)


@pytest.mark.parametrize(
    "name",
    [
        "lebak_code",
        "lebak_area_code",
        "lebak_urusan",
        "lebak_sds_code",
        "lebak_recommendation_number",
        "lebak_period",
    ]
    + ["lebak_iso_date", "lebak_office_phone", "lebak_office_email", "lebak_http_url", "lebak_plain_text"],
)
@given(value=ANYTHING)
def test_what_is_taken_is_taken_again_as_it_is(name: str, value: Any) -> None:
    validator = made(name)
    try:
        first = validator(value)
    except tk.Invalid:
        return
    assert validator(first) == first


@pytest.mark.parametrize("value", ["", "  ", None, tk.missing, "\u200e"])
@pytest.mark.parametrize(
    "name", [name for name in validators.__all__ if len(inspect.signature(made(name)).parameters) == 1]
)
def test_nothing_is_not_their_concern(name: str, value: Any) -> None:
    if name != "lebak_plain_text":
        assert made(name)(value) is value
    else:
        assert made(name)(value) in {value, ""}


@pytest.mark.parametrize("value", [[], {}, [""], ["2024"], {"a": 1}])
@pytest.mark.parametrize(
    "name", [name for name in validators.__all__ if len(inspect.signature(made(name)).parameters) == 1]
)
def test_a_list_is_no_single_value(name: str, value: Any) -> None:
    assert refused(made(name), value)


# --- codes


@given(st.sampled_from(["area", "urusan", "theme", "presentation_level", "license", "column_type"]), st.data())
def test_a_code_is_stored_whether_it_comes_as_code_or_address(name: str, data: st.DataObject) -> None:
    term = data.draw(st.sampled_from(vocabulary(name).terms()))
    validator = made("lebak_code", vocabulary=name)
    assert run(validator, f" {term.code} ") == term.code
    if term.uri:
        assert run(validator, term.uri) == term.code


@given(st.sampled_from(vocabulary("frequency").terms()))
def test_the_address_is_stored_where_the_field_asks_for_it(term: Any) -> None:
    validator = made("lebak_code", vocabulary="frequency", choice_value="uri")
    assert run(validator, term.uri) == run(validator, term.code) == term.uri


@pytest.mark.parametrize("value", ["Tahunan", "tahun", "TAHUNAN", "tahunan,bulanan", 7.0, ["tahunan"]])
def test_a_word_that_is_no_code_is_refused(value: Any) -> None:
    assert refused(made("lebak_code", vocabulary="frequency"), value)


@given(
    st.lists(st.sampled_from(list(vocabulary("area"))), min_size=1, max_size=30),
    st.sampled_from(["list", "json", "lines", "commas"]),
)
def test_codes_are_stored_once_each_in_the_order_of_the_list(chosen: list[str], form: str) -> None:
    forms: dict[str, Any] = {
        "list": chosen,
        "json": json.dumps(chosen),
        "lines": "\r\n".join(chosen),
        "commas": ", ".join(chosen),
    }
    stored = run(made("lebak_codes"), forms[form])
    order = list(vocabulary("area"))
    assert json.loads(stored) == sorted(set(chosen), key=order.index)
    assert run(made("lebak_codes"), stored) == stored
    assert run(made("lebak_codes"), json.loads(stored)) == stored


def test_one_wrong_code_among_right_ones_is_named() -> None:
    assert '"36.02.99"' in refused(made("lebak_codes"), ["36.02.14", "36.02.99"])


@pytest.mark.parametrize("value", [tk.missing, None, "", [], "[]", [""], '["", null]'])
@pytest.mark.parametrize("name", ["lebak_codes", "lebak_text_list", "lebak_years"])
def test_an_empty_list_is_not_stored(name: str, value: Any) -> None:
    assert run(made(name), value) is tk.missing


@pytest.mark.parametrize(("name", "value"), [("lebak_codes", ","), ("lebak_years", " ; , "), ("lebak_codes", "\n,\n")])
def test_a_list_of_separators_is_refused_not_lost(name: str, value: str) -> None:
    assert "Nothing can be read" in refused(made(name), value)


@pytest.mark.parametrize("code", ["36.02", "36.02.14", "36.02.28.2009", " 36.02.08 "])
def test_places_of_lebak(code: str) -> None:
    assert run(made("lebak_area_code"), code) == code.strip()


@pytest.mark.parametrize(
    "code", ["36", "36.01", "360214", "36.02.14.", "36.2.14", "Rangkasbitung", 36.02, "36.02.16.2018"]
)
def test_other_places_are_refused(code: Any) -> None:
    assert refused(made("lebak_area_code"), code)


def test_a_bps_code_is_refused_with_the_right_code() -> None:
    sentence = refused(made("lebak_area_code"), "3602180")
    assert "Kecamatan Rangkasbitung" in sentence
    assert "36.02.14" in sentence
    assert "36.02.14" in refused(made("lebak_codes"), ["3602180"])


@pytest.mark.parametrize("code", ["1.01", "2.10", "8.01"])
def test_urusan(code: str) -> None:
    assert run(made("lebak_urusan"), code) == code


@pytest.mark.parametrize("code", ["2.1", 2.1, "2.8", "9.01", "1,01", "2.08.01", "Statistik"])
def test_what_is_no_urusan_is_refused(code: Any) -> None:
    assert refused(made("lebak_urusan"), code)


# --- identifiers of others


@given(
    st.from_regex(r"(SD|SP|ST|SE|UL)[0-9]{5}\.[0-9]{2}\.[0-9]{2}", fullmatch=True),
    st.sampled_from([str, str.lower, lambda t: f" {t}\n"]),
)
def test_sdsn_codes(code: str, write: Callable[[str], str]) -> None:
    assert run(made("lebak_sds_code"), write(code)) == code


@pytest.mark.parametrize(
    "code",
    [
        "SP00012",
        "SP0012.00.00",
        "XX00012.00.00",
        "SP00012.0.00",
        "SP00012-00-00",
        "SP٠٠٠١٢.٠٠.٠٠",
        "SP00012.00.00x",
        12,
    ],
)
def test_what_is_no_sdsn_code_is_refused(code: Any) -> None:
    assert "SP00012.00.00" in refused(made("lebak_sds_code"), code)


@pytest.mark.parametrize("number", ["V-21.0000.007", "V-23.1600.004", "K-22.7400.004", "v-26.3602.001"])
def test_recommendation_numbers(number: str) -> None:
    assert run(made("lebak_recommendation_number"), number) == number.upper()


@pytest.mark.parametrize(
    "number",
    [
        "V21.0000.007",
        "V-2021.0000.007",
        "V-21.000.007",
        "VV-21.0000.007",
        "V-21.0000.0071",
        "21.0000.007",
        "Ä-21.0000.007",
    ],
)
def test_what_is_no_recommendation_number_is_refused(number: str) -> None:
    assert "V-25.3602.001" in refused(made("lebak_recommendation_number"), number)


# --- time


@given(st.integers(1800, 2100))
def test_years(year: int) -> None:
    assert run(made("lebak_years"), [year]) == run(made("lebak_years"), f" {year}") == json.dumps([str(year)])


@pytest.mark.parametrize(
    "year", [1799, 2101, "24", "20245", "2024.0", 2024.0, "٢٠٢٤", "dua ribu", "2024-01", True, -2024]
)
def test_what_is_no_year_is_refused(year: Any) -> None:
    assert refused(made("lebak_years"), [year])


@given(st.lists(st.integers(1800, 2100), min_size=1, max_size=10), st.sampled_from([", ", ";", "\n", " ", ",\r\n"]))
def test_several_years_are_stored_once_each_and_in_order(years: list[int], separator: str) -> None:
    stored = run(made("lebak_years"), separator.join(map(str, years)))
    assert json.loads(stored) == sorted({str(year) for year in years})
    assert run(made("lebak_years"), years) == run(made("lebak_years"), stored) == stored


@pytest.mark.parametrize("years", ["Prioritas 2025", [2025, "2O24"], [[]], ["[]"], [{}], [2025.0], ["2024-2025"]])
def test_one_wrong_year_among_right_ones_is_refused(years: Any) -> None:
    assert "four digits" in refused(made("lebak_years"), years) or "as text" in refused(made("lebak_years"), years)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("2024", "2024"),
        (2024, "2024"),
        (" 2024-s1", "2024-S1"),
        ("2024-q4", "2024-Q4"),
        ("2024-07", "2024-07"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_periods(value: Any, stored: str) -> None:
    assert run(made("lebak_period"), value) == stored


@pytest.mark.parametrize(
    "value",
    [
        "24",
        "2024-S3",
        "2024-S0",
        "2024-Q5",
        "2024-13",
        "2024-00",
        "2024-7",
        "2023-02-29",
        "2024-S1-01",
        "2024/07",
        "Juli 2024",
        "1799",
        "2101",
    ]
    + ["0000", "2024-07-17T00:00", "٢٠٢٤", 2024.5, ["2024"]],
)
def test_what_is_no_period_is_refused(value: Any) -> None:
    assert refused(made("lebak_period"), value)


WITHIN = st.dates(datetime.date(1800, 1, 1), datetime.date(2100, 12, 31))


def _periods_around(day: datetime.date) -> list[str]:
    return [
        *(f"{day:%Y}", f"{day:%Y}-S{(day.month + 5) // 6}", f"{day:%Y}-Q{(day.month + 2) // 3}"),
        *(f"{day:%Y-%m}", f"{day:%Y-%m-%d}"),
    ]


@given(WITHIN, WITHIN, st.data())
def test_a_last_period_may_not_end_before_the_first_begins(
    one: datetime.date, other: datetime.date, data: st.DataObject
) -> None:
    validator = made("lebak_period_order")
    early, late = sorted((one, other))
    first, last = data.draw(st.sampled_from(_periods_around(early))), data.draw(st.sampled_from(_periods_around(late)))
    assert run(validator, last, temporal_start=first.lower()) == last
    if early.year < late.year:
        sentence = refused(validator, first, temporal_start=last)
        assert first in sentence
        assert last in sentence


@pytest.mark.parametrize(
    ("start", "end"), [("2024-07", "2024"), ("2024", "2024-03"), ("2024-S2", "2024-Q3"), ("2024-05-31", "2024-05")]
)
def test_periods_that_overlap_are_in_order(start: str, end: str) -> None:
    assert run(made("lebak_period_order"), end, temporal_start=start) == end


@pytest.mark.parametrize(
    ("start", "end"), [("2024-S2", "2024-Q2"), ("2024-07-02", "2024-07-01"), ("2025", "2024-12-31")]
)
def test_periods_that_run_backwards_are_refused(start: str, end: str) -> None:
    assert refused(made("lebak_period_order"), end, temporal_start=start)


@pytest.mark.parametrize(
    ("start", "end"),
    [("", "2024"), ("2024", ""), (tk.missing, "2024"), ("soon", "2024"), ("2025", "soon"), (None, None)],
)
def test_order_is_silent_where_one_of_the_two_is_none(start: Any, end: Any) -> None:
    assert run(made("lebak_period_order"), end, temporal_start=start) is end


@given(WITHIN)
def test_days(day: datetime.date) -> None:
    assert run(made("lebak_iso_date"), day) == run(made("lebak_iso_date"), day.isoformat()) == day.isoformat()
    assert run(made("lebak_iso_date"), datetime.datetime(day.year, day.month, day.day, 15)) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        "17-08-2026",
        "2026-8-17",
        "2026-02-30",
        "2026",
        "2026-08",
        "2026-S1",
        "17 Agustus 2026",
        "2026-08-17T10:00",
        "9999-01-01",
        20260817,
    ],
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    assert "2026-08-17" in refused(made("lebak_iso_date"), value)


# --- contact


@pytest.mark.parametrize(
    "number",
    [
        "(0252) 123456",
        "0252-123456",
        "+62 252 123456",
        "(+62) 252 123456",
        "021.123.4567",
        "112",
        "1500 123",
        "+65 6123 4567",
    ],
)
def test_telephones_of_offices(number: str) -> None:
    assert run(made("lebak_office_phone"), f" {number} ") == number


@pytest.mark.parametrize("number", ["0812 3456 7890", "+62 812-3456-7890", "(+62) 81234567890", "(08)1234567890"])
def test_mobile_numbers_are_refused_because_the_field_is_public(number: str) -> None:
    assert "mobile" in refused(made("lebak_office_phone"), number)


@pytest.mark.parametrize(
    "number",
    ["12", "252 123456", "telepon kantor", "0252 123456 / 0252 654321", "0252x123456", "٠٢٥٢١٢٣٤٥٦", "()-", "+", 62.5],
)
def test_what_is_no_telephone_is_refused(number: Any) -> None:
    assert refused(made("lebak_office_phone"), number)


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("data@kantor.lebakkab.go.id", "data@kantor.lebakkab.go.id"),
        (" Data.KB+1@LebakKab.GO.ID ", "Data.KB+1@lebakkab.go.id"),
    ],
)
def test_e_mail_addresses(address: str, stored: str) -> None:
    assert run(made("lebak_office_email"), address) == stored


@pytest.mark.parametrize(
    "address",
    [
        "kantor",
        "a@b",
        "a@@b.id",
        "a b@c.id",
        "a@b.id, c@d.id",
        "a@b.id\nBcc: c@d.id",
        "@b.id",
        "a@.id",
        "a@b..id",
        "ä@b.id",
        5,
    ],
)
def test_what_is_no_e_mail_address_is_refused(address: Any) -> None:
    assert refused(made("lebak_office_email"), address)


@pytest.mark.parametrize(
    "address",
    [
        "https://opendata.lebakkab.go.id/",
        "http://lebakkab.go.id/profil",
        "https://sorotbanten.com:8443/a?b=c&d=%20e#f",
        "https://contoh.id/berkas/data%202024.csv",
    ],
)
def test_web_addresses(address: str) -> None:
    assert run(made("lebak_http_url"), f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "lebakkab.go.id",
        "ftp://lebakkab.go.id",
        "javascript:alert(1)",
        "http://api/berkas.csv",
        "https://",
        "https://a b.id",
        "https://user:pass@lebakkab.go.id",
    ]
    + [
        "https://lebakkab.go.id\\@x.id",
        'https://lebakkab.go.id/"onload=',
        "https://lebakkab.go.id/\u202egpj",
        "http://[::1",
        "https://lebakkab.go.id:99999",
        "https://a.id/<b>",
        5,
    ]
    + ["https:/lebakkab.go.id", "https://lebakkab.go.id/a\nb", "https://a..id", "https://" + "a" * 2_000 + ".id"],
)
def test_what_is_no_public_web_address_is_refused(address: Any) -> None:
    assert refused(made("lebak_http_url"), address)


# --- text


@given(st.text(alphabet=st.characters(exclude_characters="\0")))
def test_text_is_composed_and_without_invisible_signs(value: str) -> None:
    try:
        stored = run(made("lebak_plain_text"), value)
    except tk.Invalid:
        return
    assert unicodedata.is_normalized("NFC", stored)
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]", stored
    )
    assert stored == stored.strip()
    assert stored.encode("utf-8").decode("utf-8") == stored


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("  Jumlah peserta KB  ", "Jumlah peserta KB"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("a\u202eb\u2066c\u200fd\x07e\x9cf\ufeffg", "abcdefg"),
        ("baris 1\r\nbaris 2\rbaris 3\n\nbaris 4", "baris 1\nbaris 2\nbaris 3\n\nbaris 4"),
        ("kolom\tdua", "kolom\tdua"),
        ("\U0001f468\u200d\U0001f469 \u1b13\u1b38", "\U0001f468\u200d\U0001f469 \u1b13\u1b38"),
        (2024, "2024"),
    ],
)
def test_text_as_people_write_it(value: Any, stored: str) -> None:
    assert run(made("lebak_plain_text"), value) == stored


def test_a_field_of_one_line_keeps_one_line() -> None:
    assert run(made("lebak_plain_text", one_line=True), "Jumlah\r\npenduduk\t 2024") == "Jumlah penduduk 2024"


@pytest.mark.parametrize("value", ["a\0b", "\0", ["a"], {"a": 1}, b"a", 1.5, True, "a" + "\u0301" * 31])
def test_what_is_no_text_is_refused(value: Any) -> None:
    assert refused(made("lebak_plain_text"), value)


@pytest.mark.parametrize(("letter", "size"), [("a", 1), ("\u00e9", 2), ("\u20ac", 3), ("\U0001f600", 4)])
@pytest.mark.parametrize("name", ["lebak_plain_text", "lebak_index_size"])
def test_32000_bytes_are_taken_and_one_more_is_not(name: str, letter: str, size: int) -> None:
    fits = letter * (32_000 // size) + "a" * (32_000 % size)
    assert run(made(name), fits) == fits
    assert "32000" in refused(made(name), fits + "a")


def test_a_text_that_is_too_long_is_said_once() -> None:
    chain = [made("lebak_plain_text"), made("lebak_index_size"), convert_to_extras]
    _data, errors = tk.navl_validate({"field": "a" * 40_000}, {"field": chain})
    assert len(errors["field"]) == 1


@given(
    st.lists(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20), min_size=1, max_size=20)
)
def test_texts_keep_their_order(texts: list[str]) -> None:
    stored = run(made("lebak_text_list"), texts)
    expected = list(dict.fromkeys(unicodedata.normalize("NFC", item) for item in texts))
    assert json.loads(stored) == expected
    assert run(made("lebak_text_list"), "\r\n".join(expected)) == run(made("lebak_text_list"), stored) == stored


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("Kecamatan\n\n Jenis kelamin \n", ["Kecamatan", "Jenis kelamin"]),
        ("Desa, kelurahan", ["Desa, kelurahan"]),
        ("[sementara] menurut kecamatan", ["[sementara] menurut kecamatan"]),
        (["Kecamatan", "", None, "Kecamatan", 2024], ["Kecamatan", "2024"]),
        ('["Kecamatan"]', ["Kecamatan"]),
    ],
)
def test_lists_of_text_as_people_write_them(value: Any, stored: list[str]) -> None:
    assert json.loads(run(made("lebak_text_list"), value)) == stored


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        [["a"]],
        [{"a": 1}],
        ["a\0"],
        '[{"a": 1}]',
        5,
        ["ab" * 10_000] * 2,
        [str(i) for i in range(1_001)],
        ["\u0301" * 31],
    ],
)
def test_what_is_no_list_of_texts_is_refused(value: Any) -> None:
    assert refused(made("lebak_text_list"), value)


# --- what must be filled in

DRAFT, PUBLIC, PRIVATE = {"state": "draft"}, {"state": "active", "private": False}, {"state": "active", "private": True}


def stored_package(state: str, private: bool, **extras: str) -> model.Package:
    """A record as the session holds it."""
    return model.Package(name="contoh", state=state, private=private, extras=extras)


@pytest.fixture(autouse=True)
def _open_gate() -> Iterator[None]:
    """An override, in which CKAN's own two words say who sees the record."""
    with opened("tests", reason="Simulasi", override=True):
        yield


def stored_office(**extras: str) -> model.Group:
    """An organisation as the session holds it."""
    group: Any = model.Group(name="kantor", is_organization=True)
    group.extras = extras
    return group


@pytest.mark.parametrize(
    ("given_now", "context", "public"),
    [
        # a new record: CKAN makes it active and public unless it is told otherwise
        ({}, {}, True),
        ({"private": None, "state": None}, {}, True),
        ({"private": True}, {}, False),
        *[({"private": word}, {}, False) for word in ("True", "true", "1", 1)],
        *[({"private": word}, {}, True) for word in ("False", "false", "0", 0, "")],
        (PUBLIC, {}, True),
        (PRIVATE, {}, False),
        (DRAFT, {}, False),
        ({"state": "deleted"}, {}, False),
        # a stored one: what is not said stays
        ({}, {"package": stored_package("draft", False)}, False),
        ({}, {"package": stored_package("active", True)}, False),
        ({}, {"package": stored_package("active", False)}, True),
        ({"state": "active"}, {"package": stored_package("draft", False)}, True),
        ({"state": "active"}, {"package": stored_package("draft", True)}, False),
        ({"private": False}, {"package": stored_package("active", True)}, True),
        ({"private": False}, {"package": stored_package("draft", True)}, False),
        ({"state": "draft"}, {"package": stored_package("draft", False)}, False),
        ({"state": "draft"}, {"package": stored_package("active", False)}, False),
        ({"private": True}, {"package": stored_package("active", False)}, False),
    ],
)
def test_a_field_is_asked_for_when_the_record_is_going_to_be_public(
    given_now: dict[str, Any], context: Any, public: bool
) -> None:
    data = {(key,): value for key, value in given_now.items()}
    for key in (KEY, ("resources", 0, "description"), ("resources", 3, "kolom", 2, "nama")):
        for value in ("", tk.missing, None, [], "  ", "\u200e", "[]", '[""]'):
            errors: dict[tuple[Any, ...], list[str]] = {key: []}
            if public:
                with pytest.raises(tk.StopOnError):
                    made("lebak_required_at_release")(key, {**data, key: value}, errors, context)
                assert "Fill this in" in errors[key][0]
            else:
                made("lebak_required_at_release")(key, {**data, key: value}, errors, context)
                assert errors == {key: []}
    assert run(made("lebak_workflow_status"), "rejected", context, **given_now) == ("approved" if public else "draft")


@pytest.mark.parametrize("value", ["x", ["x"], 0, False, "0"])
def test_a_field_that_is_filled_in_is_not_asked_for(value: Any) -> None:
    assert run(made("lebak_required_at_release"), value) == value


def test_a_field_that_does_not_say_so_is_not_asked_for() -> None:
    assert run(made("lebak_required_at_release", required_at_release=False), "") == ""
    assert run(made("lebak_required_when", required_when=None), "", accessRights="tertutup") == ""


@pytest.mark.parametrize("access", ["terbatas", "tertutup"])
def test_a_restriction_needs_its_reason_in_public(access: str) -> None:
    validator = made("lebak_required_when")
    assert "Fill this in" in refused(validator, "", accessRights=access)
    assert run(validator, "Rincian menunjuk orang.", accessRights=access) == "Rincian menunjuk orang."
    assert run(validator, "", accessRights=access, private=True) == ""


@pytest.mark.parametrize("access", ["terbuka", "", None, tk.missing])
def test_open_data_need_no_reason(access: Any) -> None:
    assert run(made("lebak_required_when"), "", accessRights=access) == ""


def test_keywords_count_in_either_form() -> None:
    validator = made("lebak_tags_required_at_release")
    assert "Fill this in" in refused(validator, "")
    assert run(validator, "keluarga berencana") == "keluarga berencana"
    assert run(validator, "", private=True) == ""
    data = {KEY: "", ("tags", 0, "name"): "kb"}
    validator(KEY, data, {KEY: []}, {})
    assert data[KEY] == ""
    with pytest.raises(tk.StopOnError):
        validator(KEY, {KEY: "", ("tags", 0, "name"): ""}, {KEY: []}, {})


# --- emptied fields


def test_columns_of_ckan_are_its_own() -> None:
    """The fields that stay as empty text are columns of CKAN's tables, else they would become empty extras."""
    for entity, columns in (
        (model.Package, presence._PACKAGE_COLUMNS),
        (model.Group, presence._GROUP_COLUMNS),
        (model.Resource, presence._RESOURCE_COLUMNS),
    ):
        assert columns <= set(sqlalchemy.orm.class_mapper(entity).columns.keys())


@pytest.mark.parametrize("value", ["", None, "  ", "\u200e"])
def test_an_emptied_column_of_ckan_is_cleared_and_not_left_as_it_was(value: Any) -> None:
    chain = [
        made("lebak_required_at_release", required_at_release=False),
        made("lebak_ignore_empty"),
        made("lebak_plain_text"),
    ]
    data, errors = tk.navl_validate({"notes": value}, {"notes": chain})
    assert (data, errors) == ({"notes": ""}, {})
    key = ("resources", 0, "description")
    flat = {key: value}
    with pytest.raises(tk.StopOnError):
        made("lebak_ignore_empty")(key, flat, {key: []}, {})
    assert flat == {key: ""}


def test_a_column_that_was_not_sent_stays_as_it_is_stored() -> None:
    data, errors = tk.navl_validate({}, {"notes": [made("lebak_ignore_empty"), made("lebak_plain_text")]})
    assert (data, errors) == ({}, {})


@pytest.mark.parametrize("value", ["", None, [], "  ", tk.missing])
def test_an_emptied_extra_is_not_stored(value: Any) -> None:
    sent = {} if value is tk.missing else {"konsep": value, "kode_wilayah": value}
    data, errors = tk.navl_validate(
        sent,
        {
            "konsep": [
                made("lebak_ignore_empty"),
                made("lebak_plain_text"),
                made("lebak_index_size"),
                convert_to_extras,
            ],
            "kode_wilayah": [made("lebak_codes"), convert_to_extras],
        },
    )
    assert errors == {}
    assert data.get("extras", []) == []


def test_filled_fields_become_extras_of_text() -> None:
    data, errors = tk.navl_validate(
        {"konsep": " Penduduk ", "kode_wilayah": ["36.02.14", "36.02"], "prioritas_tahun": "2025 2024"},
        {
            "konsep": [made("lebak_ignore_empty"), made("lebak_plain_text"), convert_to_extras],
            "kode_wilayah": [made("lebak_codes"), convert_to_extras],
            "prioritas_tahun": [made("lebak_years"), convert_to_extras],
        },
    )
    assert errors == {}
    assert {extra["key"]: extra["value"] for extra in data["extras"]} == {
        "konsep": "Penduduk",
        "kode_wilayah": '["36.02", "36.02.14"]',
        "prioritas_tahun": '["2024", "2025"]',
    }


# --- set by the catalog


@pytest.mark.parametrize(
    ("value", "context", "result"),
    [
        # nobody in particular: what is stored stays, and nothing is stored in a new record
        ("approved", {}, tk.missing),
        ("approved", {"package": stored_package("active", False)}, tk.missing),
        ("approved", {"package": stored_package("active", False, field="onprogress")}, "onprogress"),
        ("approved", {"group": stored_office(field="onprogress")}, "onprogress"),
        ("", {"package": stored_package("active", False, field="approved")}, "approved"),
        # who may
        ("approved", {"ignore_auth": True}, "approved"),
        ("approved", {"ignore_auth": True, "package": stored_package("active", False, field="onprogress")}, "approved"),
        ("", {"ignore_auth": True, "package": stored_package("active", False, field="approved")}, ""),
        # a form that does not show the field
        (tk.missing, {"ignore_auth": True, "package": stored_package("active", False, field="approved")}, "approved"),
        (tk.missing, {}, tk.missing),
    ],
)
def test_only_a_sysadmin_changes_the_field(value: Any, context: Any, result: Any) -> None:
    assert run(made("lebak_sysadmin_only"), value, context) == result


def test_a_kept_list_is_a_list_again() -> None:
    group = stored_office(field='["produsen", "walidata"]')
    kept = run(made("lebak_sysadmin_only"), ["pembina"], {"group": group})
    assert json.loads(run(made("lebak_codes", vocabulary="sdi_role"), kept)) == ["produsen", "walidata"]


# --- sentences


@pytest.mark.parametrize("value", ["<script>" * 100, "a\u202eb" * 30, "x" * 200])
def test_sentences_quote_little_and_nothing_invisible(value: str) -> None:
    sentence = refused(made("lebak_years"), [value])
    assert "\u202e" not in sentence
    assert len(sentence) < 200


def test_values_that_are_no_text_are_named_by_their_kind() -> None:
    assert values.quote({"a": 1}) == "dict"
    assert values.quote(10**5_000) == "int"
