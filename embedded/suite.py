"""The phases of `make test`, on a stack of their own that begins empty and ends with them.

=============  =====================  ================================================================================
phase          tests                  what it runs on
=============  =====================  ================================================================================
unit           ``tests/unit``         nothing: no service, no CKAN plugin of pytest
embedded       ``tests/embedded``,    stacks that the tests make themselves; a built wheel
               ``test_packaging.py``
integration    the rest of ``tests``  CKAN's fixtures, with databases, a Solr core and a Redis number of their own
release        ``tests/release``      the same, with others of their own: they are as many as all the rest
e2e            ``tests/e2e``          a running site and a browser
interop        ``tests/interop``      two running sites
=============  =====================  ================================================================================

Two run at a time, for two cores, the longest first; each has its own log, printed when it ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from embedded.site import Site, stop_all
from embedded.stack import ROOT, Stack

#: Names the stack of the running `make test` to the fixtures of the tests.
STACK_VARIABLE = "LEBAK_TEST_STACK"
NO_CKAN = ("-p", "no:ckan", "-p", "no:ckan_fixtures")
#: pytest's exit code for "no test was chosen", which is no failure where -k or -m chose from several phases.
NOTHING_CHOSEN = 5
BROWSER = ("chromium", "chromedriver")
LANES = 2


@dataclass(frozen=True)
class Phase:
    """Some of the tests and how pytest is to run them.

    Attributes:
        name: Of the phase.
        paths: Its tests.
        options: For pytest.
        needs_stack: Whether it runs on the services of the run.
        site: Name of the site whose settings CKAN's fixtures use; empty for tests without them.
    """

    name: str
    paths: tuple[str, ...]
    options: tuple[str, ...] = NO_CKAN
    needs_stack: bool = True
    site: str = ""

    def owns(self, path: str) -> bool:
        """Tells whether a path given by a person belongs to this phase."""
        file = Path(path.partition("::")[0])
        return any(file == Path(own) or Path(own) in file.parents for own in self.paths)


UNIT = Phase("unit", ("tests/unit",), needs_stack=False)
EMBEDDED = Phase("embedded", ("tests/embedded", "tests/test_packaging.py"), needs_stack=False)
E2E = Phase("e2e", ("tests/e2e",))
INTEROP = Phase("interop", ("tests/interop",))
RELEASE = Phase("release", ("tests/release",), (), site="release")
INTEGRATION = Phase(
    "integration",
    ("tests",),
    tuple(f"--ignore={path}" for phase in (UNIT, EMBEDDED, RELEASE, E2E, INTEROP) for path in phase.paths),
    site="integration",
)
PHASES = (RELEASE, INTEGRATION, E2E, UNIT, INTEROP, EMBEDDED)
"""The longest first."""


@dataclass
class Run:
    """One run of the tests.

    Attributes:
        stack: Where they run.
        options: Options for pytest.
        results: Exit codes by phase, as phases end.
    """

    stack: Stack
    options: tuple[str, ...] = ()
    results: dict[str, int] = field(default_factory=dict)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _ending: bool = False

    def phases(self, chosen: Mapping[Phase, list[str]]) -> None:
        """Runs the phases in lanes: whichever has ended one takes the next."""
        waiting = deque(chosen.items())
        quiet = len(chosen) > 1
        with ThreadPoolExecutor(LANES) as pool:
            try:
                for lane in [pool.submit(self._lane, waiting, quiet) for _ in range(LANES)]:
                    lane.result()
            except BaseException:
                self._end_tests()  # or the pool would wait for them
                raise

    def end(self) -> None:
        """Ends what still runs: pytest, sites, services."""
        self._end_tests()
        stop_all(self.stack)

    def _lane(self, waiting: deque[tuple[Phase, list[str]]], quiet: bool) -> None:
        while waiting and not self._ending:
            try:
                phase, paths = waiting.popleft()
            except IndexError:  # the other lane was quicker
                return
            self._phase(phase, paths, quiet=quiet)

    def _phase(self, phase: Phase, paths: list[str], *, quiet: bool) -> None:
        """Runs one phase; when `quiet`, its output goes to a log that is printed at the end."""
        _say(f"== {phase.name} ...")
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-p", "embedded.libmagic", *phase.options, *self.options, *paths]
        if phase.site:
            command.append(f"--ckan-ini={fixtures_site(self.stack, phase.site).ini}")
        log = self.stack.folder / "log" / f"phase-{phase.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output if quiet else None,
                stderr=subprocess.STDOUT if quiet else None,
                env={**os.environ, STACK_VARIABLE: self.stack.name},
            )
            self._processes.append(process)
            code = process.wait()
        if quiet:
            _say(log.read_text(errors="replace"))
        self.results[phase.name] = 0 if code == NOTHING_CHOSEN and self.options else code
        verdict = "FAILED" if self.results[phase.name] else "passed"
        _say(f"== {phase.name}: {verdict}, {time.monotonic() - began:.0f} s")

    def _end_tests(self) -> None:
        self._ending = True
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self._processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def fixtures_site(stack: Stack, name: str) -> Site:
    """Returns a site whose settings CKAN's fixtures use: test.ini with the addresses of `stack`, tables made."""
    site = Site(stack, name, base=ROOT / "test.ini", settings={"ckan.site_url": "http://test.ckan.net"})
    site.init()
    return site


