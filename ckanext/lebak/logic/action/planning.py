"""Actions on the rounds and promises of the data list. What they do stands in the room ``planning/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from werkzeug.datastructures import FileStorage

from ckanext.lebak.logic.action.asked import day_of, flag_of, id_of, mapping_of, office_of, text_of, year_of
from ckanext.lebak.planning import importing, promises, rounds, spreadsheet
from ckanext.lebak.planning.model import Promise, Round
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE, Part
from ckanext.lebak.tables.problem import TableError

__all__ = [
    "lebak_promise_consent",
    "lebak_promise_decline",
    "lebak_promise_drop",
    "lebak_promise_import",
    "lebak_promise_link",
    "lebak_promise_list",
    "lebak_promise_priority_set",
    "lebak_promise_roll",
    "lebak_promise_save",
    "lebak_promise_submit",
    "lebak_round_close",
    "lebak_round_list",
    "lebak_round_open",
]


# --- rounds -----------------------------------------------------------------------------------------------------------


@tk.side_effect_free
def lebak_round_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The planning rounds, the newest first. You must work for an office, or act as walidata, pembina or coordinator.

    :returns: for each ``year``, ``open``, ``until`` and ``closed_at``
    :rtype: list of dictionaries
    """
    tk.check_access("lebak_round_list", context, data_dict)
    return [_round(found) for found in rounds.listed()]


