"""The client and the commands of docs/feed.md, run as they stand there."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.sdi_factory import complete_dataset
from tests.steps import act, empty

if TYPE_CHECKING:
    from embedded.site import Site

DOCS = Path(__file__).parents[2] / "docs" / "feed.md"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    [source] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path_factory.mktemp("client") / "client.py"
    file.write_text(source, encoding="utf-8")
    return file


class Stream:
    """A change stream of pages that a test makes up, and what was asked of it."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, str]]] = {}
        self.asked: list[str] = []
        stream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stream.asked.append(self.path)
                answers = stream.answers.get(self.path, [(404, "")])
                status, body = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(status)
                if status == 503:
                    self.send_header("Retry-After", "1")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, path: str, *activities: tuple[int, str, str, str | None], following: str = "") -> None:
        """A page with activities: number, kind, record, and its title if it is told."""
        nodes: list[dict[str, Any]] = [
            {
                "@id": f"{self.url}/feed#{number}",
                "@type": [f"as:{kind}"],
                "as:object": [{"@id": record}],
                **({"@graph": [{"@id": record, "dct:title": title}]} if title else {}),
            }
            for number, kind, record, title in activities
        ]
        if following:
            nodes.append({"tree:node": [{"@id": self.url + following}]})
        self.answers[path] = [(200, json.dumps({"@graph": nodes}))]

    def first(self, path: str, *failures: int) -> None:
        """Has a page fail with these statuses before it is given."""
        self.answers[path] = [(status, "") for status in failures] + self.answers.get(path, [])


