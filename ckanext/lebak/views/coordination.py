"""The coordinator's work on the data list (``/daftar-data/koordinasi``): rounds, doubles, and what is agreed on."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak.people.capacities import KOORDINATOR, holds
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.planning import overlaps
from ckanext.lebak.planning.offices import producers
from ckanext.lebak.views.refusing import refuse_in_words

__all__ = ["lebak_coordination"]

lebak_coordination = Blueprint("lebak_coordination", __name__, url_prefix="/daftar-data/koordinasi")
refuse_in_words(lebak_coordination)

Page = str | Response | tuple[str, int]
REFUSED = 422


@lebak_coordination.before_request
def _sign_in() -> Response | None:
    if signed_in() is None:
        return tk.redirect_to("user.login", came_from=tk.h.url_for("lebak_coordination.index"))
    return None


@lebak_coordination.get("")
def index() -> Page:
    """The rounds; of one year what was handed in, what looks alike, and what was agreed on."""
    return _page(request.args.get("tahun", ""))


@lebak_coordination.post("/buka")
def open_round() -> Page:
    """Opens a round."""
    said = {key: request.form.get(key, "") for key in ("year", "until")}
    return _done("lebak_round_open", tk._("The round is open. The offices are told."), said)


@lebak_coordination.post("/<int:year>/tutup")
def close_round(year: int) -> Page:
    """Closes a round."""
    return _done(
        "lebak_round_close", tk._("The round is closed. Print what is to be signed, then agree on it."), {}, year
    )


@lebak_coordination.post("/<int:year>/sepakati")
def agree(year: int) -> Page:
    """Freezes the next version."""
    typed = {key: request.form.get(key, "") for key in ("agreed_on", "letter", "note", "digest")}
    said = {**typed, "upload": request.files.get("upload")}
    return _done("lebak_list_agree", tk._("Agreed. Everyone can read this version now."), said, year)


@lebak_coordination.post("/<int:year>/versi/<int:number>/dokumen")
def add_document(year: int, number: int) -> Page:
    """Adds a signed document to a version."""
    organization, upload = request.form.get("organization", ""), request.files.get("upload")
    said = {"version": number, "organization": organization, "upload": upload}
    return _done("lebak_list_document_add", tk._("The document is kept."), said, year)


@lebak_coordination.post("/<int:year>/prioritas/<id_>")
def prioritise(year: int, id_: str) -> Page:
    """Notes that a promise is national priority data, or is not."""
    said = {"id": id_, "listed": request.form.get("listed", "")}
    return _done("lebak_promise_priority_set", tk._("Noted."), said, year)


def _done(action: str, sentence: str, said: dict[str, Any], year: int | None = None) -> Page:
    given = {**said, **({"year": year} if year is not None else {})}
    try:
        tk.get_action(action)({}, given)
    except tk.ValidationError as error:
        model.Session.rollback()
        asked = str(year) if year is not None else ""
        return _page(asked, errors=error.error_dict, typed={**given, "act": action}), REFUSED
    tk.h.flash_success(sentence)
    return tk.redirect_to("lebak_coordination.index", tahun=given["year"])


def _page(year: str, **more: Any) -> str:
    tk.check_access("lebak_list_proposal", {}, {})
    rounds = tk.get_action("lebak_round_list")({}, {})
    chosen = next((one for one in rounds if str(one["year"]) == year), rounds[0] if rounds else None)
    page: dict[str, Any] = {"rounds": rounds, "round": chosen, "errors": {}, "typed": {}}
    page["coordinates"] = holds(signed_in(), KOORDINATOR)
    page["prioritises"] = bool(tk.h.check_access("lebak_promise_priority_set", {}))
    if chosen:
        asked = {"year": chosen["year"]}
        proposal = tk.get_action("lebak_list_proposal")({}, asked)
        try:
            agreed = tk.get_action("lebak_list_show")({}, asked)
        except tk.ObjectNotFound:
            agreed = None
        offices: dict[str, dict[str, Any]] = {}
        for one in proposal["entries"]:
            name, title = one["organization_name"], one["organization"]
            offices.setdefault(name, {"title": title, "promises": []})["promises"].append(one)
        page |= {
            "proposal": proposal,
            "agreed": agreed,
            "offices": offices,
            "silent": [one for one in producers() if one.name not in offices],
            "doubles": overlaps.groups(tk.get_action("lebak_list_doubles")({}, asked)),
            "documents": tk.get_action("lebak_list_document_list")({}, asked),
        }
    return tk.render("lebak/planning/coordination.html", {**page, **more})
