"""Actions on requests of tables. What they do stands in the room ``data_requests/``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.data_requests import answering, asking
from ckanext.lebak.data_requests.model import DataRequest, RequestedTable
from ckanext.lebak.logic.action.asked import id_of, mapping_of, number_of, text_of
from ckanext.lebak.people.capacities import GRANTED, capacities_of
from ckanext.lebak.release.people import offices_of

__all__ = [
    "lebak_data_request_answer",
    "lebak_data_request_close",
    "lebak_data_request_create",
    "lebak_data_request_list",
    "lebak_data_request_show",
    "lebak_data_request_table_create",
    "lebak_data_request_table_delete",
]

ON_A_PAGE, MOST_AT_ONCE = 20, 1000
"""Tables that are shown together: each may be filled from thousands of rows."""


@tk.side_effect_free
def lebak_data_request_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The requests of tables: open ones first, what is due first.

    You must act as walidata, pembina or coordinator, or work for an office: then you get those that ask it.

    :returns: for each ``id``, ``title``, ``asker``, ``due``, ``closed``, ``tables`` (how many) and ``answered``
    :rtype: list of dictionaries
    """
    tk.check_access("lebak_data_request_list", context, data_dict)
    found = asking.listed(_offices(_user(context)))
    return [{**_request(each.pop("request")), **each} for each in found]


@tk.side_effect_free
def lebak_data_request_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """A request with some of its tables, and their cells as the released data give them to you now.

    You must act as walidata, pembina or coordinator, or work for an office that is asked: then you get its tables.

    :param id: id of the request
    :type id: string
    :param offset: how many tables are left out (optional, default: 0)
    :type offset: int
    :param limit: how many tables there are at most (optional, default: 20, at most 1000)
    :type limit: int

    :returns: the request; ``count``, how many tables you may see; ``tables``, for each its shape, ``choice``, ``note``,
        ``source``, ``cells`` (``value``, or ``problem``: ``nothing`` or ``several``) and ``problem``
    :rtype: dictionary
    """
    request = _found(DataRequest, data_dict)
    tk.check_access("lebak_data_request_show", context, {"id": request.id})
    offset, limit = number_of(data_dict, "offset", 0), number_of(data_dict, "limit", ON_A_PAGE)
    tables = asking.tables_of(request.id, _offices(_user(context)))
    shown = _tables(context, tables[offset : offset + min(limit, MOST_AT_ONCE)])
    return {**_request(request), "note": request.note, "count": len(tables), "tables": shown}


def lebak_data_request_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask offices for tables.

    You must act as walidata, pembina or coordinator.

    :param title: of the request
    :type title: string
    :param asker: who asks
    :type asker: string
    :param due: last day on which it helps, as ``2027-01-31``
    :type due: string
    :param note: what the offices should know (optional)
    :type note: string
    :param tables: as ``lebak_data_request_table_create`` takes each (optional)
    :type tables: list of dictionaries

    :returns: the request
    :rtype: dictionary
    """
    tk.check_access("lebak_data_request_create", context, data_dict)
    given = data_dict.get("tables") or []
    if not isinstance(given, list):
        raise tk.ValidationError({"tables": [tk._("Write this as a list of tables.")]})
    user = _user(context)
    request = asking.create(user, data_dict)
    for table in given:
        asking.add_table(request, mapping_of(table, "tables"), user.name)
    model.Session.commit()
    return _request(request)


def lebak_data_request_table_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Add a table to a request.

    You must act as walidata, pembina or coordinator.

    :param request_id: id of the request
    :type request_id: string
    :param organization: id or name of the office that has the data
    :type organization: string
    :param title: of the table
    :type title: string
    :param stub: what the rows are, as ``Kecamatan``
    :type stub: string
    :param rows: labels of the rows, as a list or a label a line
    :type rows: list of strings
    :param columns: labels of the columns, the same way
    :type columns: list of strings
    :param unit: of the values
    :type unit: string
    :param period: that the values are of
    :type period: string

    :returns: ``id`` of the table
    :rtype: dictionary
    """
    tk.check_access("lebak_data_request_table_create", context, data_dict)
    request = _found(DataRequest, {"id": id_of(data_dict, "request_id")})
    table = asking.add_table(request, data_dict, context.get("user") or "")
    model.Session.commit()
    return {"id": table.id}


def lebak_data_request_table_delete(context: Context, data_dict: DataDict) -> None:
    """Take a table out of its request.

    You must act as walidata, pembina or coordinator.

    :param id: id of the table
    :type id: string
    """
    tk.check_access("lebak_data_request_table_delete", context, data_dict)
    asking.remove_table(_found(RequestedTable, data_dict))
    model.Session.commit()


def lebak_data_request_close(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say that nothing more is wanted of a request.

    You must act as walidata, pembina or coordinator.

    :param id: id of the request
    :type id: string

    :returns: the request
    :rtype: dictionary
    """
    tk.check_access("lebak_data_request_close", context, data_dict)
    request = _found(DataRequest, data_dict)
    asking.close(request, _user(context))
    model.Session.commit()
    return _request(request)


def lebak_data_request_answer(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Choose the released data that answer a table, or say when they will be there.

    You must be an operator or the head of the office that is asked.

    :param id: id of the table
    :type id: string
    :param resource_id: table of a released dataset (optional: without it only ``note`` is kept)
    :type resource_id: string
    :param row_field: its column that says which row it is
    :type row_field: string
    :param columns: by the label of each column asked for: ``field``, and ``where`` (other columns and their values)
    :type columns: dictionary
    :param where: which rows, for all columns, as ``{"tahun": "2026"}`` (optional)
    :type where: dictionary
    :param note: what there is to say, as when data will be there (optional with data)
    :type note: string

    :returns: the table with its cells
    :rtype: dictionary
    """
    said = {key: text_of(data_dict, key) for key in ("id", "resource_id", "note")}
    tk.check_access("lebak_data_request_answer", context, {"id": said["id"]})
    table = _found(RequestedTable, said)
    answering.answer(context, _user(context), table, {**data_dict, **said})
    model.Session.commit()
    return _tables(context, [table])[0]


def _offices(user: model.User) -> list[str] | None:
    """The offices whose tables a person sees; None for all."""
    return None if capacities_of(user) & frozenset(GRANTED) else offices_of(user)


def _found(kind: Any, data_dict: DataDict) -> Any:
    found = model.Session.get(kind, id_of(data_dict))
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return found


def _user(context: Context) -> model.User:
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def _request(request: DataRequest) -> dict[str, Any]:
    return {
        "id": request.id,
        "title": request.title,
        "asker": request.asker,
        "due": request.due.isoformat(),
        "overdue": request.closed_at is None and request.due < asking.today(),
        "closed": request.closed_at is not None,
    }


def _tables(context: Context, tables: Sequence[RequestedTable]) -> list[dict[str, Any]]:
    answers = answering.cells_of(context, tables)
    titles = asking.titles_of(table.organization_id for table in tables)
    return [_table(table, answers[table.id], titles.get(table.organization_id, "")) for table in tables]


def _table(table: RequestedTable, answer: answering.Answer, office: str) -> dict[str, Any]:
    shape = {name: getattr(table, name) for name in ("id", "title", "stub", "rows", "columns", "unit", "period")}
    return {
        **shape,
        "organization": {"id": table.organization_id, "title": office},
        "choice": table.choice,
        "note": table.note,
        "source": answer.source._asdict() if answer.source else None,
        "cells": [[cell._asdict() for cell in row] for row in answer.cells],
        "empty": answer.empty,
        "problem": answer.problem,
    }
