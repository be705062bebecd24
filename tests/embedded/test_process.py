"""A process is known by more than its number."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.problem import Problem
from embedded.process import Daemon, free_port, identity, port_is_free

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that nobody of us started through a Daemon."""
    process = subprocess.Popen(SLEEP)
    yield process
    process.kill()
    process.wait()


def test_a_started_process_is_found_again_and_stopped(tmp_path: Path) -> None:
    Daemon("sleeper", tmp_path).start(SLEEP, lambda: True)
    again = Daemon("sleeper", tmp_path)
    pid = again.pid
    assert pid is not None
    assert again.stop()
    assert identity(pid) is None
    assert not again.stop()


def test_a_second_start_keeps_the_running_process(tmp_path: Path) -> None:
    daemon = Daemon("sleeper", tmp_path)
    daemon.start(SLEEP, lambda: True)
    first = daemon.pid
    daemon.start(SLEEP, lambda: True)
    assert daemon.pid == first
    daemon.stop()


def test_a_stale_record_never_stops_a_stranger(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    daemon = Daemon("sleeper", tmp_path)
    daemon.record.parent.mkdir()
    daemon.record.write_text(json.dumps({"pid": stranger.pid, "identity": "an earlier boot:12345"}))
    assert daemon.pid is None
    assert not daemon.stop()
    assert stranger.poll() is None


def test_the_children_of_a_killed_process_end_too(tmp_path: Path) -> None:
    note = tmp_path / "child"
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"child = subprocess.Popen({SLEEP!r}); open({str(note)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    daemon = Daemon("stubborn", tmp_path, patience=0.5)
    daemon.start([sys.executable, "-c", stubborn], lambda: note.exists() and note.read_text() != "")
    child = int(note.read_text())
    assert identity(child) is not None
    daemon.stop()
    assert identity(child) is None


def test_a_process_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such thing"):
        Daemon("short", tmp_path).start([sys.executable, "-c", "raise SystemExit('no such thing')"], lambda: False)


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port_is_free(taken.getsockname()[1])
    assert port_is_free(free_port())
