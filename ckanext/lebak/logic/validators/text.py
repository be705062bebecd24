"""Free text: fit to be shown, searched and written to XML."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey, ValueValidator
from ckanext.scheming.validation import scheming_validator

from ckanext.lebak.logic.validators.values import clean_text, items, refuse_long, store_list


@scheming_validator
def lebak_plain_text(field: dict[str, Any], schema: dict[str, Any]) -> ValueValidator:
    """Text as it can be shown, searched and written to XML: in Unicode's composed form (NFC), without invisible signs.

    Args:
        field: With `one_line: true` line ends and tabs become spaces.
        schema: Not used.

    Returns:
        A validator that returns the text without controls and without spaces around it, or raises `Invalid` where the
        value is no text, holds a NUL, or is longer than the index takes.
    """
    one_line = bool(field.get("one_line"))

    def validator(value: Any) -> Any:
        if value is None or value is tk.missing:
            return value
        text = clean_text(value)
        return " ".join(text.split()) if one_line else text

    return validator


def lebak_text_list(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Several short texts in the order given, each once.

    Args:
        key: Of the field: a list, its JSON text, or a text with one item a line.
        data: The flattened record.
        errors: Not used.
        context: Not used.

    Raises:
        Invalid: An item is no text, or all together are longer than the index takes.
    """
    texts = (" ".join(clean_text(item).split()) for item in items(data.get(key), "\n"))
    store_list(key, data, list(dict.fromkeys(text for text in texts if text)))


def lebak_index_size(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A text that the search index can hold: at most 32,000 bytes.

    Args:
        key: Of the field.
        data: The flattened record.
        errors: Where an earlier validator has spoken already, this one is silent.
        context: Not used.

    Raises:
        Invalid: The text is longer.
    """
    value = data.get(key)
    if isinstance(value, str) and not errors.get(key):
        refuse_long(value)
