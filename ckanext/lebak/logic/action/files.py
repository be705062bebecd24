"""Actions on files: who may take one, and asking for restricted ones. CKAN's that give rows or previews are chained."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import auth_audit_exempt
from ckan.types import Action, Context, DataDict, ErrorDict
from ckanext.datastore.backend import DatastoreBackend

from ckanext.lebak.files import approvals, readings
from ckanext.lebak.files.access import access_of, may_read_file, reason_for, user_of
from ckanext.lebak.files.model import AccessRequest

__all__ = [
    "datastore_search",
    "lebak_access_request_create",
    "lebak_access_request_decide",
    "lebak_access_request_end",
    "lebak_access_request_list",
    "lebak_file_show",
    "resource_view_list",
]


@tk.side_effect_free
def lebak_file_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Tell what the file of a resource is, to who may take it.

    :param id: id of the resource
    :type id: string

    :returns: ``id``, ``package_id``, ``access`` (class of the record), ``reason`` (``open``, ``record``, ``office``,
        ``capacity`` or ``approval``: why you may take it), ``url``, ``hash`` (SHA-256 of a file that is kept here) and
        ``size``
    :rtype: dictionary
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    resource = model.Resource.get(resource_id)
    if resource is None:
        raise tk.ObjectNotFound(tk._("Resource not found"))
    tk.check_access("lebak_file_show", context, data_dict)
    shown = tk.get_action("resource_show")(tk.fresh_context(context), {"id": resource_id})
    return {
        "id": resource.id,
        "package_id": resource.package_id,
        "access": access_of(resource.package),
        "reason": reason_for(user_of(context), resource.package),
        "url": shown.get("url"),
        "hash": shown.get("hash"),
        "size": shown.get("size"),
    }


@tk.chained_action
@auth_audit_exempt  # as actions of plugins are: CKAN's asks nobody about the list of its own tables
@tk.side_effect_free
def datastore_search(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_search``; it notes that rows were taken (``files.readings``)."""
    found = up(context, data_dict)
    if found.get("records") and not context.get("ignore_auth"):
        resource = _of_table(str(data_dict.get("resource_id")))
        if resource is not None:
            readings.note(user_of(context), resource.package, resource, readings.DATASTORE)
    return found


@tk.chained_action
@tk.side_effect_free
def resource_view_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_list``; none for who may not take the file, so that its page is shown without."""
    views = up(context, data_dict)
    resource = model.Resource.get(str(data_dict.get("id")))
    if resource is None or context.get("ignore_auth"):
        return views
    return views if may_read_file(user_of(context), resource.package, resource) else []


def lebak_access_request_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask for the files of a restricted dataset, for your agency.

    You must be a member of the agency.

    :param package_id: id of the dataset
    :type package_id: string
    :param organization_id: id of the agency
    :type organization_id: string
    :param purpose: what the files are wanted for
    :type purpose: string
    :param until: the last day for which they are wanted, as ``2027-06-30``
    :type until: string

    :returns: the request
    :rtype: dictionary
    """
    tk.check_access("lebak_access_request_create", context, data_dict)
    errors: ErrorDict = {}
    purpose = _words(data_dict, "purpose", errors, tk._("Say what the files are wanted for."))
    until = _day(data_dict, errors)
    if until is None and "until" not in errors:
        errors["until"] = [tk._("Say until when the files are needed.")]
    if not data_dict.get("organization_id"):
        errors["organization_id"] = [tk._("Choose the agency that asks.")]
    package = model.Package.get(data_dict.get("package_id"))
    if errors or until is None or package is None:
        raise tk.ValidationError(errors)
    return _told(approvals.ask(_person(context), package, data_dict["organization_id"], purpose, until))


