"""The translation catalogues of the extension: extraction, refresh, and the catalogue that CKAN reads.

Two files are edited by people: ``id/lebak.po`` (our own strings, extracted into ``ckanext-lebak.pot``) and
``id/ckan.po`` (the strings of CKAN, ckanext-scheming and ckanext-dcat, of which CKAN ships a fifth in Indonesian).
CKAN reads one catalogue a plugin and merges it after its own, so ``id/LC_MESSAGES/ckanext-lebak.po`` and ``.mo``
are built of the two: the ``.mo`` for pages, the ``.po`` for ``ckan translation js``, which reads no ``.mo``. Where
both translate a string, ours wins; an own string that ``id/ckan.po`` translates needs no line in ``id/lebak.po``.

Run it after changing a string or a translation (``make i18n``)::

    python -m ckanext.lebak.i18n.catalogue             # extract, refresh id/lebak.po, build
    python -m ckanext.lebak.i18n.catalogue --upstream  # the same, and refresh id/ckan.po from what is installed
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import polib
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from werkzeug.exceptions import default_exceptions

DOMAIN = "ckanext-lebak"
LANGUAGE = "id"
HERE = Path(__file__).parent
TEMPLATE = HERE / f"{DOMAIN}.pot"
OWN_PO = HERE / LANGUAGE / "lebak.po"
CKAN_PO = HERE / LANGUAGE / "ckan.po"
BUILT_PO = HERE / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"
BUILT_MO = BUILT_PO.with_suffix(".mo")

METHODS = [
    ("**.py", "python"),
    ("**.js", "javascript"),
    ("**/templates/**.html", "ckan"),
    ("**/templates/**.txt", "ckan"),
]
METADATA = {
    "Project-Id-Version": "ckanext-lebak",
    "Language": LANGUAGE,
    "Plural-Forms": "nplurals=1; plural=0;",  # Indonesian has one form
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}
WIDTH = 100

# Strings that CKAN puts together at run time, or takes from others, which no extraction finds.
COMPUTED: dict[str, tuple[str, ...]] = {
    # The state of a record: `_(pkg_dict.state)`, `_(user.state)`
    "ckan/templates/package/snippets/additional_info.html": ("active", "deleted", "draft", "inactive", "pending"),
    # `_(f'{group_type} not found or you have no permission to view it')`
    "ckan/views/group.py": (
        "group not found or you have no permission to view it",
        "organization not found or you have no permission to view it",
    ),
    # Names of fields in the list of errors above a form: `_(prettify(key))`
    "ckan/logic/__init__.py": (
        "Activity streams email notifications",
        "Author email",
        "Captcha",
        "Fields",
        "Filter fields",
        "Filter values",
        "Fullname",
        "Id",
        "Image upload",
        "License id",
        "Maintainer email",
        "Message",
        "Mimetype",
        "Notes",
        "Old password",
        "Owner org",
        "Package id",
        "Packages",
        "Parent",
        "Password1",
        "Password2",
        "Records",
        "Resource id",
        "Sysadmin",
        "Tag string",
        "View type",
    ),
    # Why a posted form was refused, on the error page (`templates/error_document_template.html`)
    "flask_wtf/csrf.py": (
        "The CSRF session token is missing.",
        "The CSRF token has expired.",
        "The CSRF token is invalid.",
        "The CSRF token is missing.",
        "The CSRF tokens do not match.",
        "The referrer does not match the host.",
        "The referrer header is missing.",
    ),
}
# The error pages that a visitor may meet: their names and texts are werkzeug's.
HTTP_ERRORS = (400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504)

Entry: TypeAlias = polib.POEntry | polib.MOEntry
Key: TypeAlias = tuple[str | None, str]


def key(entry: Entry) -> Key:
    """What identifies a message.

    Args:
        entry: an entry of a catalogue.

    Returns:
        Its context and its English text.
    """
    return entry.msgctxt, entry.msgid


def extract(root: Path, prefix: str = "", skip: Iterable[str] = (), broken: bool = False) -> list[polib.POEntry]:
    """The strings to translate in the sources under a directory.

    Args:
        root: the directory.
        prefix: what comes before the file names in the references.
        skip: names of directories to leave out.
        broken: whether templates that cannot be parsed are passed over (ckanext-scheming ships one for CKAN 2.8).

    Returns:
        One entry a message, by file and line. References name the file only: lines would change with every edit.

    Raises:
        jinja2.TemplateSyntaxError: a template cannot be parsed, unless ``broken``.
    """
    skipped = {*skip, "__pycache__", "node_modules", "vendor"}

    def wanted(directory: str | os.PathLike[str]) -> bool:
        return Path(directory).name not in skipped

    options = {pattern: {"silent": str(broken)} for pattern, method in METHODS if method == "ckan"}
    found = extract_from_dir(
        root, METHODS, options, comment_tags=("TRANSLATORS:",), strip_comment_tags=True, directory_filter=wanted
    )
    entries: dict[Key, polib.POEntry] = {}
    for name, _line, text, comments, context in sorted(found, key=lambda message: message[:2]):
        singular, plural = text if isinstance(text, tuple) else (text, "")
        if not singular:
            continue
        entry = entries.setdefault((context, singular), polib.POEntry(msgid=singular, msgctxt=context))
        entry.msgid_plural = entry.msgid_plural or plural
        reference = (prefix + Path(name).as_posix(), "")
        if reference not in entry.occurrences:
            entry.occurrences.append(reference)
        entry.comment = entry.comment or "\n".join(comments)
        entry.flags = sorted(Message((singular, plural) if plural else singular).flags)
    return list(entries.values())


def own_strings() -> list[polib.POEntry]:
    """The strings of this extension.

    Returns:
        Entries without translation, as they belong into ``ckanext-lebak.pot``.
    """
    return extract(HERE.parent)


def upstream_strings() -> list[polib.POEntry]:
    """The strings of the installed CKAN, ckanext-scheming and ckanext-dcat.

    CKAN's own template (``ckan/i18n/ckan.pot``) comes first; it misses a few strings of its release and holds those
    of its bundled extensions. Then what the sources say, and what CKAN puts together at run time.

    Returns:
        Entries without translation, as they belong into ``id/ckan.po``.
    """
    ckan = _package("ckan")
    pot = polib.pofile(str(ckan / "i18n" / "ckan.pot"))
    entries = {key(entry): entry for entry in pot if not entry.obsolete}
    for entry in entries.values():
        entry.occurrences = list(dict.fromkeys((name, "") for name, _line in entry.occurrences))
    errors = [default_exceptions[code]() for code in HTTP_ERRORS]
    computed = COMPUTED | {
        "werkzeug/exceptions.py": tuple(t for e in errors for t in (e.name, e.description or "") if t)
    }
    found = [
        *extract(ckan, "ckan/", skip=("tests", "development")),
        *extract(_package("ckanext.scheming"), "ckanext/scheming/", skip=("tests",), broken=True),
        *extract(_package("ckanext.dcat"), "ckanext/dcat/", skip=("tests",)),
        *(
            polib.POEntry(msgid=text, occurrences=[(name, "")], comment="Put together at run time")
            for name, texts in computed.items()
            for text in texts
        ),
    ]
    for entry in found:
        entries.setdefault(key(entry), entry)
    return list(entries.values())


def refresh(path: Path, strings: Iterable[polib.POEntry]) -> list[polib.POEntry]:
    """Brings an edited catalogue to the present strings; translations of strings that are gone are dropped.

    Args:
        path: the ``.po`` file, rewritten in place.
        strings: the present strings, in the order wanted.

    Returns:
        The entries that have no translation yet.
    """
    old = polib.pofile(str(path))
    known = {key(entry): entry for entry in old}
    new = _catalogue(old.header)
    for string in strings:
        entry = polib.POEntry(
            msgid=string.msgid,
            msgid_plural=string.msgid_plural,
            msgctxt=string.msgctxt,
            occurrences=string.occurrences,
            comment=string.comment,
            flags=string.flags,
        )
        before = known.get(key(entry))
        # A string that got a plural, or lost it, keeps its text: Indonesian has one form.
        text = translation(before) if before else ""
        if entry.msgid_plural:
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = text
        entry.tcomment = before.tcomment if before else ""
        new.append(entry)
    new.save(str(path))
    return [entry for entry in new if not translation(entry)]


def translation(entry: Entry) -> str:
    """The Indonesian text of an entry.

    Args:
        entry: an entry of a catalogue.

    Returns:
        Its text, of the only plural form where it has a plural; empty if there is none yet.
    """
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def merged() -> polib.POFile:
    """The catalogue that CKAN reads: CKAN's strings and our own, ours last.

    Returns:
        A catalogue of everything translated in ``id/ckan.po`` and ``id/lebak.po``.
    """
    entries: dict[Key, polib.POEntry] = {}
    for path in (CKAN_PO, OWN_PO):
        for entry in polib.pofile(str(path)).translated_entries():
            entries[key(entry)] = polib.POEntry(
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgctxt=entry.msgctxt,
                msgstr=entry.msgstr,
                msgstr_plural=entry.msgstr_plural,
                flags=entry.flags,
            )
    catalogue = _catalogue(f"Built of {CKAN_PO.name} and {OWN_PO.name} by catalogue.py: edit those, not this file.")
    catalogue.extend(entries.values())
    return catalogue


def main(arguments: list[str] | None = None) -> int:
    """Extracts, refreshes and builds; prints what is left to translate.

    Args:
        arguments: those of the command line.

    Returns:
        The exit status: 1 if a string has no translation.
    """
    parser = argparse.ArgumentParser(
        prog="python -m ckanext.lebak.i18n.catalogue", description="Extract, refresh, build."
    )
    parser.add_argument("--upstream", action="store_true", help="refresh id/ckan.po from the installed packages too")
    missing: list[polib.POEntry] = []
    if parser.parse_args(arguments).upstream:
        missing += refresh(CKAN_PO, upstream_strings())

    template = _catalogue("Strings of ckanext-lebak, extracted by catalogue.py.")
    template.extend(own_strings())
    template.save(str(TEMPLATE))

    elsewhere = {key(entry) for entry in polib.pofile(str(CKAN_PO))}
    ours = {key(entry) for entry in polib.pofile(str(OWN_PO)).translated_entries()}
    missing += refresh(OWN_PO, [entry for entry in template if key(entry) in ours or key(entry) not in elsewhere])

    catalogue = merged()
    catalogue.save(str(BUILT_PO))
    catalogue.save_as_mofile(str(BUILT_MO))

    print(f"{len(template)} own strings, {len(catalogue)} translations in {BUILT_MO.name}, {len(missing)} missing")
    for entry in missing:
        print(f"  {entry.msgid!r} ({entry.occurrences[0][0]})")
    return 1 if missing else 0


def _catalogue(header: str) -> polib.POFile:
    """An empty catalogue with our metadata. No dates: the same sources give the same file."""
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.header = header
    catalogue.metadata = dict(METADATA)
    return catalogue


def _package(name: str) -> Path:
    """The directory of an installed package, found without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed; its strings cannot be read")
    return Path(next(iter(spec.submodule_search_locations)))


if __name__ == "__main__":
    sys.exit(main())
