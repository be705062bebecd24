"""``ckan lebak feed``, as an operator calls it."""

from __future__ import annotations

import builtins
import gzip
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from rdflib import Graph
from rdflib.namespace import DCAT, RDF

from ckanext.lebak.cli import lebak
from ckanext.lebak.feed import restoring
from ckanext.lebak.feed.model import FeedChange
from tests.sdi_factory import complete_resource

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Do = Callable[..., Any]


@pytest.fixture
def run(cli: Any) -> Callable[..., Any]:
    """Runs the command and checks how it ends."""

    def ran(*arguments: str | Path, ends: int = 0) -> str:
        result = cli.invoke(lebak, ["feed", *map(str, arguments)], catch_exceptions=False)
        assert result.exit_code == ends, result.output
        return result.output

    return ran


def test_the_commands(run: Do, save: Do, tmp_path: Path) -> None:
    assert "Nothing is published yet" in run("status")
    first, second = save(), save()
    assert "2 published, 0 gone, 0 set aside" in run("rebuild", "--processes", "1")
    assert "0 published, 0 gone" in run("rebuild", "--processes", "1")
    assert "Records: 2," in run("status")
    assert "agree on 2 records" in run("check")

    for name in ("katalog.nt", "katalog.ttl", "katalog.jsonld.gz", "katalog.xml"):
        run("dump", tmp_path / name)
        data = (tmp_path / name).read_bytes()
        format_ = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld", "xml": "xml"}[name.split(".")[1]]
        graph = Graph().parse(data=gzip.decompress(data) if name.endswith(".gz") else data, format=format_)
        assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 2
    assert "Say the format" in run("dump", tmp_path / "katalog", ends=1)
    run("dump", tmp_path / "katalog", "--format", "nt")
    assert (tmp_path / "katalog").read_bytes() == (tmp_path / "katalog.nt").read_bytes()
    assert len(list(tmp_path.iterdir())) == 5

    assert "No violation" in run("validate")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
        "<urn:x> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .",
        encoding="utf-8",
    )
    told = run("validate", "--shapes", shapes, ends=1)
    assert "2 violations" in told
    assert first["id"] in told

    told = run("score")
    assert f"{first['name']}: " in told
    assert "in 2 records" in told
    assert second["name"] not in run("score", first["name"])
    assert "There is no public record" in run("score", "tidak-ada", ends=1)


def test_what_differs_or_is_set_aside_ends_with_1(run: Do, save: Do) -> None:
    changed, bad = save(), save()
    run("rebuild", "--processes", "1")
    engine = model.meta.engine
    assert engine is not None

    def update(id_: str, **values: Any) -> None:
        with engine.begin() as connection:
            connection.execute(sa.update(model.Package).where(model.Package.id == id_).values(**values))
            connection.execute(sa.delete(FeedChange))

    update(changed["id"], title="SIMULASI diubah langsung")
    told = run("check", ends=1)
    assert f"feed: stale: {changed['id']}" in told
    assert f"search index: stale: {changed['id']}" in told
    assert "published again" in run("check", "--repair")
    assert "agree on 2 records" in run("check")

    update(bad["id"], notes="x" * 1_000_001)
    told = run("check", "--repair", ends=1)
    assert f"set aside: {bad['id']}: The record is too long" in told
    assert "Set aside: 1, in part: 0" in run("status")


def test_what_cannot_be_indexed_is_told(run: Do, save: Do) -> None:
    bad = save()
    run("rebuild", "--processes", "1")
    assert model.meta.engine is not None
    with model.meta.engine.begin() as connection:
        none = {"metadata_modified": None}
        connection.execute(sa.update(model.Package).where(model.Package.id == bad["id"]).values(**none))
    told = run("check", "--repair", ends=1)
    assert f"cannot take in {bad['id']}: AttributeError" in told
    assert "published again, but for what is told here." in told
    assert "open the dataset for editing and save it" in told


def test_without_the_search_the_feed_is_checked(run: Do, save: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    save()
    monkeypatch.setitem(tk.config, "solr_url", "http://127.0.0.1:1/solr/none")
    for options in ((), ("--repair",)):
        told = run("check", *options, ends=1)
        assert "The search does not answer" in told
        assert "agree" not in told
        assert "published again" not in told


def test_validation_says_what_it_needs(run: Do, save: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "pyshacl":
            raise ImportError(name)
        return found(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'ckanext-lebak[shacl]'" in run("validate", ends=1)


def test_what_cannot_be_done_is_a_sentence(run: Do, save: Do, tmp_path: Path) -> None:
    save()
    assert "There is no folder" in run("dump", tmp_path / "no" / "such" / "x.ttl", ends=1)
    assert "cannot be written" in run("dump", tmp_path / f"{'x' * 300}.ttl", ends=1)
    assert "--processes" in run("rebuild", "--processes", "0", ends=2)
    shapes = tmp_path / "shapes.ttl"
    for content, said in (
        (b"this is no Turtle", "cannot be read as Turtle"),
        (b"\xff\xfe\x00", "cannot be read as Turtle"),
        (
            b"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
            b'<urn:x> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property [ sh:path "x" ; sh:minCount 1 ] .',
            "The shapes cannot be applied",
        ),
    ):
        shapes.write_bytes(content)
        assert said in run("validate", "--shapes", shapes, ends=1)
    assert list(tmp_path.iterdir()) == [shapes]


class _Files(BaseHTTPRequestHandler):
    """Has one file, and says so."""

    asked: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path == "/ada.csv" else 404)
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Says nothing."""


def test_the_score_asks_the_addresses_of_the_files(run: Do, save: Do) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        there, gone, away = (
            save(resources=[complete_resource(url=url)])["name"]
            for url in (
                f"http://127.0.0.1:{server.server_port}/ada.csv",
                f"http://127.0.0.1:{server.server_port}/hilang.csv",
                "http://127.0.0.1:1/mati.csv",
            )
        )
        presumed = {name: points(run("score", name)) for name in (there, gone, away)}
        assert _Files.asked == []
        assert len(set(presumed.values())) == 1
        asked = {name: run("score", "--ask", name) for name in (there, gone, away)}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert set(_Files.asked) == {"/ada.csv", "/hilang.csv"}
    assert points(asked[there]) == presumed[there]
    assert points(asked[gone]) == points(asked[away]) < presumed[there]
    assert "http://127.0.0.1:1/mati.csv" in asked[away]


def points(told: str) -> float:
    [line] = [line for line in told.splitlines() if "/405" in line]
    return float(line.partition(": ")[2].partition("/")[0])


def test_an_interrupted_dump_leaves_the_old_file(
    run: Do, save: Do, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save()
    file = tmp_path / "katalog.ttl"
    run("dump", file)
    before = file.read_bytes()

    def interrupted(*_arguments: Any) -> Any:
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr("ckanext.lebak.feed.reading.everything", interrupted)
    run("dump", file, ends=1)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_after_a_restored_backup_the_stream_goes_on_above_all_numbers(run: Callable[..., Any], save: Do) -> None:
    save()
    run("rebuild")
    before = run("status")
    assert "1 records wait to be published under new numbers" in run("advance")
    assert "1 published" in run("rebuild")
    numbers = [int(found) for told in (before, run("status")) for found in re.findall(r"in snapshot (\d+)", told)]
    assert numbers[1] > numbers[0] + restoring.LEAP
