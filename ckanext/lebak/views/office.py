"""What an office does in the browser: its desk, handing in, the steps of a record, and the answers to notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ckanext.lebak.desks import office as desk
from ckanext.lebak.desks import steps
from ckanext.lebak.people import deputies
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import rules
from ckanext.lebak.release.people import consent_asked, parts_of

__all__ = ["lebak_office"]

lebak_office = Blueprint("lebak_office", __name__)

DESK = "desk"
"""Value of ``came_from`` in a form that stands on the desk."""

_FORMS = frozenset(
    {"edit", "scheming_edit", "scheming_edit_page", "scheming_new_page", "resources", "new", "views", "edit_view"}
)
"""CKAN's pages in which a record or its files are edited."""


# --- CKAN's pages that would take what is refused ---------------------------------------------------------------------


@lebak_office.before_app_request
def _lead_to_what_to_do() -> Response | None:
    """Leads away from forms whose saving would be refused, before anybody has typed into them."""
    blueprint, _dot, view = (request.endpoint or "").rpartition(".")
    given = request.view_args or {}
    if (blueprint, view) == ("organization", "bulk_process"):
        return tk.redirect_to("lebak_office.desk_page", opd=given["id"])
    kind = blueprint.removesuffix("_resource")
    if "id" not in given or (kind not in tk.h.scheming_dataset_schemas() and kind != "resource"):
        return None
    deletes = view == "delete"
    if not deletes and (request.method != "GET" or view not in _FORMS):
        return None  # what was typed meanwhile comes back with the sentence of the gate
    package = model.Package.get(given["id"])
    if package is None or not tk.h.check_access("package_update", {"id": package.id}):
        return None
    if not desk.may_edit_now(package.id):
        return tk.redirect_to("lebak_office.locked", id=package.name)
    if deletes and blueprint == kind and desk.released_of(package.id) is not None:
        return tk.redirect_to("lebak_office.step", id=package.name, slug=steps.DISCARD.slug)
    return None


@lebak_office.route("/dataset/<id>/ubah")
def locked(id: str) -> ResponseReturnValue:  # noqa: A002 - CKAN's name
    """What to do where a record cannot be edited now, with the one button that does it."""
    record = _record(id)
    standing = _standing(record)
    if desk.may_edit_now(record["id"]):
        return tk.redirect_to(_form_of(record["type"], record["name"]))
    page = {"pkg_dict": record, "standing": standing, "step": steps.unlocking(standing)}
    return tk.render("lebak/desks/locked.html", page)


# --- the desk ---------------------------------------------------------------------------------------------------------


@lebak_office.route("/meja-opd")
def desk_page() -> ResponseReturnValue:
    """The desk of an office."""
    if not isinstance(tk.current_user, model.User):
        return tk.redirect_to("user.login", came_from=tk.h.url_for("lebak_office.desk_page"))
    return _desk(request.args.get("opd", ""))


def _desk(name: str, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, Any] | None = None) -> Any:
    user = _user()
    offices = desk.offices_of(user)
    chosen = next((office for office in offices if office.name == name), None) if name else next(iter(offices), None)
    if name and chosen is None:
        return tk.abort(403, tk._("You do not work for this office."))
    if chosen is None:
        return tk.render("lebak/desks/office.html", {"office": None})
    section = request.args.get("keadaan", "")
    if section in desk.SECTIONS:
        page, counts = tk.h.get_page_number(request.args, key="hal"), desk.counts(chosen.id)
        found = {section: desk.records(chosen.id, section, limit=desk.PAGE, offset=(page - 1) * desk.PAGE)}
        promises, number = [], 0
    else:
        section, page = "", 1
        counts, found = desk.overview(chosen.id)
        promises, number = desk.due(chosen.id, limit=desk.PAGE)
    return tk.render(
        "lebak/desks/office.html",
        {
            "offices": offices,
            "office": chosen,
            "counts": counts,
            "found": found,
            "section": section,
            "page": page,
            "pages": -(-counts[section] // desk.PAGE) if section else 1,
            "due": promises,
            "due_number": number,
            "deputies": deputies.of_office(chosen.id) if chosen.heads else [],
            "members": desk.members_of(chosen) if chosen.is_head else [],
            "typed": typed or {},
            "errors": errors or {},
            "today": dt.datetime.now(WIB).date().isoformat(),
        },
    )


@lebak_office.route("/meja-opd/wakil", methods=["POST"])
def name_deputy() -> ResponseReturnValue:
    """The head names who consents in their place."""
    office = request.form.get("opd", "")
    typed = {key: request.form.get(key, "") for key in ("username", "until")}
    try:
        tk.get_action("lebak_deputy_name")({}, {"id": office, **typed})
    except tk.ValidationError as error:
        return _desk(office, typed=typed, errors=error.error_dict)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the head of the office names who acts in their place."))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Organization not found"))
    tk.h.flash_success(tk._("Noted. From now on this person can consent in your place."))
    return tk.redirect_to("lebak_office.desk_page", opd=office)


@lebak_office.route("/meja-opd/wakil/<id>/akhiri", methods=["POST"])
def end_deputy(id: str) -> ResponseReturnValue:  # noqa: A002
    """The head ends it."""
    try:
        tk.get_action("lebak_deputy_end")({}, {"id": id})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the head of the office names who acts in their place."))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error.message))
    tk.h.flash_success(tk._("Ended. This person does not act in your place any more."))
    return tk.redirect_to("lebak_office.desk_page", opd=request.form.get("opd") or None)


# --- a record ---------------------------------------------------------------------------------------------------------


