"""Each test belongs to one phase, and a phase that fails makes the run fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from embedded.stack import ROOT, Stack
from embedded.suite import E2E, EMBEDDED, INTEGRATION, INTEROP, LANES, PHASES, RELEASE, UNIT, Phase, Run, choose


@pytest.mark.parametrize(
    ("path", "phase"),
    [
        ("tests/unit/test_periods.py::test_x", UNIT),
        ("tests/embedded", EMBEDDED),
        ("tests/test_packaging.py", EMBEDDED),
        ("tests/e2e/test_visitor.py", E2E),
        ("tests/interop/", INTEROP),
        ("tests/logic", INTEGRATION),
        ("tests/release/test_doors.py", RELEASE),
        ("tests/test_schemas.py", INTEGRATION),
    ],
)
def test_a_path_belongs_to_its_phase(path: str, phase: Phase) -> None:
    assert choose([path]) == {phase: [path]}


@pytest.mark.parametrize("paths", [[], ["tests"], ["tests/"]])
def test_without_a_choice_every_phase_runs(paths: list[str]) -> None:
    assert list(choose(paths)) == list(PHASES)


def test_every_folder_of_tests_is_in_exactly_one_phase() -> None:
    """What integration ignores must be just what the other phases take."""
    ignored = {option.removeprefix("--ignore=") for option in INTEGRATION.options}
    taken = [path for phase in PHASES if phase is not INTEGRATION for path in phase.paths]
    assert sorted(taken) == sorted(ignored)
    assert all((ROOT / path).exists() for path in taken)


@pytest.fixture
def stack() -> Iterator[Stack]:
    """The stack of a `make test` that a test starts; stopped and forgotten afterwards."""
    stack = Stack(f"test-suite-{os.getpid()}", durable=False)
    yield stack
    stack.stop()
    stack.forget()


def make_test(stack: Stack, *arguments: str) -> subprocess.Popen[str]:
    """Starts `make test` on this stack."""
    return subprocess.Popen(
        [sys.executable, "-m", "embedded", "--instance", stack.name.removeprefix("test-"), "test", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize(("option", "code"), [("--quiet", 0), ("--no-such-option", 1)])
def test_a_failing_phase_fails_the_run(stack: Stack, option: str, code: int) -> None:
    run = make_test(stack, "tests/unit/test_periods.py", option)
    said, _ = run.communicate(timeout=120)
    assert run.returncode == code, said
    assert f"== unit: {'FAILED' if code else 'passed'}" in said


def test_a_lane_takes_the_next_phase_when_it_is_free(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: set[str] = set()
    seen: list[tuple[str, frozenset[str]]] = []

    def take(_run: Run, phase: Phase, _paths: list[str], *, quiet: bool) -> None:
        assert quiet
        at_work.add(phase.name)
        time.sleep(0.5 if phase is INTEGRATION else 0.05)
        seen.append((phase.name, frozenset(at_work)))
        at_work.remove(phase.name)

    monkeypatch.setattr(Run, "_phase", take)
    Run(stack).phases({phase: [] for phase in PHASES})
    assert sorted(name for name, _beside in seen) == sorted(phase.name for phase in PHASES)
    assert all(len(beside) <= LANES for _name, beside in seen)
    assert seen[-1][0] == INTEGRATION.name, "the others went past it"


def test_an_ended_run_leaves_nothing_behind(stack: Stack) -> None:
    run = make_test(stack, "tests/logic")
    give_up = time.monotonic() + 120
    while not stack.running:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < give_up
        time.sleep(0.2)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=120)
    assert run.returncode != 0
    assert [service.daemon.pid for service in stack.services] == [None, None, None]
    assert stack.stop() == []
