"""Actions of the forms of BPS. What they do stands in the room ``statistics/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.types import Context, DataDict

from ckanext.lebak.statistics import copying, exchange, private
from ckanext.lebak.statistics.questions import SOURCES, form, form_of

__all__ = ["lebak_activity_copy", "lebak_bps_import", "lebak_bps_show", "lebak_private_answers_show"]


@tk.side_effect_free
def lebak_private_answers_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return what a record answers about the person in charge, which is kept beside it.

    You must work for the office, or act as walidata or pembina and be able to see the record.

    :param id: id or name of the record
    :type id: string

    :returns: the answers by the names of their fields; empty if there are none
    :rtype: dictionary
    """
    package = _package(data_dict)
    tk.check_access("lebak_private_answers_show", context, {"id": package.id})
    return private.of(package.id)


@tk.side_effect_free
def lebak_bps_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return a record as a filled form of BPS, in the keys of BPS's system.

    Answers about the person in charge are there for who may read them.

    :param id: id or name of the record
    :type id: string

    :returns: ``form``, the name of the form; ``id`` of the record; ``document``, its answers
    :rtype: dictionary
    """
    record = tk.get_action("package_show")(context, {"id": tk.get_or_bust(data_dict, "id")})
    filled = form_of(record)
    if filled is None:
        raise tk.ObjectNotFound(tk._("This record holds no form of BPS."))
    return {
        "form": filled.name,
        "id": record["id"],
        "document": exchange.to_bps(filled, record, _private_for(context, record["id"])),
    }


def lebak_bps_import(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Save a filled form of BPS, in the keys of BPS's system, as a record: a new draft, or a change of one.

    You must be able to edit the record, or to make one in the office.

    :param form: name of the form: ``MS-Keg``, ``MS-Ind``, ``FS3`` or ``FP-KPA``
    :type form: string
    :param document: its answers, as ``lebak_bps_show`` or INDAH gives them; what it does not hold stays as it is
    :type document: dictionary
    :param id: id or name of the record to change (optional)
    :type id: string
    :param owner_org: id or name of the office of a new record
    :type owner_org: string
    :param name: address of the page of a new record (optional, default: from its title)
    :type name: string

    :returns: the record as ``package_show`` gives it
    :rtype: dictionary
    """
    tk.check_access("lebak_bps_import", context, data_dict)
    name, document = str(data_dict.get("form") or ""), data_dict.get("document")
    if name not in SOURCES or SOURCES[name].rows:
        choices = ", ".join(each for each, source in SOURCES.items() if not source.rows)
        raise tk.ValidationError({"form": [tk._("Choose one of: {choices}.").format(choices=choices)]})
    if not isinstance(document, dict):
        raise tk.ValidationError({"document": [tk._("Give the answers as an object: keys of BPS and their values.")]})
    read = exchange.from_bps(form(name), document)
    if read.unknown:
        sentence = tk._("The form {form} has no such questions: {keys}. Take them out, or correct them.")
        raise tk.ValidationError({"document": [sentence.format(form=name, keys=", ".join(read.unknown))]})
    answers = {**read.answers, **read.private}
    if data_dict.get("id"):
        _refuse_other_form(context, data_dict["id"], name)
        return tk.get_action("package_patch")(context, {**answers, "id": data_dict["id"]})
    title = str(answers.get("title") or "")
    return tk.get_action("package_create")(
        context,
        {
            **answers,
            **form(name).record,
            "owner_org": tk.get_or_bust(data_dict, "owner_org"),
            "name": data_dict.get("name") or munge_title_to_name(title),
        },
    )


def _refuse_other_form(context: Context, reference: str, name: str) -> None:
    """Refuses to change a record that holds another form: its questions may have the same keys."""
    held = form_of(tk.get_action("package_show")(tk.fresh_context(context), {"id": reference}))
    if held is None or held.name != name:
        sentence = tk._("The record holds the form {held}, not {form}. Name that record, or that form.")
        raise tk.ValidationError({"form": [sentence.format(held=held.name if held else "–", form=name)]})


def lebak_activity_copy(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make a draft of the same activity for another year, as a plan. Dates and numbers that others issue stay behind.

    You must be able to edit the activity.

    :param id: id or name of the activity
    :type id: string
    :param year: the year (optional, default: the one after that of the activity)
    :type year: string

    :returns: the new record as ``package_show`` gives it
    :rtype: dictionary
    """
    package = _package(data_dict)
    tk.check_access("lebak_activity_copy", context, {"id": package.id})
    activity = tk.get_action("package_show")(tk.fresh_context(context), {"id": package.id})
    if activity["type"] != form("MS-Keg").dataset_type:
        raise tk.ValidationError({"id": [tk._("Only a statistical activity is copied to another year.")]})
    year = str(data_dict.get("year") or copying.next_year(activity)).strip()
    if not year:
        raise tk.ValidationError({"year": [tk._("Say for which year.")]})
    there = copying.same_in(activity, year)
    if there:
        sentence = tk._("Your office has this activity for {year} already: {name}. Open that one instead.")
        raise tk.ValidationError({"year": [sentence.format(year=year, name=there)]})
    new = copying.for_year(activity, year, copying.names_like(activity["title"]))
    kept = private.of(package.id)
    return tk.get_action("package_create")(tk.fresh_context(context), {**new, **kept})


def _private_for(context: Context, package_id: str) -> dict[str, Any] | None:
    try:
        return tk.get_action("lebak_private_answers_show")(tk.fresh_context(context), {"id": package_id})
    except tk.NotAuthorized:
        return None


def _package(data_dict: DataDict) -> model.Package:
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package
