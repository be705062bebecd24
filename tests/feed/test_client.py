"""The client of docs/feed.md, run as it stands there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
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
    kept = followed()
    expected[saved[0]["id"]] = "SIMULASI judul baru"
    del expected[saved[1]["id"]], expected[saved[2]["id"]]
    assert titles(kept) == expected

    # It goes on where it was, and reads the end of the stream only.
    assert followed() == kept
    assert kept["page"] != f"{site.url}/feed.jsonld"
    moved = requests.get(kept["page"], headers={"Accept-Encoding": "gzip"}, timeout=60, stream=True)
    assert len(moved.raw.read(decode_content=False)) < 200_000
