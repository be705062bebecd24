"""Promises of different offices that look like the same data, for the Forum to talk about. Pure.

Titles are compared as sets of words, without those that every title has and without years. It finds candidates; whether
they are the same is for people to say.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

LIKELY = 0.6
"""From this share of common words on, two titles are shown side by side."""

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = frozenset(
    {"angka", "atas", "banyaknya", "dalam", "dan", "dari", "data", "dengan", "di", "jumlah", "kab", "kabupaten"}
    | {"lebak", "menurut", "oleh", "pada", "per", "persen", "persentase", "rekap", "rekapitulasi", "serta"}
    | {"statistik", "tahun", "total", "untuk", "yang"}
)
_SAME = {"prosentase": "persentase", "kec": "kecamatan", "wanita": "perempuan"}


class Double(NamedTuple):
    """Two keys whose titles look alike, and how much: 1 is the same words."""

    first: str
    second: str
    alike: float


def words_of(title: str) -> frozenset[str]:
    """The words of a title that say what it is about."""
    words: list[str] = _WORD.findall(title.casefold())
    found = {_SAME.get(word, word) for word in words}
    return frozenset(found - _EMPTY) or frozenset(found)


def alike(first: frozenset[str], second: frozenset[str]) -> float:
    """How much two sets of words have in common, from 0 to 1."""
    every = len(first | second)
    return len(first & second) / every if every else 0.0


def doubles(titles: Mapping[str, str], owners: Mapping[str, str], others: Iterable[str] = ()) -> list[Double]:
    """Pairs of titles of different owners that look alike, the most alike first.

    Args:
        titles: By key.
        owners: The office, by key.
        others: Keys that are compared with the rest, not with each other.
    """
    told = {key: words_of(title) for key, title in titles.items()}
    often = Counter(word for words in told.values() for word in words)
    apart = frozenset(others)
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    found: list[Double] = []
    for key in sorted(told, key=lambda each: (each in apart, each)):
        for word in _rarest(told[key], often):
            for other in by_word[word]:
                pair = (other, key)
                if owners[other] == owners[key] or pair in seen or (key in apart and other in apart):
                    continue
                seen.add(pair)
                share = alike(told[other], told[key])
                if share >= LIKELY:
                    found.append(Double(other, key, share))
            by_word[word].append(key)
    return sorted(found, key=lambda double: (-double.alike, double.first, double.second))


def clusters(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Keys that are alike, each in one group: in pairs, sixty titles that are the same fill a page of 1,770 lines.

    Args:
        pairs: Of keys.

    Returns:
        The groups, and in each its keys, in the order in which the pairs name them first.
    """
    group_of: dict[str, list[str]] = {}
    for first, second in pairs:
        one, other = (group_of.setdefault(key, [key]) for key in (first, second))
        if one is not other:
            one.extend(other)
            group_of.update(dict.fromkeys(other, one))
    return list({id(group): group for group in group_of.values()}.values())


def _rarest(words: frozenset[str], often: Mapping[str, int]) -> list[str]:
    """So many of the words that two titles with `LIKELY` in common share one of them: most pairs are never compared."""
    ordered = sorted(words, key=lambda word: (often[word], word))
    return ordered[: len(ordered) - math.ceil(LIKELY * len(ordered)) + 1]
