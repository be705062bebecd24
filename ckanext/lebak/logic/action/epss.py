"""Actions of the self-assessment (EPSS)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.epss import answers, facts
from ckanext.lebak.epss.evidence import evidence
from ckanext.lebak.epss.model import EpssDocument
from ckanext.lebak.logic.action.asked import flag_of, id_of, text_of, year_of
from ckanext.lebak.profiles.terms import WIB

__all__ = [
    "lebak_epss_activity_choose",
    "lebak_epss_answer_save",
    "lebak_epss_document_add",
    "lebak_epss_document_remove",
    "lebak_epss_document_show",
    "lebak_epss_show",
]


@tk.side_effect_free
def lebak_epss_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The county's self-assessment of a year.

    You must be walidata, pembina or coordinator, or work for an office whose activity is assessed.

    :param year: the year; without it, this year
    :type year: int

    :returns: ``year``, ``years``, ``activities`` (``id``, ``name``, ``title``) and ``indicators``: each with ``code``,
        ``domain``, ``level``, ``explanation``, ``documents`` and ``evidence`` (``sentence``, ``numbers`` and ``page``;
        none where the catalog has nothing to say)
    :rtype: dictionary
    """
    year = _year(data_dict)
    tk.check_access("lebak_epss_show", context, {"year": year})
    said, counted = answers.of_year(year), facts.of_year(year)
    documents = answers.by_indicator(answers.documents(year))
    shown = []
    for term in answers.indicators():
        answer, told = said.get(term.code), evidence(term.code, counted)
        shown.append(
            {
                "code": term.code,
                "domain": term.more["domain"],
                "level": answer.level if answer else None,
                "explanation": answer.explanation if answer else "",
                "documents": [_shown(document) for document in documents.get(term.code, [])],
                "evidence": told._asdict() if told else None,
            }
        )
    chosen = [{"id": one.id, "name": one.name, "title": one.title or one.name} for one in answers.activities(year)]
    return {"year": year, "years": answers.years(), "activities": chosen, "indicators": shown}


def lebak_epss_answer_save(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say the level of an indicator, and why.

    You must act as walidata.

    :param year: the year
    :type year: int
    :param indicator: code of the indicator, as ``1.1``
    :type indicator: string
    :param level: 1 to 5; empty to say none
    :type level: int
    :param explanation: why it is this level
    :type explanation: string

    :returns: ``year``, ``indicator``, ``level`` and ``explanation``
    :rtype: dictionary
    """
    tk.check_access("lebak_epss_answer_save", context, data_dict)
    given = text_of(data_dict, "level")
    if given and not given.isdecimal():
        raise tk.ValidationError({"level": [tk._("Choose a level from 1 to 5.")]})
    made = answers.answer(
        _year(data_dict),
        text_of(data_dict, "indicator"),
        int(given) if given else None,
        text_of(data_dict, "explanation"),
        context.get("user") or "",
    )
    model.repo.commit()
    return {
        "year": made.year,
        "indicator": made.indicator,
        "level": made.level,
        "explanation": made.explanation,
    }


def lebak_epss_activity_choose(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Choose a statistical activity for the assessment of a year, or leave it out again.

    You must act as walidata.

    :param year: the year
    :type year: int
    :param id: id or name of the activity
    :type id: string
    :param chosen: false to leave it out
    :type chosen: boolean

    :returns: ``year``, ``id`` and ``chosen``
    :rtype: dictionary
    """
    tk.check_access("lebak_epss_activity_choose", context, data_dict)
    year, package = _year(data_dict), model.Package.get(id_of(data_dict))
    if package is None or package.state == model.State.DELETED:
        raise tk.ObjectNotFound(tk._("There is no such activity."))
    tk.check_access("package_show", context, {"id": package.id})
    chosen = flag_of(data_dict, "chosen", default=True)
    answers.choose(year, package, context.get("user") or "", chosen=chosen)
    model.repo.commit()
    return {"year": year, "id": package.id, "chosen": chosen}


def lebak_epss_document_add(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Add a document that is evidence for an indicator.

    You must act as walidata, or work for an office whose activity is assessed.

    :param year: the year
    :type year: int
    :param indicator: code of the indicator, as ``1.1``
    :type indicator: string
    :param upload: the file: PDF, DOCX, XLSX, PNG or JPG
    :type upload: file

    :returns: ``id``, ``name``, ``added_by`` and ``added_at``
    :rtype: dictionary
    """
    year = _year(data_dict)
    tk.check_access("lebak_epss_document_add", context, {"year": year})
    indicator, actor = text_of(data_dict, "indicator"), context.get("user") or ""
    made = answers.add(year, indicator, data_dict.get("upload"), actor)
    model.repo.commit()
    return _shown(made)


def lebak_epss_document_remove(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a document away.

    You must act as walidata, or have added it.

    :param id: id of the document
    :type id: string

    :returns: ``id`` and ``year``
    :rtype: dictionary
    """
    found = answers.document(id_of(data_dict))
    tk.check_access("lebak_epss_document_remove", context, {"id": found.id})
    told = {"id": found.id, "year": found.year}
    answers.remove(found, context.get("user") or "")
    model.repo.commit()
    return told


@tk.side_effect_free
def lebak_epss_document_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What is known of a document.

    You must be one who reads the assessment.

    :param id: id of the document
    :type id: string

    :returns: ``id``, ``year``, ``name``, ``digest``, ``added_by`` and ``added_at``
    :rtype: dictionary
    """
    found = answers.document(id_of(data_dict))
    tk.check_access("lebak_epss_document_show", context, {"year": found.year})
    return {**_shown(found), "year": found.year, "digest": found.digest}


def _shown(document: EpssDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "added_by": document.added_by,
        "added_at": document.added_at.isoformat(),
    }


def _year(data_dict: Mapping[str, Any]) -> int:
    """The year that is asked for; this year where none is."""
    return year_of({"year": data_dict.get("year") or dt.datetime.now(WIB).year})
