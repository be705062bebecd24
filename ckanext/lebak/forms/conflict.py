"""Two people, one record: what a form was opened with, what is stored now, and what was typed, compared. Pure.

A form carries the content it was opened with, field by field, in a hidden input. So nothing needs to be kept for forms
that are never sent, a job that notes something of its own in the record is nobody's edit, and the person who saves
second can be shown what stood there, what stands there now, and their own text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Fields: TypeAlias = Sequence[Mapping[str, Any]]
"""The fields of a form, as a scheming schema describes them."""

Said: TypeAlias = "str | list[dict[str, str]]"
"""What a field says, whichever way it is stored or posted: a text, several values a line each; or rows."""

FILE = "url"
"""The field of a resource that stands for its file."""

VISIBILITY: Mapping[str, Any] = {"field_name": "private"}
"""Posted beside the office by the forms of CKAN and scheming; no field of a schema."""

UNTOLD = frozenset({"private"})
"""Of these another's change is taken over without a word: where a record stands on its way, not what it says."""


@dataclass(frozen=True)
class Difference:
    """A field that says something else now than when the form was opened, and than what was typed.

    Attributes:
        field_name: Its name.
        before: What it said when the form was opened.
        theirs: What is stored now.
        mine: What was typed.
    """

    field_name: str
    before: Said
    theirs: Said
    mine: Said

    @property
    def both(self) -> bool:
        """Whether both changed it: one of the two must be chosen."""
        return self.mine != self.before


def form_fields(fields: Fields) -> list[Mapping[str, Any]]:
    """Those fields of a schema, or of a page of it, that a form posts."""
    shown = [field for field in fields if field.get("form_snippet", "") is not None]
    return shown + [VISIBILITY] * any(field["field_name"] == "owner_org" for field in shown)


def said(record: Mapping[str, Any], field: Mapping[str, Any]) -> Said:
    """What a dataset or a resource says in a field.

    Args:
        record: As ``package_show`` gives it, or as a form posts it, with its rows collected.
        field: The field's description in the schema.
    """
    name = field["field_name"]
    value = record.get(name)
    if "repeating_subfields" in field:
        return [row for row in (_row(row, field["repeating_subfields"]) for row in value or []) if row]
    if name == "tag_string":
        names = str(value).split(",") if value is not None else (tag["name"] for tag in record.get("tags") or [])
        return "\n".join(sorted(_lines(names)))
    if name == FILE and record.get("url_type") == "upload":
        return f"{_file_name(value)}\n{record.get('hash') or record.get('last_modified') or ''}"
    if isinstance(value, (list, tuple)):
        # The codes of a closed list stand in the order of the list in one place and in that of typing in another.
        return "\n".join(sorted(_lines(value)) if _is_choice(field) else _lines(value))
    return _text(value)


def loaded(record: Mapping[str, Any], fields: Fields) -> str:
    """What a form carries: the content of its fields as it is opened, as JSON.

    Args:
        record: As ``package_show`` gives it.
        fields: The fields of the form.
    """
    content = {field["field_name"]: said(record, field) for field in form_fields(fields)}
    return json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False)


def read_loaded(text: object) -> dict[str, Said]:
    """Reads what a form has carried back.

    Raises:
        ValueError: It is not what `loaded` writes.
    """
    try:
        content = json.loads(text) if isinstance(text, str) else None
    except RecursionError as error:
        raise ValueError("not the content of a form") from error
    if not isinstance(content, dict) or not all(_is_said(value) for value in content.values()):
        raise ValueError("not the content of a form")
    return content


def differences(
    before: Mapping[str, Said], stored: Mapping[str, Any], posted: Mapping[str, Any], fields: Fields
) -> list[Difference]:
    """The fields that were saved differently while a form was open, unless the form says the same.

    Args:
        before: What the form was opened with, from `read_loaded`.
        stored: The record as ``package_show`` gives it now.
        posted: What was posted, with its rows collected; for a new file its name, ``url_type`` and ``hash``.
        fields: The fields of the whole schema; of those that were not posted nothing is said.
    """
    found = []
    for field in form_fields(fields):
        name = field["field_name"]
        if name not in posted:
            continue
        old, now, mine = before.get(name, _nothing(field)), said(stored, field), said(posted, field)
        if name == FILE and isinstance(mine, str) and not _is_new(posted):
            mine = _same_file(mine, old, now)
        if now not in (old, mine):
            found.append(Difference(name, old, now, mine))
    return found


def taken(stored: Mapping[str, Any], field_name: str) -> dict[str, Any]:
    """What to put into a posted form so that a field says what is stored.

    Args:
        stored: The record as ``package_show`` gives it.
        field_name: Name of the field.
    """
    if field_name == "tag_string":
        tags = [{"name": tag["name"]} for tag in stored.get("tags") or []]
        return {"tags": tags, "tag_string": ", ".join(tag["name"] for tag in tags)}
    if field_name == FILE and "url_type" in stored:
        return {FILE: stored.get(FILE), "url_type": stored.get("url_type")}
    return {field_name: stored.get(field_name)}


def _row(row: Mapping[str, Any], subfields: Fields) -> dict[str, str]:
    cells = {field["field_name"]: said(row, field) for field in subfields}
    return {name: value for name, value in cells.items() if isinstance(value, str) and value}


def _lines(values: Iterable[Any]) -> list[str]:
    return [text for text in map(_text, values) if text]


def _text(value: Any) -> str:
    # Forms post lines with a carriage return; the database keeps what the API sent.
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _file_name(address: Any) -> str:
    return _text(address).rsplit("/", 1)[-1]


def _is_choice(field: Mapping[str, Any]) -> bool:
    return "choices_helper" in field or "choices" in field


def _nothing(field: Mapping[str, Any]) -> Said:
    return [] if "repeating_subfields" in field else ""


def _is_new(posted: Mapping[str, Any]) -> bool:
    return bool(posted.get("hash"))


def _same_file(mine: str, old: Said, now: Said) -> Said:
    """A form posts the name of an uploaded file that was not touched, without what tells its content."""
    for known in (old, now):
        if isinstance(known, str) and "\n" in known and mine == known.split("\n")[0] + "\n":
            return known
    return mine


def _is_said(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(row, dict) and all(isinstance(cell, str) for cell in row.values()) for row in value)
    return isinstance(value, str)
