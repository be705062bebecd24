"""What a promise says: one declaration of its fields for form, spreadsheet and file, and how what was given is read.

Keys are those of the national schema where it has them (``accrualPeriodicity``, ``accessRights``, ``jadwal_rilis``,
``unit_produsen``, ``prioritas_daerah``). Perpres 39/2019, article 27 (3), asks for the producer and the schedule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

import ckan.plugins.toolkit as tk

from ckanext.lebak.logic.validators.dates import lebak_iso_date, lebak_period
from ckanext.lebak.logic.validators.values import clean_text, is_blank, quote
from ckanext.lebak.periods import parse_period
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.vocabulary import vocabulary

TEXT, DAY, PERIOD, CODE, RECORD = "text", "day", "period", "code", "record"
DATASET, ACTIVITY, INDICATOR = "dataset", "kegiatan-statistik", "indikator"
"""Types of the records that a promise may name."""

MOST_SIGNS = 500
YES = "1"
"""Code of vocabularies/yes_no.csv."""

Said = dict[str, str]
"""What a promise says: every key of `FIELDS` and `NATIONAL_PRIORITY`, with text; empty where nothing was said."""


class Field(NamedTuple):
    """A field of a promise.

    Attributes:
        key: What records, files and forms call it.
        label: What people read, marked for translation.
        help: What stands below it.
        kind: `TEXT`, `DAY`, `PERIOD`, `CODE` or `RECORD`.
        of: Name of the code list, or type of the record.
        required: Whether a promise needs it.
    """

    key: str
    label: str
    help: str
    kind: str = TEXT
    of: str = ""
    required: bool = False


FIELDS = (
    Field(
        "dataset",
        N_("Dataset in the catalog"),
        N_("The dataset that gets new data. Leave it empty for data that the catalog does not have yet."),
        RECORD,
        DATASET,
    ),
    Field(
        "title",
        N_("Title of the data"),
        N_("Say what is measured, by what and where. Empty, it is the title of the dataset."),
    ),
    Field(
        "period",
        N_("Reference period"),
        N_("The period that the data describe: 2025, 2025-S1, 2025-Q3 or 2025-07."),
        PERIOD,
        required=True,
    ),
    Field(
        "jadwal_rilis",
        N_("Promised day of release"),
        N_("The last day on which the data come out, as 2026-03-31."),
        DAY,
        required=True,
    ),
    Field("accrualPeriodicity", N_("Frequency"), N_("How often the data are made."), CODE, "frequency", required=True),
    Field("accessRights", N_("Access"), N_("Who may read the data."), CODE, "access", required=True),
    Field("unit_produsen", N_("Producing unit"), N_("The unit inside the office, without names of people.")),
    Field(
        "kegiatan",
        N_("Statistical activity"),
        N_("Address of the activity in the catalog, if it stands there."),
        RECORD,
        ACTIVITY,
    ),
    Field("indikator", N_("Indicator"), N_("Address of the indicator in the catalog, if any."), RECORD, INDICATOR),
    Field("prioritas_daerah", N_("County priority"), N_("The county's own priority programme that uses the data.")),
    Field(
        "alasan_perubahan",
        N_("Reason of the change"),
        N_("Needed where the Forum has agreed on this promise already."),
    ),
)
KEYS = tuple(field.key for field in FIELDS)
NATIONAL_PRIORITY = "prioritas_nasional"
"""`YES` where the data are on the national list of priority data. Not the office's to say (Perpres 39/2019, 28)."""


class Lookup(Protocol):
    """Finds the records that a promise may name (``lookups.Records``)."""

    def find(self, type_: str, text: str) -> Named | None:
        """A record of this type, by id or address; None where the office may not name such a one."""
        ...

    def knows(self, type_: str) -> bool:
        """Whether the catalog has records of this type."""
        ...


class Named(NamedTuple):
    """A record that a promise names."""

    id: str
    name: str
    title: str


class Reading(NamedTuple):
    """What was made of what was given.

    Attributes:
        said: What could be read, complete in its keys.
        errors: By key, sentences that say what to do; empty where all is well.
    """

    said: Said
    errors: dict[str, list[str]]


