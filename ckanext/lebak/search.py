"""How a dataset is found: what goes into Solr beside CKAN's own fields, facets made of it, types a search is for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak.files.masking import masked_document
from ckanext.lebak.periods import years_between
from ckanext.lebak.vocabulary import themes_of, vocabulary

URUSAN = "vocab_lebak_urusan"
TOPIC = "vocab_lebak_topic"
YEAR = "vocab_lebak_year"
LEVEL = "vocab_lebak_level"
AREA = "vocab_lebak_area"

FACET_VOCABULARY = {URUSAN: "urusan", TOPIC: "theme", LEVEL: "presentation_level"}

DATASET_TYPE = "dataset"

# Not after a minus sign or NOT: who excludes one type has not chosen another. ckanext-harvest does so in each search.
_NAMES_A_TYPE = re.compile(r"(?<![\w!-])(?<!NOT )(?:dataset_)?type:")

SOLR_STRING_BYTES = 32_000
"""Lucene refuses a longer term (32,766 bytes), and with it the whole save."""


def topics(dataset: Mapping[str, Any]) -> list[str]:
    """Codes of the EU themes of a dataset: its own, else those of its urusan."""
    chosen = [code for code in _strings(dataset.get("theme")) if code in vocabulary("theme")]
    return chosen or themes_of(str(dataset.get("kode_urusan") or ""))


def index_fields(dataset: Mapping[str, Any]) -> dict[str, list[str]]:
    """The Solr fields of a dataset: codes for the facets, and words for the search.

    :param dataset: a dataset as ``package_show`` gives it.
    """
    urusan = str(dataset.get("kode_urusan") or "")
    level = str(dataset.get("level_estimasi") or "")
    fields = {
        URUSAN: [urusan] if urusan in vocabulary("urusan") else [],
        TOPIC: topics(dataset),
        YEAR: _years(dataset),
        LEVEL: [level] if level in vocabulary("presentation_level") else [],
    }
    words: list[str] = []
    for field, name in FACET_VOCABULARY.items():
        for code in fields[field]:
            term = vocabulary(name)[code]
            words += [term.id, term.en]
    areas = vocabulary("area")
    fields[AREA] = [code for code in _strings(dataset.get("kode_wilayah")) if code in areas]
    words += [areas[code].id for code in fields[AREA]]
    return {**fields, "text": words}


def _years(record: Mapping[str, Any]) -> list[str]:
    """The years that a dataset describes, or the year of an activity."""
    if record.get("tahun_kegiatan"):
        return [str(record["tahun_kegiatan"])]
    return [str(year) for year in years_between(record.get("temporal_start"), record.get("temporal_end"))]


def row_names(record: Mapping[str, Any]) -> list[str]:
    """The names of the rows of a record, such as the variables of an activity, to be found by."""
    rows = [row for value in record.values() if _is_rows(value) for row in value]
    return [row["nama"] for row in rows if isinstance(row.get("nama"), str)]


def names_a_type(query: Mapping[str, Any]) -> bool:
    """Whether a search, as ``package_search`` takes it, says which type of records it is for."""
    return any(_NAMES_A_TYPE.search(part) for part in (query.get("q"), *_filters(query)) if isinstance(part, str))


def with_every_type(query: Mapping[str, Any]) -> dict[str, Any]:
    """The search, for records of every type unless it names one."""
    return dict(query) if names_a_type(query) else _filtered(query, "dataset_type:*")


class SearchHooks:
    """The parts of IPackageController and IFacets that search needs."""

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Makes a search that names no type one for datasets: a harvester would take everything for a dataset."""
        named = names_a_type(search_params)
        return search_params if named else _filtered(search_params, f"dataset_type:{DATASET_TYPE}")

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Adds our Solr fields, takes away where restricted files are, and shortens what Solr would refuse."""
        pkg_dict = masked_document(pkg_dict)
        shown = json.loads(pkg_dict["validated_data_dict"])
        fields = index_fields(shown)
        fields["text"] += [*_office_names(pkg_dict.get("owner_org")), *row_names(shown)]
        pkg_dict.update(fields)
        # Rows of a form are no values of a Solr field; their names are found as text.
        return {key: _shortened(key, value) for key, value in pkg_dict.items() if not _is_rows(value)}

    def after_dataset_search(self, search_results: dict[str, Any], search_params: Any) -> dict[str, Any]:
        """Gives the codes of our facets their labels."""
        facets = search_results.get("search_facets", {})
        for field, name in FACET_VOCABULARY.items():
            for item in facets.get(field, {}).get("items", []):
                term = vocabulary(name).get(item["name"])
                if term:
                    item["display_name"] = term.label(tk.h.lang() or "id")
        return search_results

    def dataset_facets(self, facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
        """The facets of the dataset search: office, affair, topic, format, year, level; of others: office and year."""
        if package_type in tk.h.scheming_dataset_schemas() and package_type != DATASET_TYPE:
            facets_dict.clear()
            facets_dict.update({"organization": tk._("Office (OPD)"), YEAR: tk._("Year")})
            return facets_dict
        return _facets(facets_dict, tk._("Office (OPD)"))

    def organization_facets(
        self, facets_dict: dict[str, Any], organization_type: str, package_type: str | None
    ) -> dict[str, Any]:
        """The same facets on an office's page, without the office."""
        return _facets(facets_dict, None)

    def group_facets(self, facets_dict: dict[str, Any], group_type: str, package_type: str | None) -> dict[str, Any]:
        """Groups are not used; their facets stay CKAN's."""
        return facets_dict


def _filters(query: Mapping[str, Any]) -> list[Any]:
    """The filters of a search; ``fq_list`` comes from an address as a text if there is only one."""
    more = query.get("fq_list") or []
    return [query.get("fq"), *([more] if isinstance(more, str) else more)]


def _filtered(query: Mapping[str, Any], condition: str) -> dict[str, Any]:
    return {**query, "fq_list": [*_filters(query)[1:], condition]}


def _facets(facets: dict[str, Any], office: str | None) -> dict[str, Any]:
    ours = {
        URUSAN: tk._("Government affair"),
        TOPIC: tk._("Topic"),
        "res_format": tk._("Format"),
        YEAR: tk._("Year"),
        LEVEL: tk._("Presentation level"),
    }
    facets.clear()
    if office:
        facets["organization"] = office
    facets.update(ours)
    return facets


def _office_names(owner_org: str | None) -> list[str]:
    group = model.group_table.c
    names = sa.select(group.title, group.extras["singkatan"].astext, group.extras["nama_lain"].astext)
    row = model.Session.execute(names.where(group.id == owner_org)).first() if owner_org else None
    return [name for name in row if name] if row else []


def _strings(value: Any) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _shortened(key: str, value: Any) -> Any:
    if key in ("data_dict", "validated_data_dict") or not isinstance(value, str):
        return value
    raw = value.encode("utf-8", "replace")
    return value if len(raw) <= SOLR_STRING_BYTES else raw[:SOLR_STRING_BYTES].decode("utf-8", "ignore")
