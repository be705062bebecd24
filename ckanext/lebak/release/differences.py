"""What became of a record's fields and files. Pure: two datasets and their schema in, a list out."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.lebak.statistics.questions import list_name
from ckanext.lebak.vocabulary import vocabulary

WORKFLOW_FIELDS = frozenset({"publishing_status", "status_review_pembina", "state", "private"})
"""Fields that say where a record stands on its way, not what it says."""

FILES = "resources"
"""Field name of a difference in the order of the files."""

Change = Literal["added", "removed", "changed", "replaced", "moved"]

_FILES_LABEL = {"id": "Berkas", "en": "Files"}
_FEWEST_WORDS = 6
"""Shorter texts are read at a glance, before and after."""
_MOST_MATCHES = 1_000_000
"""Pairs of equal words that are looked at; texts with more are shown whole."""
_LEAST_ALIKE = 0.3
"""Of texts that are less alike, a diff of words is confetti."""
_WORD = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True)
class Segment:
    """A piece of a text: in both, only in the later (added) or only in the earlier (removed)."""

    kind: Literal["equal", "added", "removed"]
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """A field that says something else than before.

    Attributes:
        field_name: Name of the field; of a file's address ``url``, of the order of the files ``resources``.
        label: Label of the field, in a row that of the subfield.
        page: Page of the form, from 1; 0 for a field of a file.
        resource: Position of the file in the later dataset, for a removed file in the earlier; None for the dataset.
        file: Name of the file.
        row: Which of the repeating rows: its ``nama``.
        subfield: Name of the field within the row.
        change: ``replaced`` is a file with other content, ``moved`` another order of the same.
        before: What it said; codes as labels, several values a line each.
        after: What it says.
        segments: Both texts word by word, for longer ones that are alike; empty for the others.
    """

    field_name: str
    label: Mapping[str, str]
    page: int
    resource: int | None
    change: Change
    before: str
    after: str
    segments: tuple[Segment, ...] = ()
    file: str = ""
    row: str = ""
    subfield: str = ""


def field_differences(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    schema: Mapping[str, Any],
    *,
    key: Callable[[Mapping[str, Any]], Hashable] = lambda resource: resource.get("id"),
    lang: str = "id",
    leave_out: Collection[str] = WORKFLOW_FIELDS,
) -> list[FieldDifference]:
    """What a dataset says differently, in the order of the form, then file by file.

    Fields that the schema does not name (ids, dates of saving, counts) are not looked at.

    Args:
        before: The released dataset as ``package_show`` gives it; None if nothing was released yet.
        after: The one handed in.
        schema: The expanded scheming schema of both.
        key: What tells that two files are the same one.
        lang: Language of the labels of codes.
        leave_out: Fields that are not compared.
    """
    reader = _Reader(lang, leave_out)
    fields = list(reader.fields(before or {}, after, schema.get("dataset_fields", [])))
    return [*fields, *_files(before or {}, after, schema.get("resource_fields", []), key, reader)]


def words(before: str, after: str) -> tuple[Segment, ...]:
    """Two texts word by word; nothing for short ones and for those that have little in common.

    The segments that are equal or removed make up ``before``, those that are equal or added ``after``.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) < _FEWEST_WORDS:
        return ()
    often = Counter(new)
    if sum(count * often[word] for word, count in Counter(old).items()) > _MOST_MATCHES:
        return ()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return ()
    return tuple(_segments(matcher.get_opcodes(), old, new))