def lebak_access_request_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Approve or refuse that an agency gets the files of a restricted dataset.

    You must be the walidata, and not who asked.

    :param id: id of the request
    :type id: string
    :param decision: ``approve`` or ``refuse``
    :type decision: string
    :param reason: why
    :type reason: string
    :param until: the last day of the approval (optional, default: the day that was asked for)
    :type until: string
    :param letter: number of the letter that it is decided by (optional)
    :type letter: string

    :returns: the request
    :rtype: dictionary
    """
    request_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("lebak_access_request_decide", context, data_dict)
    errors: ErrorDict = {}
    if data_dict.get("decision") not in ("approve", "refuse"):
        errors["decision"] = [tk._("Choose whether to approve or to refuse.")]
    reason = _words(data_dict, "reason", errors, tk._("Write the reason for the decision."))
    letter = _words(data_dict, "letter", errors)
    until = _day(data_dict, errors) if data_dict.get("decision") == "approve" else None
    if errors:
        raise tk.ValidationError(errors)
    user = _person(context)
    approve = data_dict["decision"] == "approve"
    return _told(approvals.decide(user, str(request_id), approve=approve, reason=reason, until=until, letter=letter))


def lebak_access_request_end(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """End an approval before its last day, or take a request back.

    You must be the walidata, the head of the office that owns the dataset, or a member of the agency.

    :param id: id of the request
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the request
    :rtype: dictionary
    """
    request_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("lebak_access_request_end", context, data_dict)
    errors: ErrorDict = {}
    reason = _words(data_dict, "reason", errors, tk._("Write why it ends."))
    if errors:
        raise tk.ValidationError(errors)
    return _told(approvals.end(_person(context), str(request_id), reason))


@tk.side_effect_free
def lebak_access_request_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the requests for restricted files that you may see: the walidata and the pembina all, others their own.

    :param package_id: only those for this dataset (optional)
    :type package_id: string

    :returns: requests, those that wait for a decision first
    :rtype: list of dictionaries
    """
    tk.check_access("lebak_access_request_list", context, data_dict)
    return [_told(request) for request in approvals.seen_by(_person(context), data_dict.get("package_id"))]


def _person(context: Context) -> model.User:
    """Who asks; the site itself neither asks for files nor decides."""
    user = user_of(context)
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def _of_table(name: str) -> model.Resource | None:
    """The resource whose table is asked for by id or by an alias; None for a table of the datastore's own."""
    resource = model.Resource.get(name)
    if resource is not None:
        return resource
    _exists, id_ = DatastoreBackend.get_active_backend().resource_id_from_alias(name)
    return model.Resource.get(id_) if id_ else None


def _told(request: AccessRequest) -> dict[str, Any]:
    package, agency = model.Package.get(request.package_id), model.Group.get(request.organization_id)
    moments = {name: getattr(request, name) for name in ("asked_at", "decided_at", "ended_at")}
    words = ("id", "package_id", "organization_id", "asked_by", "purpose", "state", "decision", "letter")
    return {
        **{name: getattr(request, name) for name in (*words, "decided_by", "ended_by")},
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "until": request.until.isoformat(),
        "in_force": approvals.is_in_force(request),
        "package_name": package.name if package else None,
        "package_title": (package.title or package.name) if package else None,
        "organization_title": (agency.title or agency.name) if agency else None,
    }


def _words(data_dict: DataDict, key: str, errors: ErrorDict, needed: str = "") -> str:
    text = str(data_dict.get(key) or "").replace("\0", "").strip()
    if not text and needed:
        errors[key] = [needed]
    if len(text) > approvals.LONGEST:
        errors[key] = [tk._("Write at most {limit} characters.").format(limit=approvals.LONGEST)]
    return text


def _day(data_dict: DataDict, errors: ErrorDict) -> dt.date | None:
    text = str(data_dict.get("until") or "").strip()
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        errors["until"] = [tk._("Write the day as in 2027-06-30.")]
        return None
    if day < approvals.today():
        errors["until"] = [tk._("This day is past. Choose a later one.")]
    return day
