"""Actions that move a record on its way to the public. What they do stands in the room ``release/``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak import audit
from ckanext.lebak.notices import telling
from ckanext.lebak.release import gate, priority, releases, review_notes, rules, workflow, working_copy
from ckanext.lebak.release.model import Release, ReviewNote, Workflow

__all__ = [
    "lebak_audit_redact",
    "lebak_priority_set",
    "lebak_release_agree",
    "lebak_release_approve",
    "lebak_release_change",
    "lebak_release_consent",
    "lebak_release_decline",
    "lebak_release_discard",
    "lebak_release_list",
    "lebak_release_object",
    "lebak_release_recall",
    "lebak_release_reopen",
    "lebak_release_return",
    "lebak_release_show",
    "lebak_release_submit",
    "lebak_release_withdraw",
    "lebak_review_note_answer",
    "lebak_review_note_create",
]


@tk.side_effect_free
def lebak_release_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Where a record stands on its way to the public, and what you may do with it.

    You must be authorized to edit the record, or act as walidata or pembina.

    :param id: id or name of the record, or of a working copy
    :type id: string

    :returns: ``status``, ``step`` (who is waited for), ``since``, ``content`` (SHA-256), ``acts`` (what you may do),
        ``release_of`` (the released record that this is a change of), ``change`` (the working copy of this record),
        who handed in, consented and changed it last, ``notes`` of the review and ``log``
    :rtype: dictionary
    """
    package = _package(data_dict)
    tk.check_access("lebak_release_show", context, {"id": package.id})
    return _shown(package, _user(context))


@tk.side_effect_free
def lebak_release_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The releases of a dataset that are public, the newest first.

    :param id: id or name of the dataset
    :type id: string

    :returns: for each ``number``, ``at``, ``kind``, ``period``, ``reason``, ``content`` and ``record``
    :rtype: list of dictionaries
    """
    package = _package(data_dict)
    tk.check_access("lebak_release_list", context, {"id": package.id})
    return [_release(release) for release in releases.of_package(package.id) if release.withdrawn_at is None]


def lebak_release_submit(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Hand a record in.

    You must be an operator or the head of its office.

    :param id: id or name of the record, or of a working copy
    :type id: string
    :param names_no_person: your declaration that the tables name no person
    :type names_no_person: boolean
    :param kind: ``sementara``, ``tetap`` or ``revisi``
    :type kind: string
    :param reason: why released figures change; for a revision
    :type reason: string
    :param letter: number of the head's letter (optional)
    :type letter: string
    :param text: what the walidata should know (optional)
    :type text: string

    :returns: where it stands, as ``lebak_release_show`` gives it
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_submit", context, data_dict)
    declared = tk.asbool(data_dict.get("names_no_person") or False)
    said = {key: _text(data_dict, key) for key in ("kind", "reason", "letter", "text")}
    return _after(workflow.submit(package.id, user, names_no_person=declared, **said), user)


def lebak_release_consent(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Consent to a hand-in, as the head of the office.

    :param id: id or name of the record
    :type id: string
    :param letter: number of the letter (optional)
    :type letter: string
    :param text: a remark (optional)
    :type text: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_consent", context, data_dict)
    letter, text = _text(data_dict, "letter"), _text(data_dict, "text")
    return _after(workflow.consent(package.id, user, letter=letter, text=text), user)


def lebak_release_decline(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Send a hand-in back to the operator, as the head of the office.

    :param id: id or name of the record
    :type id: string
    :param text: why
    :type text: string

    :returns: where it stands
    :rtype: dictionary
    """
    return _sent_back("lebak_release_decline", rules.DECLINE, context, data_dict)


