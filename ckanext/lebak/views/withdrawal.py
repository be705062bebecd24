"""Withdrawing a record (``/dataset/<id>/penarikan``), and what its address says afterwards."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from flask import Blueprint, Response, request

from ckanext.lebak.notices import wording
from ckanext.lebak.release import rules, workflow
from ckanext.lebak.release.tombstone import withdrawn_on

__all__ = ["lebak_withdrawal"]

lebak_withdrawal = Blueprint("lebak_withdrawal", __name__)

GONE = 410
_OF_RECORDS = ("", "_resource")
"""Ends of the names of CKAN's blueprints whose addresses are those of a record."""


@lebak_withdrawal.before_app_request
def _tombstone() -> tuple[str, int] | None:
    """Says that a record was withdrawn, on all its pages and files, to who does not work with it.

    It costs a page of a public record two indexed queries.
    """
    reference = (request.view_args or {}).get("id")
    if request.method not in ("GET", "HEAD") or not isinstance(reference, str) or not _of_a_record():
        return None
    found = withdrawn_on(reference)
    if found is None or _may_see(found[0]):
        return None
    package, at = found
    office = model.Group.get(package.owner_org)
    return tk.render("lebak/withdrawn.html", {"at": at, "office": office.title if office else ""}), GONE


def _of_a_record() -> bool:
    types = [*tk.h.scheming_dataset_schemas(), "dataset"]
    named = {f"{type_}{end}" for type_ in types for end in _OF_RECORDS}
    package_pages = (request.endpoint or "").startswith("activity.package_")
    return request.blueprint in named or package_pages


def _may_see(package: model.Package) -> bool:
    user = tk.current_user
    asking: Any = {"user": user.name if user.is_authenticated else "", "auth_user_obj": user}
    return authz.is_authorized_boolean("package_show", asking, {"id": package.id})


@lebak_withdrawal.get("/dataset/<id>/penarikan")
def show(id: str) -> Response | str:  # noqa: A002 - CKAN's name of it
    """Who took the record, and the form to withdraw it."""
    return _page(id, {}, {})


@lebak_withdrawal.post("/dataset/<id>/penarikan")
def withdraw(id: str) -> Response | str:  # noqa: A002
    """Withdraws the record, and erases its files if that is wanted too."""
    typed = {"text": request.form.get("text", ""), "erase": bool(request.form.get("erase"))}
    try:
        tk.get_action("lebak_release_withdraw")({}, {"id": id, "text": typed["text"]})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ValidationError as error:
        return _page(id, typed, error.error_dict)
    tk.h.flash_success(tk._("The record is withdrawn. Tell those who took it: their list is below."))
    return erase(id) if typed["erase"] else tk.redirect_to("lebak_withdrawal.show", id=id)


@lebak_withdrawal.post("/dataset/<id>/penarikan/hapus-berkas")
def erase(id: str) -> Response | str:  # noqa: A002
    """Erases the files of a withdrawn record for good."""
    try:
        done = tk.get_action("lebak_release_erase")({}, {"id": id})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ValidationError as error:
        return _page(id, {}, error.error_dict)
    sentence = tk._("Its files are erased: {erased}. Kept, because another record needs them: {left}.")
    tk.h.flash_success(sentence.format(**done))
    return tk.redirect_to("lebak_withdrawal.show", id=id)


def _page(reference: str, typed: dict[str, Any], errors: dict[str, Any]) -> Response | str:
    try:
        takers = tk.get_action("lebak_release_takers")({}, {"id": reference})
        pkg = tk.get_action("package_show")({}, {"id": reference})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the walidata or the head of the office withdraws a record."))
    package, user = model.Package.get(reference), model.User.get(tk.current_user.name)
    acts = workflow.acts_of(user, package) if package else []
    address = wording.address(pkg["type"], pkg["name"])
    return tk.render(
        "lebak/withdrawal.html",
        {
            "pkg": pkg,
            "takers": takers,
            "may_withdraw": rules.WITHDRAW in acts,
            "message": wording.withdrawal_message(pkg["title"], address, takers["until"]),
            "data": typed,
            "errors": errors,
        },
    )
