"""Who harvested, as it is counted before it is written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ckanext.lebak.feed import visits
from ckanext.lebak.feed.visits import OTHERS, Visits


def test_nothing_is_due_before_time_or_number(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Visits()
    assert not seen.due
    for _ in range(99):
        seen.note("a harvester", "catalog.ttl", 200)
    assert not seen.due
    seen.note("a harvester", "catalog.ttl", 200)
    assert seen.due
    early = Visits()
    monkeypatch.setattr(visits, "_SECONDS", 0)
    assert not early.due
    early.note("a harvester", "catalog.ttl", 200)
    assert early.due


def test_database_that_is_away_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    away = sa.create_engine("postgresql://nobody@127.0.0.1:1/none")
    seen = Visits()
    seen.note("a harvester", "catalog.ttl", 200)
    seen.write(away)
    assert "1 answers are not counted" in caplog.text
    caplog.clear()
    seen.write(away)  # there is nothing left to write
    assert not caplog.text


def test_ever_new_agents_are_counted_together() -> None:
    seen = Visits()
    for number in range(1000):
        seen.note(f"agent {number}", "catalog.ttl", 200)
    counts = seen.counted()
    assert len(counts) <= 201
    assert sum(count.requests for count in counts.values()) == 1000
    assert {key.agent for key in counts} >= {"agent 0", OTHERS}


def test_agent_is_short_and_fit_for_the_database() -> None:
    seen = Visits()
    seen.note("a\x00b" + "c" * 500, "catalog.ttl", 304)
    seen.note("", "catalog.ttl", 503)
    agents = {key.agent: count for key, count in seen.counted().items()}
    assert set(agents) == {"ab" + "c" * 118, "-"}
    assert (agents["-"].errors, agents["-"].unchanged) == (1, 0)
    assert (agents["ab" + "c" * 118].errors, agents["ab" + "c" * 118].unchanged) == (0, 1)
