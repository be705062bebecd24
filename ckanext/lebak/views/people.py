"""Pages on people: who holds which capacity (for the walidata), and who works for an office (for its head)."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, request

from ckanext.lebak.people.capacities import GRANTED

__all__ = ["lebak_people"]

lebak_people = Blueprint("lebak_people", __name__)

Page = str | tuple[str, int] | Response
Errors = dict[str, list[str]]

GRANT_FIELDS = ("user", "organization", "capacity", "since", "until", "stand_in_for")


@lebak_people.route("/orang")
def capacities() -> Page:
    """Who holds which capacity, from when to when; a form to grant one; how many people each office has."""
    return _capacities_page({}, {})


@lebak_people.post("/orang")
def grant() -> Page:
    """Grants a capacity."""
    typed = {field: request.form.get(field, "").strip() for field in GRANT_FIELDS}
    errors = _act("lebak_capacity_grant", **typed)
    if errors:
        return _capacities_page(typed, errors), 400
    tk.h.flash_success(tk._("The capacity is granted."))
    return tk.redirect_to("lebak_people.capacities")


@lebak_people.post("/orang/<id_>/akhiri")
def end(id_: str) -> Page:
    """Ends a capacity."""
    errors = _act("lebak_capacity_end", id=id_)
    if errors:
        return _capacities_page({}, errors), 400
    tk.h.flash_success(tk._("The capacity is ended."))
    # Who ended their own capacity does not see that page any more.
    seen = tk.h.check_access("lebak_capacity_list")
    return tk.redirect_to("lebak_people.capacities" if seen else "home.index")


@lebak_people.route("/organization/<name>/petugas")
def staff(name: str) -> Page:
    """Who works for an office; forms to add, hand over and end."""
    return _staff_page(name, {}, {})


@lebak_people.post("/organization/<name>/petugas")
def add(name: str) -> Page:
    """Adds a person to an office: an account by its name, anybody else by an invitation to their e-mail address."""
    typed = {field: request.form.get(field, "").strip() for field in ("person", "role")}
    person, role = typed["person"], typed["role"]
    if "@" in person:
        return _invite(name, typed)
    errors = _act("organization_member_create", id=name, username=person, role=role)
    if errors:
        return _staff_page(name, typed, _at(errors, "person")), 400
    tk.h.flash_success(tk._("{person} works for this office now.").format(person=person))
    return tk.redirect_to("lebak_people.staff", name=name)


@lebak_people.post("/organization/<name>/petugas/<user>/peran")
def change(name: str, user: str) -> Page:
    """Gives a person of the office another role."""
    errors = _act("organization_member_create", id=name, username=user, role=request.form.get("role", ""))
    return _done(name, errors, tk._("The role of {person} is changed.").format(person=user))


@lebak_people.post("/organization/<name>/petugas/<user>/akhiri")
def remove(name: str, user: str) -> Page:
    """Ends the membership of a person."""
    errors = _act("organization_member_delete", id=name, username=user)
    return _done(name, errors, tk._("{person} does not work for this office any more.").format(person=user))


@lebak_people.post("/organization/<name>/petugas/<user>/serah-terima")
def hand_over(name: str, user: str) -> Page:
    """Moves the work of a person to a successor and ends the membership of the first."""
    successor = request.form.get("successor", "")
    errors = _act("lebak_member_hand_over", id=name, user=user, successor=successor)
    sentence = tk._("The work of {person} went to {successor}; {person} does not work for this office any more.")
    return _done(name, errors, sentence.format(person=user, successor=successor))


@lebak_people.post("/organization/<name>/petugas/<user>/undangan")
def send_invitation(name: str, user: str) -> Page:
    """Sends an invitation again."""
    result: dict[str, Any] = {}
    errors = _act("lebak_invitation_send", result, id=name, user=user)
    if not errors and not result["sent"]:
        _say_not_sent()
        return tk.redirect_to("lebak_people.staff", name=name)
    return _done(name, errors, tk._("The invitation was sent again."))


def _invite(name: str, typed: dict[str, str]) -> Page:
    result: dict[str, Any] = {}
    errors = _act("user_invite", result, email=typed["person"], group_id=name, role=typed["role"])
    if errors:
        return _staff_page(name, typed, _at(errors, "person")), 400
    if result["invitation_sent"]:
        tk.h.flash_success(tk._("The invitation was sent to {email}.").format(email=typed["person"]))
    else:
        _say_not_sent()
    return tk.redirect_to("lebak_people.staff", name=name)


def _say_not_sent() -> None:
    tk.h.flash_error(tk._("The account is there, but the invitation could not be sent. Send it again later from here."))


def _capacities_page(typed: dict[str, str], errors: Errors) -> str:
    variables = {
        "capacities": _ask("lebak_capacity_list", ended=True),
        "offices": _ask("lebak_member_count"),
        "granted": GRANTED,
        "data": typed,
        "errors": errors,
    }
    return tk.render("lebak/capacities.html", variables)


def _staff_page(name: str, typed: dict[str, str], errors: Errors) -> str:
    people = _ask("lebak_member_list", id=name)
    office = _ask("organization_show", id=name, include_datasets=False, include_users=False)
    variables = {
        "group_dict": office,
        "group_type": office["type"],
        "people": people,
        "appoints": tk.h.check_access("lebak_capacity_list"),
        "data": typed,
        "errors": errors,
    }
    return tk.render("lebak/staff.html", variables)


def _done(name: str, errors: Errors, sentence: str) -> Page:
    if errors:
        return _staff_page(name, {}, errors), 400
    tk.h.flash_success(sentence)
    return tk.redirect_to("lebak_people.staff", name=name)


def _at(errors: Errors, field: str) -> Errors:
    """Errors of an action, all at the one field of the form that it was made from, but for those of the role."""
    told = [sentence for key, found in errors.items() if key != "role" for sentence in found]
    return {**({field: told} if told else {}), **({"role": errors["role"]} if "role" in errors else {})}


def _sentences(found: Any) -> list[str]:
    return [str(sentence) for sentence in found] if isinstance(found, list) else [str(found)]


def _ask(action: str, **data: Any) -> Any:
    try:
        return tk.get_action(action)({}, data)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such organization. Choose one from the list."))


def _act(action: str, result: dict[str, Any] | None = None, /, **data: Any) -> Errors:
    """Calls an action that changes something.

    Args:
        action: Its name.
        result: Gets what the action returns, where that is a dictionary that the page needs.
        **data: What it takes.

    Returns:
        What is wrong with the data, by field; nothing if it was done.
    """
    try:
        done = tk.get_action(action)({}, data)
    except tk.ValidationError as error:
        return {field: _sentences(found) for field, found in error.error_dict.items()}
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    if result is not None:
        result.update(done)
    return {}
