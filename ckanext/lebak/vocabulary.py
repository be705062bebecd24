"""Code lists of the catalog: code <-> label <-> address.

The lists are data: one CSV each in `vocabularies/`, which names its own source. Codes are stored in records, labels are
shown, addresses (IRIs) go out in RDF. Pure Python: imports nothing of CKAN, and nothing else of this extension.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_FOLDER = files("ckanext.lebak").joinpath("vocabularies")
_COLUMNS = ("code", "id", "en", "uri")
# No label comes near this; what is longer cannot be one and is not worth folding.
_LONGEST_LABEL = 500


@dataclass(frozen=True)
class Term:
    """One line of a code list.

    Attributes:
        code: What records store, e.g. `36.02.08`. Always text.
        id: Label in Indonesian.
        en: Label in English.
        uri: Address in a public vocabulary, `''` where none was found.
        more: The list's other columns by name, `''` where a line has nothing in them.
    """

    code: str
    id: str
    en: str
    uri: str
    more: Mapping[str, str] = field(hash=False)

    def label(self, lang: str = "id") -> str:
        """Returns the label in the language (`id`, `en`, `en_GB`, ...); Indonesian for a language without labels."""
        return self.en if lang[:2] == "en" else self.id


class Vocabulary(Mapping[str, Term]):
    """A code list: a mapping from code to `Term`, in the order of its file.

    Attributes:
        name: Name of the file, e.g. `area`.
        title: Title in Indonesian.
        source: Where the lines come from.
        date: When they were taken from there (ISO date).
        note: What a user of the list must know, `''` if nothing.
    """

    def __init__(self, name: str, head: Mapping[str, str], terms: Iterable[Term]) -> None:
        """Indexes the terms.

        Args:
            name: Name of the list.
            head: The comments above the lines: title, source, date, note, alias.
            terms: The lines.

        Raises:
            ValueError: Two lines have the same code or the same address.
        """
        self.name = name
        self.title = head.get("title", name)
        self.source = head.get("source", "")
        self.date = head.get("date", "")
        self.note = head.get("note", "")
        self._terms: dict[str, Term] = {}
        self._uris: dict[str, Term] = {}
        self._labels: dict[str, list[Term]] = defaultdict(list)
        alias = head.get("alias", "")
        for term in terms:
            if term.code in self._terms or term.uri in self._uris:
                raise ValueError(f"{name}: {term.code} or its uri stands twice in the list")
            self._terms[term.code] = term
            if term.uri:
                self._uris[term.uri] = term
            labels = [term.id, term.en, *term.more.get(alias, "").split("|")]
            for text in {_fold(label) for label in labels if label}:
                self._labels[text].append(term)

    def __getitem__(self, code: str) -> Term:
        """Returns the term of a code."""
        return self._terms[code]

    def __iter__(self) -> Iterator[str]:
        """Iterates over the codes in the order of the file."""
        return iter(self._terms)

    def __len__(self) -> int:
        """Returns the number of terms."""
        return len(self._terms)

    def __repr__(self) -> str:
        """Returns the name and the size."""
        return f"<Vocabulary {self.name}: {len(self)} terms>"

    def terms(self) -> list[Term]:
        """Returns the terms in the order of the file."""
        return list(self._terms.values())

    def by_uri(self, uri: str) -> Term | None:
        """Returns the term with this address, None if there is none."""
        return self._uris.get(uri)

    def by_label(self, text: str, **where: str) -> Term | None:
        """Finds a term by its label in either language, or by a word of the list's alias column.

        Capitals and repeated spaces do not count. Several places of Lebak share a name ("Sukaraja" is a desa in more
        than one kecamatan): such a text finds nothing, rather than the wrong place, unless `where` tells them apart.

        Args:
            text: The label.
            where: Values of other columns that the term must have, e.g. `level="kecamatan"` or `parent="36.02.01"`.

        Returns:
            The one term that fits; None if none fits or several do.
        """
        if len(text) > _LONGEST_LABEL:
            return None
        found = [
            term
            for term in self._labels.get(_fold(text), ())
            if all(term.more.get(column) == value for column, value in where.items())
        ]
        return found[0] if len(found) == 1 else None


@cache
def vocabulary(name: str) -> Vocabulary:
    """Returns a code list, read once.

    Args:
        name: Name of the list, one of `names()`.

    Returns:
        The list.

    Raises:
        KeyError: There is no such list; the message names those that there are.
        ValueError: The file of the list is not in order.
    """
    if name not in names():
        raise KeyError(f"no code list {name!r}; there are: {', '.join(names())}")
    lines = _FOLDER.joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return Vocabulary(name, _head(lines[:first]), _terms(name, lines[first:]))


def names() -> list[str]:
    """Returns the names of all code lists, sorted."""
    return sorted(entry.name[:-4] for entry in _FOLDER.iterdir() if entry.name.endswith(".csv"))


def _head(lines: Iterable[str]) -> dict[str, str]:
    """Reads `# key: text` lines; lines with the same key are joined."""
    head: dict[str, str] = {}
    for line in lines:
        key, _colon, text = line.lstrip("# ").partition(":")
        head[key] = f"{head[key]}\n{text.strip()}" if key in head else text.strip()
    return head


def _terms(name: str, lines: Iterable[str]) -> Iterator[Term]:
    """Reads the table below the comments."""
    reader = csv.DictReader(lines, strict=True)
    columns = tuple(reader.fieldnames or ())
    if columns[:4] != _COLUMNS:
        raise ValueError(f"{name}: the first columns must be {', '.join(_COLUMNS)}")
    for row in reader:
        if None in row or None in row.values() or not row["code"] or not row["id"] or not row["en"]:
            raise ValueError(f"{name}, line {reader.line_num}: a cell is missing or one too many")
        code, label_id, label_en, uri = (row.pop(column) for column in _COLUMNS)
        yield Term(code, label_id, label_en, uri, MappingProxyType(row))


def _fold(text: str) -> str:
    """Returns the text as labels are compared: without capitals and repeated spaces."""
    return " ".join(text.casefold().split())


def themes_of(urusan_code: str) -> list[str]:
    """The themes that a government affair stands for, as the code list pairs them."""
    term = vocabulary("urusan").get(urusan_code)
    return [code for code in term.more.get("theme", "").split("|") if code] if term else []
