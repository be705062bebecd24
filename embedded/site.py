"""One CKAN site on a stack: its databases, its Solr core, its Redis number, its configuration, its processes.

site = Site(stack, "receiver", plugins=("harvest", "ckan_harvester"), settings={"ckan.locale_default": "en"})
site.init()                     # databases, core, configuration, migrations
site.start()                    # web and worker; returns when the site answers
site.ckan("user", "list")       # any ckan command; returns what it printed
requests.get(site.url + "/api/3/action/status_show")
site.stop()
"""

from __future__ import annotations

import hashlib
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

import requests

from embedded import config
from embedded.problem import Problem
from embedded.process import Daemon, free_port, port_is_free
from embedded.stack import ROOT, Stack


def datastore_permissions(main: str, datastore: str, writer: str, reader: str) -> str:
    """Returns what ``ckan datastore set-permissions`` prints for these databases and roles, without starting CKAN."""
    script = (resources.files("ckanext.datastore") / "set_permissions.sql").read_text()
    names = {"maindb": main, "datastoredb": datastore, "mainuser": writer, "writeuser": writer, "readuser": reader}
    return script.format(**{key: f'"{name}"' for key, name in names.items()})


class CommandFailed(Problem):
    """A ckan command ended with an error; the text is all it said."""


class Site:
    """One CKAN site.

    Args:
        stack: The services it uses.
        name: Names the folder, the databases and the Solr core; lower-case letters, digits and ``_``.
        plugins: The plugins, in CKAN's order.
        settings: Settings in addition to, or instead of, those of `config`.
        port: The port of the web; without one the port of the last start, or a free one.
        workers: Processes of the web server, with four threads each.
        base: An ini file to extend instead of the settings of `config` (the tests' ``test.ini``).
        open_gate: Whether the gate of releases is open in it (`embedded.opened`).
    """

    def __init__(
        self,
        stack: Stack,
        name: str,
        *,
        plugins: Iterable[str] = config.PLUGINS,
        settings: Mapping[str, str] | None = None,
        port: int | None = None,
        workers: int = 1,
        base: Path | None = None,
        open_gate: bool = False,
    ) -> None:
        self.stack = stack
        self.name = name
        self.plugins = tuple(plugins)
        self.settings = dict(settings or {})
        self.workers = workers
        self.base = base
        self._programs = "embedded.opened" if open_gate else "embedded"
        self.folder = stack.folder / name
        self.ini = self.folder / "ckan.ini"
        self.web = Daemon("web", self.folder)
        # A worker ends after the job it has in hand, so it gets more time than the web.
        self.worker = Daemon("worker", self.folder, patience=30)
        self._wanted_port = port

    @property
    def port(self) -> int:
        """The port of the web: the wanted one, else the last one, else a free one, kept from then on."""
        kept = self.folder / "port"
        if self._wanted_port is None:
            self._wanted_port = int(kept.read_text()) if kept.exists() else free_port()
        return self._wanted_port

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """The address of the main database, for those who look at it from outside CKAN."""
        return self.stack.postgres.url(self.name, self.name, config.site_secrets(self.folder)["database"])

    def services(self) -> dict[str, str]:
        """Returns the settings that name this site's data: databases, Solr core, Redis number, files."""
        known = config.site_secrets(self.folder)
        url = self.stack.postgres.url
        datastore = f"{self.name}_datastore"
        return {
            "ckan.site_id": self.name,
            "sqlalchemy.url": self.database_url,
            "ckan.datastore.write_url": url(datastore, self.name, known["database"]),
            "ckan.datastore.read_url": url(datastore, f"{self.name}_reader", known["datastore"]),
            "solr_url": self.stack.solr.core_url(self.name),
            "ckan.redis.url": self.stack.redis.url(self.stack.redis_number(self.name)),
            "ckan.storage_path": str(self.folder / "storage"),
        }

    def configure(self) -> bool:
        """Writes the configuration; returns whether it differs from the one before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        known = config.site_secrets(self.folder)
        common = {**config.CATALOG, **config.SAFE} if self.base is None else {}
        text = config.ini_text(
            {
                "ckan.site_url": self.url,
                "ckan.plugins": " ".join(self.plugins),
                **self.services(),
                "ckan.webassets.path": str(self.folder / "webassets"),
                **config.secret_settings(known),
                **common,
                **self.settings,
            },
            use=f"config:{self.base}" if self.base else "egg:ckan",
        )
        generated = self.folder / "generated.ini"
        changed = not generated.exists() or generated.read_text() != text
        if changed:
            config.write_private(generated, text)
        if not self.ini.exists():
            config.write_private(self.ini, config.OWN)
        (self.folder / "storage").mkdir(exist_ok=True)
        (self.folder / "port").write_text(str(self.port))
        return changed

    def init(self) -> None:
        """Makes and migrates the databases, makes the core and writes the configuration. May run again."""
        self.configure()
        known = config.site_secrets(self.folder)
        postgres = self.stack.postgres
        reader, datastore = f"{self.name}_reader", f"{self.name}_datastore"
        postgres.create_role(self.name, known["database"])
        postgres.create_role(reader, known["datastore"])
        self.stack.solr.create_core(self.name)
        postgres.create_database(self.name, self.name)
        postgres.create_database(datastore, self.name)
        if not self.migrated:
            self.ckan("db", "upgrade")
            postgres.script(datastore_permissions(self.name, datastore, self.name, reader))
            # The words of CKAN's scripts; `ckan run` builds them, a real web server does not.
            shutil.rmtree(self.folder / "storage" / "i18n", ignore_errors=True)
            self.ckan("translation", "js")
            (self.folder / "migrated").write_text(self.migrations())

    @property
    def migrated(self) -> bool:
        """Whether databases and words are as the code of now needs them."""
        kept = self.folder / "migrated"
        return kept.exists() and kept.read_text() == self.migrations()

    def migrations(self) -> str:
        """Returns a digest of everything that databases and the words of the scripts depend on."""
        digest = hashlib.sha256(" ".join(self.plugins).encode())
        scripts = sorted((ROOT / "ckanext" / "lebak").glob("migration/**/versions/*.py"))
        words = ROOT / "ckanext" / "lebak" / "i18n" / "id" / "LC_MESSAGES" / "ckanext-lebak.po"
        for path in (ROOT / "requirements" / "lock.txt", words, *scripts):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def start(self, *, worker: bool = True, wait: bool = True) -> None:
        """Starts web and worker where they do not run.

        Args:
            worker: Whether background jobs are to be done.
            wait: Whether to return only when the site answers.

        Raises:
            Problem: The port is taken, or the site does not come up.
        """
        environment = {"CKAN_INI": str(self.ini), "PYTHONUNBUFFERED": "1"}
        self.claim_port()
        if worker:
            self.worker.start(self.command("jobs", "worker"), lambda: True, environment=environment)
        self.web.start(
            [
                *(sys.executable, "-m", "gunicorn", f"{self._programs}.wsgi:application", "--chdir", ROOT),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers), "--threads", "4"),
                *("--worker-class", "gthread", "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"),
            ],
            self.answers if wait else lambda: True,
            environment=environment,
            timeout=120,
        )

    def claim_port(self) -> None:
        """Raises a Problem where another program has the port that this site wants."""
        kept = self.folder / "port"
        mine = self.web.pid is not None and kept.exists() and int(kept.read_text()) == self.port
        if not mine and not port_is_free(self.port):
            other = next((port for port in range(self.port + 1, 65536) if port_is_free(port)), free_port())
            raise Problem(
                f"Port {self.port} is taken by another program: choose another one, as in make up PORT={other}"
            )

    def wait(self) -> None:
        """Returns when the site that was started without waiting answers."""
        self.start(worker=False)

    def stop(self) -> list[str]:
        """Stops web and worker; returns the names of what was stopped."""
        return [daemon.name for daemon in (self.web, self.worker) if daemon.stop()]

    def answers(self) -> bool:
        """Tells whether the site answers a request."""
        try:
            return requests.get(f"{self.url}/api/3/action/status_show", timeout=30).ok
        except requests.RequestException:
            return False

    def command(self, *arguments: str) -> list[str]:
        """Returns the command line of a ckan command in this site."""
        return [sys.executable, "-m", f"{self._programs}.command", "-c", str(self.ini), *arguments]

    def ckan(self, *arguments: str, stdin: str = "") -> str:
        """Runs a ckan command in this site and returns what it printed.

        Raises:
            CommandFailed: The command did not end well; the text is all it said.
        """
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CommandFailed(f"ckan {shlex.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def admin_token(self, name: str = "admin") -> str:
        """Makes a sysadmin, with a password that nobody knows, and returns an API token for them."""
        password = secrets.token_urlsafe(24)
        self.ckan("sysadmin", "add", "--create", name, f"email={name}@example.org", f"password={password}")
        return self.ckan("user", "token", "add", "--quiet", name, "tests").strip().splitlines()[-1].strip()

    def forget(self) -> None:
        """Removes the site's databases, core and files; it must be stopped, its stack must run."""
        for database in (self.name, f"{self.name}_datastore"):
            self.stack.postgres.drop_database(database)
        self.stack.solr.drop_core(self.name)
        self.stack.redis.client(self.stack.redis_number(self.name)).flushdb()
        shutil.rmtree(self.folder, ignore_errors=True)


def stop_all(stack: Stack) -> None:
    """Stops all sites of a stack and its services, those too that a killed command left behind."""
    for record in stack.folder.glob("*/run/web.json"):
        Site(stack, record.parent.parent.name).stop()
    stack.stop()
