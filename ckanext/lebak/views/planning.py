"""An office's work on the data list (``/daftar-data/kerja``): its promises of a year, until they are handed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak.desks import office as desk
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.planning import entry, importing, lookups, overlaps, promises, rounds
from ckanext.lebak.planning.spreadsheet import HEADINGS
from ckanext.lebak.release.people import consent_asked
from ckanext.lebak.views.refusing import refuse_in_words
from ckanext.lebak.worksheets import MEDIA_TYPE

__all__ = ["lebak_planning"]

lebak_planning = Blueprint("lebak_planning", __name__, url_prefix="/daftar-data/kerja")
refuse_in_words(lebak_planning)

Page = str | Response | tuple[str, int]
Errors = Mapping[str, Any]
REFUSED = 422
_MOST_TOLD = 20
"""Titles that one message names."""


@lebak_planning.before_request
def _sign_in() -> Response | None:
    if signed_in() is None:
        return tk.redirect_to("user.login", came_from=request.full_path if request.method == "GET" else "/")
    return None


@lebak_planning.get("")
def index() -> Page:
    """The promises of an office in a year."""
    user = signed_in()
    offices = desk.offices_of(user) if user else []
    name = request.args.get("opd", "")
    chosen = next((one for one in offices if one.name == name), None) if name else next(iter(offices), None)
    if name and chosen is None:
        return tk.abort(403, tk._("You do not work for this office."))
    if chosen is None:
        return tk.render("lebak/planning/work.html", {"office": None})
    return work_page(chosen, request.args.get("tahun", ""))


def work_page(office: desk.Office, year: str = "", **more: Any) -> str:
    """The page of an office's promises, also after something on it was refused.

    Args:
        office: The office.
        year: As asked for; empty for the newest round.
        **more: What else the page shows.
    """
    listed = tk.get_action("lebak_round_list")({}, {})
    user = signed_in()
    round_ = next((one for one in listed if str(one["year"]) == year), listed[0] if listed else None)
    page: dict[str, Any] = {"office": office, "rounds": listed, "round": round_, "errors": {}, "typed": {}}
    page["offices"] = desk.offices_of(user) if user else []
    if round_:
        asked = {"year": round_["year"], "organization": office.id}
        found = tk.get_action("lebak_promise_list")({}, asked)
        page |= {
            "promises": found,
            "agreed": promises.agreed_ids(round_["year"]),
            "drafts": sum(one["state"] == "draft" for one in found),
            "waiting": sum(one["state"] == "consent" for one in found),
            "doubles": overlaps.groups(tk.get_action("lebak_list_doubles")({}, asked)),
            "series": lookups.series_of(office.id),
            "consent_asked": consent_asked(office.id),
            "before": sum(one.handed_in is not None for one in promises.of_office(round_["year"] - 1, office.id)),
        }
    return tk.render("lebak/planning/work.html", {**page, **more})


def office_named(name: str) -> desk.Office:
    """The office of a name, if whoever is signed in works there.

    Raises:
        NotAuthorized: They do not.
    """
    user = signed_in()
    found = next((one for one in desk.offices_of(user) if one.name == name), None) if user else None
    if found is None:
        raise tk.NotAuthorized(tk._("You do not work for this office."))
    return found


# --- one promise ------------------------------------------------------------------------------------------------------


@lebak_planning.route("/<int(fixed_digits=4):year>/<opd>/janji", methods=["GET", "POST"])
def new(year: int, opd: str) -> Page:
    """The form of a new promise. What was typed stays when something is to be mended."""
    office = office_named(opd)
    if request.method == "GET":
        typed = {"accessRights": "terbuka", "dataset": request.args.get("dataset", "")}
        return _form(year, office, typed)
    return _save(year, office, {})


@lebak_planning.route("/<int(fixed_digits=4):year>/<opd>/janji/<id_>", methods=["GET", "POST"])
def edit(year: int, opd: str, id_: str) -> Page:
    """The form of a promise that is there already."""
    office = office_named(opd)
    promise = promises.get(id_)
    if promise.organization_id != office.id or promise.year != year:
        raise tk.ObjectNotFound(tk._("There is no such promise."))
    present = {"id": promise.id, "agreed": promise.id in promises.agreed_ids(year), "refusal": promise.refusal}
    if request.method == "GET":
        # The reason of the last change is not that of the next one.
        reason = promise.said["alasan_perubahan"] if promise.state != "handed_in" else ""
        return _form(year, office, {**promise.said, "alasan_perubahan": reason}, present=present)
    return _save(year, office, present)


def _save(year: int, office: desk.Office, present: Mapping[str, Any]) -> Page:
    typed = {key: request.form.get(key, "") for key in entry.KEYS}
    given = {**typed, "year": year, "organization": office.id, "id": present.get("id", "")}
    try:
        tk.get_action("lebak_promise_save")({}, given)
    except tk.ValidationError as error:
        model.Session.rollback()
        return _form(year, office, typed, error.error_dict, present), REFUSED
    tk.h.flash_success(tk._("Saved as a draft. Hand it in when all promises of your office are written."))
    return _back(year, office.name)


def _form(
    year: int,
    office: desk.Office,
    typed: Mapping[str, str],
    errors: Errors | None = None,
    present: Mapping[str, Any] | None = None,
) -> str:
    page = {
        "year": year,
        "office": office,
        "fields": entry.FIELDS,
        "typed": typed,
        "errors": errors or {},
        "present": present or {},
        "series": lookups.series_of(office.id),
    }
    return tk.render("lebak/planning/promise.html", page)


@lebak_planning.post("/<int(fixed_digits=4):year>/<opd>/janji/<id_>/tarik")
def drop(year: int, opd: str, id_: str) -> Page:
    """Takes a promise back."""
    reason = request.form.get("alasan_perubahan", "")
    return _done(
        "lebak_promise_drop",
        year,
        opd,
        tk._("Taken back. Where the Forum knew of it already, hand the change in."),
        id=id_,
        alasan_perubahan=reason,
    )


@lebak_planning.post("/<int(fixed_digits=4):year>/<opd>/janji/<id_>/dataset")
def link(year: int, opd: str, id_: str) -> Page:
    """Says which dataset keeps a promise."""
    dataset = request.form.get("dataset", "")
    return _done("lebak_promise_link", year, opd, tk._("Noted."), id=id_, dataset=dataset)


# --- a spreadsheet ----------------------------------------------------------------------------------------------------


@lebak_planning.get("/<int(fixed_digits=4):year>/<opd>/templat.xlsx")
def template(year: int, opd: str) -> Response:
    """The workbook to fill in, with the promises that there are."""
    office = office_named(opd)
    rounds.get(year)
    answer = Response(importing.workbook(year, office.id, office.title), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="daftar-data-{year}-{opd}.xlsx"'
    return answer


@lebak_planning.route("/<int(fixed_digits=4):year>/<opd>/lembar", methods=["GET", "POST"])
def sheet(year: int, opd: str) -> Page:
    """Promises by spreadsheet: tried first, mended here or in the file, and then written, all or none."""
    office = office_named(opd)
    rounds.get(year)
    page: dict[str, Any] = {"year": year, "office": office, "errors": {}, "outcome": None, "headings": HEADINGS}
    if request.method == "GET":
        return tk.render("lebak/planning/sheet.html", page)
    given = {"year": year, "organization": office.id, "write": "write" in request.form}
    try:
        given |= {"rows": _mended()} if "rows" in request.form else {"upload": request.files.get("upload")}
        outcome = tk.get_action("lebak_promise_import")({}, given)
    except tk.ValidationError as error:
        model.Session.rollback()
        return tk.render("lebak/planning/sheet.html", {**page, "errors": error.error_dict}), REFUSED
    if outcome["written"]:
        sentence = tk._("Written as drafts: {new} new, {changed} changed. Hand them in when they are complete.")
        tk.h.flash_success(sentence.format(new=outcome["new"], changed=outcome["changed"]))
        return _back(year, opd)
    page |= {"outcome": outcome, "rows": json.dumps(outcome["rows"], ensure_ascii=False, separators=(",", ":"))}
    return tk.render("lebak/planning/sheet.html", page)


def _mended() -> list[dict[str, Any]]:
    """The rows that the page carries, with what was typed in place of what was wrong."""
    try:
        rows = json.loads(request.form["rows"])
        by_number = {row["number"]: row for row in rows}
        for name, value in request.form.items():
            number, _dash, key = name.removeprefix("mend-").partition("-")
            if name.startswith("mend-") and key in HEADINGS and int(number) in by_number:
                by_number[int(number)]["values"][key] = value
    except (ValueError, TypeError, KeyError, AttributeError):
        raise tk.ValidationError({"rows": [tk._("These rows cannot be read. Upload the workbook again.")]}) from None
    return rows


# --- all of an office -------------------------------------------------------------------------------------------------


@lebak_planning.post("/<int(fixed_digits=4):year>/<opd>/gulirkan")
def roll(year: int, opd: str) -> Page:
    """Takes over last year's promises, and says which could not be."""
    office = office_named(opd)
    try:
        rolled = tk.get_action("lebak_promise_roll")({}, {"year": year, "organization": office.id})
    except tk.ValidationError as error:
        model.Session.rollback()
        return work_page(office, str(year), errors=error.error_dict), REFUSED
    taken, left = rolled["taken"], rolled["left"]
    told = tk.ungettext(
        "{number} promise of last year is a draft of this year now.",
        "{number} promises of last year are drafts of this year now.",
        taken,
    )
    if taken:
        tk.h.flash_success(told.format(number=taken))
    elif not left:
        tk.h.flash_notice(tk._("All promises of last year stand here already."))
    if left:
        sentence = tk._("Something in these holds no more, so they were not taken over. Promise them anew: {titles}.")
        tk.h.flash_error(sentence.format(titles="; ".join(left[:_MOST_TOLD])))
    return _back(year, opd)


