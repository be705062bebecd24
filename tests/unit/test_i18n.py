"""The Indonesian catalogues: complete, built, and safe to put values into."""

from __future__ import annotations

import gettext
import json
import re
from collections import Counter
from pathlib import Path

import polib
import pytest
from ckan.lib import i18n

from ckanext.lebak.i18n import catalogue

CORE = Path(i18n.__file__).parents[1] / "i18n"

# Strings of CKAN left in English, each with its reason.
LEFT_OUT: dict[str, str] = {}

# Indonesian texts that are the English ones: names, abbreviations, placeholders, words of both languages.
SAME = {
    *("Admin", "Audio", "Boolean", "Captcha", "Data", "Dataset", "dataset", "Editor", "Email", "Format", "Label"),
    *("Minimum", "Status", "Token", "Video"),
    *("API", "CSV", "DataStore", "Facebook", "GUID", "ID", "JSON", "Markdown", "Open ID", "Table Designer", "URI"),
    *("URL", "URL:", "X"),
    *("{kibibytes} KiB", "{mebibytes} MiB", "{gibibytes} GiB", "{tebibytes} TiB"),
    *("{n}", "{p}P", "{e}E", "{z}Z", "{y}Y", "{key}", "<q>{key}</q>", "{tag_link}", "{actor} {activity_type}"),
    *("1.0", "http://example.com/dataset.json"),
}

# Words that are not ours (left: regular expression, right: what we say).
WRONG_WORDS = {
    r"\bkumpulan data\b": "Dataset",
    r"\bgrup\b": "Topik",
    r"\borganisasi\b(?! perangkat daerah)": "OPD",
    r"\bsumber ?daya\b(?! seragam)": "Berkas",
    r"\bpaket\b": "Dataset",
    r"\btag\b(?! <code>)": "Kata kunci",  # a tag of HTML is one
    r"\bpassword\b": "Kata sandi",
    r"\busername\b": "Nama pengguna",
    r"\bsilahkan\b": "Silakan",
    r"\bpratayang\b": "Pratinjau",
    r"\b(?-i:anda)\b": "Anda",
}

NAMED = re.compile(r"%\((\w+)\)[-#0+]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")
POSITIONAL = re.compile(r"%[-#0+]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")
BRACE = re.compile(r"\{[^{}]*\}")
TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
TARGET = re.compile(r"""\b(?:href|src)=["']([^"']*)["']""")


def entries(path: Path) -> list[polib.POEntry]:
    """The entries of a catalogue that are in use."""
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def faults(original: str, translated: str) -> list[str]:
    """What keeps a translation from standing in for its original: placeholders, tags or links that differ."""
    found: list[str] = []
    if {m.group() for m in NAMED.finditer(original)} != {m.group() for m in NAMED.finditer(translated)}:
        found.append("named placeholders")
    # What is left after the named ones is matched by place, so its order counts.
    rest, translated_rest = NAMED.sub("", original), NAMED.sub("", translated)
    if POSITIONAL.findall(rest.replace("%%", "")) != POSITIONAL.findall(translated_rest.replace("%%", "")):
        found.append("positional placeholders")
    if "%" in POSITIONAL.sub("", translated_rest.replace("%%", "")) and "%" not in POSITIONAL.sub("", rest):
        found.append("a lone per cent sign")
    if set(BRACE.findall(original)) != set(BRACE.findall(translated)):
        found.append("braces")
    if original.count("{}") != translated.count("{}"):
        found.append("positional braces")
    if Counter(TAG.findall(original)) != Counter(TAG.findall(translated)):
        found.append("tags")
    if sorted(TARGET.findall(original)) != sorted(TARGET.findall(translated)):
        found.append("links")
    # Joined to other text by CKAN, as it is.
    if (original[:1].isspace(), original[-1:].isspace()) != (translated[:1].isspace(), translated[-1:].isspace()):
        found.append("space at the ends")
    return found


@pytest.mark.parametrize(
    ("original", "translated", "expected"),
    [
        ("Hello %(name)s", "Halo %(nama)s", ["named placeholders"]),
        ("%s rows of %i", "%i dari %s baris", ["positional placeholders"]),
        ("%s rows", "baris", ["positional placeholders"]),
        ("complete", "100% selesai", ["a lone per cent sign"]),
        ("{num} views", "{jumlah} kali dilihat", ["braces"]),
        ("{} not found", "tidak ditemukan: {} {}", ["positional braces"]),
        ("<b>No</b> data", "<b>Tanpa<b> data", ["tags"]),
        ('<a href="%(url)s">here</a>', '<a href="/">%(url)s</a>', ["links"]),
        ("See ", "Lihat", ["space at the ends"]),
        ("%(n)d of <b>{x}</b>, %s", "<b>{x}</b>: %s, %(n)d", []),
    ],
)
def test_faults_are_found(original: str, translated: str, expected: list[str]) -> None:
    assert faults(original, translated) == expected


