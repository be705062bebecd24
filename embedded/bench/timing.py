"""Times of things that are measured in turns, so that what else the machine does meets all of them alike."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from typing import Any


class Timings:
    """Seconds by what took them."""

    def __init__(self) -> None:
        self._seconds: defaultdict[Hashable, list[float]] = defaultdict(list)

    def add(self, what: Hashable, seconds: float) -> None:
        """Notes one measurement."""
        self._seconds[what].append(seconds)

    def median(self, what: Hashable) -> float:
        """The middle one of the measurements."""
        return statistics.median(self._seconds[what])


def in_turns(timings: Timings, rounds: int, shots: Mapping[Any, tuple[int, Callable[[], float]]]) -> None:
    """Measures several things in turns.

    Args:
        timings: Where the measurements go.
        rounds: How many turns.
        shots: For each thing, how often it is measured in a turn, and how; the callable returns seconds.
    """
    for _ in range(rounds):
        for what, (times, shot) in shots.items():
            for _ in range(times):
                timings.add(what, shot())
