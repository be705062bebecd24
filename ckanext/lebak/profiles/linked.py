"""What a dataset refers to: the activity that produced it, the indicator that it carries.

Both come with the record, as released: ``kegiatan`` and ``indikator``, each with its id, name, title and office, and
its answers in BPS's keys (``feed.linked``). A record without them says nothing of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ckanext.lebak.periods import parse_period
from ckanext.lebak.profiles import agents, concepts
from ckanext.lebak.profiles.columns import Component
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    PROV,
    QB,
    RDFS,
    SDI,
    SKOS,
    STAT,
    XSD,
    Iri,
    Shared,
    Triple,
    Triples,
    Value,
    day,
    iri,
    literal,
    part,
    plain,
    rows,
    spoken,
    texts,
    type_,
)

ACTIVITY, INDICATOR = "kegiatan", "indikator"
"""Keys of a record."""
ANSWERS = "jawaban"
"""Of either: its answers, by BPS's keys."""
VARIABLES = "iii_variabel_yang_dikumpulkan"

_BPS = Value("Badan Pusat Statistik", "id")
_ACTIVITY_IDS = ("id_kegiatan_mms", "id_kegiatan", "identitas_rekomendasi")
_INDICATOR_IDS = ("id_indikator_mms", "id_msind")
_TYPES = {ACTIVITY: "kegiatan-statistik", INDICATOR: "indikator"}
_SAID_OF_INDICATORS = {
    "definisi": SKOS.definition,
    "interpretasi": SKOS.scopeNote,
    "metode_perhitungan": SDI.metode_perhitungan,
    "rumus": SDI.rumus,
    "ukuran": SDI.ukuran,
    "satuan": SDI.satuan,
}
_NUMBERS = (
    "integer",
    "int",
    "bilangan",
    "numeric",
    "numerik",
    "float",
    "decimal",
    "desimal",
    "double",
    "real",
    "number",
)
"""Words of MS-Var column 8 for figures; the form has no closed list."""


def write(record: dict[str, Any], ref: Iri, site: Site, shared: Shared) -> Triples:
    """The activity and the indicator of a dataset.

    Args:
        record: The dataset as the feed loads it.
        ref: Its IRI.
        site: The site.
        shared: Where both are noted, for several datasets may refer to one.

    Yields:
        One triple each, and those of the columns that they say something of.
    """
    if (activity := _told(record, ACTIVITY)) is not None:
        node = address(activity, ACTIVITY, site)
        yield ref, PROV.wasGeneratedBy, shared.use((node, tuple(_describe_activity(activity, node, site, shared))))
    if (indicator := _told(record, INDICATOR)) is not None:
        node = address(indicator, INDICATOR, site)
        yield ref, DCT.subject, shared.use((node, tuple(_describe_indicator(indicator, node, site, shared))))


def write_components(record: dict[str, Any], ref: Iri, site: Site, described: Sequence[Component]) -> Triples:
    """What variables and indicator are to the dimensions and measures of a dataset.

    A column that bears the name or the alias of a variable of the activity is that variable in this dataset, and a
    measure is one of the indicator. A dataset whose columns are not described has the variables in their place.

    Args:
        record: The dataset as the feed loads it.
        ref: Its IRI.
        site: The site.
        described: What its columns stand for.

    Yields:
        The triples.
    """
    variables = _variables(record, site)
    if not described:
        for variable, row in variables:
            if _class_of(row) == QB.DimensionProperty:
                yield ref, STAT.dimension, variable
        return
    known = {name.casefold(): variable for variable, row in reversed(variables) for name in _names(row)}
    indicator = _told(record, INDICATOR)
    for component in described:
        if (variable := known.get(component.name.casefold())) is not None:
            yield component.ref, RDFS.subPropertyOf, variable
        if indicator is not None and component.role == QB.MeasureProperty:
            yield component.ref, QB.concept, address(indicator, INDICATOR, site)


def members(record: dict[str, Any]) -> dict[str, Any]:
    """The answers of activity and indicator for ``data.json``, under BPS's keys. None of a person.

    Both forms have some keys, as that of the year: what the activity says is taken, which the dataset comes from.

    Args:
        record: The dataset as the feed loads it.
    """
    found: dict[str, Any] = {}
    for key in (ACTIVITY, INDICATOR):
        told = _told(record, key)
        found = {**(told[ANSWERS] if told is not None else {}), **found}
    return found


def address(told: dict[str, Any], key: str, site: Site) -> Iri:
    """The IRI of an activity or an indicator: by its id, which stays when its name changes."""
    return Iri(f"{site.base}/{_TYPES[key]}/{plain(told.get('id'))}")


def _told(record: dict[str, Any], key: str) -> dict[str, Any] | None:
    told = record.get(key)
    if not isinstance(told, dict) or not plain(told.get("id")).replace("-", "").isalnum():
        return None
    answers = told.get(ANSWERS)
    return {**told, ANSWERS: answers if isinstance(answers, dict) else {}}


