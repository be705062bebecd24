"""Which released dataset answers a table that is asked for, and what its cells are now.

The rows are read as the reader reads them: who may not take a restricted file gets no cells of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context, ErrorDict

from ckanext.lebak import audit
from ckanext.lebak.data_requests import asking
from ckanext.lebak.data_requests.filling import Cell, Choice, Column, fill
from ckanext.lebak.data_requests.model import RequestedTable
from ckanext.lebak.logic.validators.values import clean_text
from ckanext.lebak.release.handing_in import DATASET
from ckanext.lebak.release.visibility import public_packages

MOST_RECORDS = 30_000
"""So many rows of a released table are looked through."""


class Unreadable(tk.ValidationError):
    """A table that was chosen cannot be read by this reader now."""

    def __init__(self, sentence: str) -> None:
        """Takes the sentence, translated."""
        super().__init__({"resource_id": [sentence]})
        self.sentence = sentence


class Source(NamedTuple):
    """A table of a released dataset."""

    resource_id: str
    name: str
    dataset: str
    dataset_name: str
    period: str


@dataclass
class Answer:
    """A table as it is answered now.

    Attributes:
        source: Where the cells come from; None where nothing was chosen, or it is not public any more.
        cells: Row by row; empty without a source.
        problem: Why there are no cells though something was chosen, as a sentence.
    """

    source: Source | None = None
    cells: list[list[Cell]] = field(default_factory=list)
    problem: str = ""

    @property
    def empty(self) -> int:
        """How many cells have no value."""
        return sum(cell.value is None for row in self.cells for cell in row)


def sources(organization_id: str) -> list[Source]:
    """The tables of the released datasets of an office, by title."""
    return _sources(model.Package.owner_org == organization_id)


def columns_of(context: Context, resource_id: str) -> list[str]:
    """Names of the columns of a released table.

    Raises:
        Unreadable: It is not one, or not for this reader.
    """
    if not _sources(model.Resource.id == resource_id):
        raise Unreadable(tk._("Choose a table of a released dataset."))
    return [name for name in _read(context, resource_id, limit=0)[0] if name != "_id"]


def answer(context: Context, user: model.User, table: RequestedTable, given: Mapping[str, Any]) -> RequestedTable:
    """Says what answers a table, or only what the office has to say of it. Leaves the commit to its caller.

    Args:
        context: Of who answers.
        user: The same.
        table: The table.
        given: ``resource_id`` (empty: nothing answers it yet), ``row_field``, ``columns`` (by label: ``field`` and
            ``where``), ``where`` and ``note``.

    Raises:
        ValidationError: What was chosen is not there; by field, as sentences.
    """
    asking.refuse_closed(asking.request_of(table))
    note = str(given.get("note") or "").strip()
    choice = _choice(context, table, given) if given.get("resource_id") else None
    if choice is None and not note:
        raise tk.ValidationError({"note": [tk._("Choose the data, or say when they will be there.")]})
    table.choice, table.note = choice.as_json() if choice else None, note
    table.answered_by, table.answered_at = user.name, dt.datetime.now(dt.timezone.utc)
    details = {"table": table.id, "resource": choice.resource_id if choice else None}
    audit.note(user.name, "data_request.answer", organization_id=table.organization_id, details=details)
    return table


def cells_of(context: Context, tables: Iterable[RequestedTable]) -> dict[str, Answer]:
    """The cells of tables as this reader may have them now, by id of the table.

    What several are answered from is looked up and read once.

    Args:
        context: Of the reader.
        tables: The tables.
    """
    answers: dict[str, Answer] = {}
    chosen: defaultdict[str, list[tuple[RequestedTable, Choice]]] = defaultdict(list)
    for table in tables:
        answers[table.id] = Answer()
        if table.choice:
            choice = Choice.from_json(table.choice)
            chosen[choice.resource_id].append((table, choice))
    found = {source.resource_id: source for source in _sources(model.Resource.id.in_(list(chosen)))} if chosen else {}
    for resource_id, answered in chosen.items():
        source, records, problem = found.get(resource_id), [], ""
        try:
            records = _read(context, resource_id, limit=MOST_RECORDS)[1] if source else []
        except Unreadable as error:
            problem = error.sentence
        if source is None:
            problem = tk._("The data that were chosen are not public any more. Choose others.")
        for table, choice in answered:
            cells = [] if problem else fill(table.rows, table.columns, choice, records)
            answers[table.id] = Answer(source, cells, problem)
    return answers


def _sources(condition: sa.ColumnElement[bool]) -> list[Source]:
    query = (
        sa.select(model.Resource, model.Package)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(public_packages(), model.Package.type == DATASET, model.Resource.state == model.State.ACTIVE, condition)
        .order_by(model.Package.title, model.Resource.position)
    )
    return [
        Source(
            resource.id,
            resource.name or "",
            package.title or package.name,
            package.name,
            str(resource.extras.get("periode") or ""),
        )
        for resource, package in model.Session.execute(query)
        if resource.extras.get("datastore_active")
    ]


def _read(context: Context, resource_id: str, *, limit: int) -> tuple[list[str], list[dict[str, Any]]]:
    """The columns of a table that is released, and its rows."""
    asked = {"resource_id": resource_id, "limit": limit, "include_total": True}
    try:
        found = tk.get_action("datastore_search")(tk.fresh_context(context), asked)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        raise Unreadable(tk._("This table cannot be read by you. Choose another, or ask its office.")) from None
    if limit and found["total"] > limit:
        sentence = tk._("This table has too many rows to be looked through. Choose one with fewer than {number}.")
        raise Unreadable(sentence.format(number=limit))
    return [each["id"] for each in found["fields"]], found["records"]


def _choice(context: Context, table: RequestedTable, given: Mapping[str, Any]) -> Choice:
    """What was chosen, if it is there."""
    resource_id, row_field = str(given["resource_id"]), str(given.get("row_field") or "")
    names = set(columns_of(context, resource_id))
    said = given.get("columns")
    chosen = said if isinstance(said, Mapping) else {}
    try:
        columns = {
            label: Column(str(each["field"]), _where(each.get("where")))
            for label in table.columns
            if isinstance(each := chosen.get(label), Mapping) and each.get("field")
        }
        choice = Choice(resource_id, row_field, columns, _where(given.get("where")))
    except tk.Invalid as error:
        raise tk.ValidationError({"columns": [str(error.error)]}) from None
    errors: ErrorDict = {}
    if row_field not in names:
        errors["row_field"] = [tk._("Choose the column that says which row it is.")]
    if not columns:
        errors["columns"] = [tk._("Choose at least one column with values.")]
    unknown = sorted(choice.fields() - names - {row_field})
    if unknown:
        sentence = tk._("The table has no column {names}. Choose again.")
        errors["columns"] = [sentence.format(names=", ".join(unknown))]
    if errors:
        raise tk.ValidationError(errors)
    return choice


def _where(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        return {}
    return {str(name): text for name, value in given.items() if name and (text := clean_text(str(value)))}
