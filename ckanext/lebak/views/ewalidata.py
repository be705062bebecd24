"""e-Walidata (``/e-walidata``): where the value of each code stands, and the values of a year to take there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak.desks import office as desk
from ckanext.lebak.ewalidata import exporting, mappings, tables
from ckanext.lebak.ewalidata.values import AGGREGATIONS
from ckanext.lebak.logic.action.asked import text_of
from ckanext.lebak.people.capacities import WALIDATA, holds
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.views.refusing import refuse_in_words
from ckanext.lebak.worksheets import MEDIA_TYPE

__all__ = ["lebak_ewalidata"]

lebak_ewalidata = Blueprint("lebak_ewalidata", __name__, url_prefix="/e-walidata")
refuse_in_words(lebak_ewalidata)

Page = str | Response | tuple[str, int]
REFUSED = 422
PAGE = 25
"""Codes on a page: for each, a table is looked into."""
FIELDS = ("code", "title", "unit", "resource_id", "year_column", "value_column", "filters", "aggregation")


@lebak_ewalidata.before_request
def _sign_in() -> Response | None:
    if signed_in() is None:
        return tk.redirect_to("user.login", came_from=tk.h.url_for("lebak_ewalidata.index"))
    return None


@lebak_ewalidata.get("")
def index() -> Page:
    """The codes with their values of a year: all of them for the walidata, of its datasets for an office."""
    return _page()


@lebak_ewalidata.post("")
def save() -> Page:
    """Says where the value of a code stands."""
    typed = {key: request.form.get(key, "") for key in FIELDS}
    try:
        tk.get_action("lebak_ewalidata_save")({}, {**typed, "id": request.form.get("id", "")})
    except tk.ValidationError as error:
        model.Session.rollback()
        # Nobody waits for all values again to mend a word.
        refused = {"typed": {**typed, "id": request.form.get("id", "")}, "errors": error.error_dict}
        return _page(values=False, **refused), REFUSED
    tk.h.flash_success(tk._("Noted."))
    return _back()


@lebak_ewalidata.post("/<id_>/hapus")
def remove(id_: str) -> Page:
    """Takes a code off the list."""
    tk.get_action("lebak_ewalidata_remove")({}, {"id": id_})
    tk.h.flash_success(tk._("The code is off the list."))
    return _back()


@lebak_ewalidata.post("/<int:year>/simpan")
def keep(year: int) -> Page:
    """Keeps the values of a year as they are given on."""
    kept = tk.get_action("lebak_ewalidata_export_keep")({}, {"year": year})
    tk.h.flash_success(tk._("Kept: {codes} values of {year}.").format(**kept))
    return tk.redirect_to("lebak_ewalidata.index", tahun=year)


@lebak_ewalidata.get("/<int:year>.<kind>")
def download(year: int, kind: str) -> Response:
    """The values of a year as a workbook, or in the form of e-Walidata's API."""
    if kind not in ("xlsx", "json"):
        return tk.abort(404, tk._("There is no such file."))
    found = tk.get_action("lebak_ewalidata_show")({}, {"year": year, "organization": _office_asked()[1]})
    content = exporting.as_xlsx(found) if kind == "xlsx" else exporting.as_json(found)
    answer = Response(content, content_type=MEDIA_TYPE if kind == "xlsx" else "application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="e-walidata-{year}.{kind}"'
    request.environ["__no_cache__"] = True  # CKAN's mark, where it would let caches keep the answer
    return answer


def _office_asked() -> tuple[list[desk.Office], str]:
    """The offices of who asks, and the name of the one that is meant; empty for all, which the walidata sees."""
    user = signed_in()
    offices = desk.offices_of(user) if user else []
    asked = request.values.get("opd", "")
    everything = holds(user, WALIDATA)
    return offices, asked or ("" if everything or not offices else offices[0].name)


def _page(*, values: bool = True, **more: Any) -> str:
    offices, name = _office_asked()
    asked = request.values.get("tahun", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == len("2025") else _last_year()
    office = model.Group.get(name) if name else None
    number = tk.h.get_page_number(request.args, key="hal")
    asked_for = {"year": year, "organization": name, "offset": (number - 1) * PAGE, "limit": PAGE}
    found = tk.get_action("lebak_ewalidata_show")({}, asked_for) if values else []
    page: dict[str, Any] = {
        "year": year,
        "lines": found,
        "values": values,
        "page": number,
        "pages": -(-mappings.count(office.id if office else None) // PAGE),
        "offices": offices,
        "office": name,
        "choices": tables.choices(office.id if office else None),
        "aggregations": AGGREGATIONS,
        "walidata": holds(signed_in(), WALIDATA),
        "flags": exporting.FLAGS,
        "errors": {},
        "typed": _typed(text_of(request.args, "ubah")),
    }
    return tk.render("lebak/ewalidata.html", {**page, **more})


def _typed(id_: str) -> dict[str, Any]:
    """The form of a code that is to be changed; empty for none, and for one that is not this person's."""
    if not id_:
        return {}
    mapping = mappings.get(id_)
    if not tk.h.check_access("lebak_ewalidata_save", {"package_id": mapping.package_id}):
        return {}
    filters = "\n".join(f"{column}={value}" for column, value in mapping.filters.items())
    return {**{key: getattr(mapping, key) for key in ("id", *FIELDS)}, "filters": filters}


def _back() -> Response:
    return tk.redirect_to("lebak_ewalidata.index", opd=request.form.get("opd") or None)


def _last_year() -> int:
    return dt.datetime.now(WIB).year - 1
