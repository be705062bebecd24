"""The data list for everybody (``/daftar-data``): what was promised, by whom, until when, and what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak.logic.action.asked import office_of
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.planning import calendar, exchange, minutes, public, versions
from ckanext.lebak.planning.model import ListDocument
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.views.refusing import refuse_in_words

__all__ = ["lebak_data_list"]

lebak_data_list = Blueprint("lebak_data_list", __name__, url_prefix="/daftar-data")
refuse_in_words(lebak_data_list)

PAGE = 100
"""Entries on a page."""
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@lebak_data_list.get("")
def index() -> str | Response:
    """The list of a year, with filters by year, version, office and state."""
    years = versions.years()
    asked = {key: request.args.get(key, "") for key in ("tahun", "versi", "opd", "keadaan", "q")}
    shown = _shown(asked["tahun"], asked["versi"], years) if years else None
    entries = shown["entries"] if shown else []
    found = [
        one
        for one in entries
        if (not asked["opd"] or one["organization_name"] == asked["opd"])
        and (not asked["keadaan"] or one["state"] == asked["keadaan"])
        and asked["q"].casefold().strip() in one["title"].casefold()
    ]
    number = tk.h.get_page_number(request.args, key="hal")
    return tk.render(
        "lebak/planning/list.html",
        {
            "shown": shown,
            "years": years,
            "asked": asked,
            "states": public.STATES,
            "counts": {state: sum(one["state"] == state for one in entries) for state in public.STATES},
            "offices": sorted({(one["organization"], one["organization_name"]) for one in entries}),
            "found": found[(number - 1) * PAGE : number * PAGE],
            "number": len(found),
            "page": number,
            "pages": -(-len(found) // PAGE),
            "documents": _documents(shown),
            "works": _works(),
        },
    )


@lebak_data_list.get("/<int:year>.<kind>")
def download(year: int, kind: str) -> Response:
    """The list of a year as a file: its last version, or the one that is asked for."""
    if kind not in _TYPES:
        return tk.abort(404, tk._("There is no such file."))
    shown = _shown(str(year), request.args.get("versi", ""), [year])
    if kind == "json":
        content = exchange.as_json(shown)
    else:
        listed = exchange.rows(shown, f"{current_site().pages}/dataset")
        content = exchange.as_csv(listed) if kind == "csv" else exchange.as_xlsx(listed, f"Daftar Data {year}")
    name = f"daftar-data-{year}-versi-{shown['version']}.{kind}"
    return _file(content, _TYPES[kind], name)


@lebak_data_list.get("/kalender")
def release_calendar() -> str | Response:
    """The release calendar of a year."""
    years = versions.years()
    shown = _shown(request.args.get("tahun", ""), "", years) if years else None
    months = calendar.by_month(shown["entries"] if shown else [])
    today = dt.datetime.now(WIB).date().isoformat()
    page = {"shown": shown, "years": years, "months": months, "today": today}
    return tk.render("lebak/planning/calendar.html", page)


@lebak_data_list.get("/kalender.ics")
def ics() -> Response:
    """The same for a calendar program: the last agreed year, or the one that is asked for."""
    years = versions.years()
    if not years:
        return tk.abort(404, tk._("No list was agreed on yet."))
    shown = _shown(request.args.get("tahun", ""), "", years)
    pages = current_site().pages
    content = calendar.ics(
        shown["entries"],
        name=f"Daftar Data {shown['year']} {tk.config['ckan.site_title']}",
        host=urlsplit(pages).hostname or "localhost",
        address=f"{pages}/daftar-data?tahun={shown['year']}",
        at=dt.datetime.fromisoformat(shown["agreed_on"]).replace(tzinfo=WIB),
    )
    return _file(content, "text/calendar; charset=utf-8", f"daftar-data-{shown['year']}.ics")


@lebak_data_list.get("/dokumen/<id_>")
def document(id_: str) -> Response:
    """A signed document, for those who work with the list."""
    try:
        tk.check_access("lebak_list_document_list", {}, {})
    except tk.NotAuthorized:
        return tk.abort(404, tk._("There is no such file."))
    stored = model.Session.get(ListDocument, id_)
    if stored is None:
        return tk.abort(404, tk._("There is no such file."))
    answer = _file(stored.content, "application/pdf", "berita-acara.pdf")
    request.environ["__no_cache__"] = True  # CKAN's mark, where it would let caches keep the answer
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@lebak_data_list.get("/berita-acara/<int(fixed_digits=4):year>.pdf")
def printed(year: int) -> Response:
    """The Berita Acara of an office or of the whole Forum: before it is agreed on, and of each version."""
    name, version = request.args.get("opd", ""), request.args.get("versi", "")
    office = office_of({"organization": name}) if name else None
    if office is None:
        tk.check_access("lebak_list_proposal", {}, {})
    else:
        tk.check_access("lebak_promise_list", {}, {"organization": office.id})
    number = int(version) if version.isascii() and version.isdigit() and len(version) < len("10000") else None
    content = minutes.pdf(versions.printed(year, number, office.id if office else None))
    answer = _file(content, "application/pdf", f"berita-acara-{year}-{name or 'forum'}.pdf")
    request.environ["__no_cache__"] = True
    return answer


def _shown(year: str, version: str, years: list[int]) -> dict[str, Any]:
    asked = year if year.isascii() and year.isdigit() else str(years[0])
    try:
        return tk.get_action("lebak_list_show")({}, {"year": asked, "version": version})
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("No such list was agreed on."))


def _documents(shown: dict[str, Any] | None) -> list[dict[str, Any]]:
    if shown is None or not tk.h.check_access("lebak_list_document_list", {}):
        return []
    found = tk.get_action("lebak_list_document_list")({}, {"year": shown["year"]})
    return [one for one in found if one["version_id"] == shown["id"]]


def _works() -> dict[str, bool]:
    """Which pages of the list whoever is signed in works on."""
    if signed_in() is None:
        return {}
    return {
        "office": tk.h.lebak_has_desk(),
        "forum": bool(tk.h.check_access("lebak_list_proposal", {})),
    }


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
