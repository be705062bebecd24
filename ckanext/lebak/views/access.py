"""Asking for the files of a restricted dataset, and the walidata's list of requests."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, request
from werkzeug import Response

__all__ = ["lebak_access"]

lebak_access = Blueprint("lebak_access", __name__)


@lebak_access.route("/dataset/<name>/akses", methods=["GET", "POST"])
def ask(name: str) -> str | Response:
    """The form by which an agency asks for the files of a restricted dataset."""
    try:
        dataset = tk.get_action("package_show")({}, {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    values: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    try:
        tk.check_access("lebak_access_request_create", {}, {"package_id": dataset["id"]})
        if request.method == "POST":
            values = request.form.to_dict()
            tk.get_action("lebak_access_request_create")({}, {**values, "package_id": dataset["id"]})
            tk.h.flash_success(tk._("Your request was sent to the walidata."))
            return tk.redirect_to("dataset.read", id=dataset["name"])
    except tk.NotAuthorized as error:
        return tk.abort(403, error.message or "")
    except tk.ValidationError as error:
        model.Session.rollback()
        errors = dict(error.error_dict)
    return tk.render("lebak/access_request.html", {"pkg": dataset, "values": values, "errors": errors})


@lebak_access.route("/meja-walidata/akses")
def requests() -> str | Response:
    """For the walidata: who asks for restricted files, and who has them."""
    return _list({}, {}, "")


@lebak_access.route("/meja-walidata/akses/<request_id>/putusan", methods=["POST"])
def decide(request_id: str) -> str | Response:
    """The walidata's decision."""
    return _do("lebak_access_request_decide", request_id, tk._("The decision was kept."))


@lebak_access.route("/meja-walidata/akses/<request_id>/akhiri", methods=["POST"])
def end(request_id: str) -> str | Response:
    """Ends an approval."""
    return _do("lebak_access_request_end", request_id, tk._("The approval was ended."))


def _do(action: str, request_id: str, done: str) -> str | Response:
    values = request.form.to_dict()
    try:
        tk.get_action(action)({}, {**values, "id": request_id})
    except tk.NotAuthorized as error:
        return tk.abort(403, error.message or "")
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such request."))
    except tk.ValidationError as error:
        model.Session.rollback()
        return _list(values, dict(error.error_dict), request_id)
    tk.h.flash_success(done)
    return tk.redirect_to("lebak_access.requests")


def _list(values: dict[str, Any], errors: dict[str, Any], of: str) -> str | Response:
    try:
        tk.check_access("lebak_access_request_decide", {}, {})
        found = tk.get_action("lebak_access_request_list")({}, {})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only for the walidata."))
    return tk.render("lebak/access_requests.html", {"requests": found, "values": values, "errors": errors, "of": of})