@pytest.mark.parametrize("path", [catalogue.CKAN_PO, catalogue.OWN_PO], ids=lambda path: path.name)
def test_placeholders_tags_and_links_match(path: Path) -> None:
    wrong = {
        entry.msgid: found
        for entry in entries(path)
        # Indonesian has one form, shown for any number: it must hold what the plural holds.
        if (found := faults(entry.msgid_plural or entry.msgid, catalogue.translation(entry)))
    }
    assert wrong == {}


def test_template_is_up_to_date() -> None:
    """`make i18n` was run after the last change of a string."""
    now = {catalogue.key(entry): (entry.msgid_plural, entry.occurrences) for entry in catalogue.own_strings()}
    kept = {catalogue.key(entry): (entry.msgid_plural, entry.occurrences) for entry in entries(catalogue.TEMPLATE)}
    assert kept == now


def test_built_catalogues_are_up_to_date() -> None:
    """`make i18n` was run after the last change of a translation."""
    expected = {catalogue.key(entry): catalogue.translation(entry) for entry in catalogue.merged()}
    for built in (polib.pofile(str(catalogue.BUILT_PO)), polib.mofile(str(catalogue.BUILT_MO))):
        assert {catalogue.key(entry): catalogue.translation(entry) for entry in built} == expected


def test_own_strings_are_translated() -> None:
    translated = {catalogue.key(entry) for entry in polib.mofile(str(catalogue.BUILT_MO))}
    assert [entry.msgid for entry in catalogue.own_strings() if catalogue.key(entry) not in translated] == []


def test_ckan_is_translated() -> None:
    """Every string of the installed CKAN, ckanext-scheming and ckanext-dcat reads Indonesian."""
    ours = {catalogue.key(entry) for entry in polib.mofile(str(catalogue.BUILT_MO))}
    core = CORE / "id" / "LC_MESSAGES" / "ckan.po"
    done = ours | {catalogue.key(entry) for entry in polib.pofile(str(core)).translated_entries()}
    strings = catalogue.upstream_strings()
    assert len(strings) > 1200
    missing = {entry.msgid for entry in strings if catalogue.key(entry) not in done}
    assert missing == set(LEFT_OUT)


def test_no_translation_is_without_its_string() -> None:
    """What nobody says any more is gone from the edited catalogues."""
    for path, strings in (
        (catalogue.CKAN_PO, catalogue.upstream_strings()),
        (catalogue.OWN_PO, catalogue.own_strings()),
    ):
        assert {catalogue.key(entry) for entry in entries(path)} - {catalogue.key(entry) for entry in strings} == set()


def test_nothing_is_merely_copied() -> None:
    copied = {entry.msgid for entry in entries(catalogue.CKAN_PO) if catalogue.translation(entry) == entry.msgid}
    assert copied == SAME


@pytest.mark.parametrize("word", WRONG_WORDS)
def test_words_of_the_catalog(word: str) -> None:
    """One word for one thing, the words of Satu Data Indonesia."""
    texts = [BRACE.sub("", NAMED.sub("", catalogue.translation(entry))) for entry in catalogue.merged()]
    assert [text for text in texts if re.search(word, text, re.IGNORECASE)] == [], f"say {WRONG_WORDS[word]}"


def test_gettext_reads_the_built_catalogue() -> None:
    """As Python reads it: the encoding, and one form for every number."""
    with catalogue.BUILT_MO.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Organizations") == "OPD"
    for number in (0, 1, 2):
        assert translations.ngettext("{number} dataset found", "{number} datasets found", number) == (
            "{number} dataset ditemukan"
        )


def test_scripts_get_their_translations(tmp_path: Path) -> None:
    """`ckan translation js` finds Indonesian for every string of CKAN's scripts and ours, with its own functions."""
    templates = (CORE / "ckan.pot", catalogue.TEMPLATE)
    strings = {text for path in templates for text in i18n._get_js_translation_entries(str(path))}
    sources = [str(CORE / "id" / "LC_MESSAGES" / "ckan.po"), str(catalogue.BUILT_PO)]
    i18n._build_js_translation("id", sources, strings, str(tmp_path / "id.js"))
    built = json.loads((tmp_path / "id.js").read_text(encoding="utf-8"))
    assert strings - set(built) == set()
    assert built["Please Confirm"] == [None, "Mohon konfirmasi"]
    assert built["Edit"] == [None, "Ubah"]
