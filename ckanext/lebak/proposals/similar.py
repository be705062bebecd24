"""The same or similar work of other offices, by title and variables: the Forum exists to avoid doubles. Pure.

Words are compared, not meanings: what is found is a hint for people. The same input gives the same answer, in the same
order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LEAST = 0.5
"""From this score on two works are taken for similar. Tried with the titles of 326 datasets of other counties."""

MOST = 10

# What titles of statistical work say without saying what it is about: grammar, kinds of figures, time and place.
_STOP_WORDS = """
ada adalah agar akan antar antara atas atau bagi bahwa baik bersama berdasarkan beserta dalam dan dapat dari dengan
di guna hingga ialah ini itu juga karena ke kepada lain lainnya maka masing melalui menjadi menurut oleh pada para
per sampai sebagai secara sedang sejak seluruh semua seperti serta setiap suatu tanpa telah tentang terhadap tiap
untuk yaitu yakni yang
angka banyak banyaknya besar besaran capaian cakupan daftar data dataset hasil indeks informasi jenis jumlah
kategori kondisi laporan nilai persen persentase prosentase rasio rata rekap rekapitulasi sebaran statistik tabel
tingkat total
bulan bulanan semester semesteran tahun tahunan triwulan triwulanan
daerah desa distrik kab kabupaten kec kecamatan kel kelurahan kota lokasi prov provinsi wilayah
kegiatan kompilasi pendataan pengumpulan penyusunan produk administrasi survei survey
lebak simulasi
"""
_STOP = frozenset(_STOP_WORDS.split())
_SHORT_FORMS = {"kb": ("keluarga", "berencana"), "pus": ("pasangan", "usia", "subur"), "art": ("anggota", "rumah")}
_WORD = re.compile(r"[a-z0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True)
class Work:
    """A statistical activity, or a proposal of one.

    Attributes:
        id: What it is known by.
        title: Its title.
        variables: Names of what it measures.
    """

    id: str
    title: str
    variables: tuple[str, ...] = ()


class Match(NamedTuple):
    """A work that is the same or similar.

    Attributes:
        work: The other one.
        score: From 0 to 1.
        same: Whether title or variables have the very same words.
        shared: The words that both have, sorted.
    """

    work: Work
    score: float
    same: bool
    shared: tuple[str, ...]


def words(text: str) -> frozenset[str]:
    """The words of a title that tell what it is about. Years, places and kinds of figures do not."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if word in _STOP or _YEAR.fullmatch(word) or len(word) == 1:
            continue
        found.update(_SHORT_FORMS.get(word, (word,)))
    return frozenset(found)


def similar(work: Work, others: Iterable[Work], *, least: float = LEAST, most: int = MOST) -> list[Match]:
    """The works that are the same as a work or similar to it, the most similar first.

    Args:
        work: What is proposed. It is not found itself.
        others: What there is.
        least: The least score.
        most: At most so many.
    """
    title, variables = words(work.title), _words_of(work.variables)
    found = []
    for other in others:
        if other.id == work.id:
            continue
        its_title, its_variables = words(other.title), _words_of(other.variables)
        score = max(_alike(title, its_title), _alike(variables, its_variables))
        if score >= least:
            shared = (title & its_title) | (variables & its_variables)
            found.append(Match(other, score, score == 1, tuple(sorted(shared))))
    found.sort(key=lambda match: (-match.score, match.work.title, match.work.id))
    return found[:most]


def _words_of(variables: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*map(words, variables))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient: what part of the words of both are the words that both have."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))
