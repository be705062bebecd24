"""Proposals of statistical activities: what is public of them, and what is recorded of BPS's answer."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from ckanext.lebak.files import content
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.proposals import days, letters, looking, recording, reminding, standing

__all__ = ["lebak_proposals"]

lebak_proposals = Blueprint("lebak_proposals", __name__, url_prefix="/usulan-rekomendasi")

ACTIONS = {
    "catat": "lebak_proposal_record",
    "nomor": "lebak_proposal_number_record",
    "penyerahan": "lebak_proposal_handover_record",
    "koreksi": "lebak_proposal_entry_undo",
    "kegiatan": "lebak_proposal_activity_create",
}
"""What the forms of a proposal do, by the end of their addresses."""


@lebak_proposals.get("/", strict_slashes=False)
def index() -> str:
    """What everybody may see of proposals; for who works with some, those too."""
    user = signed_in()
    return tk.render(
        "lebak/proposals/list.html",
        {
            "proposals": tk.get_action("lebak_proposal_list")({}, {}),
            "mine": looking.work_of(user) if user else [],
            "words": looking.status_words,
            "may_propose": tk.h.lebak_has_desk(),
        },
    )


@lebak_proposals.get("/<id>/romantik")
def read(id: str) -> ResponseReturnValue:  # noqa: A002 - CKAN's name of it
    """Where a proposal stands at BPS, and what can be recorded of it now."""
    return _page(id, {}, {}, "")


@lebak_proposals.post("/<id>/romantik/<any(catat, nomor, penyerahan, koreksi, kegiatan):what>")
def record(id: str, what: str) -> ResponseReturnValue:  # noqa: A002
    """Records what one of the forms says."""
    _package(id)
    typed = request.form.to_dict()
    given: dict[str, Any] = {**typed, "id": id, "upload": request.files.get("upload")}
    try:
        done = tk.get_action(ACTIONS[what])({}, given)
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such proposal."))
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error.message or ""))
    except tk.ValidationError as error:
        model.Session.rollback()
        return _page(id, typed, error.error_dict, what)
    if what == "kegiatan":
        tk.h.flash_success(tk._("This is the activity. What the proposal says is filled in; complete the rest."))
        return tk.redirect_to(f"{looking.ACTIVITY}.read", id=done["name"])
    tk.h.flash_success(tk._("It is recorded."))
    return tk.redirect_to("lebak_proposals.read", id=id)


@lebak_proposals.get("/<id>/berkas/<int:entry>")
def file(id: str, entry: int) -> ResponseReturnValue:  # noqa: A002
    """A letter or a proof, for who works with the proposal."""
    package = _package(id)
    found = next((each for each in recording.entries_of(package.id) if each.id == entry and each.file), None)
    if found is None or not found.file:
        return tk.abort(404, tk._("There is no such file."))
    request.environ["__no_cache__"] = True  # CKAN's mark, where it would let caches keep the answer
    try:
        with content.reading(found.file) as stream:
            answer: Response = send_file(
                io.BytesIO(stream.read()),
                mimetype=letters.type_of(found.file_name or "") or "application/octet-stream",
                as_attachment=True,
                download_name=found.file_name or "surat",
            )
    except FileNotFoundError:
        return tk.abort(404, tk._("There is no such file."))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _package(reference: str) -> model.Package:
    """The proposal, if the person works with it; others are told that there is none."""
    package = model.Package.get(reference)
    if package is None or package.type != recording.TYPE:
        return tk.abort(404, tk._("There is no such proposal."))
    try:
        tk.check_access("lebak_proposal_show", {}, {"id": package.id})
    except tk.NotAuthorized:
        return tk.abort(404, tk._("There is no such proposal."))
    return package


def _page(reference: str, typed: Mapping[str, Any], errors: Mapping[str, Any], form: str) -> str:
    package, user = _package(reference), signed_in()
    told = looking.standing_of(package)
    today = recording.today()
    activity = model.Package.get(told.now.activity_id) if told.now.activity_id else None

    def may(action: str) -> bool:
        return bool(tk.h.check_access(action, {"id": package.id}))

    open_now = {
        "catat": bool(told.next) and may("lebak_proposal_record"),
        "nomor": _open(told, standing.NUMBER, today) and may("lebak_proposal_number_record"),
        "kegiatan": _open(told, standing.ACTIVITY, today) and may("lebak_proposal_activity_create"),
        "penyerahan": _open(told, standing.HANDOVER, today) and may("lebak_proposal_handover_record"),
        "koreksi": standing.undo_refusal(told.now, told.history) is None and may("lebak_proposal_entry_undo"),
    }
    return tk.render(
        "lebak/proposals/read.html",
        {
            "pkg": package,
            "told": told,
            "open_now": open_now,
            "activity": activity,
            "results_on": reminding.results_on(package.extras),
            "limit": days.LIMIT,
            "words": looking.status_words,
            "found": tk.get_action("lebak_proposal_similar")({}, {"id": package.id}) if user else [],
            "today": today.isoformat(),
            "typed": typed,
            "errors": errors,
            "form": form,
        },
    )


def _open(told: looking.Standing, what: str, today: dt.date) -> bool:
    return standing.refusal(told.now, what, today, today) is None
