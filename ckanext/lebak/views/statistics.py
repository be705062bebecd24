"""Records of BPS's forms in the browser, beside what CKAN and ckanext-scheming show of every record."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ckanext.lebak.desks.bulk import sentence_of
from ckanext.lebak.statistics.questions import SOURCES

__all__ = ["lebak_statistics"]

lebak_statistics = Blueprint("lebak_statistics", __name__)

_TYPES = ", ".join(f'"{name}"' for name in dict.fromkeys(source.dataset_type for source in SOURCES.values()))
"""Types of records that hold a form of BPS, for a rule."""


@lebak_statistics.before_app_request
def _no_files() -> Response | None:
    """Leads from the page for files, to which scheming sends after the last page of a form, for types without files."""
    blueprint, _dot, view = (request.endpoint or "").rpartition(".")
    if view != "new" or not blueprint.endswith("_resource"):
        return None
    dataset_type = blueprint.removesuffix("_resource")
    schema = tk.h.scheming_get_dataset_schema(dataset_type)
    if schema is None or schema["resource_fields"]:
        return None
    return tk.redirect_to(f"{dataset_type}.read", id=(request.view_args or {})["id"])


@lebak_statistics.route(f"/<any({_TYPES}):dataset_type>/<id>/bps.json")
def as_json(dataset_type: str, id: str) -> ResponseReturnValue:  # noqa: A002 - CKAN's name
    """A record as a filled form, in the keys of BPS's system."""
    try:
        told = tk.get_action("lebak_bps_show")({}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    answered = Response(json.dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    answered.headers["Cache-Control"] = "private, no-cache"  # who works for the office reads more of it
    return answered


@lebak_statistics.route("/kegiatan-statistik/<id>/salin", methods=["POST"])
def copy(id: str) -> ResponseReturnValue:  # noqa: A002
    """The same activity for another year, as a draft: leads to its form."""
    try:
        made = tk.get_action("lebak_activity_copy")({}, {"id": id, "year": request.form.get("tahun", "")})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized:
        if not tk.h.check_access("package_show", {"id": id}):
            return tk.abort(404, tk._("Dataset not found"))
        return tk.abort(403, tk._("The operator and the head of the office copy an activity."))
    except tk.ValidationError as error:
        tk.h.flash_error(sentence_of(error))
        return tk.redirect_to("kegiatan-statistik.read", id=id)
    tk.h.flash_success(
        tk._("A draft for {year} was made. Fill in what is new: the schedule and the dates of release.").format(
            year=made["tahun_kegiatan"]
        )
    )
    return tk.redirect_to("kegiatan-statistik.scheming_edit_page", id=made["name"], page=1)
