"""Actions on proposals of statistical activities. What they do stands in the room ``proposals/``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.proposals import becoming, looking, recording
from ckanext.lebak.proposals.model import ProposalEntry
from ckanext.lebak.release import workflow

__all__ = [
    "lebak_proposal_activity_create",
    "lebak_proposal_entry_undo",
    "lebak_proposal_handover_record",
    "lebak_proposal_list",
    "lebak_proposal_number_record",
    "lebak_proposal_pass_on",
    "lebak_proposal_record",
    "lebak_proposal_show",
    "lebak_proposal_similar",
]


@tk.side_effect_free
def lebak_proposal_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """What everybody may see of the proposals that were passed on to BPS, by office and title.

    :returns: for each ``title``, ``office``, ``status`` (of Romantik; empty while it is not entered there yet) and
        ``number`` (of BPS's recommendation; empty for none)
    :rtype: list of dictionaries
    """
    tk.check_access("lebak_proposal_list", context, data_dict)
    return [proposal._asdict() for proposal in looking.public_list()]


@tk.side_effect_free
def lebak_proposal_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Where a proposal stands at BPS, and all that was recorded of it.

    You must work for its office, or act as walidata or pembina.

    :param id: id or name of the proposal
    :type id: string

    :returns: ``status``, ``since``, ``complete_on``, ``days`` and ``weekdays`` since then (holidays are not taken off),
        ``number``, ``activity_id``, ``handed_over_on``, ``next`` (what can be recorded by hand now) and ``history``
    :rtype: dictionary
    """
    package = _package(data_dict)
    tk.check_access("lebak_proposal_show", context, {"id": package.id})
    return _shown(package)


@tk.side_effect_free
def lebak_proposal_similar(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Activities and proposals of all offices that are the same as one, or similar to it, the most similar first.

    Of proposals of other offices their title, office and status are told.

    :param id: id or name of a proposal (optional)
    :type id: string
    :param title: without an id, the title to look for
    :type title: string
    :param variables: without an id, names of variables (optional)
    :type variables: list of strings

    :returns: for each ``kind``, ``title``, ``office``, ``status``, ``words``, ``address``, ``same`` and ``shared``
    :rtype: list of dictionaries
    """
    if data_dict.get("id"):
        package = _package(data_dict)
        tk.check_access("lebak_proposal_similar", context, {"id": package.id})
        asked = package.title or "", looking.variables_of(package), package.id
    else:
        tk.check_access("lebak_proposal_similar", context, {})
        given = data_dict.get("variables") or []
        variables = [str(each) for each in (given if isinstance(given, list) else [given])]
        asked = str(tk.get_or_bust(data_dict, "title")), tuple(variables), ""
    title, variables, package_id = asked
    found = looking.similar_to(_user(context), title, variables, package_id=package_id)
    return [{**vars(each), "shared": list(each.shared)} for each in found]


def lebak_proposal_pass_on(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Agree to a proposal that was handed in, so that it can be entered in Romantik.

    You must act as walidata. Nobody passes on what they changed or handed in themselves.

    :param id: id or name of the proposal
    :type id: string
    :param content: SHA-256 of the content that you looked at (optional)
    :type content: string
    :param text: a remark (optional)
    :type text: string

    :returns: where it stands, as ``lebak_proposal_show`` gives it
    :rtype: dictionary
    """
    package, user = _checked("lebak_proposal_pass_on", context, data_dict)
    workflow.pass_on(package.id, user, content=data_dict.get("content") or None, text=_text(data_dict, "text"))
    return _shown(package)


def lebak_proposal_record(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Record what Romantik says of a proposal, or that BPS has the complete form.

    You must act as walidata or pembina. Where BPS wants it mended, the proposal goes back to its office.

    :param id: id or name of the proposal
    :type id: string
    :param what: code of the status in Romantik, or ``lengkap``
    :type what: string
    :param day: when it happened, as ``2026-03-31``
    :type day: string
    :param note: words that belong to it (optional; needed for ``dalam_proses_perbaikan``)
    :type note: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_proposal_record", context, data_dict)
    what, note = _text(data_dict, "what"), _text(data_dict, "note")
    recording.record(package.id, user, what, _day(data_dict), note=note)
    return _shown(package)


def lebak_proposal_number_record(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Record the number of BPS's recommendation together with the letter that has it.

    You must act as walidata or pembina.

    :param id: id or name of the proposal
    :type id: string
    :param number: as it stands on the letter
    :type number: string
    :param day: of the letter, as ``2026-03-31``
    :type day: string
    :param upload: the letter, as PDF or picture
    :type upload: file

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_proposal_number_record", context, data_dict)
    number, upload = _text(data_dict, "number"), data_dict.get("upload")
    recording.record_number(package.id, user, number, _day(data_dict), upload)
    return _shown(package)


def lebak_proposal_activity_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make the activity that was proposed, with what the proposal says filled in.

    You must be an operator or the head of its office. BPS has found it feasible, and its number is recorded.

    :param id: id or name of the proposal
    :type id: string

    :returns: ``name`` of the activity
    :rtype: dictionary
    """
    package, user = _checked("lebak_proposal_activity_create", context, data_dict)
    return {"name": becoming.become(package.id, user)}


def lebak_proposal_handover_record(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Record that results and metadata were handed to BPS, with the proof.

    You must work for its office, or act as walidata or pembina.

    :param id: id or name of the proposal
    :type id: string
    :param day: when it was done, as ``2026-03-31``
    :type day: string
    :param note: what was handed over (optional)
    :type note: string
    :param upload: BPS's receipt or the letter that went with it, as PDF or picture
    :type upload: file

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_proposal_handover_record", context, data_dict)
    note, upload = _text(data_dict, "note"), data_dict.get("upload")
    recording.record_handover(package.id, user, _day(data_dict), upload, note=note)
    return _shown(package)


def lebak_proposal_entry_undo(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take back the last thing that was recorded of a proposal. Both stay in its history.

    You must act as walidata or pembina.

    :param id: id or name of the proposal
    :type id: string
    :param note: why
    :type note: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_proposal_entry_undo", context, data_dict)
    recording.undo(package.id, user, note=_text(data_dict, "note"))
    return _shown(package)


def _checked(action: str, context: Context, data_dict: DataDict) -> tuple[model.Package, model.User]:
    package = _package(data_dict)
    tk.check_access(action, context, {"id": package.id})
    return package, _user(context)


def _package(data_dict: DataDict) -> model.Package:
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != recording.TYPE or package.state == model.State.DELETED:
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    return package


def _user(context: Context) -> model.User:
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def _text(data_dict: DataDict, key: str) -> str:
    return str(data_dict.get(key) or "").strip()


def _day(data_dict: DataDict) -> dt.date:
    try:
        return dt.date.fromisoformat(_text(data_dict, "day"))
    except ValueError:
        raise tk.ValidationError({"day": [tk._("Give the day, as it stands in Romantik or on the letter.")]}) from None


def _shown(package: model.Package) -> dict[str, Any]:
    told = looking.standing_of(package)
    return {
        "id": package.id,
        "status": told.now.status,
        "since": _iso(told.now.since),
        "complete_on": _iso(told.now.complete_on),
        "days": told.waited.days if told.waited else None,
        "weekdays": told.waited.weekdays if told.waited else None,
        "number": told.now.number,
        "activity_id": told.now.activity_id,
        "handed_over_on": _iso(told.now.handed_over_on),
        "next": told.next,
        "history": [_entry(entry) for entry in told.history],
    }


def _entry(entry: ProposalEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "what": entry.what,
        "day": entry.day.isoformat(),
        "note": entry.note,
        "number": entry.number,
        "file_name": entry.file_name,
        "activity_id": entry.activity_id,
        "undoes": entry.undoes,
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
