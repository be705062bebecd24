"""What the words of a table mean for its sums: totals, places, and figures that cannot be added up.

Tables come from many offices and no standard fixes these words. The lists hold those in use in statistical tables of
Indonesian offices; a word that is not in them makes a check stay silent, never wrong.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from ckanext.lebak.tables.columns import Column
from ckanext.lebak.vocabulary import Term, vocabulary

KABUPATEN, KECAMATAN = "kabupaten", "kecamatan"
VILLAGE = "desa"
"""Desa and kelurahan are one level: together they make up a kecamatan."""

_KELURAHAN = "kelurahan"
_WORD = re.compile(r"[^\W_]+")
_TOTAL = re.compile(
    r"(grand )?(jumlah|total|keseluruhan|seluruhnya|semua)( (total|jumlah|keseluruhan|seluruhnya|semua))?"
    r"( (kabupaten|kab))?( lebak)?|semua \w+|l p|jumlah l p|total l p|laki laki dan perempuan|laki laki perempuan"
)
_SUBTOTAL = re.compile(r"(sub ?(total|jumlah)|(jumlah|total) (kecamatan|kec|desa|kelurahan|wilayah)\b).*")
_NOT_ADDITIVE = re.compile(
    r"\b(persen|persentase|prosentase|permil|indeks|ipm|skor|rasio|rata|rerata|laju|kepadatan|proporsi|prevalensi"
    r"|median|modus|pertumbuhan|cakupan|koefisien|gini|tfr|angka harapan|umur harapan|usia harapan|tingkat (kemiskinan"
    r"|pengangguran|partisipasi|hunian))\b"
)
_CHANGES = re.compile(r"\b(selisih|perubahan|pertumbuhan|neraca|saldo|neto|netto|surplus|defisit|laba|rugi|suhu)\b")
_FEMALE = re.compile(r"\b(perempuan|wanita|p|pr)\b")
_MALE = re.compile(r"\b(laki laki|laki|pria|l|lk)\b")
_SUM_WORD = re.compile(r"\b(jumlah|total|l p|lp)\b")


def folded(text: str) -> str:
    """The words of a text: small letters and digits, with one blank between them."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


@lru_cache(maxsize=2**16)
def total_word(text: str) -> Literal["", "total", "subtotal"]:
    """Whether a value of a dimension stands for all the others (``Jumlah``, ``Total Kabupaten Lebak``) or for some.

    ``Jumlah penduduk`` does not: it names what is counted.
    """
    words = folded(text)
    if _SUBTOTAL.fullmatch(words):
        return "subtotal"
    return "total" if _TOTAL.fullmatch(words) else ""


@lru_cache(maxsize=2**16)
def area_of(text: str, villages: bool = False) -> Term | None:
    """The place of Lebak that a code (Kemendagri, BPS) or a name stands for.

    Args:
        text: A value of a dimension.
        villages: Whether names are those of desa and kelurahan; many of them are names of kecamatan too.
    """
    areas = vocabulary("area")
    code = text.strip()
    if code in areas:
        return areas[code]
    if code.isdigit():
        return _by_bps_code().get(code)
    levels = (VILLAGE, _KELURAHAN) if villages else (KECAMATAN, KABUPATEN)
    found = (areas.by_label(form, level=level) for level in levels for form in (code, _without_level(code)))
    return next((term for term in found if term), None)


def level_of(area: Term) -> str:
    """``kabupaten``, ``kecamatan`` or ``desa``."""
    level = area.more["level"]
    return VILLAGE if level == _KELURAHAN else level


@lru_cache(maxsize=1)
def children_of() -> dict[str, frozenset[str]]:
    """The codes of the places within a place."""
    inside: dict[str, set[str]] = {}
    for term in vocabulary("area").terms():
        inside.setdefault(term.more["parent"], set()).add(term.code)
    return {parent: frozenset(codes) for parent, codes in inside.items() if parent}


@lru_cache(maxsize=2**16)
def is_rate(text: str) -> bool:
    """Whether a name or a meaning speaks of shares, rates, averages or indexes: what has no sum."""
    return "%" in text or bool(_NOT_ADDITIVE.search(folded(text)))


@lru_cache(maxsize=2**16)
def is_rate_unit(unit: str) -> bool:
    """Whether a unit is one of shares or rates (``persen``, ``jiwa/km2``, ``per 1.000 kelahiran``), or of age."""
    words = folded(unit)
    return is_rate(unit) or "/" in unit or "‰" in unit or words == "tahun" or "per" in words.split()


def is_additive(column: Column) -> bool:
    """Whether the values of a measure may be added up."""
    return not (is_rate_unit(column.unit) or is_rate(column.name) or is_rate(column.definition))


def may_be_negative(column: Column) -> bool:
    """Whether values below nothing make sense: changes, balances, and rates of growth."""
    return not is_additive(column) or bool(_CHANGES.search(folded(f"{column.name} {column.definition}")))


def sum_column(column: Column) -> str | None:
    """What a column with the total of others counts, without the words for total; None for other columns.

    ``total`` gives nothing (``""``), ``jumlah_penduduk`` gives ``penduduk``.
    """
    words = folded(column.name)
    return _rest(_SUM_WORD, words) if _SUM_WORD.search(words) else None


def sex_column(column: Column) -> tuple[Literal["l", "p"], str] | None:
    """Of a column for one sex the sex, and what it counts; None for other columns."""
    words = folded(column.name)
    male, female = _MALE.search(words), _FEMALE.search(words)
    if bool(male) == bool(female):
        return None
    return ("l", _rest(_MALE, words)) if male else ("p", _rest(_FEMALE, words))


def _rest(pattern: re.Pattern[str], words: str) -> str:
    return " ".join(_SUM_WORD.sub(" ", pattern.sub(" ", words)).split())


def _without_level(name: str) -> str:
    return re.sub(r"^(kecamatan|kec\.?|kabupaten|kab\.?|desa|kelurahan|kel\.?)\s+", "", name.strip(), flags=re.I)


@lru_cache(maxsize=1)
def _by_bps_code() -> dict[str, Term]:
    return {term.more["bps"]: term for term in vocabulary("area").terms() if term.more["bps"]}
