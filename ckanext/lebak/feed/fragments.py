"""A record in all formats of the feed, or why it cannot be said."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any, TypedDict

from ckan import model
from ckan.model.license import DefaultLicense, LicenseRegister

from ckanext.lebak.feed import syntaxes
from ckanext.lebak.feed.packing import Piece, pack
from ckanext.lebak.profiles import dataset, harvested, pod
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import (
    DCAT,
    DEEPEST,
    LeftOut,
    Shared,
    collecting,
    excerpt,
    plain,
    record_written,
    tidy,
)
from ckanext.lebak.tables.problem import N_

log = logging.getLogger(__name__)

FORMATS = (*syntaxes.RDF_SYNTAXES, "json", "ckan")
"""The RDF syntaxes, an item of ``data.json``, and a record of the facade without its opening brace."""

LONGEST_RECORD = 1_000_000
"""Bytes of a record in the facade. Saving takes 32,000 for a text; harvesters and their indexes stop soon after."""

LONGEST_FRAGMENT = 4_000_000
"""Bytes of a fragment: columns take the most, and a page may hold a thousand fragments."""

_MOST_REASONS = 50

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Reason(TypedDict):
    """Why something of a record cannot be said.

    Attributes:
        field: Key of the field; ``resources.0.size`` for one of the first file; ``""`` if it is not about a field.
        message: A sentence in English for the translation catalogue, with ``{name}`` for each value.
        values: What stands for the names.
    """

    field: str
    message: str
    values: dict[str, str]


class CannotBeSaidError(Exception):
    """Nothing sensible can be said about a record."""

    def __init__(self, reasons: list[Reason]) -> None:
        """Notes why.

        Args:
            reasons: Why, at least one.
        """
        super().__init__(_sentences(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Rendering:
    """A record in all formats.

    Attributes:
        pieces: By format.
        left_out: What of the record is not in them.
    """

    pieces: dict[str, Piece]
    left_out: list[Reason]


def render(record: Mapping[str, Any], site: Site) -> Rendering:
    """Writes a record in all formats.

    Args:
        record: The dataset as ``package_show`` gives it to everyone.
        site: The site.

    Returns:
        The fragments, the same bytes for the same record in every process.

    Raises:
        CannotBeSaidError: It has no id, is too long, or the writers fail.
    """
    token = record_written.set(plain(record.get("name")) or plain(record.get("id")))
    try:
        with collecting() as missed:
            told = tidy(record)
            texts = _texts(told, site)
        return Rendering({format_: pack(text) for format_, text in texts.items()}, _reasons(missed, told, record))
    except CannotBeSaidError:
        raise
    except Exception as error:  # whatever a record does to the writers, the others must go out
        log.exception("the feed cannot say %s", record_written.get())
        message = N_(
            "The catalog's program stops at this record ({error}). Tell its developers the name of the record."
        )
        raise CannotBeSaidError([Reason(field="", message=message, values={"error": type(error).__name__})]) from error
    finally:
        record_written.reset(token)


def _texts(record: dict[str, Any], site: Site) -> dict[str, bytes]:
    ref = dataset.address(record)
    if ref is None:
        raise CannotBeSaidError([Reason(field="id", message=N_("The record has no id."), values={})])
    # First what shows how long the record is. Without its opening brace: the facade puts the time before the rest.
    texts = {"ckan": _encoded(harvested.record_for_harvesters(record), LONGEST_RECORD, record)[1:]}
    shared = Shared()
    own = syntaxes.write([(site.catalog, DCAT.dataset, ref), *dataset.write(record, ref, site, shared)])
    forms = zip(own, *map(syntaxes.shared, shared.values()), strict=True)
    for syntax, parts in zip(syntaxes.RDF_SYNTAXES.values(), forms, strict=True):
        texts[syntax.name] = _checked(syntax.separator.join(parts).encode(), LONGEST_FRAGMENT, record)
    texts["json"] = _encoded(pod.item(record, site), LONGEST_FRAGMENT, record)
    return texts


def _encoded(value: dict[str, Any], longest: int, record: dict[str, Any]) -> bytes:
    return _checked(_JSON(value).encode(), longest, record)


def _checked(text: bytes, longest: int, record: dict[str, Any]) -> bytes:
    if len(text) <= longest:
        return text
    sizes = {key: len(_JSON(value)) for key, value in record.items()}
    field = max(sizes, key=sizes.__getitem__)
    message = N_("The record is too long for the feed, this field most of all: {size} characters.")
    raise CannotBeSaidError([Reason(field=field, message=message, values={"size": str(sizes[field])})])


# --- what is told about what is left out ------------------------------------------------------------------------------


def _reasons(missed: Iterable[LeftOut], *records: Mapping[str, Any]) -> list[Reason]:
    """Each with the field in which the value stands; the log has those that are too many to report."""
    told = list(missed)
    if not told:
        return []
    fields: defaultdict[int, set[str]] = defaultdict(set)
    for field, value in chain.from_iterable(map(_fields, records)):
        fields[id(value)].add(field)
    # Once each: an item of a list that is kept as JSON text is another object at every reading.
    seen = dict.fromkeys((_only(fields[id(value)]), message, excerpt(value)) for message, value in told)
    reasons = [Reason(field=field, message=message, values={"value": value}) for field, message, value in seen]
    log.warning("left out of the feed of %s: %s", record_written.get(), _sentences(reasons))
    return reasons[:_MOST_REASONS]


def _only(fields: set[str]) -> str:
    """The field that a value stands in; none where several have it, as True and None may be."""
    return next(iter(fields)) if len(fields) == 1 else ""


def _sentences(reasons: Iterable[Reason]) -> str:
    return "; ".join(f"{reason['field']}: {reason['message'].format(**reason['values'])}" for reason in reasons)


def _fields(record: Mapping[str, Any], head: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a record with the name of its field."""
    for key, value in record.items():
        field = f"{head}{plain(key)}"
        yield field, value
        for number, part in enumerate(_inner(value)):
            if field == "resources" and isinstance(part, dict):
                yield f"{field}.{number}", part
                yield from _fields(part, f"{field}.{number}.")
            else:
                yield from ((field, inner) for inner in _parts(part, DEEPEST))


