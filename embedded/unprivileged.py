"""PostgreSQL refuses to run as root; this finds somebody else for it to be.

A system user of its own comes first. Where that user cannot reach the folder (a clone inside ``/root``, say), Linux
can give the process a user namespace in which root's files are nobody's (`embedded.namespace`). The permissions of the
folders above the clone stay as they are.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from embedded.problem import Problem

#: The system user made for PostgreSQL where root starts it.
SERVICE_USER = "lebak-postgres"


@dataclass(frozen=True)
class Runner:
    """How to run a command that must not be root: `prefix` before it, as `user` and `group` where not None."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def run(self, command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        """Runs a short command to its end and returns it with its output."""
        return subprocess.run(
            [*self.prefix, *command],
            cwd=folder,
            user=self.user,
            group=self.group,
            extra_groups=[] if self.user is not None else None,
            capture_output=True,
            text=True,
            check=False,
        )


def runner(probe: list[str], folder: Path) -> Runner:
    """Returns a way to run programs that own `folder` and are not root.

    Args:
        probe: A harmless command (``postgres --version``) that must work this way.
        folder: The data folder; it is given to the chosen user.

    Raises:
        Problem: Neither a system user nor a user namespace works here.
    """
    if os.geteuid() != 0:
        return Runner()
    account = _service_account()
    if account is not None:
        other = Runner(user=account.pw_uid, group=account.pw_gid)
        _give(folder, account.pw_uid, account.pw_gid)
        if _works(other, probe, folder) and _works(other, ["test", "-w", str(folder)], folder):
            return other
    _give(folder, 0, 0)
    inside = Runner(prefix=(sys.executable, "-I", str(Path(__file__).with_name("namespace.py"))))
    if _works(inside, probe, folder):
        return inside
    raise Problem(
        f"PostgreSQL does not run as root, and no other user may enter {folder}: "
        "move the clone to a folder that everybody may enter (such as /srv), or run the command as an ordinary user."
    )


def _service_account() -> pwd.struct_passwd | None:
    """The account for PostgreSQL, made when missing; None where accounts cannot be made."""
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SERVICE_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return None


def _give(folder: Path, user: int, group: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, group, follow_symlinks=False)


def _works(way: Runner, command: list[str], folder: Path) -> bool:
    try:
        return way.run(command, folder).returncode == 0
    except OSError:
        return False