def lebak_round_open(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Open the planning round of a year, or open it again for changes. You must act as coordinator.

    :param year: in which what is promised comes out
    :type year: int
    :param until: the day until which offices are asked to hand in, as ``2026-01-31``
    :type until: string

    :returns: as ``lebak_round_list``
    :rtype: dictionary
    """
    tk.check_access("lebak_round_open", context, data_dict)
    opened = rounds.open_(year_of(data_dict), day_of(data_dict, "until"), context.get("user") or "")
    model.Session.commit()
    return _round(opened)


def lebak_round_close(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Close the planning round of a year, so that the Forum agrees on what stands still. You must act as coordinator.

    :param year: of the round
    :type year: int

    :returns: as ``lebak_round_list``
    :rtype: dictionary
    """
    tk.check_access("lebak_round_close", context, data_dict)
    closed = rounds.close(year_of(data_dict), context.get("user") or "")
    model.Session.commit()
    return _round(closed)


def _round(found: Round) -> dict[str, Any]:
    closed = found.closed_at
    return {
        "year": found.year,
        "open": closed is None,
        "until": found.until.isoformat(),
        "closed_at": closed.isoformat() if closed else None,
    }


# --- promises of an office --------------------------------------------------------------------------------------------


@tk.side_effect_free
def lebak_promise_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """What an office promises for a year.

    Who works there gets all of it; walidata, pembina and coordinator get what was handed in, as it was handed in.

    :param year: of the round
    :type year: int
    :param organization: id or name of the office
    :type organization: string

    :returns: promises, by title
    :rtype: list of dictionaries
    """
    office = office_of(data_dict)
    tk.check_access("lebak_promise_list", context, {"organization": office.id})
    found, user = promises.of_office(year_of(data_dict), office.id), model.User.get(context.get("user"))
    if parts_of(user, office.id) & OFFICE:
        return [_promise(one) for one in found]
    return [_handed_in(one) for one in found if one.handed_in is not None]


def lebak_promise_save(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Write a promise, or change one. It counts once it is handed in. You must be an operator or head of the office.

    :param year: of the round, which must be open
    :type year: int
    :param organization: id or name of the office
    :type organization: string
    :param id: of the promise to change (optional)
    :type id: string

    The other keys are those of the fields: ``dataset``, ``title``, ``period``, ``jadwal_rilis``,
    ``accrualPeriodicity``, ``accessRights``, ``unit_produsen``, ``kegiatan``, ``indikator``, ``prioritas_daerah``,
    ``alasan_perubahan``.

    :returns: the promise
    :rtype: dictionary
    """
    present = promises.get(id_of(data_dict)) if data_dict.get("id") else None
    office_id = present.organization_id if present else office_of(data_dict).id
    tk.check_access("lebak_promise_save", context, {"organization": office_id})
    year = present.year if present else year_of(data_dict)
    saved = promises.save(year, office_id, data_dict, context.get("user") or "", promise=present)
    model.Session.commit()
    return _promise(saved)


def lebak_promise_drop(context: Context, data_dict: DataDict) -> None:
    """Take a promise back. One that was handed in stays until that is handed in too.

    You must be an operator or head of the office.

    :param id: of the promise
    :type id: string
    :param alasan_perubahan: why; needed where the Forum has agreed on it
    :type alasan_perubahan: string
    """
    promise = _promised("lebak_promise_drop", context, data_dict)
    promises.drop(promise, context.get("user") or "", text_of(data_dict, "alasan_perubahan"))
    model.Session.commit()


def lebak_promise_roll(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take over what the office promised for the year before, a year later each. You must be its operator or head.

    :param year: of the round, which must be open
    :type year: int
    :param organization: id or name of the office
    :type organization: string

    :returns: ``taken``: how many drafts were made; ``left``: titles of those that could not be taken over
    :rtype: dictionary
    """
    office = _office("lebak_promise_roll", context, data_dict)
    rolled = promises.roll(year_of(data_dict), office.id, context.get("user") or "")
    model.Session.commit()
    return rolled._asdict()


def lebak_promise_import(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Try the promises of a workbook, or write them as drafts: all of them, or none.

    You must be an operator or head of the office.

    :param year: of the round, which must be open
    :type year: int
    :param organization: id or name of the office
    :type organization: string
    :param upload: a workbook or CSV file, as the template has it
    :type upload: file
    :param rows: in place of a file, what an earlier call gave as ``rows``, mended
    :type rows: list of dictionaries
    :param write: whether to write them (optional, default: only try)
    :type write: boolean

    :returns: ``new``, ``changed``, ``same``, ``written``, ``problems`` (each with ``row``, ``sheet``, ``cell``, ``key``
        and ``sentence``) and ``rows``
    :rtype: dictionary
    """
    office = _office("lebak_promise_import", context, data_dict)
    given, write = _rows_of(data_dict), flag_of(data_dict, "write", default=False)
    outcome = importing.bring_in(year_of(data_dict), office.id, given, context.get("user") or "", write=write)
    model.Session.commit()
    return {
        **outcome._asdict(),
        "problems": [one._asdict() for one in outcome.problems],
        "rows": [one._asdict() for one in given],
    }


def _rows_of(data_dict: DataDict) -> list[spreadsheet.Row]:
    upload = data_dict.get("upload")
    if isinstance(upload, FileStorage) and upload.filename:
        try:
            return spreadsheet.rows(upload.stream)
        except TableError as error:
            raise tk.ValidationError({"upload": [error.sentence(tk._)]}) from error
    rows = data_dict.get("rows")
    if not rows:
        raise tk.ValidationError({"upload": [tk._("Choose the workbook that you filled in.")]})
    try:
        return [spreadsheet.row_of(mapping_of(one, "rows")) for one in list(rows)[: spreadsheet.MOST_ROWS]]
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        raise tk.ValidationError({"rows": [tk._("These rows cannot be read. Upload the workbook again.")]}) from None


def lebak_promise_link(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say which dataset keeps a promise, at any time. You must be an operator or head of the office.

    :param id: of the promise
    :type id: string
    :param dataset: id or name of a dataset of the office; empty for none
    :type dataset: string

    :returns: the promise
    :rtype: dictionary
    """
    promise = _promised("lebak_promise_link", context, data_dict)
    promises.link(promise, text_of(data_dict, "dataset"), context.get("user") or "")
    model.Session.commit()
    return _promise(promise)


def lebak_promise_priority_set(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Note that a promise is national priority data, or is not. You must act as walidata or coordinator.

    The office must have handed it in: before that the Forum does not know of it.

    :param id: of the promise
    :type id: string
    :param listed: whether it is on the national list
    :type listed: boolean

    :returns: the promise
    :rtype: dictionary
    """
    promise = _promised("lebak_promise_priority_set", context, data_dict)
    promises.prioritise(promise, context.get("user") or "", listed=flag_of(data_dict, "listed"))
    model.Session.commit()
    return _handed_in(promise)


# --- on its way to the Forum ------------------------------------------------------------------------------------------


def lebak_promise_submit(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Hand in all drafts of an office; they wait for its head where the office wants that.

    You must be an operator or head of the office.

    :param year: of the round, which must be open
    :type year: int
    :param organization: id or name of the office
    :type organization: string

    :returns: what was handed in
    :rtype: list of dictionaries
    """
    office = _office("lebak_promise_submit", context, data_dict)
    heads = Part.HEAD in parts_of(model.User.get(context.get("user")), office.id)
    done = promises.submit(year_of(data_dict), office.id, context.get("user") or "", heads=heads)
    model.Session.commit()
    return [_promise(one) for one in done]


def lebak_promise_consent(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Consent to what waits. You must be the head of the office, or act in the head's place.

    :param year: of the round, which must be open
    :type year: int
    :param organization: id or name of the office
    :type organization: string

    :returns: what was handed in
    :rtype: list of dictionaries
    """
    office = _office("lebak_promise_consent", context, data_dict)
    done = promises.consent(year_of(data_dict), office.id, context.get("user") or "")
    model.Session.commit()
    return [_promise(one) for one in done]


def lebak_promise_decline(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Send back what waits, with a reason. You must be the head of the office, or act in the head's place.

    :param year: of the round
    :type year: int
    :param organization: id or name of the office
    :type organization: string
    :param text: what is to be changed
    :type text: string

    :returns: what is a draft again
    :rtype: list of dictionaries
    """
    office = _office("lebak_promise_decline", context, data_dict)
    reason = text_of(data_dict, "text")
    done = promises.decline(year_of(data_dict), office.id, context.get("user") or "", reason)
    model.Session.commit()
    return [_promise(one) for one in done]


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        **promise.said,
        "id": promise.id,
        "year": promise.year,
        "organization_id": promise.organization_id,
        "package_id": promise.package_id,
        "state": promise.state,
        "dropped": promise.dropped,
        "refusal": promise.refusal,
        "was_handed_in": promise.handed_in is not None,
    }


def _handed_in(promise: Promise) -> dict[str, Any]:
    """A promise as the Forum knows it: what the office does to it meanwhile, taking it back too, is its own."""
    return {**_promise(promise), **(promise.handed_in or {}), "state": "handed_in", "dropped": False, "refusal": ""}


def _promised(action: str, context: Context, data_dict: DataDict) -> Promise:
    promise = promises.get(id_of(data_dict))
    tk.check_access(action, context, {"organization": promise.organization_id})
    return promise


def _office(action: str, context: Context, data_dict: DataDict) -> model.Group:
    office = office_of(data_dict)
    tk.check_access(action, context, {"organization": office.id})
    return office