def _describe_activity(told: dict[str, Any], node: Iri, site: Site, shared: Shared) -> Triples:
    answers = told[ANSWERS]
    yield node, type_, PROV.Activity
    yield from _names_it(told, node, ACTIVITY, RDFS.label, site)
    if (purpose := spoken(answers.get("iii_tujuan_kegiatan"))) is not None:
        yield node, DCT.description, purpose
    if (year := parse_period(plain(answers.get("tahun")))) is not None:
        span = part(node, "tahun")
        yield node, DCT.temporal, span
        yield span, type_, DCT.PeriodOfTime
        yield span, DCAT.startDate, Value(year.start.isoformat(), datatype=XSD.date)
        yield span, DCAT.endDate, Value(year.end.isoformat(), datatype=XSD.date)
    done = answers.get("realisasi_pengumpulan_data")
    if isinstance(done, dict):
        for end, predicate in (("mulai", PROV.startedAtTime), ("selesai", PROV.endedAtTime)):
            if (date := day(done.get(end))) is not None:
                yield node, predicate, Value(f"{date.text}T00:00:00+07:00", datatype=XSD.dateTime)
    if (office := agents.office(told.get("organization"), site)) is not None:
        yield node, PROV.wasAssociatedWith, agents.use(office, shared)
    yield from _identifiers(answers, node, _ACTIVITY_IDS)
    for variable, row in _rows_with_address(answers, node):
        yield node, SDI.variabel, variable
        yield from _describe_variable(variable, row)


def _describe_variable(node: Iri, row: dict[str, Any]) -> Triples:
    yield node, type_, _class_of(row)
    if (name := spoken(row.get("nama"))) is not None:
        yield node, RDFS.label, name
    if (alias := literal(row.get("alias"))) is not None:
        yield node, SKOS.notation, alias
    if (definition := spoken(row.get("definisi"))) is not None:
        yield node, DCT.description, definition
    for key in ("ukuran", "satuan"):
        if (word := spoken(row.get(key))) is not None:
            yield node, SDI[key], word


def _describe_indicator(told: dict[str, Any], node: Iri, site: Site, shared: Shared) -> Triples:
    answers = told[ANSWERS]
    yield node, type_, SKOS.Concept
    yield node, SKOS.inScheme, shared.use(concepts.scheme(SDI.indikator, "Indikator"))
    yield from _names_it(told, node, INDICATOR, SKOS.prefLabel, site)
    for key, predicate in _SAID_OF_INDICATORS.items():
        if (word := spoken(answers.get(key))) is not None:
            yield node, predicate, word
    if (level := literal(answers.get("level_estimasi"))) is not None:
        yield node, SDI.level_estimasi, level
    for word in texts(answers.get("konsep")):
        yield node, SDI.konsep, Value(word, "id")
    if (outside := literal(told.get("produsen_data_name"))) is not None:
        producer = part(node, "produsen")
        yield node, DCT.creator, producer
        yield producer, type_, FOAF.Agent
        yield producer, FOAF.name, outside
    elif (office := agents.office(told.get("organization"), site)) is not None:
        yield node, DCT.creator, agents.use(office, shared)
    if (source := iri(answers.get("link_msind"))) is not None:
        yield node, RDFS.seeAlso, source
    yield from _identifiers(answers, node, _INDICATOR_IDS)


def _names_it(told: dict[str, Any], node: Iri, key: str, label: Iri, site: Site) -> Triples:
    title = spoken(told.get("title")) or Value(plain(told.get("id")), "id")
    yield node, label, title
    yield node, DCT.title, title
    yield node, DCT.identifier, Value(plain(told.get("id")))
    if (page := iri(f"{site.pages}/{_TYPES[key]}/{plain(told.get('name')) or plain(told.get('id'))}")) is not None:
        yield node, FOAF.page, page
        yield page, type_, FOAF.Document


def _identifiers(answers: dict[str, Any], node: Iri, keys: Iterable[str]) -> Iterable[Triple]:
    for key in keys:
        if (code := literal(answers.get(key))) is not None:
            identifier = part(node, key)
            yield node, ADMS.identifier, identifier
            yield identifier, type_, ADMS.Identifier
            yield identifier, SKOS.notation, code
            yield identifier, ADMS.schemaAgency, _BPS


def _variables(record: dict[str, Any], site: Site) -> list[tuple[Iri, dict[str, Any]]]:
    activity = _told(record, ACTIVITY)
    if activity is None:
        return []
    return _rows_with_address(activity[ANSWERS], address(activity, ACTIVITY, site))


def _rows_with_address(answers: dict[str, Any], node: Iri) -> list[tuple[Iri, dict[str, Any]]]:
    return [(part(node, f"variabel-{number}"), row) for number, row in enumerate(rows(answers.get(VARIABLES)), 1)]


def _names(row: dict[str, Any]) -> list[str]:
    return [name for key in ("nama", "alias") if (name := plain(row.get(key)).strip())]


def _class_of(row: dict[str, Any]) -> Iri:
    """A variable that is counted or has a unit is a measure; any other one tells what figures are about."""
    kind = plain(row.get("tipe_data")).casefold()
    figure = bool(plain(row.get("satuan")).strip()) or any(word in kind for word in _NUMBERS)
    return QB.MeasureProperty if figure else QB.DimensionProperty
