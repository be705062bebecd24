"""Makes, lists and closes requests of tables. Who may, the door has asked. Leaves the commit to its caller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import ErrorDict

from ckanext.lebak.data_requests import reminders, shape
from ckanext.lebak.data_requests.model import DataRequest, RequestedTable
from ckanext.lebak.logic.validators.values import clean_text, is_blank
from ckanext.lebak.profiles.terms import WIB

_TEXTS = {"title": True, "asker": True, "note": False}
_TABLE_TEXTS = {"title": True, "stub": True, "unit": True, "period": True}


def today() -> dt.date:
    """The day in the county's time."""
    return dt.datetime.now(WIB).date()


def create(user: model.User, given: Mapping[str, Any]) -> DataRequest:
    """Makes a request.

    Args:
        user: Who makes it.
        given: ``title``, ``asker``, ``due`` and ``note``.

    Raises:
        ValidationError: Something is missing; by field, as sentences.
    """
    texts, errors = _texts(given, _TEXTS)
    due = None
    try:
        due = dt.date.fromisoformat(str(given.get("due") or ""))
    except ValueError:
        errors["due"] = [tk._("Say until which day the tables are wanted.")]
    if due is not None and due < today():
        errors["due"] = [tk._("This day is past. Say until which day the tables are wanted.")]
    if errors or due is None:
        raise tk.ValidationError(errors)
    made = DataRequest(**texts, due=due, made_by=user.name)
    model.Session.add(made)
    model.Session.flush()
    return made


def add_table(request: DataRequest, given: Mapping[str, Any], actor: str) -> RequestedTable:
    """Adds a table to a request, and tells the office that is asked.

    Args:
        request: The request.
        actor: Name of the account that adds it.
        given: ``organization`` (id or name of the office that is asked), ``title``, ``stub``, ``rows``, ``columns``,
            ``unit`` and ``period``.

    Raises:
        ValidationError: Something is missing, or the request is closed.
    """
    refuse_closed(request)
    texts, errors = _texts(given, _TABLE_TEXTS)
    named = given.get("organization")
    # A NUL is in no name, and the database takes none.
    office = model.Group.get(named) if isinstance(named, str) and "\0" not in named else None
    if office is None or not office.is_organization or office.state != model.State.ACTIVE:
        errors["organization"] = [tk._("Choose the office that has these data.")]
    listed: dict[str, list[str]] = {}
    for name, most in (("rows", shape.MOST_ROWS), ("columns", shape.MOST_COLUMNS)):
        try:
            listed[name] = shape.labels(given.get(name) or "")
        except tk.Invalid as error:
            errors[name] = [str(error.error)]
            continue
        problem = shape.problem(listed[name], most)
        if problem:
            errors[name] = [tk._(problem)]
    if errors or office is None:
        raise tk.ValidationError(errors)
    last = model.Session.scalar(
        sa.select(sa.func.max(RequestedTable.position)).where(RequestedTable.request_id == request.id)
    )
    made = RequestedTable(request_id=request.id, position=(last or 0) + 1, organization_id=office.id, **texts, **listed)
    model.Session.add(made)
    model.Session.flush()
    reminders.tell_asked(request, office, actor)
    return made


def remove_table(table: RequestedTable) -> None:
    """Takes a table out of its request.

    Raises:
        ValidationError: The request is closed.
    """
    refuse_closed(request_of(table))
    model.Session.delete(table)


def close(request: DataRequest, user: model.User) -> None:
    """Says that nothing more is wanted. What was answered stays.

    Raises:
        ValidationError: It was closed before.
    """
    refuse_closed(request)
    request.closed_at, request.closed_by = dt.datetime.now(dt.timezone.utc), user.name


def refuse_closed(request: DataRequest) -> None:
    """Refuses to change a closed request.

    Raises:
        ValidationError: It is closed.
    """
    if request.closed_at is not None:
        raise tk.ValidationError({"closed": [tk._("This request is closed. Make a new one.")]})


def request_of(table: RequestedTable) -> DataRequest:
    """The request that a table belongs to."""
    found = model.Session.get(DataRequest, table.request_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return found


def tables_of(request_id: str, offices: Iterable[str] | None = None) -> list[RequestedTable]:
    """The tables of a request, in their order.

    Args:
        request_id: Id of the request.
        offices: Only those that ask one of these offices, by id; None for all.
    """
    query = sa.select(RequestedTable).where(RequestedTable.request_id == request_id)
    if offices is not None:
        query = query.where(RequestedTable.organization_id.in_(list(offices)))
    return list(model.Session.scalars(query.order_by(RequestedTable.position, RequestedTable.id)))


def table_of(request_id: str, table_id: str) -> RequestedTable:
    """A table of a request, without its cells.

    Args:
        request_id: Id of the request.
        table_id: Id of the table.

    Raises:
        ObjectNotFound: The request has no such table.
    """
    found = model.Session.get(RequestedTable, table_id)
    if found is None or found.request_id != request_id:
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return found


def titles_of(ids: Iterable[str]) -> dict[str, str]:
    """Titles of offices, by their ids."""
    query = sa.select(model.Group.id, model.Group.title, model.Group.name).where(model.Group.id.in_(set(ids)))
    return {row.id: row.title or row.name for row in model.Session.execute(query)}


def offices() -> list[model.Group]:
    """The offices that can be asked, by title."""
    group = model.Group
    query = sa.select(group).where(group.is_organization.is_(True), group.state == model.State.ACTIVE)
    return list(model.Session.scalars(query.order_by(group.title, group.name)))


def offices_asked(request_id: str) -> list[str]:
    """Ids of the offices that a request asks."""
    query = sa.select(RequestedTable.organization_id).where(RequestedTable.request_id == request_id).distinct()
    return list(model.Session.scalars(query))


def listed(offices: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The requests: open ones first, what is due first.

    Args:
        offices: Only those that ask one of these offices, counting their tables alone; None for all.

    Returns:
        For each the ``request``, how many ``tables`` it has, and how many of them are ``answered``.
    """
    table = RequestedTable
    counted = sa.func.count(table.id), sa.func.count(table.choice)
    query = sa.select(DataRequest, *counted).outerjoin(table, table.request_id == DataRequest.id)
    if offices is not None:
        query = query.where(table.organization_id.in_(list(offices)))
    query = query.group_by(DataRequest.id).order_by(DataRequest.closed_at.is_not(None), DataRequest.due, DataRequest.id)
    rows = model.Session.execute(query).all()
    return [{"request": request, "tables": tables, "answered": answered} for request, tables, answered in rows]


def _texts(given: Mapping[str, Any], wanted: Mapping[str, bool]) -> tuple[dict[str, str], ErrorDict]:
    """Texts of a form, and what is wrong with them; the needed ones are True."""
    texts: dict[str, str] = {}
    errors: ErrorDict = {}
    for name, needed in wanted.items():
        value = given.get(name)
        try:
            texts[name] = "" if is_blank(value) else " ".join(clean_text(value).split())
        except tk.Invalid as error:
            texts[name], errors[name] = "", [str(error.error)]
            continue
        if needed and not texts[name]:
            errors[name] = [tk._("Fill this in.")]
        elif len(texts[name]) > shape.LONGEST and needed:
            errors[name] = [tk._(shape.TOO_LONG)]
    return texts, errors
