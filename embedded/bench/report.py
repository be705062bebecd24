"""How the numbers are told: one line each, with what they are compared with, the goal, and whether it is met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """What a number has to be.

    Attributes:
        limit: The number it is compared with.
        upper: Whether that is the most (else the least) it may be.
    """

    limit: float
    upper: bool = False

    def met(self, value: float) -> bool:
        """Tells whether a number is as it has to be."""
        return value <= self.limit if self.upper else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.upper else '>='} {figure(self.limit)}"


def at_least(limit: float) -> Goal:
    """The goal of a number that may be larger."""
    return Goal(limit)


def at_most(limit: float) -> Goal:
    """The goal of a number that may be smaller."""
    return Goal(limit, upper=True)


def figure(value: float) -> str:
    """Returns a number with three digits that say something: 31,250 and 0.0312, not 31250.4 and 0.03125."""
    if value and abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}"


@dataclass
class Report:
    """The lines of a run.

    Attributes:
        say: Called with each line as it is known.
        missed: What did not meet its goal.
    """

    say: Callable[[str], None]
    missed: list[str] = field(default_factory=list)
    _title: str = ""

    def head(self, title: str) -> None:
        """Begins a group of lines."""
        self._title = title
        self.say(f"\n{title}")

    def compare(
        self,
        what: str,
        ours: float,
        other: float,
        ratio: float,
        unit: str,
        *,
        goal: Goal | None = None,
        beside: str = "",
    ) -> None:
        """Tells a number beside another one, with their ratio, which is what the goal is about.

        Args:
            what: What was measured.
            ours: Our number.
            other: The number it is compared with.
            ratio: How many times better, or more, ours is.
            unit: Of both numbers.
            goal: What the ratio has to be.
            beside: What the other number is.
        """
        compared = f"{beside or 'stock'} {figure(other)} {unit}"
        self._line(what, f"{figure(ours)} {unit}", compared, f"{figure(ratio)} x", ratio, goal)

    def tell(self, what: str, value: float, unit: str, *, goal: Goal | None = None) -> None:
        """Tells a number that is compared with its goal only."""
        self._line(what, f"{figure(value)} {unit}", "", "", value, goal)

    def end(self) -> int:
        """Says what was missed; returns 0 when nothing was, else 1."""
        self.say(f"\n{len(self.missed)} goals are missed:" if self.missed else "\nEvery goal is met.")
        for what in self.missed:
            self.say(f"  {what}")
        return 1 if self.missed else 0

    def _line(self, what: str, ours: str, other: str, ratio: str, judged: float, goal: Goal | None) -> None:
        verdict = ""
        if goal is not None:
            verdict = f"{goal!s:<10} {'ok' if goal.met(judged) else 'MISSED'}"
            if not goal.met(judged):
                self.missed.append(f"{self._title}: {what.strip()}")
        self.say(f"  {what:<46} {ours:>18}   {other:>26} {ratio:>10}   {verdict}".rstrip())
