"""The Forum's page (``/forum``): the county's numbers for everybody, those of the offices and decisions for members."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak import worksheets
from ckanext.lebak.forum import paper, sheet
from ckanext.lebak.forum.figures import share
from ckanext.lebak.views.refusing import refuse_in_words

__all__ = ["lebak_forum"]

lebak_forum = Blueprint("lebak_forum", __name__, url_prefix="/forum")
refuse_in_words(lebak_forum)

Page = str | Response | tuple[str, int]
REFUSED = 422
YEAR = "tahun"


@lebak_forum.get("/")
def index() -> Page:
    """The numbers of a year."""
    return _page()


@lebak_forum.get("/opd/<name>")
def office(name: str) -> Page:
    """The numbers of an office, and what it does next."""
    shown = tk.get_action("lebak_forum_office_show")({}, {"id": name, **_asked()})
    return tk.render("lebak/forum/office.html", {**shown, "share": share})


@lebak_forum.get("/cetak.pdf")
def printed() -> Response:
    """The numbers and the decisions for the meeting, on paper."""
    shown = tk.get_action("lebak_forum_show")({}, _asked())
    return _file(paper.pdf(shown), "application/pdf", f"forum-{shown['year']}.pdf")


@lebak_forum.get("/angka.xlsx")
def workbook() -> Response:
    """The same as a workbook."""
    shown = tk.get_action("lebak_forum_show")({}, _asked())
    return _file(sheet.xlsx(shown), worksheets.MEDIA_TYPE, f"forum-{shown['year']}.xlsx")


@lebak_forum.post("/rapat")
def meet() -> Page:
    """Writes down that the Forum met."""
    typed = {key: request.form.get(key, "") for key in ("held_on", "subject")}
    return _done("lebak_forum_meeting_create", typed, tk._("Noted. Now write down what was decided."))


@lebak_forum.post("/keputusan")
def decide() -> Page:
    """Writes down what a meeting decided."""
    typed = {key: request.form.get(key, "") for key in ("meeting", "text", "organization", "due")}
    return _done("lebak_forum_decision_create", typed, tk._("The decision is noted."))


@lebak_forum.post("/keputusan/<id_>")
def finish(id_: str) -> Page:
    """Says that a decision is carried out, or opens it again."""
    said = {"id": id_, "done": request.form.get("done", "")}
    return _done("lebak_forum_decision_finish", said, tk._("Noted."))


def _done(action: str, said: dict[str, Any], sentence: str) -> Page:
    try:
        tk.get_action(action)({}, said)
    except tk.ValidationError as error:
        model.Session.rollback()
        return _page(errors=error.error_dict, typed={**said, "act": action}), REFUSED
    tk.h.flash_success(sentence)
    return tk.redirect_to("lebak_forum.index", **_asked_again())


def _page(**more: Any) -> str:
    member = bool(tk.h.check_access("lebak_forum_show"))
    shown = tk.get_action("lebak_forum_show" if member else "lebak_forum_summary")({}, _asked())
    coordinates = bool(tk.h.check_access("lebak_forum_meeting_create"))
    page = {"errors": {}, "typed": {}, **shown, **more, "coordinates": coordinates, "share": share}
    return tk.render("lebak/forum/index.html" if member else "lebak/forum/summary.html", page)


def _asked() -> dict[str, str]:
    year = request.args.get(YEAR, "")
    return {"year": year} if year else {}


def _asked_again() -> dict[str, str]:
    return {YEAR: request.args[YEAR]} if request.args.get(YEAR) else {}


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=media_type, headers=headers)
