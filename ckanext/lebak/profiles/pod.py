"""A record as ``data.json`` has it: Project Open Data 1.1, as the national portal takes it, the national keys flat.

The members are those that the portals of the national list use (https://github.com/apteksdi/datajson-collection).
POD 1.1: https://resources.data.gov/resources/dcat-us/.
"""

from __future__ import annotations

from typing import Any

from ckanext.lebak.profiles import agents, columns, concepts, dataset, distribution, fields, linked, period
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import Shared, Value, iri, moment, plain, rows, texts
from ckanext.lebak.vocabulary import themes_of, vocabulary

_LANGUAGE = ["id"]
_LISTS = {*fields.TEXT_LISTS, *fields.CODE_LISTS}


def item(record: dict[str, Any], site: Site) -> dict[str, Any]:
    """A record as an item of ``dataset``.

    Args:
        record: The dataset as ``package_show`` gives it.
        site: The site.

    Returns:
        Its members; none that is empty.
    """
    ref = dataset.address(record)
    if ref is None:
        raise ValueError("a record without an id has no address")
    of = dataset.for_distributions(record, ref, site, Shared())
    told = agents.extras(record)
    name, mail = agents.asked(record, site)
    own = _filled(
        {
            "@type": "dcat:Dataset",
            "@id": ref,
            # The id of this site, also where a record brings another: a harvester must not take two records for one.
            "identifier": plain(record.get("id")),
            "title": _text(of.title),
            "description": plain(record.get("notes")) or _text(of.title),
            "keyword": [keyword.text for keyword in of.keywords],
            "issued": _text(moment(told.get("issued")) or moment(record.get("metadata_created"))),
            "modified": _text(moment(told.get("modified")) or moment(record.get("metadata_modified"))),
            "publisher": {"@type": "org:Organization", "name": agents.producer(record, site).name},
            "contactPoint": _filled({"@type": "vcard:Contact", "fn": name, "hasEmail": mail}),
            **_access(of.access),
            "accrualPeriodicity": _interval(plain(record.get("accrualPeriodicity"))),
            "temporal": "/".join(period.days(record) or ()),
            "spatial": _places(record),
            "landingPage": of.page,
            "language": _LANGUAGE,
            "license": _licence(of.licence),
            "url": iri(record.get("url")),
            **_national(record),
            "theme": _themes(record),
            "distribution": _distributions(record, of),
        }
    )
    # Also what a record leaves to its activity (MS-Keg) and its indicator (MS-Ind).
    return {**own, **{key: value for key, value in linked.members(record).items() if key not in own}}


def _national(record: dict[str, Any]) -> dict[str, Any]:
    """The national keys, each under its own name."""
    return {key: texts(record.get(key)) if key in _LISTS else plain(record.get(key)) for key in fields.ALL}


def _access(code: str) -> dict[str, str]:
    """The access class in the words of POD, and as the national schema has it; not public for an unknown one."""
    terms = vocabulary("access")
    return {"accessLevel": (terms.get(code) or terms["tertutup"]).more["pod"], "accessRights": code}


def _interval(frequency: str) -> str:
    """A frequency as a repeating interval of ISO 8601, ``''`` for one that has none."""
    term = vocabulary("frequency").by_uri(frequency)
    return term.more["iso8601"] if term else ""


def _places(record: dict[str, Any]) -> str:
    """The areas by name; one outside the list by its code."""
    areas = vocabulary("area")
    codes = texts(record.get("kode_wilayah"))
    return "; ".join(area.id if (area := areas.get(code)) else code for code in codes)


def _themes(record: dict[str, Any]) -> list[str]:
    """Its own themes, else those of its urusan, as readers know them."""
    terms = vocabulary("theme")
    codes = texts(record.get("theme")) or themes_of(plain(record.get("kode_urusan")))
    return [terms[code].id for code in codes if code in terms]


def _licence(code: str) -> str:
    """The address of a licence, ``''`` for one that has none."""
    node = concepts.licence(code)
    return node[0] if node else ""


def _distributions(record: dict[str, Any], of: distribution.Dataset) -> list[dict[str, Any]]:
    """The files of an open record; of any other, and of one without files, its page."""
    files = rows(record.get("resources")) if of.access == dataset.OPEN else []
    return [_distribution(file, of) for file in files or [distribution.page(of)]]


def _distribution(file: dict[str, Any], of: distribution.Dataset) -> dict[str, Any]:
    access, download = distribution.addresses(file, of)
    modified = moment(file.get("last_modified")) or moment(file.get("metadata_modified"))
    return _filled(
        {
            "@type": "dcat:Distribution",
            "title": plain(file.get("name")),
            "description": plain(file.get("description")),
            "accessURL": access,
            "downloadURL": download,
            "format": plain(file.get("format")).strip(),
            "mediaType": distribution.media_type(file),
            "byteSize": distribution.size(file),
            "hash": plain(file.get("hash")),
            "issued": _text(moment(file.get("created"))),
            "modified": _text(modified),
            "license": _licence(of.licence),
            "language": _LANGUAGE,
            "periode": plain(file.get("periode")),
            "kolom": columns.plainly(file),
        }
    )


def _text(value: Value | None) -> str:
    return value.text if value else ""


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """The members that say something."""
    return {key: value for key, value in members.items() if value not in (None, "", [])}