@pytest.fixture
def stream() -> Iterator[Stream]:
    made = Stream()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def follow(client: Path, stream: Stream, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Runs the client to its end, or to its failure, and returns the titles of its copy."""

    def followed(*, fails: bool = False) -> dict[str, str]:
        stream.asked.clear()
        file = tmp_path / "copy.json"
        ran = subprocess.run([sys.executable, str(client), f"{stream.url}/feed.jsonld", str(file)], timeout=60)
        assert bool(ran.returncode) == fails
        assert not (tmp_path / "copy.json.new").exists()
        records = json.loads(file.read_text(encoding="utf-8"))["records"]
        return {record: nodes[0]["dct:title"] for record, nodes in records.items()}

    return followed


Follow = Callable[..., dict[str, str]]


def test_the_client_waits_where_it_is_told_to(stream: Stream, follow: Follow) -> None:
    stream.put("/feed.jsonld", following="/feed/1")
    stream.put("/feed/1", (1, "Create", "a", "A"))
    stream.first("/feed.jsonld", 503)
    stream.first("/feed/1", 503, 503)
    assert follow() == {"a": "A"}
    assert stream.asked == ["/feed.jsonld"] * 2 + ["/feed/1"] * 3


def test_the_client_keeps_what_it_has_when_it_is_interrupted(stream: Stream, follow: Follow) -> None:
    stream.put("/feed.jsonld", following="/feed/1")
    stream.put("/feed/1", (1, "Create", "a", "A"), following="/feed/2")
    stream.put("/feed/2", (21, "Create", "b", "B"), following="/feed/3")
    stream.put("/feed/3", (41, "Create", "c", "C"))
    stream.first("/feed/3", 500)
    assert follow(fails=True) == {"a": "A", "b": "B"}
    assert follow() == {"a": "A", "b": "B", "c": "C"}
    assert stream.asked == ["/feed/2", "/feed/3"]


@pytest.mark.parametrize("status", [404, 410])
def test_the_client_begins_anew_where_its_page_is_gone(stream: Stream, follow: Follow, status: int) -> None:
    stream.put("/feed.jsonld", following="/feed/9")
    stream.put("/feed/9", (161, "Create", "a", "A"), (162, "Create", "b", "B"))
    assert follow() == {"a": "A", "b": "B"}
    stream.answers["/feed/9"] = [(status, "")]
    stream.put("/feed.jsonld", following="/feed/1")
    stream.put("/feed/1", (1, "Create", "a", "A lain"))
    assert follow() == {"a": "A lain"}
    assert stream.asked == ["/feed/9", "/feed.jsonld", "/feed/1"]
    # A stream that is not there at all, or that leads nowhere, is a failure, and not asked for ever.
    stream.put("/feed/1", (1, "Create", "a", "A lain"), following="/feed/2")
    assert follow(fails=True) == {"a": "A lain"}
    stream.answers.clear()
    assert follow(fails=True) == {"a": "A lain"}


def test_the_client_passes_over_what_comes_again(stream: Stream, follow: Follow) -> None:
    stream.put("/feed.jsonld", following="/feed/1")
    stream.put("/feed/1", (1, "Create", "a", "A"), (2, "Update", "b", None), (3, "Delete", "c", None))
    assert follow() == {"a": "A"}
    stream.put("/feed/1", (1, "Create", "a", "A"), (4, "Update", "a", None), following="/feed/2")
    stream.put("/feed/2", (21, "Update", "b", "B"), (22, "Update", "a", "A lain"))
    assert follow() == {"a": "A lain", "b": "B"}


def test_the_client_keeps_a_copy_up_to_date(site_factory: Callable[..., Site], client: Path, tmp_path: Path) -> None:
    site = site_factory("stream", worker=False, open_gate=True)
    copy = tmp_path / "copy.json"

    def followed() -> dict[str, Any]:
        subprocess.run([sys.executable, str(client), f"{site.url}/feed.jsonld", str(copy)], check=True, timeout=60)
        return json.loads(copy.read_text(encoding="utf-8"))

    def titles(kept: dict[str, Any]) -> dict[str, str]:
        return {
            iri.rpartition("/")[2]: node["dct:title"][0]["@value"]
            for iri, nodes in kept["records"].items()
            for node in nodes
            if node["@id"] == iri
        }

    empty(site)
    assert followed()["records"] == {}
    office = act(site, "organization_create", name="kantor", title="Kantor simulasi")
    saved = [act(site, "package_create", **complete_dataset(owner_org=office["id"])) for _number in range(23)]
    expected = {record["id"]: record["title"] for record in saved}
    assert titles(followed()) == expected

    act(site, "package_patch", id=saved[0]["id"], title="SIMULASI judul baru")
    act(site, "package_delete", id=saved[1]["id"])
    act(site, "package_patch", id=saved[2]["id"], private=True)
    act(site, "dataset_purge", id=saved[3]["id"])
    kept = followed()
    expected[saved[0]["id"]] = "SIMULASI judul baru"
    del expected[saved[1]["id"]], expected[saved[2]["id"]], expected[saved[3]["id"]]
    assert titles(kept) == expected

    # It goes on where it was, and reads the end of the stream only.
    assert followed() == kept
    assert kept["page"] != f"{site.url}/feed.jsonld"
    moved = requests.get(kept["page"], headers={"Accept-Encoding": "gzip"}, timeout=60, stream=True)
    assert len(moved.raw.read(decode_content=False)) < 200_000


def test_the_commands_of_the_docs_answer(site_factory: Callable[..., Site], tmp_path: Path) -> None:
    site = site_factory("stream", worker=False, open_gate=True)
    empty(site)
    office = act(site, "organization_create", name="kantor", title="Kantor simulasi")
    record = act(site, "package_create", **complete_dataset(owner_org=office["id"]))
    blocks = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("curl ")]
    assert len(lines) >= 10

    def run(line: str) -> str:
        words = shlex.split(line.replace("https://data.example.go.id", site.url).replace("NAME-OR-ID", record["name"]))
        ran = subprocess.run([*words, "--fail"], cwd=tmp_path, capture_output=True, check=True, timeout=60)
        return ran.stdout.decode()

    for line in lines:
        told = run(line)
        assert told or "-sO" in line, line
    # Once more: who sends the tag back is told that nothing is new, and keeps what it has.
    [conditional] = [line for line in lines if "--etag-save" in line]
    page = (tmp_path / "page.ttl").read_bytes()
    assert record["id"].encode() in page
    assert [run(conditional).strip() for _ in range(2)] == ["304", "304"]
    assert (tmp_path / "page.ttl").read_bytes() == page
    assert record["id"] in gzip.decompress((tmp_path / "dump.nt.gz").read_bytes()).decode()