def lebak_release_recall(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a hand-in back, to go on editing.

    :param id: id or name of the record
    :type id: string
    :param text: why (optional)
    :type text: string

    :returns: where it stands
    :rtype: dictionary
    """
    return _sent_back("lebak_release_recall", rules.RECALL, context, data_dict)


def lebak_release_return(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return a record to its office, as the walidata, with reasons.

    :param id: id or name of the record
    :type id: string
    :param text: why, about the record as a whole (optional where there are notes)
    :type text: string
    :param notes: what is to be mended, each as ``lebak_review_note_create`` takes it (optional)
    :type notes: list of dictionaries

    :returns: where it stands
    :rtype: dictionary
    """
    return _sent_back("lebak_release_return", rules.RETURN, context, data_dict)


def lebak_release_agree(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Agree to priority data or metadata, as the pembina.

    :param id: id or name of the record
    :type id: string
    :param text: a remark (optional)
    :type text: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_agree", context, data_dict)
    return _after(workflow.look_over(rules.AGREE, package.id, user, text=_text(data_dict, "text")), user)


def lebak_release_object(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Object to priority data or metadata, as the pembina. The objection goes to the walidata.

    :param id: id or name of the record
    :type id: string
    :param text: the objection
    :type text: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_object", context, data_dict)
    return _after(workflow.look_over(rules.OBJECT, package.id, user, text=_text(data_dict, "text")), user)


def lebak_release_approve(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Release a record, as the walidata, who may not have changed it last.

    :param id: id or name of the record, or of a working copy
    :type id: string
    :param content: SHA-256 of the content that you looked at (optional); another one is refused
    :type content: string
    :param day: the day from which it is public, as ``2026-12-31`` (optional, default: now)
    :type day: string
    :param text: a remark (optional)
    :type text: string

    :returns: where the released record stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_approve", context, data_dict)
    content = _text(data_dict, "content") or None
    day, text = _day(data_dict), _text(data_dict, "text")
    return _after(workflow.approve(package.id, user, content=content, day=day, text=text), user)


def lebak_release_withdraw(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a record from the public at once, with its files, its table and its older releases.

    You must act as walidata, or be the head of its office.

    :param id: id or name of the record
    :type id: string
    :param text: why
    :type text: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_withdraw", context, data_dict)
    return _after(workflow.withdraw(package.id, user, text=_text(data_dict, "text")), user)


def lebak_release_reopen(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a withdrawn record back to draft.

    :param id: id or name of the record
    :type id: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_reopen", context, data_dict)
    return _after(workflow.reopen(package.id, user, text=_text(data_dict, "text")), user)


def lebak_release_change(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Begin a change of a released record. Readers keep the released version until the change is released.

    :param id: id or name of the released record
    :type id: string
    :param new_period: whether the change is the next release of the series, with a further file (optional)
    :type new_period: boolean

    :returns: where the working copy stands; its ``id`` is what you edit
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_change", context, data_dict)
    new_period = tk.asbool(data_dict.get("new_period") or False)
    copy_id = workflow.begin_change(package.id, user, new_period=new_period)
    return _shown(_package({"id": copy_id}), user)


def lebak_release_discard(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Give up the change of a released record. It goes to the bin; the released record stays.

    :param id: id of the working copy
    :type id: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_release_discard", context, data_dict)
    return _after(workflow.discard(package.id, user, text=_text(data_dict, "text")), user)


def lebak_review_note_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Note what is to be mended or explained in a record that was handed in.

    You must act as walidata or pembina.

    :param id: id or name of the record
    :type id: string
    :param text: what is to be mended or explained
    :type text: string
    :param field: name of the field; without it, the note is about the whole record (optional)
    :type field: string
    :param resource_id: the file (optional)
    :type resource_id: string
    :param row: row of the table as in the file, where the header is row 1 (optional)
    :type row: int
    :param column: name of the column (optional)
    :type column: string

    :returns: the note
    :rtype: dictionary
    """
    package, user = _checked("lebak_review_note_create", context, data_dict)
    note = review_notes.made(package.id, user.name, data_dict)
    model.Session.add(note)
    telling.noted(note, package, gate.workflow_of(package.id), user.name)
    model.Session.commit()
    return review_notes.shown(note)


def lebak_review_note_answer(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say what you did about a note, or why nothing needs to be done.

    You must be an operator or the head of the office.

    :param id: id of the note
    :type id: int
    :param text: the answer
    :type text: string

    :returns: the note
    :rtype: dictionary
    """
    note = model.Session.get(ReviewNote, _number(data_dict, "id"))
    if note is None:
        raise tk.ObjectNotFound(tk._("There is no such note."))
    tk.check_access("lebak_review_note_answer", context, {"id": note.package_id})
    user = _user(context)
    review_notes.answer(note, user.name, _text(data_dict, "text"))
    telling.noted(note, _package({"id": note.package_id}), gate.workflow_of(note.package_id), user.name)
    model.Session.commit()
    return review_notes.shown(note)


def lebak_priority_set(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Note that a dataset is on the national list of priority data, or that it is not any more.

    You must act as walidata or as coordinator of the Forum; an office cannot do it (Perpres 39/2019, article 30).

    :param id: id or name of the dataset
    :type id: string
    :param years: the years, as ``["2025"]``; empty to take it off the list
    :type years: list of strings
    :param criterion: why it is on the list (optional)
    :type criterion: string
    :param indicator: name of the indicator on the list (optional)
    :type indicator: string

    :returns: where it stands
    :rtype: dictionary
    """
    package, user = _checked("lebak_priority_set", context, data_dict)
    years = data_dict.get("years") or []
    given = {key: _text(data_dict, key) for key in ("criterion", "indicator")}
    priority.keep(package.id, user.name, years=[years] if isinstance(years, str) else years, **given)
    return _shown(_package({"id": package.id}), user)


def lebak_audit_redact(context: Context, data_dict: DataDict) -> None:
    """Take the words of an entry of the audit log away, where they name a person. The entry stays, with their digest.

    You must act as walidata.

    :param id: id of the entry
    :type id: int
    """
    tk.check_access("lebak_audit_redact", context, data_dict)
    entry = model.Session.get(audit.AuditEntry, _number(data_dict, "id"))
    if entry is None:
        raise tk.ObjectNotFound(tk._("There is no such entry."))
    audit.redact(entry, _user(context).name)
    model.Session.commit()


def _package(data_dict: DataDict) -> model.Package:
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package


def _user(context: Context) -> model.User:
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def _checked(action: str, context: Context, data_dict: DataDict) -> tuple[model.Package, model.User]:
    package = _package(data_dict)
    tk.check_access(action, context, {"id": package.id})
    return package, _user(context)


def _sent_back(action: str, act: str, context: Context, data_dict: DataDict) -> dict[str, Any]:
    package, user = _checked(action, context, data_dict)
    given = data_dict.get("notes") or []
    notes = [review_notes.made(package.id, user.name, note) for note in given if isinstance(note, dict)]
    return _after(workflow.send_back(act, package.id, user, text=_text(data_dict, "text"), notes=notes), user)


def _text(data_dict: DataDict, key: str) -> str:
    return str(data_dict.get(key) or "").strip()


def _number(data_dict: DataDict, key: str) -> int:
    try:
        return int(tk.get_or_bust(data_dict, key))
    except (TypeError, ValueError):
        raise tk.ValidationError({key: [tk._("This must be a number.")]}) from None


def _day(data_dict: DataDict) -> dt.date | None:
    text = _text(data_dict, "day")
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise tk.ValidationError({"day": [tk._("Write the day as 2026-12-31.")]}) from None


def _after(row: Workflow, user: model.User) -> dict[str, Any]:
    return _shown(_package({"id": row.package_id}), user)


def _shown(package: model.Package, user: model.User) -> dict[str, Any]:
    row = gate.workflow_of(package.id) or Workflow(package_id=package.id, status=rules.DRAFT, step="")
    change = working_copy.of(package.id)
    return {
        "id": package.id,
        "name": package.name,
        "status": row.status,
        "step": row.step,
        "since": _time(row.since),
        "content": row.content,
        "acts": workflow.acts_of(user, package),
        "release_of": row.release_of,
        "change": change.package_id if change else None,
        "last_editor": row.last_editor,
        "submitted_by": row.submitted_by,
        "submitted_at": _time(row.submitted_at),
        "consent_by": row.consent_by,
        "consent_at": _time(row.consent_at),
        "consent_letter": row.consent_letter,
        "pembina_view": row.pembina_view or "",
        "kind": row.kind or "",
        "reason": row.reason or "",
        "release_on": row.release_on.isoformat() if row.release_on else None,
        "notes": [review_notes.shown(note) for note in review_notes.of_package(package.id)],
        "log": [_logged(entry) for entry in audit.of_package(package.id)],
    }


def _logged(entry: audit.AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": _time(entry.at),
        "actor": entry.actor,
        "act": entry.act,
        "before": entry.state_before,
        "after": entry.state_after,
        "text": entry.text,
        "content": entry.content,
        "details": entry.details,
    }


def _release(release: Release) -> dict[str, Any]:
    told = {key: getattr(release, key) for key in ("number", "kind", "period", "reason", "content", "record")}
    return {**told, "at": _time(release.at)}


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