@lebak_planning.post("/<int(fixed_digits=4):year>/<opd>/serahkan")
def submit(year: int, opd: str) -> Page:
    """Hands all drafts in."""
    return _done("lebak_promise_submit", year, opd, tk._("Handed in."))


@lebak_planning.post("/<int(fixed_digits=4):year>/<opd>/setujui")
def consent(year: int, opd: str) -> Page:
    """The head consents."""
    return _done("lebak_promise_consent", year, opd, tk._("You consented. The promises go to the Forum."))


@lebak_planning.post("/<int(fixed_digits=4):year>/<opd>/tolak")
def decline(year: int, opd: str) -> Page:
    """The head sends the promises back."""
    text = request.form.get("text", "")
    return _done("lebak_promise_decline", year, opd, tk._("Sent back, with your reason."), text=text)


def _done(action: str, year: int, opd: str, sentence: str, **said: Any) -> Page:
    office = office_named(opd)
    try:
        tk.get_action(action)({}, {"year": year, "organization": office.id, **said})
    except tk.ValidationError as error:
        model.Session.rollback()
        return work_page(office, str(year), errors=error.error_dict, typed=said), REFUSED
    tk.h.flash_success(sentence)
    return _back(year, opd)


def _back(year: int, opd: str) -> Response:
    return tk.redirect_to("lebak_planning.index", tahun=year, opd=opd)
