"""Answers to the questions of BPS's forms: what is asked, spans of days, numbers, other records."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataValidator, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.lebak.language import say
from ckanext.lebak.logic.validators.dates import lebak_iso_date
from ckanext.lebak.logic.validators.values import MAX_BYTES, is_blank, is_empty, items, quote, short_text, store_list
from ckanext.lebak.release.visibility import is_public
from ckanext.lebak.statistics.nip import names_nip
from ckanext.lebak.statistics.questions import GROUP, LONG_TEXT, ROWS, TEXT, TEXTS, list_name
from ckanext.lebak.statistics.skipping import Condition, asked_if, not_asked

_ = tk._

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The id of a record."""
_TEXTS = (TEXT, LONG_TEXT, TEXTS)
_LARGEST = 10**12
"""No count of people in a county comes near this."""


class _Field(NamedTuple):
    """A field of a schema as `skipping` looks at it."""

    key: str
    condition: Condition


@scheming_validator
def lebak_only_asked(field: Any, schema: dict[str, Any]) -> DataValidator:
    """Clears the answers to questions that are not asked, before anything else is validated (`before_validators`).

    Who changes a survey into a compilation has answered nothing about a sample. What was there before stays in the
    history of the record.

    Answers whose code list depends on another answer, such as the edition of the form, are not reinterpreted: the other
    answer changes only when they are empty.

    Args:
        field: Not used.
        schema: Its fields say when they are asked.

    Returns:
        A validator of the whole record.
    """
    fields = [_Field(each["field_name"], asked_if(each)) for each in schema.get("dataset_fields", [])]
    by_edition = [each for each in schema.get("dataset_fields", []) if each.get("pilihan_menurut")]

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        answers = {name[0]: value for name, value in data.items() if len(name) == 1 and not is_empty(value)}
        skipped = not_asked(fields, answers)
        for name in list(data):
            if name[0] in skipped:
                del data[name]
        package = context.get("package")
        if package is not None:
            _refuse_reinterpreting(by_edition, package.extras, answers, skipped, errors)

    return validator


@scheming_validator
def lebak_no_nip(field: Any, schema: dict[str, Any]) -> DataValidator:
    """Refuses a NIP in any text of a form of BPS, those of its rows too (`before_validators`).

    The forms ask for it beside signatures. A record is public one day, and the history of a record stays.

    Args:
        field: Not used.
        schema: Its fields say which answers are texts.

    Returns:
        A validator of the whole record.
    """
    fields = {each["field_name"]: each for each in schema.get("dataset_fields", [])}

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        for name, value in data.items():
            told = fields.get(name[0])
            if told is None or told.get("jawaban", TEXT) not in (*_TEXTS, ROWS, GROUP):
                continue
            texts = value if isinstance(value, list | tuple) else (value,)
            if any(isinstance(text, str) and names_nip(text[:MAX_BYTES]) for text in texts):
                errors.setdefault(name, []).append(_("Leave out the NIP: the catalog does not keep it."))

    return validator


def _refuse_reinterpreting(
    fields: list[dict[str, Any]],
    stored: Any,
    answers: dict[str, Any],
    skipped: frozenset[str],
    errors: FlattenErrorDict,
) -> None:
    for field in fields:
        name = field["field_name"]
        kept = name not in skipped and not is_blank(stored.get(name)) and stored.get(name) == answers.get(name)
        if kept and list_name(field, stored) != list_name(field, answers):
            (other,) = field["pilihan_menurut"]
            errors.setdefault((other,), []).append(
                _(
                    'The codes of question "{question}" have another meaning in that edition. Empty its answer first, '
                    "then change the edition and answer it anew."
                ).format(question=say(field["label"]))
            )


def lebak_days(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """From a day to a day: two days, stored as JSON text.

    Args:
        key: Of the field: a list, its JSON text, or a text of two days separated by `/` or a line end.
        data: The flattened record.
        errors: Not used.
        context: Not used.

    Raises:
        Invalid: One is no day, one of them is missing, or the last lies before the first.
    """
    days = [lebak_iso_date(day) for day in items(data.get(key), "/\n")]
    if days and len(days) != 2:  # noqa: PLR2004
        raise tk.Invalid(_("Give both days: when it begins and when it ends."))
    if days and days[1] < days[0]:
        raise tk.Invalid(_("The last day lies before the first. Change one of them."))
    store_list(key, data, days)


def lebak_number(value: Any) -> Any:
    """A whole number, 0 or more, as text: `1200`.

    Args:
        value: The number; dots may stand between the thousands.

    Returns:
        Its digits.

    Raises:
        Invalid: Anything else.
    """
    if is_blank(value):
        return value
    text = short_text(value)
    whole = text.replace(".", "") if all(len(part) == 3 for part in text.split(".")[1:]) else text  # noqa: PLR2004
    if not (whole.isascii() and whole.isdigit()) or int(whole) > _LARGEST:
        raise tk.Invalid(
            _('Write this as a whole number, for example 12. "{value}" is none.').format(value=quote(value))
        )
    return str(int(whole))


def lebak_kept_apart(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Keeps an answer that is private out of the record, whichever way it came there (`statistics.private` keeps it).

    Args:
        key: Of the field.
        data: The flattened record.
        errors: Not used.
        context: Not used.

    Raises:
        StopOnError: Always: there is nothing more to do with it.
    """
    data.pop(key, None)
    raise tk.StopOnError


@scheming_validator
def lebak_record(field: dict[str, Any], schema: dict[str, Any]) -> DataValidator:
    """Another record of the catalog, by its id. That of a harvested record may be of its source only.

    Args:
        field: `record_type` is the type that it must have.
        schema: Not used.

    Returns:
        A validator of the id.
    """
    wanted = field.get("record_type")

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        reference = short_text(data.get(key))
        stored = context.get("package")
        well_formed = _ID.fullmatch(reference)
        # A field, or the rows that it stands in, which are kept as JSON text.
        if stored is not None and well_formed and reference in str(stored.extras.get(str(key[0])) or ""):
            return  # what was chosen may have been withdrawn since
        package = model.Session.get(model.Package, reference) if well_formed else None
        fits = package is None or (package.type == wanted and (is_public(package) or _is_of_office(package, data)))
        if not (well_formed and fits):
            raise tk.Invalid(
                _('There is no such record that you may refer to: "{value}". Choose one of the list.').format(
                    value=quote(reference)
                )
            )
        data[key] = reference

    return validator


def _is_of_office(package: model.Package, data: FlattenDataDict) -> bool:
    office = model.Group.get(str(data.get(("owner_org",)) or ""))
    return office is not None and package.state != model.State.DELETED and package.owner_org == office.id
