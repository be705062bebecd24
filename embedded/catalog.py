"""The site of `make up`: this project's catalog, with its offices and, unless refused, the demonstration data."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from importlib import metadata

from embedded.problem import Problem
from embedded.process import Daemon
from embedded.site import Site
from embedded.stack import ROOT, Stack

#: The port of the first start.
PORT = 5000


class Catalog:
    """The catalog of one instance.

    Args:
        name: The instance: a folder under ``var/``.
        port: The port of the web, where another than the last one is wanted.
        workers: Processes of the web server.
    """

    def __init__(self, name: str = "dev", port: int | None = None, workers: int = 2) -> None:
        self.stack = Stack(name)
        kept = self.stack.folder / "site" / "port"
        if port is None and not kept.exists():
            port = PORT
        self.site = Site(self.stack, "site", port=port, workers=workers)

    def up(self, say: Callable[[str], None], *, demo: bool | None = None) -> None:
        """Brings the catalog up: makes what is missing, starts what does not run, waits until it answers.

        Args:
            say: Called with each line of progress.
            demo: Whether the demonstration data are wanted; None keeps the choice of the last time (at first: yes).
        """
        began = time.monotonic()
        site = self.site
        with self.stack.lock(refusal="Another make command is at work on this catalog: wait for it, then try again."):
            site.claim_port()
            self.stack.start(say)
            if site.configure() and site.web.pid is not None:
                say("The settings changed: starting the web again ...")
                site.stop()
            if not site.migrated:
                say("Making the databases ...")
            site.init()
            site.start(wait=False)
            self._load(say, demo)
            site.wait()
        say(f"The catalog answers at {site.url} (after {time.monotonic() - began:.0f} s).")

    def _load(self, say: Callable[[str], None], demo: bool | None) -> None:
        """Loads offices and demonstration data once; what was loaded is remembered, and so is a refusal."""
        kept = self.site.folder / "loaded.json"
        loaded: dict[str, str | bool] = json.loads(kept.read_text()) if kept.exists() else {}
        before = dict(loaded)
        wanted = demo if demo is not None else bool(loaded.get("demo", True))
        version = metadata.version("ckanext-lebak")
        if loaded.get("offices") != version:
            say("Loading the offices ...")
            self._visible("lebak", "opd", "load")
            loaded["offices"] = version
            kept.write_text(json.dumps(loaded))
        if wanted and loaded.get("demo") is not True:
            say("Loading the demonstration catalog ... (make up DEMO=no starts without it)")
            self._visible("lebak", "demo", "load")
        elif not wanted and loaded.get("demo") is True:
            say("Removing the demonstration catalog ...")
            self._visible("lebak", "demo", "remove")
        loaded["demo"] = wanted
        if loaded != before:
            say("Publishing the feed ...")
            self._visible("lebak", "feed", "rebuild")
        kept.write_text(json.dumps(loaded))

    def down(self) -> list[str]:
        """Stops everything of this instance; returns the names of what was stopped."""
        return [*self.site.stop(), *self.stack.stop()]

    def restart(self) -> None:
        """Starts web and worker again, with the code and the settings of now."""
        self.require_running()
        self.site.stop()
        self.site.configure()
        self.site.start()

    def reset(self) -> None:
        """Stops everything of this instance and forgets its data, settings and secrets."""
        self.down()
        self.stack.forget()

    def ckan(self, arguments: list[str]) -> int:
        """Runs a ckan command in the catalog, with this terminal; returns its exit code."""
        self.require_running()
        return subprocess.run(self.site.command(*arguments), cwd=ROOT, check=False).returncode

    def require_running(self) -> None:
        """Raises a Problem unless the services run."""
        if not self.stack.running:
            raise Problem("The catalog does not run: start it with make up.")

    def status(self) -> list[tuple[str, str, str, str]]:
        """Returns a row for each part: name, state, version, address."""
        stack, site = self.stack, self.site
        ckan = f"CKAN {metadata.version('ckan')}, lebak {metadata.version('ckanext-lebak')}"
        rows: list[tuple[str, Daemon, Callable[[], str], Callable[[], str]]] = [
            ("PostgreSQL", stack.postgres.daemon, stack.postgres.version, lambda: str(stack.postgres.socket)),
            ("Redis", stack.redis.daemon, stack.redis.version, lambda: str(stack.redis.socket)),
            ("Solr", stack.solr.daemon, stack.solr.version, lambda: stack.solr.core_url(site.name)),
            ("web", site.web, lambda: ckan, lambda: site.url),
            ("worker", site.worker, lambda: ckan, lambda: "background jobs"),
        ]
        return [
            (name, f"runs ({daemon.pid})", version(), address()) if daemon.pid else (name, "stopped", "", "")
            for name, daemon, version, address in rows
        ]

    def _visible(self, *arguments: str) -> None:
        if self.ckan(list(arguments)):
            raise Problem(f"ckan {' '.join(arguments)} failed; what it said stands above.")
