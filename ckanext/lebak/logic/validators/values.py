"""What every validator does with a value first: is it empty, is it text, is it short enough, what does it list.

A value may come from anybody: its length is looked at before anything else is done with it.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import FlattenDataDict, FlattenKey

_ = tk._

# Solr refuses a term of an untokenised field above 32,766 bytes, and with it the whole save.
MAX_BYTES = 32_000
# No code, number, date, telephone number or address of a mailbox comes near this.
_MAX_SHORT = 254
_MAX_ITEMS = 1_000
# Unicode's stream-safe text has at most 30 marks on one letter (UAX 15); sorting more of them costs squared time.
_MAX_MARKS = 30

# What no reader sees and what XML may not hold: controls except tab and line end, spaces without width, marks that turn
# the direction of the text, halves of surrogate pairs, and two noncharacters.
INVISIBLE = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_EMPTY_LIST = re.compile(r'\[(?:[\s",]|null)*\]')


def is_empty(value: Any) -> bool:
    """Nothing, blank text, an empty list (also as JSON text), or a list of nothing else."""
    if is_blank(value):
        return True
    if isinstance(value, str):
        return _EMPTY_LIST.fullmatch(value.strip()) is not None
    if isinstance(value, list | tuple):
        return len(value) <= _MAX_ITEMS and all(is_blank(item) for item in value)
    return value == {}


def is_blank(value: Any) -> bool:
    """Nothing, or text that shows nothing."""
    if isinstance(value, str):
        return not (value if len(value) > MAX_BYTES else INVISIBLE.sub("", value)).strip()
    return value is None or value is tk.missing


def short_text(value: Any) -> str:
    """Returns a short value as text without spaces around it; whole numbers count as text."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    if not isinstance(value, str):
        raise tk.Invalid(_("Write this as text."))
    if len(value) > _MAX_SHORT:
        raise tk.Invalid(_("This is too long. Write at most {count} characters.").format(count=_MAX_SHORT))
    return value.strip()


def is_short(value: str | int) -> bool:
    """Tells whether it is cheap to look at."""
    return len(value) <= _MAX_SHORT if isinstance(value, str) else abs(value) < 10**15


def clean_text(value: Any) -> str:
    """Returns text in composed form without invisible signs; raises Invalid if it is no text or too long."""
    text = value if isinstance(value, str) else short_text(value)
    refuse_long(text)
    if "\0" in text:
        raise tk.Invalid(_("This text holds a NUL character, so it comes from a damaged file. Type it anew."))
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isascii():
        return text.strip()
    if _has_heaped_marks(text):
        raise tk.Invalid(
            _("This text heaps more than {count} marks on one letter. Type it anew.").format(count=_MAX_MARKS)
        )
    text = unicodedata.normalize("NFC", text).strip()
    refuse_long(text)
    return text


def _has_heaped_marks(text: str) -> bool:
    """Tells whether some letter carries more marks than any script needs."""
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _MAX_MARKS:
            return True
    return False


def refuse_long(text: str) -> None:
    """Raises Invalid for a text that Solr would refuse."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise tk.Invalid(too_long())


def too_long() -> str:
    """Says how long a field may be."""
    return _(
        "This is too long for the search index, which takes {limit} bytes in one field. Shorten it, or put the long "
        "text into a file."
    ).format(limit=MAX_BYTES)


def items(value: Any, separators: str) -> list[Any]:
    """Returns the items of a list, of its JSON text, or of a text with one item between two separators."""
    if value is None or value is tk.missing:
        return []
    found = _split(value, separators) if isinstance(value, str) else value
    if not isinstance(found, list | tuple):
        raise tk.Invalid(_("Write this as a list of texts."))
    if len(found) > _MAX_ITEMS:
        raise tk.Invalid(_("These are too many. Give at most {count}.").format(count=_MAX_ITEMS))
    if sum(len(item) for item in found if isinstance(item, str)) > MAX_BYTES:
        raise tk.Invalid(too_long())
    return [item for item in found if not is_blank(item)]


def _split(text: str, separators: str) -> list[Any]:
    """Returns what a text lists."""
    refuse_long(text)
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            # A text that only begins like a list, e.g. "[sementara] menurut kecamatan".
            pass
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    return text.replace("\r", separators[0]).split(separators[0])


def store_list(key: FlattenKey, data: FlattenDataDict, items: Iterable[str]) -> None:
    """Puts the list into the record as JSON text; without items removes the key, so that no empty extra is stored."""
    listed = list(items)
    if not listed:
        if not is_empty(data.get(key)):
            raise tk.Invalid(_("Nothing can be read in this. Write one item a line, or leave the field empty."))
        data.pop(key, None)
        raise tk.StopOnError
    text = json.dumps(listed, ensure_ascii=False)
    refuse_long(text)
    data[key] = text


def quote(value: Any) -> str:
    """Returns the beginning of a value, fit to stand in a sentence."""
    if not isinstance(value, str | int | float | datetime.date) or (isinstance(value, int) and not is_short(value)):
        return type(value).__name__
    text = " ".join(INVISIBLE.sub("", str(value)[:200]).replace("\0", "").split())
    return text if len(text) <= 60 else text[:59] + "…"