@lebak_office.route("/dataset/<id>/serahkan", methods=["GET", "POST"])
def hand_in(id: str) -> ResponseReturnValue:  # noqa: A002
    """The form of the hand-in. What stands in its way leads to its field, and what was typed stays."""
    record = _record(id)
    standing = _standing(record)
    errors: Mapping[str, Any] = {}
    typed = {"kind": standing["kind"], "reason": standing["reason"]}
    if request.method == "POST":
        typed = {key: request.form.get(key, "") for key in ("kind", "reason", "letter", "text", "names_no_person")}
        try:
            after = tk.get_action("lebak_release_submit")({}, {"id": record["id"], **typed})
        except tk.ValidationError as error:
            errors = error.error_dict
        except tk.NotAuthorized as error:
            return tk.abort(403, str(error.message or tk._("This step is not yours.")))
        else:
            waits = tk._("Handed in. The head of your office consents first, then the walidata checks it.")
            goes = tk._("Handed in. The walidata checks it now; you are told here what becomes of it.")
            tk.h.flash_success(waits if after["step"] == rules.CONSENT else goes)
            return _back(record)
    elif rules.SUBMIT not in standing["acts"]:
        if not desk.may_edit_now(record["id"]):
            return tk.redirect_to("lebak_office.locked", id=record["name"])
        return tk.abort(403, tk._("The operator or the head of the office hands in."))
    heads = rules.Part.HEAD in parts_of(_user(), record["owner_org"])
    page = {
        "pkg_dict": record,
        "standing": standing,
        "typed": typed,
        "errors": errors,
        "heads": heads,
        "consent_asked": consent_asked(record["owner_org"]) and not heads,
    }
    return tk.render("lebak/desks/hand_in.html", page)


@lebak_office.route("/dataset/<id>/langkah/<slug>", methods=["GET", "POST"])
def step(id: str, slug: str) -> ResponseReturnValue:  # noqa: A002
    """A step of a record: its form, and what becomes of it. A refusal gives the form back as it was typed."""
    wanted = steps.STEPS.get(slug)
    if wanted is None:
        return tk.abort(404, tk._("There is no such step."))
    record = _record(id)
    standing = _standing(record)
    typed, errors = {key: request.form.get(key, "") for key in wanted.asks}, {}
    if request.method == "POST":
        try:
            after = tk.get_action(wanted.action)({}, {"id": record["id"], **wanted.data, **typed})
        except tk.ValidationError as error:
            errors = error.error_dict
        except tk.NotAuthorized as error:
            return tk.abort(403, str(error.message or tk._("This step is not yours.")))
        else:
            tk.h.flash_success(tk._(wanted.done))
            return _after(wanted, record, standing, after)
    elif wanted not in steps.open_steps(standing):
        return tk.abort(403, tk._("This step is not open to you now. Look at the page of the record."))
    came_from = request.values.get("came_from", "")
    page = {"pkg_dict": record, "step": wanted, "typed": typed, "errors": errors, "came_from": came_from}
    return tk.render("lebak/desks/step.html", page)


@lebak_office.route("/dataset/<id>/catatan", defaults={"note_id": 0})
@lebak_office.route("/dataset/<id>/catatan/<int:note_id>", methods=["GET", "POST"])
def notes(id: str, note_id: int) -> ResponseReturnValue:  # noqa: A002
    """The notes of the review on a record, and the answers to them."""
    record = _record(id)
    standing = _standing(record)
    typed, errors = "", {}
    if request.method == "POST":
        if note_id not in {note["id"] for note in standing["notes"]}:
            return tk.abort(404, tk._("There is no such note."))
        typed = request.form.get("text", "")
        try:
            tk.get_action("lebak_review_note_answer")({}, {"id": note_id, "text": typed})
        except tk.ValidationError as error:
            errors = error.error_dict
        except tk.NotAuthorized:
            return tk.abort(403, tk._("The operator or the head of the office answers."))
        else:
            tk.h.flash_success(tk._("Your answer is kept. The walidata reads it when you hand in again."))
            return _back(record)
    page = {"pkg_dict": record, "standing": standing, "answered": note_id, "typed": typed, "errors": errors}
    return tk.render("lebak/desks/notes.html", page)


def _after(
    done: steps.Step, record: dict[str, Any], standing: dict[str, Any], after: dict[str, Any]
) -> ResponseReturnValue:
    if done.action == steps.CHANGE.action and after["status"] in {place.status for place in rules.EDITABLE}:
        return tk.redirect_to(_form_of(record["type"], after["name"]))
    if done is steps.CHANGE:
        return tk.redirect_to(f"{record['type']}.read", id=after["name"])
    if done is steps.DISCARD:
        return _back({**record, "name": standing["release_of"]})
    return _back(record)


def _back(record: dict[str, Any]) -> ResponseReturnValue:
    """To the desk, if the form stood there, or to the record."""
    if request.form.get("came_from") == DESK:
        return tk.redirect_to("lebak_office.desk_page", opd=record["organization"]["name"])
    return tk.redirect_to(f"{record['type']}.read", id=record["name"])


def _form_of(type_: str, name: str) -> str:
    if tk.h.scheming_get_dataset_form_pages(type_):
        return tk.h.url_for(f"{type_}.scheming_edit_page", id=name, page=1)
    return tk.h.url_for(f"{type_}.edit", id=name)


def _record(id_: str) -> dict[str, Any]:
    """A record as the person may see it. Of what they may not see nobody learns that it is there."""
    try:
        return tk.get_action("package_show")({}, {"id": id_})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))


def _standing(record: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return tk.get_action("lebak_release_show")({}, {"id": record["id"]})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("This is for those who work for the office."))


def _user() -> model.User:
    user = tk.current_user
    if not isinstance(user, model.User):
        return tk.abort(403, tk._("Sign in first."))
    return user