def _parts(value: Any, depth: int) -> Iterator[Any]:
    yield value
    for part in _inner(value) if depth else ():
        yield from _parts(part, depth - 1)


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


# --- versions ---------------------------------------------------------------------------------------------------------


def digest(record: Mapping[str, Any], mapping: str) -> str:
    """The digest of what the feed may say of a record.

    Args:
        record: The dataset as ``package_show`` gives it to everyone.
        mapping: Version of what decides how it is written (``mapping_version``).

    Returns:
        Another text whenever a fragment could be another.
    """
    with collecting():
        # CKAN gives the title of a licence in the language of whoever asks; the version of the mapping covers it.
        told = {key: value for key, value in tidy(record).items() if key != "license_title"}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{mapping} {text}".encode()).hexdigest()


def mapping_version(site: Site) -> str:
    """The version of all but the record that decides how a record is written.

    Args:
        site: The site.

    Returns:
        A digest of the writers, code lists and schema, the settings of the site and CKAN's licences. Not of what only
        the catalogue itself says: an admin may change its title in the browser, and processes learn of that at
        different times.
    """
    told = replace(site, title="", description="", licence="")
    return _version(told, model.Package.get_license_register())


@lru_cache(maxsize=4)
def _version(site: Site, register: LicenseRegister) -> str:
    licences = [
        (code, licence.url, licence.isopen(), "" if isinstance(licence, DefaultLicense) else licence.title)
        for code, licence in register.items()
    ]
    return hashlib.sha256(f"{_code()} {site} {licences}".encode()).hexdigest()[:32]


@cache
def _code() -> str:
    package, schemas = files("ckanext.lebak"), files("ckanext.lebak.schemas")
    folders = (package / "profiles", package / "vocabularies", schemas)
    modules = (
        *("feed/fragments.py", "feed/linked.py", "feed/records.py", "feed/syntaxes.py"),
        *("files/access.py", "files/masking.py", "organizations/images.py"),
        *("statistics/exchange.py", "statistics/questions.py", "periods.py", "vocabulary.py"),
    )
    sources = [package.joinpath(*name.split("/")) for name in modules]
    sources += [entry for folder in folders for entry in folder.iterdir() if entry.is_file()]
    return " ".join(sorted(hashlib.sha256(source.read_bytes()).hexdigest() for source in sources))
