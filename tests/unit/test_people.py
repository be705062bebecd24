"""The rules on people, without any service: who may change whom, what can be granted, what the catalog starts with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from ckan.exceptions import CkanConfigurationException
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.people.granting import Span, Wish, check
from ckanext.lebak.people.membership import Actor
from ckanext.lebak.people.membership import check as check_member
from ckanext.lebak.people.refusal import Refused
from ckanext.lebak.people.starting import MUST, refuse_unsafe
from embedded.config import SAFE

TODAY = dt.date(2026, 11, 25)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 2, 10))


@st.composite
def spans(draw: Any) -> Span:
    since = draw(DAYS)
    return Span(since, draw(st.none() | st.dates(since, dt.date(2026, 2, 20))))


@given(spans(), spans())
def test_spans_overlap_when_they_share_a_day(one: Span, other: Span) -> None:
    end = dt.date(2026, 3, 1)
    days = [
        {span.since + dt.timedelta(n) for n in range(((span.until or end) - span.since).days + 1)}
        for span in (one, other)
    ]
    assert one.overlaps(other) == other.overlaps(one) == bool(days[0] & days[1])


def test_nobody_grants_to_themself() -> None:
    for person in ("siti", "budi"):
        wish = Wish("walidata", person, "siti", Span(TODAY))
        refused = refusal(lambda wish=wish: check(wish, roles=["walidata"], held=[], stood_in=[], today=TODAY))
        assert (refused.field if refused else None) == ("user" if person == "siti" else None)


def refusal(rule: Callable[[], None]) -> Refused | None:
    try:
        rule()
    except Refused as refused:
        return refused
    return None


ACTORS = st.builds(Actor, oversees=st.booleans(), heads=st.booleans(), own=st.booleans())
CAPACITIES = st.sampled_from([None, "member", "editor", "admin"])


@given(ACTORS, CAPACITIES, CAPACITIES)
def test_who_changes_a_membership(actor: Actor, before: str | None, after: str | None) -> None:
    order = [None, "member", "editor", "admin"]
    raises = order.index(after) > order.index(before)
    about_head = "admin" in (before, after) and before != after
    allowed = (actor.oversees or (actor.heads and not about_head)) and not (actor.own and raises)
    assert (refusal(lambda: check_member(actor, before, after)) is None) == allowed


@given(st.text(max_size=12))
def test_a_capacity_that_ckan_does_not_know_is_refused(capacity: str) -> None:
    if capacity not in ("member", "editor", "admin"):
        with pytest.raises(Refused):
            check_member(Actor(oversees=True), None, capacity)


@pytest.mark.parametrize("option", MUST)
@pytest.mark.parametrize("value", [True, "true", "yes", "1"])
def test_the_catalog_does_not_start_with_a_way_round(option: str, value: Any) -> None:
    with pytest.raises(CkanConfigurationException, match=option) as refused:
        refuse_unsafe({**SAFE, option: value})
    assert f"set {option} = false" in str(refused.value)


def test_it_starts_with_the_settings_of_a_site_of_ours() -> None:
    refuse_unsafe(SAFE)
    refuse_unsafe({})