def run(arguments: list[str], instance: str = "dev") -> int:
    """Runs all tests, or those that `arguments` choose, and returns an exit code.

    Args:
        arguments: Paths of tests, and options for pytest. With paths, the databases of the last such run are used
            again, which saves their making.
        instance: Names the stack, so that several people can test in one clone.
    """
    stack = Stack("test" if instance == "dev" else f"test-{instance}", durable=False)
    paths = [part for part in arguments if Path(part).parts[:1] == ("tests",)]
    chosen = choose(paths)
    signal.signal(signal.SIGTERM, _interrupt)
    refusal = "Another make test is at work in this clone: wait for it, or name yours: make test INSTANCE=two"
    began = time.monotonic()
    with stack.lock(refusal=refusal):
        this = Run(stack, tuple(part for part in arguments if part not in paths))
        Run(stack).end()  # what a killed run may have left
        if not paths:
            stack.forget()
        try:
            if any(phase.needs_stack for phase in chosen):
                stack.start(_say)
            if E2E in chosen:
                ensure_browser(_say)
            this.phases(chosen)
        finally:
            this.end()
    failed = [name for name, code in this.results.items() if code]
    verdict = f"{', '.join(failed)} failed" if failed else "all phases passed"
    _say(f"make test: {verdict}, {time.monotonic() - began:.0f} s")
    return 1 if failed or not this.results else 0


def choose(paths: list[str]) -> dict[Phase, list[str]]:
    """Returns the phases to run, each with its paths; without paths, everything there is."""
    if not paths or "tests" in (str(Path(path)) for path in paths):
        everything = {phase: [path for path in phase.paths if (ROOT / path).exists()] for phase in PHASES}
        return {phase: own for phase, own in everything.items() if own}
    chosen: dict[Phase, list[str]] = {}
    for path in paths:
        owner = next((phase for phase in PHASES if phase is not INTEGRATION and phase.owns(path)), INTEGRATION)
        chosen.setdefault(owner, []).append(path)
    return chosen


def ensure_browser(say: Callable[[str], None]) -> None:
    """Sees to it that Chromium and its driver are there, or says in one line how to get them.

    As root on Debian and its kin they are installed; elsewhere the browser tests skip (and `.ci/run` fails).
    """
    if all(shutil.which(program) for program in BROWSER):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests ...")
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "check": False}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=environment, **quiet)
        install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "chromium-driver"]
        subprocess.run(install, env=environment, **quiet)
    if not all(shutil.which(program) for program in BROWSER):
        say("No Chromium: the browser tests are skipped (apt install chromium chromium-driver brings it).")


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)
