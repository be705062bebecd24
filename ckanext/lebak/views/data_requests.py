"""Requests of tables (``/permintaan-data``): the list, a request with its cells, answering it, and the spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ckanext.lebak.data_requests import answering, asking, shape, workbook
from ckanext.lebak.data_requests.filling import Cell
from ckanext.lebak.data_requests.model import RequestedTable
from ckanext.lebak.logic.action.data_requests import MOST_AT_ONCE, ON_A_PAGE
from ckanext.lebak.worksheets import MEDIA_TYPE

__all__ = ["lebak_data_requests"]

lebak_data_requests = Blueprint("lebak_data_requests", __name__, url_prefix="/permintaan-data")

TAKE = "take"
"""Name of the button that shows the columns of the table that was chosen."""


@contextmanager
def _told() -> Iterator[None]:
    """Answers what is not there and what is not for this person; who is not signed in is led there."""
    try:
        yield
    except (tk.ObjectNotFound, tk.ValidationError):  # what no page of ours would ask for
        tk.abort(404, tk._("There is no such request."))
    except tk.NotAuthorized as error:
        tk.abort(403, str(error.message or ""))


@lebak_data_requests.get("/", strict_slashes=False)
def index() -> ResponseReturnValue:
    """The requests that a person asks, or whose office is asked."""
    if not tk.current_user.is_authenticated:
        return tk.redirect_to("user.login", came_from=tk.url_for("lebak_data_requests.index"))
    with _told():
        return _list({}, {})


@lebak_data_requests.post("/", strict_slashes=False)
def create() -> ResponseReturnValue:
    """Makes a request; its tables are added on its page."""
    typed = request.form.to_dict()
    with _told():
        try:
            made = tk.get_action("lebak_data_request_create")({}, typed)
        except tk.ValidationError as error:
            model.Session.rollback()
            return _list(typed, error.error_dict)
    tk.h.flash_success(tk._("The request is made. Now say which tables you want."))
    return tk.redirect_to("lebak_data_requests.read", id=made["id"])


@lebak_data_requests.get("/<id>")
def read(id: str) -> ResponseReturnValue:  # noqa: A002 - CKAN's name of it
    """A request, a page of tables at a time, with the cells that the released data give now."""
    with _told():
        return _page(id, {}, {})


@lebak_data_requests.post("/<id>/tabel")
def add_table(id: str) -> ResponseReturnValue:  # noqa: A002
    """Adds a table."""
    typed: dict[str, Any] = request.form.to_dict()
    rows = shape.districts() if typed.get("districts") else typed.get("rows", "")
    with _told():
        try:
            tk.get_action("lebak_data_request_table_create")({}, {**typed, "rows": rows, "request_id": id})
        except tk.ValidationError as error:
            model.Session.rollback()
            return _page(id, typed, error.error_dict)
    tk.h.flash_success(tk._("The table is asked for."))
    return tk.redirect_to("lebak_data_requests.read", id=id)


@lebak_data_requests.post("/<id>/tabel/<table>/hapus")
def remove_table(id: str, table: str) -> ResponseReturnValue:  # noqa: A002
    """Takes a table out."""
    return _do("lebak_data_request_table_delete", table, id, tk._("The table was taken out of the request."))


@lebak_data_requests.post("/<id>/tutup")
def close(id: str) -> ResponseReturnValue:  # noqa: A002
    """Says that nothing more is wanted."""
    return _do("lebak_data_request_close", id, id, tk._("The request is closed."))


@lebak_data_requests.get("/<id>/isi/<table>")
def answer_form(id: str, table: str) -> ResponseReturnValue:  # noqa: A002
    """The form by which an office chooses what answers a table."""
    with _told():
        return _answer_page(id, table, {}, {})


@lebak_data_requests.post("/<id>/isi/<table>")
def answer(id: str, table: str) -> ResponseReturnValue:  # noqa: A002
    """Keeps what was chosen."""
    typed = request.form.to_dict()
    with _told():
        tk.check_access("lebak_data_request_answer", {}, {"id": table})
        asked = asking.table_of(id, table)
        if TAKE in typed:  # only the columns of what was chosen are wanted; what is typed stays
            return _answer_page(id, table, typed, {})
        try:
            tk.get_action("lebak_data_request_answer")({}, {"id": table, **_chosen(asked, typed)})
        except tk.ValidationError as error:
            model.Session.rollback()
            return _answer_page(id, table, typed, error.error_dict)
        tables = [each.id for each in asking.tables_of(id, [asked.organization_id])]
    tk.h.flash_success(tk._("Your answer is kept."))
    page = tables.index(table) // ON_A_PAGE + 1
    to = tk.h.url_for("lebak_data_requests.read", id=id, **({"hal": page} if page > 1 else {}))
    return tk.redirect_to(f"{to}#tabel-{table}")


@lebak_data_requests.get("/<id>/unduh")
def download(id: str) -> ResponseReturnValue:  # noqa: A002
    """The request as a spreadsheet."""
    with _told():
        found = tk.get_action("lebak_data_request_show")({}, {"id": id, "limit": MOST_AT_ONCE})
    answer_ = Response(workbook.write(_sheet(found, table) for table in found["tables"]), mimetype=MEDIA_TYPE)
    answer_.headers.set("Content-Disposition", "attachment", filename="permintaan-data.xlsx")
    answer_.headers["Cache-Control"] = "private, no-store"
    return answer_


def _do(action: str, about: str, request_id: str, done: str) -> ResponseReturnValue:
    with _told():
        try:
            tk.get_action(action)({}, {"id": about})
        except tk.ValidationError as error:
            model.Session.rollback()
            return _page(request_id, {}, error.error_dict)
    tk.h.flash_success(done)
    return tk.redirect_to("lebak_data_requests.read", id=request_id)


def _list(typed: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    given = {"requests": tk.get_action("lebak_data_request_list")({}, {}), "typed": typed, "errors": errors}
    return tk.render("lebak/data_requests/list.html", {**given, "asks": _asks()})


def _page(request_id: str, typed: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    page = tk.h.get_page_number(request.args, key="hal")
    asked = {"id": request_id, "offset": (page - 1) * ON_A_PAGE, "limit": ON_A_PAGE}
    found = tk.get_action("lebak_data_request_show")({}, asked)
    # Who answers one table of an office answers all of it.
    one_of = {each["organization"]["id"]: each["id"] for each in found["tables"]}
    answers = {office: tk.h.check_access("lebak_data_request_answer", {"id": id_}) for office, id_ in one_of.items()}
    given = {"found": found, "typed": typed, "errors": errors, "asks": _asks(), "answers": answers}
    given |= {"page": page, "pages": -(-found["count"] // ON_A_PAGE)}
    return tk.render("lebak/data_requests/read.html", {**given, "offices": asking.offices() if _asks() else []})


def _answer_page(request_id: str, table_id: str, typed: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    tk.check_access("lebak_data_request_answer", {}, {"id": table_id})
    table = asking.table_of(request_id, table_id)
    typed = typed or {**_typed(table), **request.args.to_dict()}
    names: list[str] = []
    if typed.get("resource_id"):
        try:
            names = answering.columns_of({}, typed["resource_id"])
        except tk.ValidationError as error:
            errors = {**error.error_dict, **errors}
    given = {"request_id": request_id, "table": table, "typed": typed, "errors": errors, "names": names}
    sources = answering.sources(table.organization_id)
    return tk.render("lebak/data_requests/answer.html", {**given, "sources": sources})


def _chosen(table: RequestedTable, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, as the action takes it."""
    columns = {
        label: {"field": typed.get(f"field-{number}", ""), "where": _where(typed, f"-{number}")}
        for number, label in enumerate(table.columns)
    }
    said = {key: typed.get(key, "") for key in ("resource_id", "row_field", "note")}
    return {**said, "columns": columns, "where": _where(typed, "")}


