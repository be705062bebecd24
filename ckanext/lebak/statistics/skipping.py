"""Which questions of a form are asked, given the answers to others. Pure.

A question may be asked only if others have certain answers (``ditanyakan_jika``): all of them, one of the codes each.
What depends on a question that is not asked is not asked either. The same rule is in ``assets/js/lebak-skips.js``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

Condition = Mapping[str, tuple[str, ...]]
"""Codes by the name of the field that must have one of them; empty: always."""

STAGE, CARRIED_OUT = "tahap_kegiatan", "realisasi"
"""The field that says how far an activity is, and the code of one that was carried out."""


class Asked(Protocol):
    """What `asked` needs to know of a question."""

    @property
    def key(self) -> str:
        """Name of its field."""
        ...

    @property
    def condition(self) -> Condition:
        """When it is asked."""
        ...


def asked_if(field: Mapping[str, Any]) -> Condition:
    """When a field of a schema is asked (``ditanyakan_jika``, and ``langkah: realisasi``)."""
    stage = {STAGE: (CARRIED_OUT,)} if field.get("langkah") == CARRIED_OUT else {}
    return {**stage, **condition(field.get("ditanyakan_jika"))}


def condition(stated: Any) -> Condition:
    """A condition as a schema states it: ``{cara_pengumpulan_data: ["2"]}``; a single code may stand alone."""
    return {
        other: (str(codes),) if isinstance(codes, (str, int)) else tuple(str(code) for code in codes)
        for other, codes in (stated if isinstance(stated, Mapping) else {}).items()
    }


def is_met(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Whether all fields of a condition have one of its codes."""
    return all(one_of(answers.get(other), codes) for other, codes in condition.items())


def one_of(answer: Any, codes: Collection[str]) -> bool:
    """Whether an answer, of one code or several, holds one of some codes."""
    return not codes_of(answer).isdisjoint(codes)


def codes_of(answer: Any) -> frozenset[str]:
    """The codes of an answer as it is stored (text, or JSON text of a list), posted (text or list) or shown (list)."""
    if isinstance(answer, str) and answer.startswith("["):
        try:
            answer = json.loads(answer)
        except ValueError:
            return frozenset({answer})
    many = answer if isinstance(answer, (list, tuple)) else [answer]
    return frozenset(str(each) for each in many if isinstance(each, (str, int)) and each != "")


def asked(questions: Iterable[Asked], answers: Mapping[str, Any]) -> frozenset[str]:
    """The keys of the questions that are asked.

    Args:
        questions: In the order of the form: a question stands after those that it depends on.
        answers: By key. Answers to questions that are not asked do not count.
    """
    heard = dict(answers)
    found = set()
    for question in questions:
        if is_met(question.condition, heard):
            found.add(question.key)
        else:
            heard.pop(question.key, None)
    return frozenset(found)


def not_asked(questions: Iterable[Asked], answers: Mapping[str, Any]) -> frozenset[str]:
    """The keys of the questions that are not asked, as `asked`."""
    listed = list(questions)
    return frozenset(question.key for question in listed) - asked(listed, answers)
