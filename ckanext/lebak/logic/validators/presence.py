"""What must be filled in, and when; and what the catalog sets by itself."""

from __future__ import annotations

from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataValidator, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.lebak.logic.validators.target import target_is_public
from ckanext.lebak.logic.validators.values import is_empty
from ckanext.lebak.release.collections import is_collection
from ckanext.lebak.release.requirements import needed_at_release, required_now

_ = tk._

# Columns of CKAN's own tables that a form can empty: of a dataset or an organisation, and of a file. CKAN keeps the
# stored value of such a column when the key is absent, so an emptied one must stay in the data.
_PACKAGE_COLUMNS = frozenset({"author", "author_email", "license_id", "maintainer", "maintainer_email", "notes", "url"})
_GROUP_COLUMNS = frozenset({"description", "image_url", "title"})
_RESOURCE_COLUMNS = frozenset({"description", "format", "name", "url"})


def lebak_ignore_empty(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Ends the validation of an empty field, so that nothing is stored for it and an emptied field is cleared.

    CKAN's own `ignore_empty` removes the key, and a removed key leaves the old value of the columns of CKAN's tables
    (`notes`, `url`, `author`, ...) as it was. Those stay in the data as empty text here; everything else is removed.

    Args:
        key: Of the field.
        data: The flattened record.
        errors: Not used.
        context: Not used.

    Raises:
        StopOnError: The field is empty or missing.
    """
    value = data.get(key, tk.missing)
    if not is_empty(value):
        return
    if value is not tk.missing and _is_core_column(key):
        data[key] = ""
    else:
        data.pop(key, None)
    raise tk.StopOnError


@scheming_validator
def lebak_required_at_release(field: dict[str, Any], schema: dict[str, Any]) -> DataValidator:
    """A field that may be empty in a draft and must be filled in in what the public sees.

    Metadata are handed over together with the data (Perpres 39/2019, article 33); until then a record may be
    incomplete. CKAN validates drafts like anything else, so this looks at where the record is going.

    Args:
        field: Asked only with `required_at_release: true`, or under a condition, and if its question is asked.
        schema: Not used.

    Returns:
        A validator for a field of a dataset or of its files.
    """
    asked = bool(field.get("required_at_release"))

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        beside = {other[-1]: value for other, value in data.items() if other[:-1] == key[:-1]} if asked else {}
        if asked and is_empty(data.get(key)) and needed_at_release(field, beside) and _is_release(data, context):
            _ask_for_value(key, errors)

    return validator


@scheming_validator
def lebak_required_when(field: dict[str, Any], schema: dict[str, Any]) -> DataValidator:
    """A field that must be filled in in what the public sees, where another field has another value than the usual.

    Args:
        field: `required_when: {field: accessRights, not: terbuka}` asks for this field where `accessRights` is filled
            in with anything but `terbuka`; the other field is one of the dataset.
        schema: Not used.

    Returns:
        A validator.
    """
    other = (field.get("required_when") or {}).get("field")

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        if other is None or not is_empty(data.get(key)):
            return
        value = data.get((other,))
        record = {} if is_empty(value) else {other: value}
        if required_now(field, record) and _is_release(data, context):
            _ask_for_value(key, errors)

    return validator


def lebak_tags_required_at_release(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keywords must be there in what the public sees, whether they come as `tag_string` or as the list `tags`.

    Args:
        key: Of the field `tag_string`.
        data: The flattened record.
        errors: Takes the sentence.
        context: Holds the stored record, if there is one.

    Raises:
        StopOnError: There are none and the record is going to be public.
    """
    tagged = any(k[0] == "tags" and k[-1] == "name" and not is_empty(v) for k, v in data.items())
    if not tagged and is_empty(data.get(key)) and _is_release(data, context):
        _ask_for_value(key, errors)


def lebak_sysadmin_only(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Keeps the stored value of a field of a dataset or organisation, unless a sysadmin gives another.

    A form that does not show the field does not empty it, not even for a sysadmin.

    Args:
        key: Of the field, kept by CKAN as an extra.
        data: The flattened record.
        errors: Not used.
        context: Holds the user and the stored record, if there is one.
    """
    given = data.get(key, tk.missing)
    if given is not tk.missing and _core_lets_through("ignore_not_sysadmin", key, given, context):
        return
    stored: Any = context.get("package") or context.get("group")
    data[key] = stored.extras.get(key[-1], tk.missing) if stored else tk.missing


def _is_core_column(key: FlattenKey) -> bool:
    """Tells whether CKAN keeps the field in a column of its own, rather than as an extra."""
    if len(key) == 1:
        return key[0] in _PACKAGE_COLUMNS or key[0] in _GROUP_COLUMNS
    return len(key) == 3 and key[0] == "resources" and key[2] in _RESOURCE_COLUMNS


def _ask_for_value(key: FlattenKey, errors: FlattenErrorDict) -> None:
    """Adds the sentence that a field is needed, and ends its validation."""
    errors.setdefault(key, []).append(
        _("Fill this in before the dataset is made public. A draft or a private dataset may leave it empty.")
    )
    raise tk.StopOnError


def _is_release(data: FlattenDataDict, context: Context) -> bool:
    """Tells whether saving is a release of an office; a quotation in a collection is none."""
    if not target_is_public(data, context):
        return False
    package = context.get("package")
    given = data.get(("owner_org",), tk.missing)
    return not is_collection(given if not is_empty(given) else package.owner_org if package else None)


def _core_lets_through(name: str, key: FlattenKey, value: Any, context: Context) -> bool:
    """Asks one of CKAN's validators that drop what the user may not set."""
    probe: FlattenDataDict = {key: value}
    cast(DataValidator, tk.get_validator(name))(key, probe, {}, context)
    return key in probe