def _where(typed: Mapping[str, str], end: str) -> dict[str, str]:
    return {typed.get(f"where-field{end}", ""): typed.get(f"where-value{end}", "")}


def _typed(table: RequestedTable) -> dict[str, str]:
    """The form as it was answered before."""
    choice = table.choice or {"columns": {}}
    typed = {"note": table.note, **{key: choice.get(key, "") for key in ("resource_id", "row_field")}}
    typed.update(_typed_where(choice.get("where") or {}, ""))
    for number, label in enumerate(table.columns):
        column = choice["columns"].get(label) or {}
        typed[f"field-{number}"] = column.get("field", "")
        typed.update(_typed_where(column.get("where") or {}, f"-{number}"))
    return typed


def _typed_where(where: Mapping[str, str], end: str) -> dict[str, str]:
    name, value = next(iter(where.items()), ("", ""))
    return {f"where-field{end}": name, f"where-value{end}": value}


def _sheet(found: Mapping[str, Any], table: Mapping[str, Any]) -> workbook.Sheet:
    source = table["source"]
    told = f"{source['dataset']}: {source['name']} ({source['period'] or '-'})" if source else tk._("no data yet")
    facts = [
        (tk._("Request"), f"{found['title']} ({found['asker']})"),
        (tk._("Office"), table["organization"]["title"]),
        (tk._("Unit"), table["unit"]),
        (tk._("Period"), table["period"]),
        (tk._("Source"), told),
        (tk._("Remark"), " ".join(filter(None, (table["note"], table["problem"])))),
    ]
    cells = [[Cell(**cell) for cell in row] for row in table["cells"]]
    return workbook.Sheet(table["title"], facts, table["stub"], table["columns"], table["rows"], cells)


def _asks() -> bool:
    return bool(tk.h.check_access("lebak_data_request_create"))
