"""The rule who may take a file: every combination of what it knows."""

from __future__ import annotations

import itertools

import pytest

from ckanext.lebak.files.access import Facts, is_proposed, reason
from ckanext.lebak.people.capacities import KOORDINATOR, PEMBINA, WALIDATA

CAPACITIES = [frozenset(), *(frozenset({name}) for name in (WALIDATA, PEMBINA, KOORDINATOR))]
ALL = [
    Facts(*values)
    for values in itertools.product(
        ("", "terbuka", "terbatas", "tertutup", "asing"),
        (True, False),
        (True, False),
        (True, False),
        CAPACITIES,
        (True, False),
    )
]


@pytest.mark.parametrize("facts", ALL, ids=str)
def test_the_rule(facts: Facts) -> None:
    insider = facts.in_office or WALIDATA in facts.capacities
    if not facts.public:
        expected = facts.sees_record
    elif facts.access in ("", "terbuka"):
        expected = True
    elif facts.access == "terbatas":
        expected = insider or PEMBINA in facts.capacities or facts.approved
    else:
        expected = insider
    assert (reason(facts) is not None) is expected


def test_the_reason_names_what_it_rests_on() -> None:
    assert reason(Facts("terbuka", public=True)) == "open"
    assert reason(Facts("terbatas", public=True, in_office=True, approved=True)) == "office"
    assert reason(Facts("terbatas", public=True, capacities=frozenset({WALIDATA}))) == "capacity"
    assert reason(Facts("terbatas", public=True, approved=True)) == "approval"
    assert reason(Facts("terbatas", public=False, sees_record=True)) == "record"


def test_a_restriction_is_proposed_until_its_decision_is_whole() -> None:
    decided = dict.fromkeys(
        ("alasan_akses", "dasar_hukum_akses", "rujukan_keputusan_akses", "tanggal_tinjau_akses"), "simulasi"
    )
    assert is_proposed({"accessRights": "terbatas"})
    assert is_proposed({"accessRights": "tertutup", **decided, "alasan_akses": ""})
    assert not is_proposed({"accessRights": "terbatas", **decided})
    assert not is_proposed({"accessRights": "terbuka"})
    assert not is_proposed({})