def read(given: Mapping[str, Any], year: int, lookup: Lookup, *, agreed: bool = False) -> Reading:
    """Reads what was typed, posted or written in a row of a spreadsheet.

    Args:
        given: By key of `FIELDS`; texts, and from spreadsheets also days and numbers.
        year: Of the round.
        lookup: Finds what is named.
        agreed: Whether the Forum has agreed on this promise already.

    Returns:
        What it says and what is wrong.
    """
    said: Said = dict.fromkeys((*KEYS, NATIONAL_PRIORITY), "")
    errors: dict[str, list[str]] = {}
    for field in FIELDS:
        value = given.get(field.key)
        if is_blank(value):
            if field.required:
                errors[field.key] = [tk._("Fill in this field.")]
            continue
        try:
            said[field.key] = _READERS[field.kind](field, value, lookup)
        except tk.Invalid as error:
            errors[field.key] = [str(error.error)]
    if said["dataset"] and not said["title"] and "title" not in errors:
        named = lookup.find(DATASET, said["dataset"])
        said["title"] = named.title if named else ""
    if not said["title"] and not {"title", "dataset"} & errors.keys():
        errors["title"] = [tk._("Write the title of the data, or choose the dataset.")]
    if agreed and not said["alasan_perubahan"]:
        errors["alasan_perubahan"] = [tk._("The Forum has agreed on this promise. Say why it changes.")]
    for key, sentence in _of_time(said, year):
        errors.setdefault(key, []).append(sentence)
    return Reading(said, errors)


def _of_time(said: Mapping[str, str], year: int) -> Iterable[tuple[str, str]]:
    day = said["jadwal_rilis"]
    if not day:
        return
    if int(day[:4]) not in (year, year + 1):
        sentence = tk._("The round is of {year}: promise a day in {year} or {next}.")
        yield "jadwal_rilis", sentence.format(year=year, next=year + 1)
    period = parse_period(said["period"])
    if period and dt.date.fromisoformat(day) < period.start:
        yield "jadwal_rilis", tk._("This day lies before the reference period begins. Change one of them.")


def _text(field: Field, value: Any, _lookup: Lookup) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(clean_text(value).split())
    if len(text) > MOST_SIGNS:
        raise tk.Invalid(tk._("This is too long. Write at most {count} characters.").format(count=MOST_SIGNS))
    return text


def _day(_field: Field, value: Any, _lookup: Lookup) -> str:
    return lebak_iso_date(value)


def _period(_field: Field, value: Any, _lookup: Lookup) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):  # a spreadsheet makes a day of 2025-07
        value = value.date().isoformat()
    return lebak_period(value)


def _code(field: Field, value: Any, lookup: Lookup) -> str:
    text = _text(field, value, lookup)
    terms = vocabulary(field.of)
    term = terms.get(text) or terms.by_uri(text) or terms.by_label(text)
    if term is None:
        sentence = tk._("“{value}” is not in the list. Choose one of: {choices}.")
        choices = ", ".join(term.id for term in terms.terms())  # as the template's drop-downs have them
        raise tk.Invalid(sentence.format(value=quote(text), choices=choices))
    # Frequency is kept as the dataset keeps it, by the EU's address.
    return term.uri if field.of == "frequency" else term.code


def _record(field: Field, value: Any, lookup: Lookup) -> str:
    text = _text(field, value, lookup)
    if not lookup.knows(field.of):
        return text
    found = lookup.find(field.of, text.rstrip("/").rpartition("/")[2])
    if found is None:
        sentence = tk._("“{value}” is no such record of the catalog. Write the end of its address, or leave it empty.")
        raise tk.Invalid(sentence.format(value=quote(text)))
    return found.id


_READERS: dict[str, Callable[[Field, Any, Lookup], str]] = {
    TEXT: _text,
    DAY: _day,
    PERIOD: _period,
    CODE: _code,
    RECORD: _record,
}


def same(said: Mapping[str, str]) -> tuple[str, str]:
    """What makes two promises of one office the same: the series (or title) and the period."""
    return said["dataset"] or " ".join(said["title"].casefold().split()), said["period"]


def a_year_later(said: Mapping[str, str]) -> Said:
    """What was promised, for the same data a year later: its period and its day move by a year. Pure.

    Args:
        said: A promise.
    """
    later = {**said, "alasan_perubahan": "", NATIONAL_PRIORITY: ""}
    for key in ("period", "jadwal_rilis"):
        text = said[key]
        moved = f"{int(text[:4]) + 1:04}{text[4:]}"
        # The 29th of February has no next year; the day before it has.
        later[key] = moved.replace("-02-29", "-02-28") if moved.endswith("-02-29") else moved
    return later