def _segments(steps: Sequence[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[Segment]:
    for step, start, end, new_start, new_end in steps:
        if step == "equal":
            yield Segment("equal", "".join(old[start:end]))
            continue
        if start < end:
            yield Segment("removed", "".join(old[start:end]))
        if new_start < new_end:
            yield Segment("added", "".join(new[new_start:new_end]))


class _Reader:
    """Compares the fields of one record."""

    def __init__(self, lang: str, leave_out: Collection[str]) -> None:
        self.lang = lang
        self.leave_out = leave_out

    def fields(
        self,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        fields: Sequence[Mapping[str, Any]],
        resource: int | None = None,
        file: str = "",
    ) -> Iterator[FieldDifference]:
        page = 0
        for field in fields:
            page += "start_form_page" in field
            name = field["field_name"]
            # The address of an uploaded file holds the id of its resource; files are compared as files.
            if name in self.leave_out or (resource is not None and name == "url"):
                continue
            place = {"field_name": name, "page": page if resource is None else 0, "resource": resource, "file": file}
            if "repeating_subfields" in field:
                yield from self._rows(before.get(name) or [], after.get(name) or [], field, place)
            else:
                yield from self._field(before, after, field, place)

    def _field(
        self, before: Mapping[str, Any], after: Mapping[str, Any], field: Mapping[str, Any], place: Mapping[str, Any]
    ) -> Iterator[FieldDifference]:
        old, new = _values(before, field), _values(after, field)
        if old == new:
            return
        old_text, new_text = self._text(before, old, field), self._text(after, new, field)
        if old_text == new_text:  # two codes may share their label
            old_text, new_text = "\n".join(old), "\n".join(new)
        change: Change = "changed" if old and new else "added" if new else "removed"
        segments = () if _vocabulary(field, after) or change != "changed" else words(old_text, new_text)
        yield FieldDifference(
            label=_label(field), change=change, before=old_text, after=new_text, segments=segments, **place
        )

    def _rows(
        self,
        before: Sequence[Mapping[str, Any]],
        after: Sequence[Mapping[str, Any]],
        field: Mapping[str, Any],
        place: Mapping[str, Any],
    ) -> Iterator[FieldDifference]:
        subfields = field["repeating_subfields"]
        names = [subfield["field_name"] for subfield in subfields]
        told_by = "nama" if "nama" in names else names[0]

        def name_of(row: Mapping[str, Any]) -> str:
            return str(row.get(told_by) or "").strip()

        def whole(row: Mapping[str, Any]) -> str:
            said = [(subfield, _values(row, subfield)) for subfield in subfields]
            return "\n".join(
                f"{_label(subfield).get(self.lang, subfield['field_name'])}: {self._text(row, values, subfield)}"
                for subfield, values in said
                if values
            )

        pairs, gone = _matched(before, after, name_of)
        for old, new in pairs:
            if old is None:
                yield FieldDifference(
                    label=_label(field),
                    change="added",
                    before="",
                    after=whole(after[new]),
                    row=name_of(after[new]),
                    **place,
                )
                continue
            for subfield in subfields:
                where = {**place, "row": name_of(after[new]), "subfield": subfield["field_name"]}
                yield from self._field(before[old], after[new], subfield, where)
        for old in gone:
            row = before[old]
            yield FieldDifference(
                label=_label(field), change="removed", before=whole(row), after="", row=name_of(row), **place
            )
        order = [old for old, _ in pairs if old is not None]
        if order != sorted(order):
            stayed, now = [name_of(before[old]) for old in sorted(order)], [name_of(before[old]) for old in order]
            yield FieldDifference(
                label=_label(field), change="moved", before="\n".join(stayed), after="\n".join(now), **place
            )

    def _text(self, record: Mapping[str, Any], values: Sequence[str], field: Mapping[str, Any]) -> str:
        office = record.get("organization") or {}
        if field["field_name"] == "owner_org" and office.get("id") in values:
            return str(office.get("title") or office.get("name"))
        terms = vocabulary(name) if (name := _vocabulary(field, record)) else {}
        by_uri = getattr(terms, "by_uri", {}.get)
        found = [(value, terms.get(value) or by_uri(value)) for value in values]
        return "\n".join(term.label(self.lang) if term else value for value, term in found)


def _files(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    fields: Sequence[Mapping[str, Any]],
    key: Callable[[Mapping[str, Any]], Hashable],
    reader: _Reader,
) -> Iterator[FieldDifference]:
    old_files, new_files = before.get("resources") or [], after.get("resources") or []
    label = next((_label(field) for field in fields if field["field_name"] == "url"), _FILES_LABEL)
    pairs, gone = _matched(old_files, new_files, key)
    for old, new in pairs:
        resource = new_files[new]
        place = {"field_name": "url", "label": label, "page": 0, "resource": new, "file": _name(resource)}
        if old is None:
            yield FieldDifference(change="added", before="", after=_address(resource), **place)
        elif _content(old_files[old]) != _content(resource):
            yield FieldDifference(change="replaced", before=_address(old_files[old]), after=_address(resource), **place)
        yield from reader.fields({} if old is None else old_files[old], resource, fields, new, _name(resource))
    for old in gone:
        resource = old_files[old]
        place = {"field_name": "url", "label": label, "page": 0, "resource": old, "file": _name(resource)}
        yield FieldDifference(change="removed", before=_address(resource), after="", **place)
    order = [old for old, _ in pairs if old is not None]
    if order != sorted(order):
        stayed, now = ["\n".join(_name(old_files[old]) for old in old_order) for old_order in (sorted(order), order)]
        yield FieldDifference(FILES, _FILES_LABEL, 0, None, "moved", stayed, now)


def _matched(
    before: Sequence[Any], after: Sequence[Any], key: Callable[[Any], Hashable]
) -> tuple[list[tuple[int | None, int]], list[int]]:
    """For each of the later its position among the earlier, and those that are gone. Equal keys pair in their order."""
    there: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position in reversed(range(len(before))):
        there[key(before[position])].append(position)
    pairs: list[tuple[int | None, int]] = []
    for position, item in enumerate(after):
        same = there[key(item)]
        pairs.append((same.pop() if same else None, position))
    return pairs, sorted(position for left in there.values() for position in left)


def _values(record: Mapping[str, Any], field: Mapping[str, Any]) -> list[str]:
    """What a record says in a field, as texts; nothing is an empty list, whichever way it is stored."""
    name = field["field_name"]
    if name == "tag_string":
        return sorted(str(tag.get("display_name") or tag.get("name")) for tag in record.get("tags") or [])
    value = record.get(name)
    many = value if isinstance(value, (list, tuple)) else [value]
    # Forms post lines with a carriage return; the database keeps what the API sent.
    texts = [str(item).replace("\r\n", "\n").strip() for item in many if item is not None]
    return [text for text in texts if text]


def _content(resource: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells that a file is the same: its hash, where it is stored here; its address, where it is not."""
    if resource.get("url_type") != "upload":
        return ("address", resource.get("url") or "")
    if resource.get("hash"):
        return ("hash", resource["hash"])
    return ("upload", _address(resource), resource.get("size"), resource.get("last_modified"))


def _address(resource: Mapping[str, Any]) -> str:
    address = str(resource.get("url") or "")
    return address.rsplit("/", 1)[-1] if resource.get("url_type") == "upload" else address


def _name(resource: Mapping[str, Any]) -> str:
    return str(resource.get("name") or _address(resource))


def _vocabulary(field: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    # A suggested word is the text itself.
    return list_name(field, record) if field.get("choices_helper") else ""


def _label(field: Mapping[str, Any]) -> Mapping[str, str]:
    label = field.get("label")
    text = str(label or field["field_name"])
    return label if isinstance(label, dict) else {"id": text, "en": text}
