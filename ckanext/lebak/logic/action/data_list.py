"""Actions on the data list that the Forum agrees on. What they do stands in the room ``planning/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files.uploads import name_of
from ckanext.lebak.logic.action.asked import day_of, id_of, office_of, text_of, year_of
from ckanext.lebak.planning import overlaps, versions
from ckanext.lebak.planning.model import ListDocument, ListVersion

__all__ = [
    "lebak_list_agree",
    "lebak_list_document_add",
    "lebak_list_document_list",
    "lebak_list_doubles",
    "lebak_list_proposal",
    "lebak_list_show",
]


@tk.side_effect_free
def lebak_list_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The data list of a year as the Forum agreed on it: who promised what and when, and what became of it.

    :param year: of the list
    :type year: int
    :param version: its number (optional, default: the last)
    :type version: int

    :returns: ``year``, ``version``, ``agreed_on``, ``letter``, ``versions`` (all of the year, the newest first) and
        ``entries``, each with its ``state``: ``released``, ``not_yet_due`` or ``late``
    :rtype: dictionary
    """
    tk.check_access("lebak_list_show", context, data_dict)
    year, given = year_of(data_dict), text_of(data_dict, "version")
    if given and not (given.isascii() and given.isdigit() and len(given) < len("10000")):
        raise tk.ObjectNotFound(tk._("No such list was agreed on."))
    version = versions.get(year, int(given) if given else None)
    listed = [_head(one) for one in versions.of_year(year)]
    return {**_head(version), "note": version.note, "versions": listed, "entries": versions.public_list(version)}


@tk.side_effect_free
def lebak_list_proposal(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What the Forum would agree on now, and how it differs from the last version.

    You must act as coordinator, walidata or pembina.

    :param year: of the round
    :type year: int

    :returns: ``number`` of the version that it would be, ``digest``, ``entries`` and ``changes``
    :rtype: dictionary
    """
    tk.check_access("lebak_list_proposal", context, data_dict)
    year = year_of(data_dict)
    entries, before = versions.proposal(year), next(iter(versions.of_year(year)), None)
    found = versions.changes(before.entries if before else (), entries)
    return {
        "number": (before.number if before else 0) + 1,
        "digest": versions.digest(entries),
        "entries": entries,
        "changes": [{"kind": one.kind, "keys": list(one.keys), "entry": dict(one.entry)} for one in found],
    }


@tk.side_effect_free
def lebak_list_doubles(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Promises and public datasets of different offices that look like the same data, the most alike first.

    You must act as coordinator, walidata or pembina; with an office, work for it: its drafts are compared too.

    :param year: of the round
    :type year: int
    :param organization: id or name of an office: only what its own promises look like (optional)
    :type organization: string

    :returns: pairs with ``first``, ``second`` (each ``id``, ``title``, ``organization``, ``period`` and ``dataset``)
        and ``alike``
    :rtype: list of dictionaries
    """
    office = office_of(data_dict) if data_dict.get("organization") else None
    tk.check_access("lebak_list_doubles", context, {"organization": office.id if office else ""})
    return overlaps.found(year_of(data_dict), office.id if office else None)


def lebak_list_agree(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Freeze what was handed in as the next version of the data list. You must act as coordinator.

    :param year: of the round, which must be closed
    :type year: int
    :param agreed_on: the day of the meeting, as ``2026-02-28``
    :type agreed_on: string
    :param letter: number of the Berita Acara
    :type letter: string
    :param note: what the Forum decided beside it (optional)
    :type note: string
    :param digest: as ``lebak_list_proposal`` gave it
    :type digest: string
    :param upload: the signed document, a PDF
    :type upload: file

    :returns: ``year``, ``version``, ``agreed_on``, ``letter`` and ``digest``
    :rtype: dictionary
    """
    tk.check_access("lebak_list_agree", context, data_dict)
    version = versions.agree(
        year_of(data_dict),
        context.get("user") or "",
        agreed_on=day_of(data_dict, "agreed_on"),
        letter=text_of(data_dict, "letter"),
        note=text_of(data_dict, "note"),
        seen=text_of(data_dict, "digest"),
        document=_uploaded(data_dict),
    )
    model.Session.commit()
    return _head(version)


def lebak_list_document_add(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Add a signed document to a version, such as the Berita Acara of an office. You must act as coordinator.

    :param year: of the list
    :type year: int
    :param version: its number
    :type version: int
    :param organization: id or name of the office that signed it (optional)
    :type organization: string
    :param upload: the signed document, a PDF
    :type upload: file

    :returns: the document, without its content
    :rtype: dictionary
    """
    tk.check_access("lebak_list_document_add", context, data_dict)
    version = _version(data_dict)
    office = office_of(data_dict) if data_dict.get("organization") else None
    document = _uploaded(data_dict)
    if document is None:
        raise tk.ValidationError({"document": [tk._("Choose the signed document, a PDF.")]})
    stored = versions.add_document(version, document, context.get("user") or "", office.id if office else None)
    model.Session.commit()
    return _document(stored)


@tk.side_effect_free
def lebak_list_document_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The signed documents of the versions of a year.

    They bear signatures: you must work for an office, or act as walidata, pembina or coordinator.

    :param year: of the list
    :type year: int

    :returns: documents, without their content
    :rtype: list of dictionaries
    """
    tk.check_access("lebak_list_document_list", context, data_dict)
    found = versions.documents(version.id for version in versions.of_year(year_of(data_dict)))
    return [_document(one) for one in found]


def _head(version: ListVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "year": version.year,
        "version": version.number,
        "agreed_on": version.agreed_on.isoformat(),
        "letter": version.letter,
        "digest": version.digest,
        "promises": version.promises,
    }


def _document(stored: ListDocument) -> dict[str, Any]:
    return {
        "id": stored.id,
        "version_id": stored.version_id,
        "organization_id": stored.organization_id,
        "name": stored.name,
        "size": stored.size,
        "digest": stored.digest,
        "uploaded_at": stored.uploaded_at.isoformat(),
    }


def _version(data_dict: DataDict) -> ListVersion:
    number = id_of(data_dict, "version")
    if not (number.isascii() and number.isdigit() and len(number) < len("10000")):
        raise tk.ObjectNotFound(tk._("No such list was agreed on."))
    return versions.get(year_of(data_dict), int(number))


def _uploaded(data_dict: DataDict) -> versions.Document | None:
    upload = data_dict.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return versions.Document(name_of(upload), upload.stream.read(versions.MOST_BYTES + 1))
